// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "MerlinFixtures.h"

#include <numeric>
#include <thread>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

class MerlinSeries : public ::testing::Test
{
protected:
  /** A file of frames that are `first` and so on in the acquisition, counted from 0. */
  std::string
  Part(const std::string & name, std::int64_t first, std::int64_t frames) const
  {
    MerlinWriter writer;
    writer.firstNumber = first + 1;
    return m_Folder.Write(name, writer.Numbered(frames, first));
  }

  static void
  ExpectWhole(const fourdstem::ScanFile & scan, std::int64_t files)
  {
    std::vector<std::uint8_t> numbers(15);
    std::iota(numbers.begin(), numbers.end(), std::uint8_t{ 0 });
    EXPECT_EQ(First(scan), numbers);
    ExpectMentions(Notes(scan), { "Read as one: " + std::to_string(files) + " files" });
    EXPECT_EQ(scan.Header().fileSize, 15 * 408);
  }

  static std::vector<std::uint8_t>
  First(const fourdstem::ScanFile & scan)
  {
    const auto                all = ReadAll<std::uint8_t>(scan, 5);
    std::vector<std::uint8_t> numbers;
    for (std::size_t i = 0; i < all.size(); i += 24)
    {
      numbers.push_back(all[i]);
    }
    return numbers;
  }

  static std::string
  Notes(const fourdstem::ScanFile & scan)
  {
    std::string text;
    for (const std::string & note : scan.Header().notes)
    {
      text += note + '\n';
    }
    return text;
  }

  TemporaryFolder m_Folder;
};

TEST_F(MerlinSeries, IsOneScanWhicheverFileIsOpened)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(15, 5));
  this->Part("scan9.mib", 0, 4); // numbers are numbers: 10 follows on 9
  this->Part("scan10.mib", 4, 4);
  this->Part("scan11.mib", 8, 4);
  this->Part("scan12.mib", 12, 3);
  for (const char * name : { "scan9.mib", "scan11.mib", "scan12.mib", "scan.hdr" })
  {
    const auto scan = OpenScanFile(m_Folder.Path(name));
    ExpectWhole(*scan, 4);
    EXPECT_EQ(scan->Header().shapeSource, "frames per trigger") << name;
    auto files = scan->Header().otherFiles;
    if (!scan->Header().dataFile.empty())
    {
      files.push_back(scan->Header().dataFile);
    }
    EXPECT_EQ(files.size(), 4U) << name;
  }
}

TEST_F(MerlinSeries, HdrMayBeCalledLikeTheFirst)
{
  m_Folder.Write("scan001.hdr", MerlinHdrText(15, 5));
  this->Part("scan001.mib", 0, 8);
  this->Part("scan002.mib", 8, 7);
  for (const char * name : { "scan001.mib", "scan002.mib", "scan001.hdr" })
  {
    ExpectWhole(*OpenScanFile(m_Folder.Path(name)), 2);
  }
}

TEST_F(MerlinSeries, FirstMayHaveNoNumber)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(15, 5));
  this->Part("scan.mib", 0, 8);
  this->Part("scan1.mib", 8, 7);
  ExpectWhole(*OpenScanFile(m_Folder.Path("scan.hdr")), 2);
  ExpectWhole(*OpenScanFile(m_Folder.Path("scan1.mib")), 2);
}

TEST_F(MerlinSeries, OneFileForEachFrame)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(15, 5));
  for (std::int64_t frame = 0; frame < 15; ++frame)
  {
    this->Part("scan_" + std::to_string(frame + 1) + ".mib", frame, 1);
  }
  m_Folder.Write("scan_.hdr", MerlinHdrText(15, 5));
  ExpectWhole(*OpenScanFile(m_Folder.Path("scan_7.mib")), 15);
}

TEST_F(MerlinSeries, ManyFilesAreReadFromManyThreads)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(100, 10));
  for (std::int64_t frame = 0; frame < 100; ++frame)
  {
    this->Part("scan" + std::to_string(frame) + ".mib", frame, 1);
  }
  const auto               scan = OpenScanFile(m_Folder.Path("scan.hdr"));
  std::vector<std::thread> threads;
  std::atomic<int>         wrong{ 0 };
  for (int thread = 0; thread < 4; ++thread)
  {
    threads.emplace_back([&scan, &wrong, thread] {
      fourdstem::PatternLease lease;
      for (std::int64_t i = 0; i < 50; ++i)
      {
        const std::int64_t row = (i * 3 + thread) % 10;
        const auto         block = scan->Read(row, 0, 10, lease);
        for (std::int64_t p = 0; p < 10; ++p)
        {
          wrong += block.Row<std::uint8_t>(p, 0)[0] == row * 10 + p ? 0 : 1;
        }
      }
    });
  }
  for (std::thread & thread : threads)
  {
    thread.join();
  }
  EXPECT_EQ(wrong, 0);
}

TEST_F(MerlinSeries, OtherAcquisitionsOfSuchNamesStayApart)
{
  ScanFileOptions options;
  options.scanShape = { 3, 5 };
  this->Part("scan1.mib", 0, 15);
  this->Part("scan2.mib", 0, 15);
  this->Part("scan21.mib", 0, 15);
  this->Part("scan22.mib", 15, 15);
  m_Folder.Write("scan3.mib", "no Merlin file");
  for (const char * name : { "scan1.mib", "scan2.mib" })
  {
    const auto scan = OpenScanFile(m_Folder.Path(name), options);
    EXPECT_EQ(First(*scan).size(), 15U);
    EXPECT_EQ(Notes(*scan).find("Read as one"), std::string::npos);
  }
  // Frames of another size cannot go on.
  MerlinWriter wider;
  wider.width = 8;
  wider.firstNumber = 16;
  m_Folder.Write("scan3.mib", wider.Numbered(15));
  EXPECT_EQ(OpenScanFile(m_Folder.Path("scan2.mib"), options)->Header().fileSize, 15 * 408);
}

TEST_F(MerlinSeries, NamesWithSizesAreNoSeries)
{
  this->Part("scan_256x255.mib", 0, 15);
  this->Part("scan_256x256.mib", 0, 15);
  m_Folder.Write("scan_256x256.hdr", MerlinHdrText(15, 5));
  m_Folder.Write("scan_256x.hdr", MerlinHdrText(15, 3));
  EXPECT_EQ(OpenScanFile(m_Folder.Path("scan_256x256.mib"))->Shape().rx, 5);
  ExpectMentions(ComplaintAbout(m_Folder.Path("scan_256x255.mib")), { "15 patterns", "no .hdr" });
}

TEST_F(MerlinSeries, FilesThatLeaveOutFramesAreAnError)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(15, 5));
  this->Part("scan1.mib", 0, 5);
  this->Part("scan2.mib", 6, 9);
  const std::string complaint = ComplaintAbout(m_Folder.Path("scan.hdr"));
  ExpectMentions(complaint, { "does not fit together", "scan2.mib begins with frame 7", "scan1.mib", "up to 5" });
  ScanFileOptions options;
  options.scanShape = { 1, 5 };
  const auto scan = OpenScanFile(m_Folder.Path("scan.hdr"), options);
  EXPECT_EQ(First(*scan), (std::vector<std::uint8_t>{ 0, 1, 2, 3, 4 }));
  ExpectMentions(Notes(*scan), { "scan2.mib begins with frame 7", "not read" });
}

TEST_F(MerlinSeries, CutPartsInTheMiddleAreAnError)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(15, 5));
  const std::string first = this->Part("scan1.mib", 0, 5);
  this->Part("scan2.mib", 5, 10);
  std::filesystem::resize_file(std::filesystem::u8path(first), 5 * 408 - 1);
  ExpectMentions(ComplaintAbout(first), { "scan2.mib begins with frame 6", "up to 4" });
}

TEST_F(MerlinSeries, MissingBeginningIsAnError)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(15, 5));
  const std::string second = this->Part("scan2.mib", 5, 10);
  ExpectMentions(ComplaintAbout(second), { "scan2.mib", "begins with frame 6", "which positions", "scan shape" });
  ScanFileOptions options;
  options.scanShape = { 2, 5 };
  const auto scan = OpenScanFile(second, options);
  EXPECT_EQ(First(*scan)[0], 5);
  ExpectMentions(Notes(*scan), { "number 6" });
  // A whole scan may begin with any number.
  m_Folder.Write("scan.hdr", MerlinHdrText(10, 5));
  EXPECT_EQ(First(*OpenScanFile(second)).size(), 10U);
}

TEST_F(MerlinSeries, TwoFilesForTheSameFramesAreAnError)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(15, 5));
  this->Part("scan1.mib", 0, 5);
  this->Part("scan2.mib", 5, 10);
  this->Part("scan02.mib", 5, 10);
  ExpectMentions(ComplaintAbout(m_Folder.Path("scan1.mib")), { "scan02.mib", "scan2.mib", "both begin with frame 6" });
}

TEST_F(MerlinSeries, MissingLastFilesAreAnInterruptedScan)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(15, 5));
  this->Part("scan1.mib", 0, 6);
  this->Part("scan2.mib", 6, 5);
  ExpectMentions(ComplaintAbout(m_Folder.Path("scan.hdr")), { "scan.hdr", "11 whole patterns", "2 whole scan rows" });
  ScanFileOptions options;
  options.allowTruncated = true;
  const auto scan = OpenScanFile(m_Folder.Path("scan.hdr"), options);
  EXPECT_EQ(First(*scan).size(), 10U);
  ExpectMentions(Notes(*scan), { "2 whole scan rows are read", "15 frames, 11 are there" });
}

TEST_F(MerlinSeries, AFileThatChangedMeanwhileIsAnError)
{
  m_Folder.Write("scan.hdr", MerlinHdrText(15, 5));
  this->Part("scan1.mib", 0, 8);
  this->Part("scan2.mib", 8, 7);
  const auto scan = OpenScanFile(m_Folder.Path("scan1.mib"));
  std::filesystem::resize_file(std::filesystem::u8path(m_Folder.Path("scan2.mib")), 408);
  fourdstem::PatternLease lease;
  EXPECT_EQ(scan->Read(0, 0, 5, lease).count, 5);
  EXPECT_THROW(scan->Read(2, 0, 5, lease), std::runtime_error);
}
} // namespace
