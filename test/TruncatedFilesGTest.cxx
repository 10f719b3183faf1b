// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "BlockfileFixtures.h"
#include "DmFixtures.h"
#include "MerlinFixtures.h"
#include "MrcFixtures.h"
#include "RawFixtures.h"
#include "SeqFixtures.h"
#include "TiaFixtures.h"
#include "TvipsFixtures.h"

#include "itkFourDSTEMImageIO.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;
using fourdstem::ScanShape;

/** A scan of 3 x 5 patterns in a file, of which what lies behind `begin` is patterns `stride` bytes apart. */
struct FlatFile
{
  std::string                name;
  std::string                bytes;
  std::size_t                begin;
  std::size_t                stride;
  ScanShape                  shape;
  std::vector<std::uint16_t> values;
  ScanFileOptions            options;
  /** Name and bytes of a file beside it. */
  std::pair<std::string, std::string> companion;
};

ScanFileOptions
Given(std::int64_t rows, std::int64_t columns)
{
  ScanFileOptions options;
  options.scanShape = { rows, columns };
  return options;
}

std::string
Npy(const std::string & shape)
{
  std::string text = "{'descr': '<u2', 'fortran_order': False, 'shape': (" + shape + "), }";
  text.resize(117, ' ');
  return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + text + '\n';
}

/** A DM4 file whose image tells its extents before its pixels. */
std::string
Dm4(const std::vector<std::uint16_t> & values)
{
  const dm::TagWriter writer(4);
  const std::string   image = writer.Group("",
                                         { writer.Group("ImageTags", { dm::Swapped(writer, true) }),
                                             writer.Group("ImageData",
                                                        { writer.Number("DataType", dm::DataType<std::uint16_t>()),
                                                            writer.Group("Dimensions",
                                                                       { writer.Number("", std::uint32_t{ 4 }),
                                                                           writer.Number("", std::uint32_t{ 6 }),
                                                                           writer.Number("", std::uint32_t{ 5 }),
                                                                           writer.Number("", std::uint32_t{ 3 }) }),
                                                            writer.Array("Data", values) }) });
  return writer.File({ writer.Group("ImageList", { dm::Thumbnail(writer), image }) });
}

std::vector<FlatFile>
FlatFiles()
{
  const ScanShape       shape{ 3, 5, 6, 4 };
  const auto            values = CountingScan<std::uint16_t>(shape);
  const std::string     pixels = BytesOf(values);
  constexpr std::size_t bytes = 48;
  std::vector<FlatFile> files;
  files.push_back({ "a.bin", pixels, 0, bytes, shape, values, fixtures::Described("u2"), {} });
  files.push_back({ "a.npy", Npy("3, 5, 6, 4") + pixels, 128, bytes, shape, values, {}, {} });
  files.push_back({ "stack.npy", Npy("15, 6, 4") + pixels, 128, bytes, shape, values, Given(3, 5), {} });

  ScanFileOptions unflipped;
  unflipped.noFlip = true;
  MerlinWriter merlin;
  merlin.type = "U16";
  files.push_back({ "a.mib",
                    merlin.File(MerlinFramesOf(values, 24)),
                    0,
                    384 + bytes,
                    shape,
                    values,
                    unflipped,
                    { "a.hdr", MerlinHdrText({ { "ScanX", "5" }, { "ScanY", "3" } }) } });

  const auto        counts = blockfile::Counts<std::uint16_t>();
  const std::string block = blockfile::Blockfile().Bytes(counts);
  files.push_back({ "a.blo", block, 0x1010, 78, blockfile::Shape, counts, {}, {} });
  files.push_back({ "a.mrc", MrcWriter(6, 15, 6, 4).Bytes(pixels), 1024, bytes, shape, values, Given(3, 5), {} });
  files.push_back({ "a_movie.mrc",
                    MrcWriter(6, 15, 6, 4).Bytes(pixels),
                    1024,
                    bytes,
                    shape,
                    values,
                    {},
                    { "a_info.txt", "Scan - Enable = On\nScan - Size X = 5\nScan - Size Y = 3\n" } });
  files.push_back({ "a.seq", seq::Sequence(5, 56, values), 8192, 56, shape, values, Given(3, 5), {} });

  tia::Series series;
  files.push_back(
    { "a.ser", series.Bytes(values), series.Bytes(values).size() - 15 * 122, 122, shape, values, {}, {} });

  const tvips::Recording<std::uint16_t> recording;
  files.push_back({ "a_000.tvips",
                    recording.header + recording.Frames(values, tvips::Counted(1, 15)),
                    256,
                    112,
                    shape,
                    values,
                    Given(3, 5),
                    {} });
  const std::string dm4 = Dm4(values);
  files.push_back({ "a.dm4", dm4, dm4.find(pixels), bytes, shape, values, {}, {} });
  return files;
}

class TruncatedFiles : public ::testing::TestWithParam<FlatFile>
{
protected:
  /** The file with so many whole patterns and `more` bytes. */
  std::string
  Write(std::size_t held, std::size_t more) const
  {
    const FlatFile & file = this->GetParam();
    if (!file.companion.first.empty())
    {
      m_Folder.Write(file.companion.first, file.companion.second);
    }
    return m_Folder.Write(file.name, file.bytes.substr(0, file.begin + held * file.stride + more));
  }

  ScanFileOptions
  Allowed() const
  {
    ScanFileOptions options = this->GetParam().options;
    options.allowTruncated = true;
    return options;
  }

  /** Values of the first patterns. */
  std::vector<std::uint16_t>
  First(std::int64_t patterns) const
  {
    const auto & values = this->GetParam().values;
    return { values.begin(), values.begin() + patterns * this->GetParam().shape.PatternPixels() };
  }

  TemporaryFolder m_Folder;
};

TEST_P(TruncatedFiles, WholeRowsAreReadIfTheyAreWanted)
{
  const FlatFile & file = this->GetParam();
  for (const std::size_t held : { 5U, 6U, 12U, 14U })
  {
    for (const std::size_t more : { std::size_t{ 0 }, std::size_t{ 1 }, file.stride - 30 })
    {
      SCOPED_TRACE(std::to_string(held) + " patterns and " + std::to_string(more) + " bytes");
      const std::string path = this->Write(held, more);
      const auto        rows = static_cast<std::int64_t>(held) / 5;
      const std::string complaint = ComplaintAbout(path, file.options);
      EXPECT_EQ(complaint.find(path + ": "), 0U) << complaint;
      ExpectMentions(complaint,
                     { "cut off", std::to_string(rows), "whole scan row", "--allow-truncated (allowTruncated)" });
      const auto scan = OpenScanFile(path, this->Allowed());
      EXPECT_EQ(scan->Shape().ry, rows);
      EXPECT_EQ(scan->Shape().rx, 5);
      EXPECT_TRUE(scan->Header().storedShape == file.shape);
      EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 5), this->First(5 * rows));
      std::string notes;
      for (const std::string & note : scan->Header().notes)
      {
        notes += note + " ";
      }
      ExpectMentions(notes,
                     { "3 x 5 patterns are promised",
                       std::to_string(held) + " whole patterns are there",
                       std::to_string(rows) + " whole scan row" });
    }
  }
}

TEST_P(TruncatedFiles, NothingIsReadWithoutOneWholeRow)
{
  const FlatFile & file = this->GetParam();
  for (const std::size_t held : { 1U, 4U })
  {
    const std::string path = this->Write(held, 7);
    const std::string complaint = ComplaintAbout(path, this->Allowed());
    EXPECT_EQ(complaint.find(path + ": "), 0U) << complaint;
    ExpectMentions(complaint,
                   { "cut off", std::to_string(held) + " whole pattern", "not one whole scan row", "3 x 5" });
    EXPECT_NE(ComplaintAbout(path, file.options), "(none)");
  }
  for (const std::size_t size : { std::size_t{ 1 }, file.begin / 2 + 1, file.begin + 1 })
  {
    const std::string path = m_Folder.Write(file.name, file.bytes.substr(0, size));
    EXPECT_EQ(ComplaintAbout(path, this->Allowed()).find(path + ": "), 0U);
  }
}

TEST_P(TruncatedFiles, WholeFilesAreReadAsEver)
{
  const FlatFile &  file = this->GetParam();
  const std::string path = this->Write(15, file.bytes.size());
  const auto        scan = OpenScanFile(path, this->Allowed());
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), file.values);
  EXPECT_EQ(scan->Header().notes, OpenScanFile(path, file.options)->Header().notes);
}

TEST_P(TruncatedFiles, RegionAndFlipsCountTheRowsThatAreThere)
{
  auto options = this->Allowed();
  options.flipScanRows = true;
  options.region = fourdstem::ScanRegion{ 0, 0, 1, 5 };
  const std::string path = this->Write(13, 3);
  const auto        rows = this->First(10);
  const auto        half = rows.size() / 2;
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options)),
            (std::vector<std::uint16_t>(rows.begin() + static_cast<std::ptrdiff_t>(half), rows.end())));
  options.region->ry = 2;
  ExpectMentions(ComplaintAbout(path, options), { path });
}

TEST_P(TruncatedFiles, GrowWhileTheyAreRead)
{
  const FlatFile &  file = this->GetParam();
  const std::string path = this->Write(12, 20);
  const auto        append = [&](std::size_t from, std::size_t to) {
    const std::size_t begin = file.begin + from * file.stride + 20;
    std::ofstream(std::filesystem::u8path(path), std::ios::binary | std::ios::app)
      << file.bytes.substr(begin, (to - from) * file.stride);
  };
  const auto scan = OpenScanFile(path, this->Allowed());
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), this->First(10));
  append(12, 14);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), this->First(10));
  append(14, 16);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), this->First(10));
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, this->Allowed())), file.values);
  std::filesystem::resize_file(std::filesystem::u8path(path), file.begin + 10 * file.stride);
  EXPECT_THROW(ReadAll<std::uint16_t>(*scan), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Formats,
                         TruncatedFiles,
                         ::testing::ValuesIn(FlatFiles()),
                         [](const ::testing::TestParamInfo<FlatFile> & tested) {
                           std::string name = tested.param.name;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(TruncatedScans, OfOneRowOrOneColumn)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint16_t>({ 1, 7, 6, 4 });
  const auto            write = [&](const std::string & shape, std::size_t held) {
    return folder.Write("a.npy", Npy(shape + ", 6, 4") + BytesOf(values).substr(0, held * 48));
  };
  ScanFileOptions options;
  options.allowTruncated = true;
  ExpectMentions(ComplaintAbout(write("1, 7", 6), options), { "6 whole patterns", "not one whole scan row" });
  ExpectMentions(ComplaintAbout(write("1, 1", 0), options), { "0 whole patterns", "not one whole scan row" });
  const auto column = OpenScanFile(write("7, 1", 6), options);
  EXPECT_EQ(column->Shape().ry, 6);
  EXPECT_EQ(ReadAll<std::uint16_t>(*column, 1),
            (std::vector<std::uint16_t>(values.begin(), values.begin() + std::ptrdiff_t{ 6 } * 24)));
}

TEST(TruncatedScans, StacksAreAskedForTheirShape)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("a.npy", Npy("15, 6, 4") + std::string(12 * 48, '\1'));
  ExpectMentions(ComplaintAbout(path), { "cut off", "12 whole patterns", "--allow-truncated", "with the scan shape" });
  ScanFileOptions options;
  options.allowTruncated = true;
  ExpectMentions(ComplaintAbout(path, options), { "15 patterns", "give it, rows x columns" });
}

TEST(TruncatedScans, ImpossibleShapesAreRefused)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("a.bin", std::string(12 * 48, '\1'));
  auto                  options = fixtures::Described("u2");
  options.allowTruncated = true;
  constexpr std::int64_t huge = std::int64_t{ 1 } << 62;
  for (const auto & [ry, rx] :
       { std::pair{ huge, huge }, std::pair{ std::int64_t{ 3 }, huge }, std::pair{ std::int64_t{ 1 }, huge } })
  {
    options.scanShape = { ry, rx };
    ExpectMentions(ComplaintAbout(path, options), { "a.bin", "12 whole patterns", "not one whole scan row" });
  }
  for (const auto & shape : { std::pair{ -3, 5 }, std::pair{ 3, -5 }, std::pair{ 0, 5 }, std::pair{ 3, 0 } })
  {
    options.scanShape = shape;
    ExpectMentions(ComplaintAbout(path, options), { "a.bin", "12 patterns" });
  }
}

TEST(TruncatedScans, OrdersInWhichNoRowIsWhole)
{
  const TemporaryFolder folder;
  const auto            values = CountingScan<std::uint16_t>({ 3, 5, 6, 4 });
  ScanFileOptions       options;
  options.allowTruncated = true;
  std::string npy = Npy("3, 5, 6, 4") + BytesOf(values).substr(7);
  npy.replace(npy.find("False"), 5, "True ");
  ExpectMentions(ComplaintAbout(folder.Write("a.npy", npy), options), { "cut off", "Fortran order", "no scan row" });
  const std::string dm4 = Dm4(values);
  const std::string path = folder.Write("a.dm4", dm4.substr(0, dm4.find(BytesOf(values)) + 700));
  options.dmOrder = fourdstem::DmOrder::Images;
  ExpectMentions(ComplaintAbout(path, options),
                 { "cut off", "700 of the 720 bytes", "order of images", "no scan row" });
}

TEST(TruncatedScans, DmFilesThatTellTheirShapeBehindTheirPixels)
{
  const TemporaryFolder folder;
  const dm::TagWriter   writer(4);
  const auto            values = CountingScan<std::uint16_t>({ 3, 5, 6, 4 });
  const std::string     pixels = BytesOf(values);
  const std::string     image =
    dm::Image(writer, { 4, 6, 5, 3 }, values, {}, { dm::Swapped(writer, true) }, dm::DataType<std::uint16_t>());
  const std::string dm4 = writer.File({ writer.Group("ImageList", { dm::Thumbnail(writer), image }) });
  const std::size_t begin = dm4.find(pixels);
  const std::string path = folder.Write("a.dm4", dm4.substr(0, begin + 500));
  ScanFileOptions   options;
  options.allowTruncated = true;
  for (const auto & either : { ScanFileOptions(), options })
  {
    ExpectMentions(
      ComplaintAbout(path, either),
      { "ImageList.2.ImageData.Data", "360 numbers of 2 bytes", "--file-header " + std::to_string(begin) });
  }
  // And so they do.
  auto described = fixtures::Described("u2");
  described.raw->fileHeader = static_cast<std::int64_t>(begin);
  described.allowTruncated = true;
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, described)),
            (std::vector<std::uint16_t>(values.begin(), values.begin() + 240)));
  // Cut off behind the pixels, in the tags.
  const std::string whole = folder.Write("b.dm4", dm4.substr(0, dm4.size() - 60));
  ExpectMentions(ComplaintAbout(whole), { "cut off", "3 of 3 whole scan rows", "--allow-truncated" });
  const auto scan = OpenScanFile(whole, options);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), values);
  ExpectMentions(scan->Header().notes.at(0), { "cut off", "is not known" });
}

TEST(TruncatedScans, SeriesGrow)
{
  const TemporaryFolder                 folder;
  const auto                            values = CountingScan<std::uint16_t>({ 3, 5, 6, 4 });
  const tvips::Recording<std::uint16_t> recording;
  const std::string                     frames = recording.Frames(values, tvips::Counted(1, 15));
  const std::string first = folder.Write("a_000.tvips", recording.header + frames.substr(0, 7 * 112));
  const std::string second = folder.Write("a_001.tvips", frames.substr(7 * 112, 4 * 112 + 5));
  auto              options = Given(3, 5);
  options.allowTruncated = true;
  const auto scan = OpenScanFile(first, options);
  folder.Write("a_001.tvips", frames.substr(7 * 112));
  folder.Write("a_002.tvips", frames);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), (std::vector<std::uint16_t>(values.begin(), values.begin() + 240)));
}

TEST(TruncatedScans, ReadByItk)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("a.npy", Npy("3, 5, 6, 4") + std::string(11 * 48, '\1'));
  auto                  io = itk::FourDSTEMImageIO::New();
  io->SetFileName(path);
  EXPECT_THROW(io->ReadImageInformation(), itk::ExceptionObject);
  io->SetAllowTruncated(true);
  io->ReadImageInformation();
  EXPECT_EQ(io->GetDimensions(3), 2U);
  EXPECT_EQ(io->GetDimensions(2), 5U);
}
} // namespace
