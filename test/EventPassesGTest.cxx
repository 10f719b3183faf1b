// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PassFixtures.h"

#include "fourdstem/RepairedPatternSource.h"

/** Passes over electron events give the bits of the same passes over the dense patterns. */
namespace
{
using namespace fourdstem;
using fixtures::EventFile;
using fixtures::ExpectSameBits;
using fixtures::Results;
using fixtures::RunAll;

class EventPassesOverFile : public ::testing::Test
{
protected:
  std::unique_ptr<ScanFile>
  Open(const EventFile & file, const ScanFileOptions & options = {}) const
  {
    file.Write(m_Path);
    return OpenScanFile(m_Path, options);
  }

  TemporaryFolder m_Folder;
  std::string     m_Path = m_Folder.Path("events.h5");
};

/** For versions of the format. */
class EventPasses
  : public EventPassesOverFile
  , public ::testing::WithParamInterface<int>
{};

constexpr ScanShape Shape{ 6, 7, 40, 37 };

DetectorMask
BadPixels(const ScanShape & shape)
{
  DetectorMask bad = DetectorMask::Filled(shape.qy, shape.qx, 0);
  const auto set = [&](std::int64_t y, std::int64_t x) { bad.pixels[static_cast<std::size_t>(y * shape.qx + x)] = 1; };
  set(0, 0);
  set(shape.qy - 1, 5);
  set(shape.qy / 2, shape.qx / 2);
  set(shape.qy / 2, shape.qx / 2 + 1);
  set(shape.qy / 2 + 3, shape.qx / 2);
  return bad;
}

TEST_P(EventPasses, AsStored)
{
  ExpectSameBits(*this->Open(fixtures::RandomEvents(Shape, this->GetParam(), 60)), "as stored");
}

TEST_P(EventPasses, FlippedTransposedAndInPart)
{
  const EventFile file = fixtures::RandomEvents(Shape, this->GetParam(), 60);
  file.Write(m_Path);
  for (int flips = 0; flips < 32; ++flips)
  {
    ScanFileOptions options;
    options.transposeDetector = (flips & 1) != 0;
    options.flipDetectorRows = (flips & 2) != 0;
    options.flipDetectorColumns = (flips & 4) != 0;
    options.flipScanRows = (flips & 8) != 0;
    options.flipScanColumns = (flips & 16) != 0;
    options.region = { 1, 2, 4, 3 };
    const auto scan = OpenScanFile(m_Path, options);
    ASSERT_TRUE(scan->IsSparse());
    // Every pixel of every position.
    SparseBlock  block;
    PatternLease lease;
    for (std::int64_t ry = 0; ry < 4; ++ry)
    {
      const PatternBlock dense = scan->Read(ry, 0, 3, lease);
      scan->ReadSparse(ry, 0, 3, block);
      ASSERT_EQ(block.Count(), 3);
      for (std::int64_t p = 0; p < 3; ++p)
      {
        std::vector<double> read(static_cast<std::size_t>(Shape.PatternPixels()));
        for (std::int64_t i = 0; i < block[p].count; ++i)
        {
          read[block[p].pixels[i]] = block[p].values[i];
        }
        std::vector<double> expected;
        for (std::int64_t y = 0; y < scan->Shape().qy; ++y)
        {
          VisitElementType(dense.type, [&](auto zero) {
            const auto * row = dense.Row<decltype(zero)>(p, y);
            expected.insert(expected.end(), row, row + scan->Shape().qx);
          });
        }
        EXPECT_EQ(read, expected) << flips;
      }
    }
    if (flips == 31 || flips == 13)
    {
      ExpectSameBits(*scan, "flips " + std::to_string(flips));
    }
  }
}

TEST_P(EventPasses, WithBadPixels)
{
  const auto                  scan = this->Open(fixtures::RandomEvents(Shape, this->GetParam(), 60));
  const DetectorMask          bad = BadPixels(Shape);
  const RepairedPatternSource repaired(*scan, bad);
  ExpectSameBits(repaired, "repaired");
  ExpectSameBits(RepairedPatternSource(repaired, bad), "repaired twice");
  DetectorMask hole = bad;
  for (std::int64_t y = 4; y < 12; ++y)
  {
    std::fill_n(hole.pixels.begin() + y * Shape.qx + 6, 8, std::uint8_t{ 1 });
  }
  // Pixels in its middle have no good neighbour: no data.
  ExpectSameBits(RepairedPatternSource(*scan, hole), "with a hole");
  ExpectSameBits(RepairedPatternSource(*scan, DetectorMask::Filled(Shape.qy, Shape.qx, 1)), "without a good pixel");
}

TEST_P(EventPasses, SmallScans)
{
  for (const ScanShape & shape : { ScanShape{ 1, 1, 40, 37 }, ScanShape{ 1, 7, 21, 50 }, ScanShape{ 7, 1, 50, 21 } })
  {
    const auto scan = this->Open(fixtures::RandomEvents(shape, this->GetParam(), 50));
    ExpectSameBits(*scan, "small");
    ExpectSameBits(RepairedPatternSource(*scan, BadPixels(shape)), "small, repaired");
  }
}

TEST_P(EventPasses, WithoutElectrons)
{
  EventFile file = fixtures::RandomEvents(Shape, this->GetParam(), 60);
  for (auto & frame : file.frames)
  {
    frame.clear();
  }
  ExpectSameBits(*this->Open(file), "empty");
}

TEST_P(EventPasses, HowListsAreStoredDoesNotMatter)
{
  const EventFile stored = fixtures::RandomEvents(Shape, this->GetParam(), 60);
  const Results   expected = RunAll(*this->Open(stored), { 0, Shape.ry }, 1);
  EventFile       chunked = stored;
  chunked.chunk = { 5 };
  EventFile bigEndian = stored;
  bigEndian.element = H5T_STD_U32BE;
  EventFile narrow = stored;
  narrow.element = H5T_STD_U16LE;
  EventFile userBlock = stored;
  userBlock.userBlock = 1024;
  for (const EventFile * file : { &chunked, &bigEndian, &narrow, &userBlock })
  {
    const auto scan = this->Open(*file);
    EXPECT_TRUE(scan->IsSparse());
    EXPECT_TRUE(RunAll(*scan, { 0, Shape.ry }, 3) == expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, EventPasses, ::testing::Values(1, 2, 3));

TEST_F(EventPassesOverFile, ManyElectronsAreReadAsPatterns)
{
  EXPECT_FALSE(this->Open(fixtures::RandomEvents(Shape, 3, 400))->IsSparse());
}

TEST_F(EventPassesOverFile, DamageIsNamed)
{
  const EventFile file = fixtures::RandomEvents(Shape, 3, 60);
  file.Write(m_Path);
  const hid_t   id = H5Fopen(m_Path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t   data = H5Dopen2(id, "/electron_events/frames", H5P_DEFAULT);
  const haddr_t references = H5Dget_offset(data);
  H5Dclose(data);
  H5Fclose(id);
  // Of the third frame, which has electrons: address and number of its list.
  const auto damage = [&](std::streamoff at, const std::string & bytes) {
    file.Write(m_Path);
    std::fstream stream(std::filesystem::u8path(m_Path), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(references) + 32 + at);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  };
  const auto expect = [&](const std::vector<std::string> & words) {
    const auto  scan = OpenScanFile(m_Path);
    SparseBlock block;
    try
    {
      scan->ReadSparse(0, 0, 7, block);
      FAIL() << words.front();
    }
    catch (const std::runtime_error & error)
    {
      ExpectMentions(error.what(), words);
    }
  };
  ASSERT_FALSE(file.frames[2].empty());
  damage(4, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F");
  expect({ "events.h5", "damaged", "outside the file" });
  damage(4, std::string(8, '\0'));
  expect({ "events.h5", "damaged", "no heap" });
  damage(12, "\xFF\xFF\xFF\xFF");
  expect({ "events.h5", "damaged", "no object 4294967295" });
  damage(0, std::string("\xFF\x03\0\0", 4));
  expect({ "events.h5", "damaged", "4092 bytes" });
}
} // namespace
