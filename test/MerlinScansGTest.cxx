// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "MerlinFixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

/** First pixels of the patterns in scan order: the frames' numbers, from 0 on. */
std::vector<int>
Numbers(const fourdstem::ScanFile & scan)
{
  std::vector<int>        numbers;
  fourdstem::PatternLease lease;
  for (std::int64_t ry = 0; ry < scan.Shape().ry; ++ry)
  {
    const auto block = scan.Read(ry, 0, scan.Shape().rx, lease);
    for (std::int64_t rx = 0; rx < block.count; ++rx)
    {
      numbers.push_back(block.Row<std::uint8_t>(rx, 0)[0]);
    }
  }
  return numbers;
}

/** The frames of ry lines of rx positions, `perLine` frames apart, from `first` on. */
std::vector<int>
Positions(int ry, int rx, int first, int perLine)
{
  std::vector<int> numbers;
  for (int row = 0; row < ry; ++row)
  {
    for (int column = 0; column < rx; ++column)
    {
      numbers.push_back((first + row * perLine + column) % 251);
    }
  }
  return numbers;
}

std::string
Notes(const fourdstem::ScanFile & scan)
{
  std::string text;
  for (const std::string & note : scan.Header().notes)
  {
    text += note + '\n';
  }
  return text;
}

/** Times of frames 1 ms apart, with 2 ms more before each line; the first begins with frame `first`. */
std::function<std::int64_t(std::int64_t)>
TimesOfLines(std::int64_t first, std::int64_t perLine)
{
  return [first, perLine](std::int64_t frame) {
    const std::int64_t jitter = frame * 7919 % 13;
    return frame * 1000000 + (frame - first + 100 * perLine) / perLine * 2000000 + jitter;
  };
}

class MerlinScans : public ::testing::Test
{
protected:
  std::unique_ptr<fourdstem::ScanFile>
  Open(std::int64_t frames, const std::string & hdr = {}, const ScanFileOptions & options = {}) const
  {
    return OpenScanFile(this->Write(frames, hdr), options);
  }

  std::string
  Complaint(std::int64_t frames, const std::string & hdr = {}, const ScanFileOptions & options = {}) const
  {
    return ComplaintAbout(this->Write(frames, hdr), options);
  }

  std::string
  Write(std::int64_t frames, const std::string & hdr) const
  {
    std::error_code ignored;
    std::filesystem::remove(std::filesystem::u8path(m_Folder.Path("scan.hdr")), ignored);
    if (!hdr.empty())
    {
      m_Folder.Write("scan.hdr", hdr);
    }
    return m_Folder.Write("scan.mib", m_Writer.Numbered(frames));
  }

  static ScanFileOptions
  WithShape(std::int64_t rows, std::int64_t columns)
  {
    ScanFileOptions options;
    options.scanShape = { rows, columns };
    return options;
  }

  static std::string
  Stated(std::int64_t rows, std::int64_t columns, std::int64_t frames = 0, std::int64_t perTrigger = 0)
  {
    return MerlinHdrText({ { "ScanX", std::to_string(columns) },
                           { "ScanY", std::to_string(rows) },
                           { "Frames in Acquisition (Number)", std::to_string(frames) },
                           { "Frames per Trigger (Number)", std::to_string(perTrigger) } });
  }

  TemporaryFolder m_Folder;
  MerlinWriter    m_Writer;
};

TEST_F(MerlinScans, ShapeComesFromScanXAndScanYFirst)
{
  const auto scan = this->Open(15, Stated(5, 3, 15, 5));
  EXPECT_EQ(scan->Shape().ry, 5);
  EXPECT_EQ(scan->Shape().rx, 3);
  EXPECT_EQ(Numbers(*scan), Positions(5, 3, 0, 3));
  ASSERT_EQ(scan->Header().candidates.size(), 2U);
  EXPECT_EQ(FormatCandidate(scan->Header().candidates[1]), "3x5 (frames per trigger)");
}

TEST_F(MerlinScans, ElseFromFramesPerTrigger)
{
  const auto scan = this->Open(15, MerlinHdrText(15, 5));
  EXPECT_EQ(scan->Shape().ry, 3);
  EXPECT_EQ(scan->Header().shapeSource, "frames per trigger");
  EXPECT_EQ(Numbers(*scan), Positions(3, 5, 0, 5));
}

TEST_F(MerlinScans, TriggersOfEachFrameOfAllOrOfNoneSayNothing)
{
  for (const auto & hdr : { MerlinHdrText(15, 1), MerlinHdrText(15, 15), MerlinHdrText(0, 0), MerlinHdrText(0, 1) })
  {
    ExpectMentions(this->Complaint(15, hdr), { "15 patterns", "3x5", "5x3", "1x15", "15x1" });
    EXPECT_THROW(this->Open(15, hdr), fourdstem::ScanChoiceNeeded);
    EXPECT_EQ(this->Open(15, hdr, WithShape(5, 3))->Shape().ry, 5);
  }
}

TEST_F(MerlinScans, WithoutHdrTheShapeIsAskedForAndTheLackNoted)
{
  ExpectMentions(this->Complaint(15), { "scan.mib", "15 patterns", "3x5", "no .hdr" });
  const auto scan = this->Open(15, {}, WithShape(3, 5));
  EXPECT_EQ(Numbers(*scan), Positions(3, 5, 0, 5));
  EXPECT_EQ(scan->Header().shapeSource, "option");
  ExpectMentions(Notes(*scan), { "no .hdr" });
}

TEST_F(MerlinScans, GapsBetweenTheTimesAreLines)
{
  m_Writer.time = TimesOfLines(0, 7);
  for (const auto & hdr : { std::string(), MerlinHdrText(35, 1) })
  {
    const auto scan = this->Open(35, hdr);
    EXPECT_EQ(Numbers(*scan), Positions(5, 7, 0, 7));
    ExpectMentions(scan->Header().shapeSource, { "gaps", "times" });
    ExpectMentions(Notes(*scan), { "5 x 7, follows from the gaps" });
  }
  // A gap of 20 us in steps of 100 ms, as an instrument had it.
  m_Writer.time = [](std::int64_t frame) { return frame * 102000000 + frame * 7 % 3 * 10 + (frame > 3 ? 20820 : 0); };
  EXPECT_EQ(this->Open(8)->Shape().rx, 4);
}

TEST_F(MerlinScans, GapsShowFramesBeforeAndBehindTheScan)
{
  m_Writer.time = TimesOfLines(3, 7);
  const auto scan = this->Open(3 + 35 + 2);
  EXPECT_EQ(Numbers(*scan), Positions(5, 7, 3, 7));
  ExpectMentions(Notes(*scan), { "3 frames before the first line", "2 frames behind the last line" });
  const auto stated = this->Open(3 + 35 + 2, Stated(5, 7));
  EXPECT_EQ(Numbers(*stated), Positions(5, 7, 3, 7));
  const auto fewer = this->Open(3 + 35 + 2, Stated(4, 7));
  EXPECT_EQ(Numbers(*fewer), Positions(4, 7, 3, 7));
}

TEST_F(MerlinScans, OneLongPauseDoesNotHideTheLines)
{
  const auto lines = TimesOfLines(0, 7);
  m_Writer.time = [lines](std::int64_t frame) { return lines(frame) + (frame >= 4 ? 900000000 : 0); };
  const auto scan = this->Open(4 + 35);
  EXPECT_EQ(scan->Shape().rx, 7);
}

TEST_F(MerlinScans, TimesWithoutPatternAreNoLines)
{
  std::mt19937                                random(3);
  std::uniform_int_distribution<std::int64_t> noise(0, 400000);
  std::vector<std::int64_t>                   times;
  for (std::int64_t frame = 0; frame < 36; ++frame)
  {
    times.push_back(frame * 1000000 + noise(random));
  }
  m_Writer.time = [&times](std::int64_t frame) { return times[static_cast<std::size_t>(frame)]; };
  ExpectMentions(this->Complaint(36), { "36 patterns", "6x6" });
  m_Writer.time = [](std::int64_t) { return 0; };
  ExpectMentions(this->Complaint(36), { "36 patterns" });
  m_Writer.time = [](std::int64_t frame) { return (100 - frame) * 1000000; };
  ExpectMentions(this->Complaint(36), { "36 patterns" });
}

TEST_F(MerlinScans, LineSkipLeavesOutTheLastFrameOfEachLine)
{
  // By the trigger, by the times, by the number of frames; as 257 for 256.
  const auto byTrigger = this->Open(16 * 17, Stated(16, 16, 272, 17));
  EXPECT_EQ(Numbers(*byTrigger), Positions(16, 16, 0, 17));
  ExpectMentions(Notes(*byTrigger), { "17 frames for 16 positions (frames per trigger)", "the last 1 of each" });
  const auto byNumber = this->Open(16 * 17, Stated(16, 16));
  EXPECT_EQ(Numbers(*byNumber), Positions(16, 16, 0, 17));
  ExpectMentions(Notes(*byNumber), { "17 frames for 16 positions (number of frames)", "lie elsewhere" });
  const auto byOption = this->Open(12 * 17, {}, WithShape(12, 16));
  EXPECT_EQ(Numbers(*byOption), Positions(12, 16, 0, 17));
  m_Writer.time = TimesOfLines(0, 17);
  const auto byTimes = this->Open(12 * 17, Stated(12, 16));
  EXPECT_EQ(Numbers(*byTimes), Positions(12, 16, 0, 17));
  ExpectMentions(Notes(*byTimes), { "(gaps between the frames' times)" });
}

TEST_F(MerlinScans, TimesTellLineSkipFromALineTooMany)
{
  m_Writer.time = TimesOfLines(0, 16);
  const auto scan = this->Open(17 * 16, Stated(16, 16));
  EXPECT_EQ(Numbers(*scan), Positions(16, 16, 0, 16));
  ExpectMentions(Notes(*scan), { "16 frames behind the last line" });
}

TEST_F(MerlinScans, LineSkipOfSeveralFramesAndALastLineWithoutThem)
{
  const auto told = this->Open(5 * 9, Stated(5, 7, 45, 9));
  EXPECT_EQ(Numbers(*told), Positions(5, 7, 0, 9));
  m_Writer.time = TimesOfLines(0, 9);
  const auto seen = this->Open(5 * 9 - 2, Stated(5, 7));
  EXPECT_EQ(Numbers(*seen), Positions(5, 7, 0, 9));
}

TEST_F(MerlinScans, SeveralFramesTooManyInEachLineAreAskedForIfNothingTells)
{
  const std::string complaint = this->Complaint(5 * 9, Stated(5, 7));
  ExpectMentions(complaint, { "45 frames for a scan of 5 x 7 (ScanX, ScanY)", "5x9", "region" });
  // Not where something else fits all frames.
  EXPECT_EQ(this->Open(5 * 9, Stated(5, 7, 45, 15))->Shape().rx, 15);
  auto options = WithShape(5, 9);
  options.region = fourdstem::ScanRegion{ 0, 0, 5, 7 };
  EXPECT_EQ(Numbers(*this->Open(5 * 9, Stated(5, 7), options)), Positions(5, 7, 0, 9));
}

TEST_F(MerlinScans, OnePositionInALineIsNoLineSkip)
{
  ExpectMentions(this->Complaint(30, {}, WithShape(15, 1)), { "15 x 1", "30 patterns" });
}

TEST_F(MerlinScans, FramesTooManyAreLeftOutAtTheEnd)
{
  const auto scan = this->Open(5 * 7 + 3, Stated(5, 7));
  EXPECT_EQ(Numbers(*scan), Positions(5, 7, 0, 7));
  ExpectMentions(Notes(*scan), { "3 frames behind the last line are left out; nothing says" });
  EXPECT_EQ(Numbers(*this->Open(5 * 7 + 3, {}, WithShape(5, 7))), Positions(5, 7, 0, 7));
  ExpectMentions(this->Complaint(2 * 5 * 7, Stated(5, 7)), { "70 patterns", "5x14", "10x7" });
  ExpectMentions(this->Complaint(71, Stated(5, 7)), { "71 patterns", "5x7 (ScanX, ScanY)" });
}

TEST_F(MerlinScans, InterruptedScansAreTheirWholeLinesIfTheseAreWanted)
{
  ScanFileOptions options;
  options.allowTruncated = true;
  ExpectMentions(this->Complaint(3 * 7 + 4, Stated(5, 7, 35, 7)),
                 { "5 x 7 patterns are promised (ScanX, ScanY)", "25 whole patterns", "3 whole scan rows" });
  const auto scan = this->Open(3 * 7 + 4, Stated(5, 7, 35, 7), options);
  EXPECT_EQ(Numbers(*scan), Positions(3, 7, 0, 7));
  ExpectMentions(Notes(*scan), { "3 whole scan rows are read", "4 frames behind" });
  ExpectMentions(Notes(*scan), { "The .hdr says 35 frames, 25 are there" });
  EXPECT_EQ(Numbers(*this->Open(3 * 7 + 4, MerlinHdrText(35, 7), options)), Positions(3, 7, 0, 7));
  const auto withSkip = this->Open(3 * 8 + 4, Stated(5, 7, 40, 8), options);
  EXPECT_EQ(Numbers(*withSkip), Positions(3, 7, 0, 8));
  ExpectMentions(this->Complaint(4, Stated(5, 7), options), { "4 whole patterns", "5 x 7", "not one whole scan row" });
  // The shape of what is there needs no leave.
  EXPECT_EQ(Numbers(*this->Open(3 * 7 + 4, {}, WithShape(3, 7))), Positions(3, 7, 0, 7));
  options.scanShape = { 5, 7 };
  EXPECT_EQ(Numbers(*this->Open(3 * 7 + 4, {}, options)), Positions(3, 7, 0, 7));
}

TEST_F(MerlinScans, AShapeThatACompleteAcquisitionDoesNotFitIsRefused)
{
  ExpectMentions(this->Complaint(35, MerlinHdrText(35, 7), WithShape(6, 6)), { "6 x 6", "35 patterns", "5x7" });
  // What fits goes before what does not.
  const auto scan = this->Open(35, Stated(64, 64, 35, 7));
  EXPECT_EQ(scan->Header().shapeSource, "frames per trigger");
}

TEST_F(MerlinScans, ScansOfOneRowOrColumn)
{
  for (const auto & shape : { std::make_pair(1, 9), std::make_pair(9, 1), std::make_pair(1, 1) })
  {
    const auto scan = this->Open(shape.first * shape.second, Stated(shape.first, shape.second));
    EXPECT_EQ(scan->Shape().ry, shape.first);
    EXPECT_EQ(Numbers(*scan), Positions(shape.first, shape.second, 0, shape.second));
  }
}

TEST_F(MerlinScans, ACutFrameIsDroppedWithANote)
{
  const std::string path = this->Write(15, Stated(3, 5));
  std::filesystem::resize_file(std::filesystem::u8path(path), 14 * 408 + 400);
  ScanFileOptions options;
  options.allowTruncated = true;
  const auto scan = OpenScanFile(path, options);
  EXPECT_EQ(Numbers(*scan), Positions(2, 5, 0, 5));
  ExpectMentions(Notes(*scan), { "400 bytes at the end of scan.mib", "2 whole scan rows", "4 frames behind" });
  for (const std::uintmax_t size : { 5, 100, 383, 384, 407 })
  {
    std::filesystem::resize_file(std::filesystem::u8path(path), size);
    ExpectMentions(ComplaintAbout(path), { "scan.mib" });
  }
}

TEST_F(MerlinScans, FramesLostOnTheWayAreNoted)
{
  const std::string path = this->Write(15, Stated(3, 5));
  MerlinWriter      later = m_Writer;
  later.firstNumber = 9;
  std::string bytes = m_Writer.Numbered(7) + later.Numbered(8, 7);
  m_Folder.Write("scan.mib", bytes);
  ExpectMentions(Notes(*OpenScanFile(path)), { "number 16, not 15", "frames were lost" });
  // After 999999 frames the number has no room.
  later.firstNumber = 999990;
  bytes = later.Numbered(15);
  bytes.replace(14 * 408, 10, "MQ1,000005");
  m_Folder.Write("scan.mib", bytes);
  EXPECT_EQ(Notes(*OpenScanFile(path)).find("frames were lost"), std::string::npos);
}

TEST_F(MerlinScans, AFrameThatIsNotWhereItMustBeIsAnError)
{
  const std::string path = this->Write(15, Stated(3, 5));
  std::string       bytes = m_Writer.Numbered(15);
  bytes.replace(7 * 408, 4, "....");
  m_Folder.Write("scan.mib", bytes);
  const auto              scan = OpenScanFile(path);
  fourdstem::PatternLease lease;
  EXPECT_EQ(scan->Read(0, 0, 5, lease).count, 5);
  try
  {
    scan->Read(1, 0, 5, lease);
    FAIL() << "a damaged frame was read";
  }
  catch (const std::runtime_error & error)
  {
    ExpectMentions(error.what(), { "scan.mib", "frame 8", "offset 2856" });
  }
}

TEST_F(MerlinScans, HdrWithoutItsPatterns)
{
  const std::string hdr = m_Folder.Write("alone.hdr", Stated(3, 5));
  m_Folder.Write("alone2x.mib", m_Writer.Numbered(15));
  ExpectMentions(ComplaintAbout(hdr), { "alone.hdr", "alone.mib" });
}

TEST_F(MerlinScans, HdrThatCannotBeUsedIsNoted)
{
  for (const char * text : { "HDA,\t\n", "\n", "" })
  {
    const std::string path = this->Write(15, text);
    m_Folder.Write("scan.hdr", text);
    EXPECT_EQ(OpenScanFile(path, WithShape(3, 5))->Shape().rx, 5);
    ExpectMentions(Notes(*OpenScanFile(path, WithShape(3, 5))), { "scan.hdr: ", "not used" });
    ExpectMentions(ComplaintAbout(path), { "15 patterns", "scan.hdr" });
  }
}

TEST_F(MerlinScans, ContradictionsOfHdrAndFramesAreNoted)
{
  const auto scan = this->Open(15,
                               MerlinHdrText({ { "ScanX", "5" },
                                               { "ScanY", "3" },
                                               { "Counter Depth (number)", "12" },
                                               { "Assembly Size (NX1, 2X2)", "   2x2" },
                                               { "Frames in Acquisition (Number)", "65536" },
                                               { "Frames per Trigger (Number)", "abc" } }));
  EXPECT_EQ(scan->Shape().rx, 5);
  ExpectMentions(Notes(*scan),
                 { "12 bits, the frames say 6",
                   "chips of 2x2, the frames say 1x1",
                   "65536 frames, 15 are there",
                   "'abc' of the .hdr's Frames per Trigger" });
}

TEST_F(MerlinScans, HdrLinesMayLackColonsAndBeLatin1)
{
  const std::string path = this->Write(15,
                                       "HDR,\t\nSensor Bias (V, \xB5"
                                       "A)\t20 V\nno tab\nScanX\t5\nScanY:\t3\nEnd\n");
  EXPECT_EQ(OpenScanFile(path)->Shape().ry, 3);
}
} // namespace
