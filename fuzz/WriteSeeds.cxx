// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Writes what each fuzzer begins with, by the writers that tests use: FourDSTEMWriteSeeds FOLDER, then in it a folder
// for each target.
#include "BlockfileFixtures.h"
#include "ChunkFixtures.h"
#include "DmFixtures.h"
#include "FuzzInput.h"
#include "Hdf5Fixtures.h"
#include "Hdf5Script.h"
#include "MerlinFixtures.h"
#include "MrcFixtures.h"
#include "SeqFixtures.h"
#include "TiaFixtures.h"
#include "TvipsFixtures.h"

#include "fourdstem/EmpadWriter.h"
#include "fourdstem/NpyWriter.h"

#include <cstdio>

namespace
{
using fourdstem::fuzz::Settings;
using fourdstem::fuzz::WriteInput;
using Files = std::vector<std::string>;

const fourdstem::ScanShape Shape{ 3, 5, 6, 4 };

std::string
ContentOf(const std::string & path)
{
  std::ifstream file(std::filesystem::u8path(path), std::ios::binary);
  return { std::istreambuf_iterator<char>(file), {} };
}

/** A folder of seeds, numbered. */
class Seeds
{
public:
  Seeds(const std::filesystem::path & folder, const std::string & target)
    : m_Folder(folder / target)
  {
    std::filesystem::create_directories(m_Folder);
  }

  void
  Add(const std::string & bytes)
  {
    std::ofstream(m_Folder / ("seed-" + std::to_string(m_Count++)), std::ios::binary) << bytes;
  }
  void
  Add(const Settings & settings, const Files & files)
  {
    this->Add(WriteInput(settings, files));
  }

private:
  std::filesystem::path m_Folder;
  int                   m_Count = 0;
};

Settings
WithScanShape(std::uint8_t ry, std::uint8_t rx)
{
  Settings settings;
  settings.flags = Settings::ScanShapeGiven;
  settings.scan = { ry, rx };
  return settings;
}

void
AddNumpy(Seeds seeds)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("scan.npy");
  fourdstem::NpyWriter  writer(path, Shape);
  writer.Write(CountingScan<float>(Shape).data(), Shape.Positions());
  writer.Close();
  const std::string scan = ContentOf(path);
  seeds.Add(Settings(), { scan });
  std::string fortran = scan;
  const auto  order = fortran.find("False");
  seeds.Add(Settings(), { fortran.replace(order, 5, "True ") });
  Settings turned = WithScanShape(5, 3);
  turned.flags |= Settings::Transposed | Settings::ScanRowsFlipped | Settings::RegionGiven;
  turned.region = { 1, 1, 2, 2 };
  const auto begin = scan.find("(3, 5, 6, 4)");
  seeds.Add(turned, { std::string(scan).replace(begin, 12, "(15, 6, 4)  ") });
}

void
AddEmpad(Seeds seeds)
{
  const TemporaryFolder       folder;
  fourdstem::EmpadDescription description;
  description.scanSpacing = 0.5;
  description.detectorSpacing = 0.02;
  description.voltage = 80000;
  const std::vector<float> patterns(std::size_t{ 6 } * 128 * 128);
  fourdstem::EmpadWriter   writer(folder.Path("scan_x3_y2"), { 2, 3, 128, 128 }, description);
  writer.Write(patterns.data(), 6);
  writer.Close();
  Settings settings;
  settings.zeros = { 6 * 65 % 256, 6 * 65 / 256 };
  seeds.Add(settings, { "" });
  settings.opened = 1;
  seeds.Add(settings, { "", ContentOf(folder.Path("scan_x3_y2.xml")) });
  seeds.Add(settings,
            { "",
              "<root name='a'><raw_file filename='scan_x3_y2.raw'/><type>scan</type><scan_parameters mode='acquire'>"
              "<scan_resolution_x>3</scan_resolution_x><scan_resolution_y>2</scan_resolution_y><scan_size>0.5"
              "</scan_size></scan_parameters><iom_measurements><full_scan_field_of_view><scale_factor>0.5"
              "</scale_factor><x>4e-08</x><y>4e-08</y></full_scan_field_of_view><calibrated_diffraction_angle>4e-4"
              "</calibrated_diffraction_angle><optics.get_cameralength>0.7</optics.get_cameralength>"
              "</iom_measurements><timestamp isoformat='2026-03-25T16:47:52'/></root>" });
}

void
AddMerlin(Seeds seeds)
{
  MerlinWriter writer;
  writer.time = [](std::int64_t frame) { return frame * 1000000 + frame / 5 * 3000000; };
  seeds.Add(Settings(), { writer.Numbered(15) });
  const std::string hdr =
    MerlinHdrText({ { "ScanX", "5" }, { "ScanY", "3" }, { "Counter Depth (number)", "6" } }).substr(0, 80);
  seeds.Add(Settings(), { writer.Numbered(15), hdr });
  MerlinWriter second = writer;
  second.firstNumber = 11;
  seeds.Add(Settings(), { writer.Numbered(10), MerlinHdrText(15, 5).substr(0, 100), second.Numbered(5) });
  MerlinWriter raw = writer;
  raw.type = "R64";
  raw.width = 256;
  raw.height = 1;
  for (const int depth : { 1, 6, 12, 24 })
  {
    raw.depth = depth;
    seeds.Add(WithScanShape(1, 1), { raw.File({ MerlinRawFrame(MerlinImage(256, 1), depth, false) }) });
  }
  MerlinWriter words = writer;
  words.type = "U16";
  seeds.Add(WithScanShape(3, 1), { words.File(MerlinFramesOf(std::vector<std::uint16_t>(3 * 24, 7), 24)) });
}

void
AddBlockfile(Seeds seeds)
{
  // Without the virtual image, which is not read.
  seeds.Add(Settings(), { blockfile::Blockfile(0x0102).Bytes(blockfile::Counts<std::uint8_t>()) });
  blockfile::Blockfile wide(0x0103);
  wide.Note("Blo Bit Depth: 16 bits");
  seeds.Add(Settings(), { wide.Bytes(blockfile::Counts<std::uint16_t>()) });
}

void
AddMrc(Seeds seeds)
{
  const auto        counts = CountingScan<std::uint16_t>(Shape);
  const std::string movie = MrcWriter(6, 15, 6, 4).Bytes(BytesOf(counts));
  const std::string info = "Image Size X (pixels) = 4\nImage Size Y (pixels) = 6\nScan - Enable = Enable\n"
                           "Scan - Size X = 5\nScan - Size Y = 3\nScan - Repeats = 1\nScan - Type = ";
  seeds.Add(WithScanShape(3, 5), { movie });
  seeds.Add(Settings(), { movie, info + "Raster\nSpecimen Pixel Size X (nanometers) = 0.5\n" });
  std::string positions;
  for (int i = 14; i >= 0; --i)
  {
    positions += std::to_string(i % 5) + "," + std::to_string(i / 5) + "\n";
  }
  seeds.Add(Settings(), { movie, info + "XY Array\n", positions });
  MrcWriter big(0, 15, 6, 4, true);
  big.SetExtended(128);
  seeds.Add(WithScanShape(3, 5), { big.Bytes(std::string(15 * 24, '\x80')) });
}

void
AddDm(Seeds seeds)
{
  const auto                  counts = CountingScan<std::uint16_t>(Shape);
  const std::vector<dm::Axis> axes = {
    { 2.F, 0.1F, u"1/nm" }, { 3.F, 0.1F, u"1/nm" }, { 0.F, 4.F, u"nm" }, { 0.F, 4.F, u"nm" }
  };
  for (const int version : { 3, 4 })
  {
    for (const bool isBig : { false, true })
    {
      const dm::TagWriter writer(version, isBig);
      const auto          list = [&](const std::string & image) {
        return writer.File({ writer.Group("ImageList", { dm::Thumbnail(writer), image }) });
      };
      seeds.Add(Settings(), { list(dm::Image(writer, { 4, 6, 5, 3 }, counts, axes, { dm::Swapped(writer, true) })) });
      seeds.Add(WithScanShape(3, 5), { list(dm::Image(writer, { 4, 6, 15 }, counts)) });
    }
  }
}

void
AddTvips(Seeds seeds)
{
  const auto counts = CountingScan<std::uint16_t>(tvips::Shape);
  for (const std::uint32_t version : { 1U, 2U })
  {
    const tvips::Recording<std::uint16_t> recording(version);
    seeds.Add(WithScanShape(3, 5),
              { recording.header + recording.Frames(counts, tvips::Counted(1, 10)),
                recording.Frames(counts, tvips::Counted(11, 5)) });
  }
}

void
AddTia(Seeds seeds)
{
  tia::Series series;
  seeds.Add(Settings(), { series.Bytes(CountingScan<std::uint16_t>(tia::Shape)) });
  series.isWide = true;
  series.hasPositions = false;
  series.dimensions = { { 15, 1., "" } };
  seeds.Add(WithScanShape(3, 5), { series.Bytes(CountingScan<std::uint8_t>(tia::Shape)) });
}

void
AddSeq(Seeds seeds)
{
  const auto counts = CountingScan<std::uint16_t>(seq::Shape);
  seeds.Add(WithScanShape(3, 5), { seq::Sequence(4, 64, counts) });
  seeds.Add(WithScanShape(3, 5), { seq::Sequence(5, 64, counts) });
}

void
AddRaw(Seeds seeds)
{
  Settings settings = WithScanShape(3, 5);
  settings.flags |= Settings::RawGiven;
  settings.detector = { 6, 4 };
  settings.type = 2;
  seeds.Add(settings, { BytesOf(CountingScan<std::uint16_t>(Shape)) });
  settings.type = 9;
  settings.headerBytes = 16;
  settings.frameBytes = 4;
  seeds.Add(settings, { std::string(16 + 15 * (48 + 5), '\x3C') });
}

/** The files that scripts with this verb make. */
void
AddMadeFiles(Seeds & seeds, const std::filesystem::path & scripts, const std::string & verb)
{
  for (const auto & script : std::filesystem::directory_iterator(scripts))
  {
    const std::string text = ContentOf(script.path().u8string());
    if (text.find("\n" + verb + " ") != std::string::npos)
    {
      seeds.Add(Settings(), { ContentOf(fourdstem::fuzz::WriteHdf5(text)) });
    }
  }
}

void
AddHdf5Bytes(Seeds seeds, const std::filesystem::path & scripts)
{
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  const TemporaryFolder folder;
  const std::string     path = folder.Path("scan.h5");
  for (const std::vector<hsize_t> & chunk : { std::vector<hsize_t>(), std::vector<hsize_t>{ 1, 3, 6, 4 } })
  {
    {
      const Hdf5TestFile file(path);
      file.Array(
        "/data", { 3, 5, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data(), chunk, chunk.empty() ? 0 : 4);
    }
    seeds.Add(Settings(), { ContentOf(path) });
  }
  WriteEmdCube(path, [](const Hdf5TestFile & file) {
    file.Attribute("/root/cube", "emd_group_type", "array", false);
    file.Attribute("/root/cube", "python_class", "DataCube", false);
    file.Number("/root/metadatabundle/calibration/Q_pixel_size", 0.02);
  });
  seeds.Add(Settings(), { ContentOf(path) });
  AddMadeFiles(seeds, scripts, "lists");
}

void
AddHdf5PeakBytes(Seeds seeds, const std::filesystem::path & scripts)
{
  AddMadeFiles(seeds, scripts, "peaks");
}

/** Scripts of Hdf5Script.h, those of `scripts`. */
void
AddHdf5Scripts(Seeds seeds, const std::filesystem::path & scripts)
{
  for (const auto & script : std::filesystem::directory_iterator(scripts))
  {
    seeds.Add(Settings(), { ContentOf(script.path().u8string()) });
    seeds.Add(WithScanShape(3, 5), { ContentOf(script.path().u8string()) });
  }
}

/** A chunk of 24 elements of 2 bytes behind what ChunkFuzzer.cxx takes for its description. */
void
AddChunks(Seeds seeds)
{
  const std::string pixels = BytesOf(CountingScan<std::uint16_t>({ 1, 1, 6, 4 }));
  const auto        add = [&seeds](const std::string & filters, const std::string & chunk) {
    const auto count = filters.size() / 6;
    seeds.Add(static_cast<char>(4 + count - 1) + std::string("\x17\0", 2) + filters + chunk);
  };
  // Kinds: 0 deflate, 1 shuffle, 2 fletcher32, 3 Blosc, 4 LZ4, 5 bitshuffle; by 32 the number of values.
  add(std::string("\0\0\0\0\0\0", 6), "x\x01\x63\0\0\0\1\0\1");
  add(std::string("\x25\2\0\0\0\0", 6), pixels);
  add(std::string("\2\0\0\0\0\0", 6), pixels + std::string(4, '\0'));
  add(std::string("\3\0\0\0\0\0", 6), chunks::Blosc(pixels, 2));
  add(std::string("\4\0\0\0\0\0", 6), chunks::Lz4Blocks(pixels, 20));
  for (const unsigned compressor : { chunks::Nothing, chunks::Lz4, chunks::Zstandard })
  {
    add(std::string("\xA1\0\3\2\x10", 5) + static_cast<char>(compressor),
        chunks::Bitshuffle(pixels, 2, 16, compressor));
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc != 2)
  {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return EXIT_FAILURE;
  }
  const auto folder = std::filesystem::u8path(argv[1]);
  AddBlockfile({ folder, "Blockfile" });
  AddChunks({ folder, "Hdf5Chunks" });
  AddDm({ folder, "Dm" });
  AddEmpad({ folder, "Empad" });
  AddHdf5Bytes({ folder, "Hdf5Bytes" }, FourDSTEM_FUZZ_SCRIPTS);
  AddHdf5PeakBytes({ folder, "Hdf5PeakBytes" }, FourDSTEM_FUZZ_SCRIPTS);
  AddHdf5Scripts({ folder, "Hdf5PeakScripts" }, FourDSTEM_FUZZ_SCRIPTS);
  AddHdf5Scripts({ folder, "Hdf5Scripts" }, FourDSTEM_FUZZ_SCRIPTS);
  AddMerlin({ folder, "Merlin" });
  AddMrc({ folder, "Mrc" });
  AddNumpy({ folder, "Numpy" });
  AddRaw({ folder, "Raw" });
  AddSeq({ folder, "Seq" });
  AddTia({ folder, "Tia" });
  AddTvips({ folder, "Tvips" });
  return EXIT_SUCCESS;
}
