// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "EventFixtures.h"
#include "Formats/ElectronEvents.h"
#include "Formats/ScanFormat.h"
#include "Kernels/Parallel.h"
#include "ScanFixtures.h"

#include <numeric>

namespace
{
using fourdstem::ElectronEventScanFile;
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;
using fixtures::EventFile;
using List = std::vector<std::uint32_t>;

constexpr fourdstem::ScanShape Shape{ 3, 5, 6, 7 };

/** Electrons of frame `i`: none in every fifth, and never one pixel twice. */
List
ElectronsOf(std::size_t i)
{
  List list;
  for (std::size_t k = 0; k < i % 5; ++k)
  {
    list.push_back(static_cast<std::uint32_t>((i * 37 + k * 11) % 42));
  }
  return list;
}

class ElectronEvents : public ::testing::Test
{
protected:
  /** Frames of `each` times 15 positions, version 3. */
  static EventFile
  Frames(std::size_t each)
  {
    EventFile file;
    for (std::size_t i = 0; i < 15 * each; ++i)
    {
      file.frames.push_back(ElectronsOf(i));
    }
    file.positions.resize(15);
    std::iota(file.positions.begin(), file.positions.end(), 0);
    return file;
  }

  /** Counts that frames `positionOf[i]` add up to. */
  template <typename T>
  static std::vector<T>
  AddUp(const std::vector<List> & frames, const std::vector<std::int64_t> & positionOf)
  {
    std::vector<T> counts(15 * 42, 0);
    for (std::size_t i = 0; i < frames.size(); ++i)
    {
      for (const std::uint32_t pixel : frames[i])
      {
        ++counts[static_cast<std::size_t>(positionOf[i]) * 42 + pixel];
      }
    }
    return counts;
  }

  std::string
  Complaint(const EventFile & file) const
  {
    file.Write(m_Path);
    return ComplaintAbout(m_Path);
  }

  TemporaryFolder m_Folder;
  std::string     m_Path = m_Folder.Path("events.h5");
};

TEST_F(ElectronEvents, Version3HasEquallyManyFramesAtEachPosition)
{
  for (const std::size_t each : { 1U, 3U })
  {
    const EventFile file = Frames(each);
    file.Write(m_Path);
    std::vector<std::int64_t> positionOf(file.frames.size());
    for (std::size_t i = 0; i < positionOf.size(); ++i)
    {
      positionOf[i] = static_cast<std::int64_t>(i / each);
    }
    const auto scan = OpenScanFile(m_Path);
    EXPECT_TRUE(scan->Shape() == Shape);
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), AddUp<std::uint16_t>(file.frames, positionOf)) << each;
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 5), AddUp<std::uint16_t>(file.frames, positionOf)) << each;
  }
}

TEST_F(ElectronEvents, HeaderSaysWhatNxAndNyMean)
{
  Frames(1).Write(m_Path);
  const auto   scan = OpenScanFile(m_Path);
  const auto & header = scan->Header();
  EXPECT_EQ(header.format, "stempy electron events");
  EXPECT_EQ(header.shapeSource, "Ny, Nx of /electron_events/scan_positions");
  EXPECT_EQ(header.dataSet, "/electron_events/frames");
  EXPECT_EQ(header.metadata.at("Version"), "3");
  ExpectMentions(header.notes.at(0), { "Nx of /electron_events/frames, 6", "rows" });
  ScanFileOptions options;
  options.dataSet = header.dataSet;
  options.scanShape = { 5, 3 };
  EXPECT_TRUE((OpenScanFile(m_Path, options)->Shape() == fourdstem::ScanShape{ 5, 3, 6, 7 }));
  options.scanShape = { 4, 4 };
  ExpectMentions(ComplaintAbout(m_Path, options), { "4 x 4 was given", "15 patterns" });
}

TEST_F(ElectronEvents, Version1CountsPixelsThatAreThereSeveralTimes)
{
  for (const double version : { 0., 1. })
  {
    EventFile file;
    file.version = version;
    // Positions from last to first, without positions 7 and 0.
    for (std::int64_t p = 14; p > 0; --p)
    {
      if (p != 7)
      {
        file.positions.push_back(p);
        file.frames.push_back(ElectronsOf(static_cast<std::size_t>(p)));
        file.frames.back().insert(file.frames.back().end(), static_cast<std::size_t>(p), 41);
      }
    }
    // Counts beyond 16 bits.
    file.frames[3].insert(file.frames[3].end(), 70000, 5);
    file.Write(m_Path);
    const auto scan = OpenScanFile(m_Path);
    EXPECT_EQ(ReadAll<std::uint32_t>(*scan, 5), AddUp<std::uint32_t>(file.frames, file.positions));
    ExpectMentions(scan->Header().notes.at(1), { "2 of 15 positions have no frame", "zeros" });
  }
}

TEST_F(ElectronEvents, Version2RepeatsPositions)
{
  EventFile file = Frames(1);
  file.version = 2;
  for (const std::int64_t p : { 3, 14, 3, 0 })
  {
    file.positions.push_back(p);
    file.frames.push_back({ 0, static_cast<std::uint32_t>(p), 41 });
  }
  file.Write(m_Path);
  const auto scan = OpenScanFile(m_Path);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 3), AddUp<std::uint16_t>(file.frames, file.positions));
  ExpectMentions(scan->Header().notes.at(1), { "19 frames add up to 15 positions" });
}

TEST_F(ElectronEvents, EventsAreThereWithoutPatterns)
{
  const EventFile file = Frames(2);
  file.Write(m_Path);
  const auto   scan = fourdstem::Hdf5Format().Open(fourdstem::FileProbe(m_Path), {});
  const auto * events = dynamic_cast<const ElectronEventScanFile *>(scan.get());
  ASSERT_NE(events, nullptr);
  const auto                block = events->EventsOf(1, 2, 3);
  List                      pixels;
  std::vector<std::int64_t> offsets{ 0 };
  for (std::size_t p = 7; p < 10; ++p)
  {
    for (const std::size_t frame : { 2 * p, 2 * p + 1 })
    {
      pixels.insert(pixels.end(), file.frames[frame].begin(), file.frames[frame].end());
    }
    offsets.push_back(static_cast<std::int64_t>(pixels.size()));
  }
  EXPECT_EQ(block.pixels, pixels);
  EXPECT_EQ(block.offsets, offsets);
  EXPECT_EQ(events->EventsOf(0, 5, 0).offsets, std::vector<std::int64_t>{ 0 });
  EXPECT_THROW(events->EventsOf(3, 0, 1), std::out_of_range);
  EXPECT_THROW(events->EventsOf(0, 3, 3), std::out_of_range);
  EXPECT_THROW(events->EventsOf(0, -1, 1), std::out_of_range);
}

TEST_F(ElectronEvents, ManyThreadsReadTheSame)
{
  const EventFile file = Frames(1);
  file.Write(m_Path);
  const auto                 scan = OpenScanFile(m_Path);
  std::vector<std::uint16_t> read(15 * 42);
  fourdstem::ParallelFor(15, fourdstem::Execution{ 4, {} }, [&](std::int64_t p) {
    fourdstem::PatternLease lease;
    std::copy_n(scan->Read(p / 5, p % 5, 1, lease).Row<std::uint16_t>(0, 0), 42, read.data() + p * 42);
  });
  EXPECT_EQ(read, AddUp<std::uint16_t>(file.frames, file.positions));
}

TEST_F(ElectronEvents, PixelsOutsideThePatternAreNoMemoryToWriteTo)
{
  EventFile file = Frames(1);
  file.frames[11].push_back(42);
  file.Write(m_Path);
  const auto              scan = OpenScanFile(m_Path);
  fourdstem::PatternLease lease;
  scan->Read(0, 0, 5, lease);
  try
  {
    scan->Read(2, 0, 5, lease);
    FAIL();
  }
  catch (const std::runtime_error & error)
  {
    ExpectMentions(error.what(), { "events.h5", "electron at pixel 42", "6 x 7" });
  }
}

TEST_F(ElectronEvents, CountsBeyondTheTypeAreAnError)
{
  EventFile file = Frames(1);
  file.frames[0].insert(file.frames[0].end(), 65536, 9);
  file.Write(m_Path);
  const auto              scan = OpenScanFile(m_Path);
  fourdstem::PatternLease lease;
  EXPECT_THROW(scan->Read(0, 0, 1, lease), std::runtime_error);
}

TEST_F(ElectronEvents, WhatDoesNotFitIsNamed)
{
  const auto with = [](auto && change) {
    EventFile file = Frames(1);
    change(file);
    return file;
  };
  ExpectMentions(this->Complaint(with([](EventFile & file) { file.version = 4; })), { "version 4", "1, 2 and 3" });
  ExpectMentions(this->Complaint(with([](EventFile & file) { file.frames.pop_back(); })),
                 { "14 frames", "3 x 5 positions" });
  ExpectMentions(this->Complaint(with([](EventFile & file) { file.scanNx = 0; })),
                 { "Nx of /electron_events/scan_positions", "0" });
  ExpectMentions(this->Complaint(with([](EventFile & file) { file.frameNy = -7; })),
                 { "Ny of /electron_events/frames", "-7" });
  ExpectMentions(this->Complaint(with([](EventFile & file) {
    file.frameNx = 1e9;
    file.frameNy = 1e9;
  })),
                 { "events.h5" });
  ExpectMentions(this->Complaint(with([](EventFile & file) { file.scanNy = 1e9; })), { "damaged", "5000000000" });
  ExpectMentions(this->Complaint(with([](EventFile & file) { file.element = H5T_STD_I32LE; })),
                 { "/electron_events/frames", "signed numbers" });
  for (const std::int64_t position : { -1, 15 })
  {
    ExpectMentions(this->Complaint(with([position](EventFile & file) {
      file.version = 2;
      file.positions[4] = position;
    })),
                   { "scan position " + std::to_string(position), "the scan has 15" });
  }
  ExpectMentions(this->Complaint(with([](EventFile & file) {
    file.version = 1;
    file.positions.pop_back();
  })),
                 { "scan_positions for each of the 15 frames" });
}

TEST_F(ElectronEvents, FilesThatAreCutOffAreNoCrash)
{
  Frames(1).Write(m_Path);
  const auto size = std::filesystem::file_size(std::filesystem::u8path(m_Path));
  for (const std::uintmax_t left : { size / 8, size / 2, size - 8 })
  {
    Frames(1).Write(m_Path);
    std::filesystem::resize_file(std::filesystem::u8path(m_Path), left);
    EXPECT_THROW(ReadAll<std::uint16_t>(*OpenScanFile(m_Path)), std::runtime_error) << left;
  }
}

TEST_F(ElectronEvents, ListsLongerThanTheFileAreRefusedBeforeRoomIsMadeForThem)
{
  Frames(1).Write(m_Path);
  const hid_t   id = H5Fopen(m_Path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t   data = H5Dopen2(id, "/electron_events/frames", H5P_DEFAULT);
  const haddr_t offset = H5Dget_offset(data);
  H5Dclose(data);
  H5Fclose(id);
  {
    std::fstream file(std::filesystem::u8path(m_Path), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(offset + 16 * 8));
    file.write("\xFF\xFF\xFF\xFF", 4);
  }
  const auto              scan = OpenScanFile(m_Path);
  fourdstem::PatternLease lease;
  try
  {
    scan->Read(1, 0, 5, lease);
    FAIL();
  }
  catch (const std::runtime_error & error)
  {
    ExpectMentions(error.what(), { "events.h5", "damaged", "electrons", "frames 5 to 9" });
  }
}

TEST_F(ElectronEvents, DensePatternsBesideThemCanBeNamed)
{
  const auto counts = CountingScan<std::uint16_t>(Shape);
  {
    Frames(1).Write(m_Path);
    const hid_t   id = H5Fopen(m_Path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hsize_t extents[] = { 15, 6, 7 };
    const hid_t   space = H5Screate_simple(3, extents, nullptr);
    const hid_t   data = H5Dcreate2(id, "/frames", H5T_STD_U16LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(data, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, counts.data());
    H5Dclose(data);
    H5Sclose(space);
    H5Fclose(id);
  }
  EXPECT_EQ(OpenScanFile(m_Path)->Header().dataSet, "/electron_events/frames");
  ScanFileOptions options;
  options.dataSet = "/frames";
  options.scanShape = { 3, 5 };
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path, options)), counts);
}

TEST_F(ElectronEvents, OnePosition)
{
  EventFile file;
  file.frames = { { 3, 3 } };
  file.positions = { 0 };
  file.version = 1;
  file.scanNx = file.scanNy = 1;
  file.Write(m_Path);
  EXPECT_EQ(ReadAll<std::uint32_t>(*OpenScanFile(m_Path))[3], 2U);
}
} // namespace
