// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "MerlinFixtures.h"

#include <numeric>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;
using fourdstem::ScanShape;

/** Records of EMPAD whose pixels say their number, with footers of `footer` or without. */
std::string
Records(std::size_t count, std::optional<float> footer)
{
  std::string bytes;
  for (std::size_t record = 0; record < count; ++record)
  {
    bytes += BytesOf(std::vector<float>(16384, static_cast<float>(record + 1)));
    bytes += footer ? BytesOf(std::vector<float>(256, *footer)) : std::string();
  }
  return bytes;
}

std::vector<float>
FirstPixels(const fourdstem::ScanFile & scan)
{
  std::vector<float>      pixels;
  fourdstem::PatternLease lease;
  for (std::int64_t position = 0; position < scan.Shape().Positions(); ++position)
  {
    const auto block = scan.Read(position / scan.Shape().rx, position % scan.Shape().rx, 1, lease);
    pixels.push_back(block.Row<float>(0, 127)[127]);
  }
  return pixels;
}

class TruncatedEmpad : public ::testing::Test
{
protected:
  static constexpr std::size_t Bytes = 66560;

  void
  ExpectRows(const std::string & path, const ScanFileOptions & options, std::int64_t rows, std::int64_t columns) const
  {
    ScanFileOptions refused = options;
    refused.allowTruncated = false;
    EXPECT_TRUE(fourdstem::CanOpenScanFile(path, refused));
    ExpectMentions(ComplaintAbout(path, refused),
                   { "cut off", std::to_string(rows) + " whole scan row", "--allow-truncated" });
    const auto scan = OpenScanFile(path, options);
    EXPECT_EQ(scan->Shape().ry, rows);
    EXPECT_EQ(scan->Shape().rx, columns);
    const auto pixels = FirstPixels(*scan);
    for (std::size_t i = 0; i < pixels.size(); ++i)
    {
      EXPECT_EQ(pixels[i], static_cast<float>(i + 1));
    }
  }

  TemporaryFolder m_Folder;
  std::string     m_Frames = Records(6, 0.F);
};

TEST_F(TruncatedEmpad, ByItsName)
{
  for (const std::size_t size : { 5 * Bytes + 77, 5 * Bytes, 4 * Bytes + 65536, 3 * Bytes + 1 })
  {
    const std::string path = m_Folder.Write("scan_x3_y2.raw", m_Frames.substr(0, size));
    this->ExpectRows(path, Allowed(), 1, 3);
    EXPECT_TRUE((OpenScanFile(path, Allowed())->Header().storedShape == ScanShape{ 2, 3, 128, 128 }));
  }
  for (const std::size_t size : { 2 * Bytes + 77, 2 * Bytes, Bytes })
  {
    const std::string path = m_Folder.Write("scan_x3_y2.raw", m_Frames.substr(0, size));
    ExpectMentions(ComplaintAbout(path, Allowed()), { "scan_x3_y2.raw", "2 x 3", "not one whole scan row" });
  }
  EXPECT_NE(ComplaintAbout(m_Folder.Write("scan_x3_y2.raw", "short"), Allowed()), "(none)");
  ExpectMentions(ComplaintAbout(m_Folder.Write("scan_x3_y2.raw", std::string(4 * Bytes + 3, '\x11')), Allowed()),
                 { "scan_x3_y2.raw", "headerless" });
}

TEST_F(TruncatedEmpad, ByItsHeader)
{
  const std::string raw = m_Folder.Write("any.raw", m_Frames.substr(0, 5 * Bytes + 77));
  EXPECT_FALSE(fourdstem::CanOpenScanFile(raw));
  const std::string xml = m_Folder.Write("about.xml",
                                         "<root name=\"scan\"><raw_file filename=\"any.raw\"/><pix_x>2</pix_x>"
                                         "<pix_y>3</pix_y></root>");
  this->ExpectRows(raw, Allowed(), 2, 2);
  this->ExpectRows(xml, Allowed(), 2, 2);
}

TEST_F(TruncatedEmpad, ByTheScanShape)
{
  const std::string raw = m_Folder.Write("any.raw", m_Frames.substr(0, 5 * Bytes + 77));
  auto              options = Allowed();
  ExpectMentions(ComplaintAbout(raw, options), { "no known format", "5 records of 66560 bytes and 77 bytes" });
  options.scanShape = { 3, 2 };
  this->ExpectRows(raw, options, 2, 2);
  const auto notes = OpenScanFile(raw, options)->Header().notes;
  EXPECT_TRUE(std::any_of(notes.begin(), notes.end(), [](const std::string & note) {
    return note.find("Taken as EMPAD float32 because") != std::string::npos;
  }));
}

TEST_F(TruncatedEmpad, WhatScanParametersSaySoftlyIsNoPromiseOfAWholeFile)
{
  m_Folder.Write("about.xml",
                 "<root name=\"scan\"><raw_file filename=\"any.raw\"/><scan_parameters mode=\"acquire\">"
                 "<scan_resolution_x>2</scan_resolution_x><scan_resolution_y>64</scan_resolution_y></scan_parameters>"
                 "</root>");
  const std::string whole = m_Folder.Write("any.raw", m_Frames.substr(0, 5 * Bytes));
  EXPECT_THROW(OpenScanFile(whole), fourdstem::ScanChoiceNeeded);
  EXPECT_EQ(OpenScanFile(whole, Allowed())->Shape().ry, 2);
}

TEST_F(TruncatedEmpad, RecordsOfUnknownSizeAreAskedFor)
{
  const std::string with = Records(6, 5.F).substr(0, 5 * Bytes + 77);
  ExpectMentions(ComplaintAbout(m_Folder.Write("scan_x3_y2.raw", with), Allowed()),
                 { "5 records with footer", "5 without", "--frame-footer 1024", "--raw-type float32" });
  auto                      options = Allowed();
  fourdstem::RawDescription raw;
  raw.type = "float32";
  raw.shape = { 2, 3, 128, 128 };
  raw.frameFooter = 1024;
  options.raw = raw;
  EXPECT_EQ(FirstPixels(*OpenScanFile(m_Folder.Path("scan_x3_y2.raw"), options)), (std::vector<float>{ 1, 2, 3 }));
}

TEST_F(TruncatedEmpad, FootersShowInThePatternsOfManyRecords)
{
  constexpr int      count = 70;
  std::vector<float> expected(60);
  std::iota(expected.begin(), expected.end(), 1.F);
  for (const bool withFooter : { true, false })
  {
    // A disk and a little noise.
    std::mt19937                          random(7);
    std::uniform_real_distribution<float> noise(-0.5F, 0.5F);
    std::string                           frames;
    for (int record = 0; record < count; ++record)
    {
      std::vector<float> values(128 * 128 + (withFooter ? 256 : 0), 5.F);
      for (int i = 0; i < 128 * 128; ++i)
      {
        const int y = i / 128 - 60;
        const int x = i % 128 - 70;
        values[static_cast<std::size_t>(i)] = (x * x + y * y < 400 ? 10.F : 0.F) + noise(random);
      }
      values[128 * 128 - 1] = static_cast<float>(record + 1);
      frames += BytesOf(values);
    }
    // Copies end at multiples of 64 KiB, too.
    for (const std::size_t size : { frames.size() - 100, std::size_t{ 68 } * 65536 })
    {
      const std::string path = m_Folder.Write("scan_x10_y7.raw", frames.substr(0, size));
      ExpectMentions(ComplaintAbout(path), { "7 x 10 patterns are promised (file name)", "6 whole scan rows" });
      const auto scan = OpenScanFile(path, Allowed());
      EXPECT_EQ(FirstPixels(*scan), expected);
      EXPECT_EQ(scan->Header().metadata.at("RecordBytes"), withFooter ? "66560" : "65536");
    }
  }
}

TEST(TruncatedMerlin, LinesWithSkippedFrames)
{
  const TemporaryFolder folder;
  folder.Write("a.hdr",
               MerlinHdrText({ { "ScanX", "5" },
                               { "ScanY", "3" },
                               { "Frames in Acquisition (Number)", "18" },
                               { "Frames per Trigger (Number)", "6" } }));
  const MerlinWriter writer;
  const auto         open = [&](std::int64_t frames) {
    ScanFileOptions options;
    options.allowTruncated = true;
    return OpenScanFile(folder.Write("a.mib", writer.Numbered(frames)), options);
  };
  // The frame skipped in the last line need not be there.
  EXPECT_EQ(OpenScanFile(folder.Write("a.mib", writer.Numbered(17)))->Shape().ry, 3);
  ExpectMentions(ComplaintAbout(folder.Write("a.mib", writer.Numbered(16))),
                 { "3 x 5 patterns are promised (ScanX, ScanY)", "14 whole patterns", "2 whole scan rows" });
  EXPECT_EQ(open(16)->Shape().ry, 2);
  EXPECT_EQ(open(11)->Shape().ry, 2);
  EXPECT_EQ(open(10)->Shape().ry, 1);
}

TEST(TruncatedMerlin, LinesThatShowInTheTimesOnly)
{
  const TemporaryFolder folder;
  MerlinWriter          writer;
  writer.time = [](std::int64_t frame) { return frame * 1000000 + (frame + 700) / 7 * 2000000 + frame * 7919 % 13; };
  folder.Write("a.hdr", MerlinHdrText(35, 1));
  const std::string path = folder.Write("a.mib", writer.Numbered(3 * 7 + 4));
  ExpectMentions(ComplaintAbout(path),
                 { "5 x 7 patterns are promised (gaps", "21 whole patterns", "3 whole scan rows" });
  const auto scan = OpenScanFile(path, Allowed());
  EXPECT_TRUE((scan->Shape() == ScanShape{ 3, 7, 6, 4 }));
  EXPECT_TRUE((scan->Header().storedShape == ScanShape{ 5, 7, 6, 4 }));
}
} // namespace
