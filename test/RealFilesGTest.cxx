// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "RealData.h"
#include "ScanFixtures.h"
#include "Sha256.h"

#include <numeric>

namespace
{
using fourdstem::OpenScanFile;

TEST(RealFiles, Sha256IsThatOfTheStandard)
{
  EXPECT_EQ(Sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256(std::string(119, 'a')).size(), 64U);
  EXPECT_EQ(Sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(RealFiles, Py4DstemContiguousWithCalibration)
{
  SKIP_WITHOUT_REAL_FILE(path, "py4dstem_2x3x4x5.h5");
  const auto   scan = OpenScanFile(path);
  const auto & header = scan->Header();
  EXPECT_EQ(Sha256(BytesOf(ReadAll<float>(*scan))), "4cf80807a75612f151ff6d7a7120f8595ec52a58ec945fbf458f278394e29195");
  EXPECT_EQ(header.format, "EMD 1.0 (py4DSTEM)");
  EXPECT_DOUBLE_EQ(header.scan.spacing[0], 0.126796875);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_DOUBLE_EQ(header.detector.spacing[1], 0.44251566616087125);
  EXPECT_EQ(header.detector.unit, "1/nm");
}

TEST(RealFiles, Py4DstemCompressedChunksAcrossScanColumns)
{
  SKIP_WITHOUT_REAL_FILE(path, "ag_sped_left.h5");
  const auto scan = OpenScanFile(path);
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 64, 104, 112, 112 }));
  EXPECT_EQ(scan->Header().scan.spacing[0], 1.0);
  EXPECT_DOUBLE_EQ(scan->Header().detector.spacing[0], 0.267);
  EXPECT_EQ(Sha256(BytesOf(ReadAll<std::uint16_t>(*scan, 16))),
            "1bd909e5ef2cca0cc1a52cb610b58024fdd31bb2b390d18ca7123758935f82e7");
}

TEST(RealFiles, TwoPrismaticDataCubesAreAChoice)
{
  SKIP_WITHOUT_REAL_FILE(path, "prismatic_si100.emd");
  ExpectMentions(ComplaintAbout(path), { "CBED_array_depth0000/datacube (11, 11, 8, 8)", "depth0001" });
  const char * const hashes[] = { "d97a6aafc10e1f41f2ab7ab5b163624935b1173df693ff1bc3dfc375898f8bcf",
                                  "18e31f3007f7acbb0a0aca7ab5282d293fad7ef7223d06d94d299b51e716567c" };
  for (const int which : { 0, 1 })
  {
    fourdstem::ScanFileOptions options;
    options.dataSet = "/4DSTEM_simulation/data/datacubes/CBED_array_depth000" + std::to_string(which) + "/datacube";
    const auto   scan = OpenScanFile(path, options);
    const auto & header = scan->Header();
    // Streamed, and whole scan rows at once.
    EXPECT_EQ(Sha256(BytesOf(ReadAll<float>(*scan, 4))), hashes[which]);
    EXPECT_EQ(Sha256(BytesOf(ReadAll<float>(*scan, 11))), hashes[which]);
    EXPECT_EQ(header.format, "Prismatic");
    // Its cell is 5.43 Angstrom wide, its probes 0.5 Angstrom apart.
    EXPECT_NEAR(header.scan.spacing[0], 0.05, 1e-9);
    EXPECT_EQ(header.scan.unit, "nm");
    EXPECT_NEAR(header.detector.spacing[1], 1 / 0.543, 1e-6);
    EXPECT_NEAR(header.detector.offset[0], -4 / 0.543, 1e-6);
    EXPECT_EQ(header.detector.unit, "1/nm");
    EXPECT_EQ(header.metadata.at("HighVoltage_V"), "100000");
  }
}

TEST(RealFiles, FpdWithAnAxisOfColours)
{
  SKIP_WITHOUT_REAL_FILE(path, "fpd_2x2.hdf5");
  const auto scan = OpenScanFile(path);
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 2, 2, 256, 256 }));
  EXPECT_EQ(scan->Header().format, "EMD 0.2");
  EXPECT_EQ(scan->Header().dataSet, "/fpd_expt/fpd_data/data");
  EXPECT_EQ(scan->Header().storedByteOrder, fourdstem::ByteOrder::Big);
  for (const std::int64_t atOnce : { 1, 2 })
  {
    const auto counts = ReadAll<std::uint16_t>(*scan, atOnce);
    EXPECT_EQ(Sha256(BytesOf(counts)), "30c4c5c04597cf4e0e6605ec51ee7437eec548be43305405fb2a3416776c4ec6");
    // Its own image of the scan, fpd_sum_im.
    const double sums[] = { 821833, 822375, 821384, 823283 };
    for (std::ptrdiff_t i = 0; i < 4; ++i)
    {
      EXPECT_EQ(std::accumulate(counts.begin() + 65536 * i, counts.begin() + 65536 * (i + 1), 0.), sums[i]);
    }
  }
}

TEST(RealFiles, DectrisFramesInBitshuffleAndLz4)
{
  SKIP_WITHOUT_REAL_FILE(path, "test_00_data_000001.h5");
  ExpectMentions(ComplaintAbout(path), { "16 patterns", "4x4" });
  fourdstem::ScanFileOptions options;
  options.scanShape = { 4, 4 };
#ifdef FourDSTEM_WITH_LZ4
  EXPECT_EQ(Sha256(BytesOf(ReadAll<std::uint32_t>(*OpenScanFile(path, options)))),
            "96a12deebdc8a3421e923d2fc00a649326f0b5167b48ffd231941a415777308c");
#else
  ExpectMentions(ComplaintAbout(path, options), { "filter 32008 (bitshuffle)", "deflate" });
#endif
}

TEST(RealFiles, DectrisMasterWithSideFile)
{
  SKIP_WITHOUT_REAL_FILE(path, "test_00_master.h5");
  SKIP_WITHOUT_REAL_FILE(data, "test_00_data_000001.h5");
  SKIP_WITHOUT_REAL_FILE(side, "test_00.h5");
  ExpectMentions(ComplaintAbout(side), { "open the master, test_00_master.h5" });
#ifdef FourDSTEM_WITH_LZ4
  const auto   scan = OpenScanFile(path);
  const auto & header = scan->Header();
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 4, 4, 192, 192 }));
  for (const std::int64_t atOnce : { 1, 4 })
  {
    EXPECT_EQ(Sha256(BytesOf(ReadAll<std::uint32_t>(*scan, atOnce))),
              "96a12deebdc8a3421e923d2fc00a649326f0b5167b48ffd231941a415777308c");
  }
  EXPECT_NEAR(header.scan.spacing[0], 0.13915206, 5e-9);
  EXPECT_EQ(header.scan.unit, "nm");
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "300000");
  EXPECT_EQ(header.metadata.at("CameraLength_m"), "0.115");
  EXPECT_EQ(header.dataFile, data);
  EXPECT_EQ(header.otherFiles, std::vector<std::string>{ side });
#else
  ExpectMentions(ComplaintAbout(path), { "filter 32008 (bitshuffle)", "deflate" });
#endif
}

TEST(RealFiles, Dm5Stack)
{
  SKIP_WITHOUT_REAL_FILE(path, "ref_T_0_2.dm5");
  ExpectMentions(ComplaintAbout(path), { "3 patterns", "1x3", "3x1" });
  fourdstem::ScanFileOptions options;
  options.scanShape = { 1, 3 };
  const auto scan = OpenScanFile(path, options);
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 1, 3, 4, 5 }));
  EXPECT_EQ(scan->Header().format, "Gatan DM5");
  for (const std::int64_t atOnce : { 1, 3 })
  {
    EXPECT_EQ(Sha256(BytesOf(ReadAll<float>(*scan, atOnce))),
              "ebfcf5bd6ced82bc1fc16a62422dc006fdd5afca15a51143159c43ed65392ed6");
  }
  // Its units, made up for a test of the writer, are no units of a detector.
  ExpectMentions(scan->Header().notes.at(0), { "detector", "\xC2\xB5n", "1 px" });
}

TEST(RealFiles, MerlinOfOneChip)
{
  SKIP_WITHOUT_REAL_FILE(mib, "merlin_4x2_6bit.mib");
  SKIP_WITHOUT_REAL_FILE(hdr, "merlin_4x2_6bit.hdr");
  for (const std::string & path : { mib, hdr })
  {
    fourdstem::ScanFileOptions options;
    const auto                 turned = OpenScanFile(path);
    const auto                 counts = ReadAll<std::uint8_t>(*turned, 4);
    EXPECT_TRUE((turned->Shape() == fourdstem::ScanShape{ 2, 4, 256, 256 }));
    EXPECT_NEAR(std::accumulate(counts.begin(), counts.end(), 0.), 3623660, 5); // known to six digits
    EXPECT_EQ(Sha256(BytesOf(counts)), "b1da1eabb1c358e0732c7970f79751dc7e61cd298982d2bce520665913e50450");
    EXPECT_EQ(turned->Header().metadata.at("CounterDepth_bits"), "6");
    EXPECT_EQ(turned->Header().metadata.at("ExposureTime_ms"), "100");
    EXPECT_EQ(turned->Header().metadata.at("SoftwareVersion"), "0.76.1.101");

    options.noFlip = true;
    options.scanShape = { 2, 4 };
    const auto stored = OpenScanFile(path, options);
    EXPECT_EQ(Sha256(BytesOf(ReadAll<std::uint8_t>(*stored, 3))),
              "ad4f95c4baa54eb1d82a69f06da287ef77f79872fe37e7623fc427e9c0f378ac");
    EXPECT_EQ(stored->Header().shapeSource, "option");
  }
}

TEST(RealFiles, EmpadHeaderOfSoftware051)
{
  SKIP_WITHOUT_REAL_FILE(header, "empad_map4x4.xml");
  const TemporaryFolder folder;
  std::filesystem::copy_file(std::filesystem::u8path(header), std::filesystem::u8path(folder.Path("scan.xml")));
  folder.Write("scan_x4_y4.raw", std::string(16 * 66560, '\0'));
  const auto   scan = OpenScanFile(folder.Path("scan.xml"));
  const auto & about = scan->Header();
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 4, 4, 128, 128 }));
  EXPECT_EQ(about.shapeSource, "pix_x, pix_y");
  EXPECT_NEAR(about.scan.spacing[0], 4566.3426505682195 / 4, 1e-9);
  EXPECT_NEAR(about.detector.spacing[0], 0.42906574394463665, 1e-12);
  EXPECT_EQ(about.detector.unit, "mrad");
  EXPECT_EQ(about.metadata.at("CameraLength_m"), "0.7225");
  EXPECT_EQ(about.candidates.size(), 4U);
}

TEST(RealFiles, EmpadHeaderOfSoftware122)
{
  SKIP_WITHOUT_REAL_FILE(header, "empad_EMPAD_v1.2.2_x32_y64_size0.8.xml");
  const TemporaryFolder folder;
  std::filesystem::copy_file(std::filesystem::u8path(header), std::filesystem::u8path(folder.Path("scan.xml")));
  const std::string raw = folder.Write("scan_x32_y64.raw", "");
  std::filesystem::resize_file(std::filesystem::u8path(raw), std::uintmax_t{ 32 * 64 } * 66560);
  const auto   scan = OpenScanFile(folder.Path("scan.xml"));
  const auto & about = scan->Header();
  EXPECT_EQ(scan->Shape().ry, 64);
  EXPECT_EQ(scan->Shape().rx, 32);
  EXPECT_NEAR(about.scan.spacing[1], 1272.412341559544 / 0.72 / 64, 1e-9);
  EXPECT_EQ(about.detector.unit, "px");
  EXPECT_EQ(about.metadata.at("HighVoltage_V"), "300000.0");
}

TEST(RealFiles, EmpadHeaderOfASeries)
{
  SKIP_WITHOUT_REAL_FILE(header, "empad_stack_images.xml");
  const TemporaryFolder folder;
  std::filesystem::copy_file(std::filesystem::u8path(header), std::filesystem::u8path(folder.Path("scan.xml")));
  folder.Write("series_x10.raw", std::string(10 * 66560, '\0'));
  const auto scan = OpenScanFile(folder.Path("scan.xml"));
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 1, 10, 128, 128 }));
}

TEST(RealFiles, BlockfileOfPrecessionPatterns)
{
  SKIP_WITHOUT_REAL_FILE(path, "blockfile_3x2.blo");
  const auto   scan = OpenScanFile(path);
  const auto & header = scan->Header();
  EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 3, 2, 144, 144 }));
  EXPECT_EQ(Sha256(BytesOf(ReadAll<std::uint8_t>(*scan))),
            "ca07b9990b105ee65a89c0d0ec8c241c56cf7e4ffb8b4828bff49be92a93d183");
  EXPECT_EQ(header.format, "NanoMEGAS blockfile");
  EXPECT_DOUBLE_EQ(header.scan.spacing[0], 12.8);
  EXPECT_DOUBLE_EQ(header.scan.spacing[1], 12.8);
  EXPECT_EQ(header.scan.unit, "nm");
  // 62.26 pixels to a centimetre at 200 mm.
  EXPECT_NEAR(header.detector.spacing[0], 1e3 * (10 / 62.26) / 200, 1e-12);
  EXPECT_EQ(header.detector.unit, "mrad");
  EXPECT_EQ(header.metadata.at("HighVoltage_V"), "200000");
  EXPECT_EQ(header.metadata.at("Timestamp"), "2015-12-01T15:41:00");
  EXPECT_TRUE(header.notes.empty());
}
} // namespace
