// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "InstrumentFixtures.h"
#include "ScanFixtures.h"

#include "Kernels/Parallel.h"
#include "itkFourDSTEMImageIO.h"

#include <cmath>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;
using instruments::DataLink;
using instruments::Storage;

/** Chunks of single frames hold elements that are no multiple of eight. */
constexpr fourdstem::ScanShape Shape{ 3, 5, 6, 7 };
const std::string              Object = "/entry/data/data";

class DectrisFormat : public ::testing::Test
{
protected:
  static std::string
  DataName(int number)
  {
    std::string digits = std::to_string(number);
    return "scan_data_" + std::string(6 - digits.size(), '0') + digits + ".h5";
  }

  /** Data files with so many frames of the scan each, and the links to them. */
  std::vector<DataLink>
  WriteData(const std::vector<std::size_t> & frames, Storage storage = Storage::FrameChunks) const
  {
    std::vector<DataLink> links;
    std::size_t           first = 0;
    for (const std::size_t count : frames)
    {
      const auto number = static_cast<int>(links.size()) + 1;
      instruments::WriteFrames(m_Folder.Path(DataName(number)),
                               { count, 6, 7 },
                               H5T_NATIVE_UINT16,
                               m_Counts.data() + first * 42,
                               static_cast<int>(first) + 1,
                               storage);
      links.emplace_back(DataName(number).substr(5, 11), DataName(number), Object);
      first += count;
    }
    return links;
  }

  static ScanFileOptions
  Shaped(std::int64_t rows, std::int64_t columns)
  {
    ScanFileOptions options;
    options.scanShape = { rows, columns };
    return options;
  }

  TemporaryFolder            m_Folder;
  std::vector<std::uint16_t> m_Counts = CountingScan<std::uint16_t>(Shape);
  std::string                m_Path = m_Folder.Path("scan_master.h5");
};

TEST_F(DectrisFormat, FilesOfDifferentLengthsAreOneScanHoweverTheyAreStored)
{
  for (const Storage storage : instruments::Storages())
  {
    SCOPED_TRACE(static_cast<int>(storage));
    instruments::WriteMaster(m_Path, this->WriteData({ 7, 1, 7 }, storage));
    const auto scan = OpenScanFile(m_Path, Shaped(3, 5));
    EXPECT_TRUE(scan->Shape() == Shape);
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 5), m_Counts);
  }
}

TEST_F(DectrisFormat, HeaderNamesTheFilesThatAreRead)
{
  instruments::WriteMaster(m_Path, this->WriteData({ 7, 1, 7 }), [](const Hdf5TestFile & file) {
    file.Number("/entry/instrument/detector/detectorSpecific/photon_energy", 200000);
    file.Number("/entry/instrument/detector/count_time", 0.0005);
    file.Text("/entry/instrument/detector/description", "Dectris ARINA", false);
  });
  const auto   scan = OpenScanFile(m_Path, Shaped(3, 5));
  const auto & header = scan->Header();
  EXPECT_EQ(header.format, "Dectris NXmx");
  EXPECT_EQ(header.shapeSource, "option");
  EXPECT_EQ(header.storedType, "uint16");
  EXPECT_EQ(header.dataSet, "/entry/data");
  EXPECT_EQ(header.dataFile, m_Folder.Path(DataName(1)));
  EXPECT_EQ(header.otherFiles, (std::vector<std::string>{ m_Folder.Path(DataName(2)), m_Folder.Path(DataName(3)) }));
  std::uintmax_t bytes = 0;
  for (const int number : { 1, 2, 3 })
  {
    bytes += std::filesystem::file_size(std::filesystem::u8path(m_Folder.Path(DataName(number))));
  }
  EXPECT_EQ(header.fileSize, static_cast<std::int64_t>(bytes));
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "200000");
  EXPECT_EQ(header.metadata.at("ExposureTime_ms"), "0.5");
  EXPECT_EQ(header.metadata.at("Camera"), "Dectris ARINA");
  EXPECT_TRUE(header.detector.source.empty());
  ScanFileOptions named = Shaped(3, 5);
  named.dataSet = header.dataSet;
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path, named)), m_Counts);
  named.dataSet = "/entry/data/data_000001";
  ExpectMentions(ComplaintAbout(m_Path, named), { "data_000001 is a link to", "not followed" });
}

TEST_F(DectrisFormat, ScanShapeIsAskedForWhereNothingTells)
{
  instruments::WriteMaster(m_Path, this->WriteData({ 15 }));
  ExpectMentions(ComplaintAbout(m_Path), { "15 patterns", "3x5", "5x3", "1x15" });
  ExpectMentions(ComplaintAbout(m_Path, Shaped(4, 4)), { "4 x 4 patterns are promised", "15 whole patterns" });
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path, Shaped(1, 15)), 15), m_Counts);
}

TEST_F(DectrisFormat, SideFileHasScanShapeAndStep)
{
  instruments::WriteMaster(m_Path, this->WriteData({ 8, 7 }));
  instruments::WriteSideFile(m_Folder.Path("scan.h5"), 3, 5, 0.25);
  const auto   scan = OpenScanFile(m_Path);
  const auto & header = scan->Header();
  EXPECT_TRUE(scan->Shape() == Shape);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
  EXPECT_EQ(header.shapeSource, "NumPixelsY, NumPixelsX of scan.h5");
  EXPECT_EQ(header.scan.spacing[0], 0.25);
  EXPECT_EQ(header.scan.spacing[1], 0.25);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_EQ(header.metadata.at("CameraLength_m"), "0.115");
  EXPECT_EQ(header.otherFiles, (std::vector<std::string>{ m_Folder.Path(DataName(2)), m_Folder.Path("scan.h5") }));
  EXPECT_NE(std::find_if(header.notes.begin(),
                         header.notes.end(),
                         [](const std::string & note) { return note.find("not calibrated") != std::string::npos; }),
            header.notes.end());

  instruments::WriteSideFile(m_Folder.Path("scan.h5"), 4, 4, 0.25);
  ExpectMentions(ComplaintAbout(m_Path),
                 { "15 whole patterns", "4 x 4 patterns are promised (NumPixelsY, NumPixelsX of scan.h5)", "3x5" });
  ExpectMentions(ComplaintAbout(m_Folder.Path("scan.h5")), { "scan.h5", "open the master, scan_master.h5" });
}

TEST_F(DectrisFormat, SideFileThatTellsNothingIsNoted)
{
  instruments::WriteMaster(m_Path, this->WriteData({ 15 }));
  for (const bool isHdf5 : { true, false })
  {
    m_Folder.Write("scan.h5", "no HDF5 at all");
    if (isHdf5)
    {
      Hdf5TestFile(m_Folder.Path("scan.h5")).Group("/other");
    }
    const auto scan = OpenScanFile(m_Path, Shaped(3, 5));
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
    ExpectMentions(scan->Header().notes.at(0), { "scan.h5 is beside the master but not used" });
  }
  const auto lonely = m_Folder.Path("lonely.h5");
  instruments::WriteSideFile(lonely, 3, 5, 1);
  ExpectMentions(ComplaintAbout(lonely), { "lonely_master.h5, which is missing" });
}

TEST_F(DectrisFormat, TriggersOfSeveralImagesAreScanRows)
{
  const auto withCounts = [&](int images, int triggers) {
    instruments::WriteMaster(m_Path, this->WriteData({ 7, 8 }), [&](const Hdf5TestFile & file) {
      file.Number("/entry/instrument/detector/detectorSpecific/nimages", images);
      file.Number("/entry/instrument/detector/detectorSpecific/ntrigger", triggers);
    });
  };
  withCounts(5, 3);
  EXPECT_TRUE(OpenScanFile(m_Path)->Shape() == Shape);
  EXPECT_EQ(OpenScanFile(m_Path)->Header().shapeSource, "ntrigger, nimages");
  withCounts(1, 15);
  ExpectMentions(ComplaintAbout(m_Path), { "15 patterns", "3x5" });
  withCounts(5, 4);
  ExpectMentions(ComplaintAbout(m_Path), { "15 whole patterns", "3x5" });
  ExpectMentions(OpenScanFile(m_Path, Shaped(3, 5))->Header().notes.at(1), { "5 images", "4 triggers", "15 frames" });
}

TEST_F(DectrisFormat, ManyFilesAreReadInTheOrderOfTheirNumbersByManyThreads)
{
  constexpr std::int64_t     frames = 45;
  const fourdstem::ScanShape shape{ 5, 9, 6, 7 };
  const auto                 counts = CountingScan<std::uint16_t>(shape);
  std::vector<DataLink>      links;
  std::vector<std::uint16_t> read(counts.size());
  for (std::int64_t frame = 0; frame < frames; ++frame)
  {
    const auto name = "f" + std::to_string(frame) + ".h5";
    instruments::WriteFrames(
      m_Folder.Path(name), { 1, 6, 7 }, H5T_NATIVE_UINT16, counts.data() + frame * 42, static_cast<int>(frame) + 1);
    // Numbers without leading zeros: their order is not that of the names.
    links.emplace_back("data_" + std::to_string(frame + 1), name, Object);
  }
  instruments::WriteMaster(m_Path, links);
  const auto scan = OpenScanFile(m_Path, Shaped(5, 9));
  fourdstem::ParallelFor(2 * frames, fourdstem::Execution{ 4, {} }, [&](std::int64_t i) {
    fourdstem::PatternLease lease;
    const std::int64_t      p = i * 7 % frames;
    const auto              block = scan->Read(p / 9, p % 9, 1, lease);
    if (i < frames)
    {
      std::copy_n(block.Row<std::uint16_t>(0, 0), 42, read.data() + p * 42);
    }
  });
  EXPECT_EQ(read, counts);
}

TEST_F(DectrisFormat, FramesMayLieInTheMasterItself)
{
  instruments::WriteMaster(m_Path, {}, [this](const Hdf5TestFile & file) {
    file.Array("/entry/data/data_000001", { 8, 6, 7 }, H5T_STD_U16BE, H5T_NATIVE_UINT16, m_Counts.data());
    file.Array("/entry/data/data_000002",
               { 7, 6, 7 },
               H5T_STD_U16BE,
               H5T_NATIVE_UINT16,
               m_Counts.data() + std::ptrdiff_t{ 336 });
  });
  const auto scan = OpenScanFile(m_Path, Shaped(3, 5));
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
  EXPECT_TRUE(scan->Header().dataFile.empty());
  EXPECT_TRUE(scan->Header().otherFiles.empty());
}

TEST_F(DectrisFormat, WhatIsMissingIsNamed)
{
  auto links = this->WriteData({ 7, 1, 7 });
  instruments::WriteMaster(m_Path, links);
  std::filesystem::remove(std::filesystem::u8path(m_Folder.Path(DataName(2))));
  ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)),
                 { "scan_master.h5", "/entry/data/data_000002", "scan_data_000002.h5, which is missing" });

  links.erase(links.begin() + 1);
  instruments::WriteMaster(m_Path, links);
  ExpectMentions(ComplaintAbout(m_Path), { "from data_1 to data_3", "scan_data_000003.h5", "scan shape" });
  const auto scan = OpenScanFile(m_Path, Shaped(2, 7));
  ExpectMentions(scan->Header().notes.at(0), { "leave out frames", "data_3" });

  std::get<0>(links[1]) = "data_000002";
  instruments::WriteMaster(m_Path, links);
  ExpectMentions(ComplaintAbout(m_Path), { "scan_data_000003.h5 begins with image 9 where 8 follows" });
}

TEST_F(DectrisFormat, DamagedDataFilesAreNamed)
{
  const auto        links = this->WriteData({ 7, 8 });
  const auto        second = m_Folder.Path(DataName(2));
  const std::string name = DataName(2);
  instruments::WriteMaster(m_Path, links);
  m_Folder.Write(name, "");
  ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)), { name, "empty" });
  m_Folder.Write(name, "text");
  ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)), { name, "no HDF5 file" });
  this->WriteData({ 7, 8 });
  std::filesystem::resize_file(std::filesystem::u8path(second),
                               std::filesystem::file_size(std::filesystem::u8path(second)) / 2);
  ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)), { name });
  {
    const Hdf5TestFile empty(second);
    instruments::Groups(empty, "/entry/data");
  }
  ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)), { name, "has no data set /entry/data/data" });
  instruments::WriteFrames(second, { 8, 6, 6 }, H5T_NATIVE_UINT16, m_Counts.data(), 8);
  ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)), { name, "6 x 6 pixels of uint16", "6 x 7 pixels of uint16" });
  instruments::WriteFrames(second, { 0, 6, 7 }, H5T_NATIVE_UINT16, m_Counts.data(), 8);
  ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)), { name, "has no patterns" });
  instruments::WriteFrames(second, { 4, 6, 7 }, H5T_NATIVE_UINT32, m_Counts.data(), 8);
  ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)), { name, "uint32", "uint16" });
  const std::vector<std::int32_t> wrong(42);
  instruments::WriteFrames(m_Folder.Path(DataName(1)), { 1, 6, 7 }, H5T_NATIVE_INT32, wrong.data(), 1);
  instruments::WriteMaster(m_Path, { links[0] });
  ExpectMentions(ComplaintAbout(m_Path, Shaped(1, 1)), { DataName(1), "int32", "uint8, uint16 and uint32" });
}

TEST_F(DectrisFormat, LinksThatLeadBackAreRefused)
{
  instruments::WriteMaster(m_Path, { { "data_000001", "scan_master.h5", "/entry/data/data_000001" } });
  ExpectMentions(ComplaintAbout(m_Path), { "scan_master.h5", "has no data set /entry/data/data_000001" });
}

TEST_F(DectrisFormat, LinksOutOfTheFolderAreFollowedOnlyIfAllowed)
{
  const TemporaryFolder elsewhere;
  this->WriteData({ 15 });
  const auto outside = elsewhere.Get() / DataName(1);
  std::filesystem::rename(std::filesystem::u8path(m_Folder.Path(DataName(1))), outside);
  const std::string up = "../" + elsewhere.Get().filename().u8string() + "/" + DataName(1);
  ScanFileOptions   allowed = Shaped(3, 5);
  allowed.allowOutsideLinks = true;
  for (const std::string & target : { up, outside.u8string() })
  {
    instruments::WriteMaster(m_Path, { { "data_000001", target, Object } });
    ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)), { target, "outside its folder", "--allow-outside-links" });
    EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path, allowed)), m_Counts);
    const auto io = itk::FourDSTEMImageIO::New();
    io->SetFileName(m_Path);
    io->SetScanShape(3, 5);
    EXPECT_THROW(io->ReadImageInformation(), itk::ExceptionObject);
    io->SetAllowOutsideLinks(true);
    io->ReadImageInformation();
    EXPECT_EQ(io->GetDimensions(3), 3U);
  }
  std::error_code failed;
  std::filesystem::create_symlink(outside, std::filesystem::u8path(m_Folder.Path("inside.h5")), failed);
  if (!failed)
  {
    instruments::WriteMaster(m_Path, { { "data_000001", "inside.h5", Object } });
    ExpectMentions(ComplaintAbout(m_Path, Shaped(3, 5)), { "inside.h5", "outside its folder" });
    EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path, allowed)), m_Counts);
  }
  ExpectMentions(ComplaintAbout(outside.u8string(), allowed), { "no Dectris master", "--allow-outside-links" });
  allowed.scanShape.reset();
  ExpectMentions(ComplaintAbout(m_Folder.Write("x.npy", "\x93NUMPY"), allowed), { "--allow-outside-links" });
}

TEST_F(DectrisFormat, FilesBelowTheFolderAreWithinIt)
{
  this->WriteData({ 15 });
  std::filesystem::create_directory(m_Folder.Get() / "raw");
  std::filesystem::rename(std::filesystem::u8path(m_Folder.Path(DataName(1))), m_Folder.Get() / "raw" / DataName(1));
  instruments::WriteMaster(m_Path, { { "data_000001", "raw/" + DataName(1), Object } });
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path, Shaped(3, 5))), m_Counts);
}

TEST_F(DectrisFormat, PixelsWithoutDataAreNaN)
{
  // Marked: a dead pixel, a gap; not marked: one between chips, whose value is interpolated.
  std::vector<std::uint32_t> mask(42, 0);
  mask[3] = 2;
  mask[41] = 1;
  mask[8] = std::uint32_t{ 1 } << 31;
  m_Counts[42 * 4 + 9] = 65535;
  m_Counts[42 * 14] = 65534;
  instruments::WriteMaster(m_Path, this->WriteData({ 7, 1, 7 }), [&mask](const Hdf5TestFile & file) {
    file.Array("/entry/instrument/detector/detectorSpecific/pixel_mask",
               { 6, 7 },
               H5T_STD_U32LE,
               H5T_NATIVE_UINT32,
               mask.data());
  });
  const auto scan = OpenScanFile(m_Path, Shaped(3, 5));
  const auto values = ReadAll<float>(*scan);
  ASSERT_EQ(values.size(), m_Counts.size());
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    const bool isData = i % 42 != 3 && i % 42 != 41 && m_Counts[i] != 65535;
    EXPECT_TRUE(isData ? values[i] == m_Counts[i] : std::isnan(values[i])) << i;
  }
  EXPECT_EQ(scan->Header().storedType, "uint16");
  ExpectMentions(scan->Header().notes.back(), { "No data (NaN) are the 2 pixels", "65535", "float32" });
}

TEST_F(DectrisFormat, LargestValueInTheFirstFrameIsNoDataWithoutAMaskToo)
{
  m_Counts[5] = 65535;
  instruments::WriteMaster(m_Path, this->WriteData({ 15 }));
  const auto scan = OpenScanFile(m_Path, Shaped(3, 5));
  EXPECT_TRUE(std::isnan(ReadAll<float>(*scan)[5]));
  EXPECT_EQ(ReadAll<float>(*scan)[6], m_Counts[6]);
  ExpectMentions(scan->Header().notes.back(), { "the 0 pixels", "1 of the first frame" });
}

TEST_F(DectrisFormat, MaskOfOtherExtentsIsNoted)
{
  const std::vector<std::uint32_t> mask(42, 1);
  instruments::WriteMaster(m_Path, this->WriteData({ 15 }), [&mask](const Hdf5TestFile & file) {
    file.Array("/entry/instrument/detector/pixel_mask", { 7, 6 }, H5T_STD_U32LE, H5T_NATIVE_UINT32, mask.data());
  });
  const auto scan = OpenScanFile(m_Path, Shaped(3, 5));
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), m_Counts);
  ExpectMentions(scan->Header().notes.at(0), { "pixel mask", "not used" });
}
} // namespace
