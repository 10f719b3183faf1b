// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FileSizeLimit.h"
#include "RunProgram.h"
#include "ScanFixtures.h"

#include "fourdstem/EmpadWriter.h"
#include "fourdstem/NpyWriter.h"

#include "itkImage.h"
#include "itkImageFileWriter.h"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <set>

namespace
{
using namespace fourdstem;
namespace fs = std::filesystem;

constexpr ScanShape Shape{ 3, 5, 6, 8 };

class ConvertCommand : public ::testing::Test
{
protected:
  ConvertCommand() { this->WriteNpy("scan.npy", CountingScan<std::uint16_t>(Shape), Shape); }

  std::string
  Path(const std::string & name) const
  {
    return m_Folder.Path(name);
  }

  template <typename T>
  void
  WriteNpy(const std::string & name, const std::vector<T> & values, const ScanShape & shape) const
  {
    NpyWriter writer(this->Path(name), shape, ElementTypeOf<T>());
    writer.Write(values.data(), shape.Positions());
    writer.Close();
  }

  ProgramRun
  Run(const std::vector<std::string> & arguments, const std::string & launcher = {}) const
  {
    return RunProgram("FourDSTEMConvert", arguments, m_Folder.Get(), launcher);
  }

  /** Converts scan.npy to `name` and opens that. */
  std::unique_ptr<ScanFile>
  Convert(const std::string & name, std::vector<std::string> options = {}) const
  {
    options.insert(options.begin(), { this->Path("scan.npy"), this->Path(name) });
    const auto run = this->Run(options);
    EXPECT_EQ(run.exitCode, 0) << run.error;
    EXPECT_EQ(run.error, "");
    return OpenScanFile(this->Path(name));
  }

  std::set<std::string>
  Names() const
  {
    std::set<std::string> names;
    for (const auto & entry : fs::directory_iterator(m_Folder.Get()))
    {
      names.insert(entry.path().filename().u8string());
    }
    return names;
  }

  std::string
  Content(const std::string & name) const
  {
    return FileContent(fs::u8path(this->Path(name)));
  }

  /** Runs, expects one line on stderr with these words, and no new file. */
  void
  ExpectRefusal(int                              exitCode,
                const std::vector<std::string> & arguments,
                const std::vector<std::string> & words,
                const std::string &              launcher = {}) const
  {
    const auto before = this->Names();
    const auto run = this->Run(arguments, launcher);
    EXPECT_EQ(run.exitCode, exitCode) << run.output << run.error;
    ExpectMentions(run.error, words);
    EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1) << run.error;
    EXPECT_EQ(this->Names(), before);
  }

private:
  TemporaryFolder m_Folder;
};
} // namespace

TEST_F(ConvertCommand, CountsComeThroughEveryFormat)
{
  const auto counts = CountingScan<std::uint16_t>(Shape);
  EXPECT_EQ(ReadAll<std::uint16_t>(*this->Convert("frames.h5")), counts);
  EXPECT_EQ(ReadAll<std::uint16_t>(*this->Convert("blocks.emd", { "--chunks", "blocks", "--compression", "gzip" })),
            counts);
  EXPECT_EQ(ReadAll<std::uint16_t>(*this->Convert("copy.npy")), counts);
  EXPECT_EQ(ReadAll<float>(*this->Convert("real.hdf5", { "--type", "float32" })), CountingScan<float>(Shape));
  EXPECT_EQ(ReadAll<std::uint8_t>(*this->Convert("bytes.npy", { "--type", "uint8" })),
            CountingScan<std::uint8_t>(Shape));
  const auto named = this->Run({ this->Path("scan.npy"), this->Path("odd.dat"), "--format", "emd" });
  EXPECT_EQ(named.exitCode, 0) << named.error;
  EXPECT_EQ(OpenScanFile(this->Path("odd.dat"))->Header().format, "EMD 1.0 (py4DSTEM)");
}

TEST_F(ConvertCommand, EmpadAndBackAsCounts)
{
  const ScanShape  shape{ 2, 3, 128, 128 };
  const auto       counts = CountingScan<std::uint16_t>(shape);
  EmpadDescription about;
  about.scanSpacing = 2;
  about.detectorSpacing = 0.125;
  about.voltage = 80e3;
  about.cameraLength = 0.5;
  EmpadWriter writer(this->Path("camera"), shape, about);
  writer.Write(CountingScan<float>(shape).data(), 6);
  writer.Close();
  ASSERT_EQ(this->Run({ this->Path("camera.xml"), this->Path("c.h5"), "--type", "uint16" }).exitCode, 0);
  ASSERT_EQ(this->Run({ this->Path("c.h5"), this->Path("again.raw") }).exitCode, 0);
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(this->Path("c.h5"))), counts);
  const auto again = OpenScanFile(this->Path("again.xml"));
  EXPECT_EQ(ReadAll<float>(*again), CountingScan<float>(shape));
  EXPECT_NEAR(again->Header().scan.spacing[0], 2, 1e-12);
  EXPECT_NEAR(again->Header().detector.spacing[1], 0.125, 1e-12);
  ExpectMentions(this->Content("again.xml"),
                 { "<item name=\"FourDSTEM_Program\">FourDSTEMConvert</item>", "c.h5", "EMD 1.0 (py4DSTEM)" });
  // Straight from the camera's files, voltage and camera length come along.
  ASSERT_EQ(this->Run({ this->Path("camera.xml"), this->Path("third.xml") }).exitCode, 0);
  EXPECT_EQ(OpenScanFile(this->Path("third.xml"))->Header().metadata.at("HighVoltage_V"), "80000");
}

TEST_F(ConvertCommand, RegionsBinsAndFlips)
{
  const auto      all = CountingScan<std::uint16_t>(Shape);
  const auto      file = this->Convert("part.h5",
                                  { "--region",
                                         "1,1,2,4",
                                         "--flip-detector-rows",
                                         "--detector-region",
                                         "1,2,4,6",
                                         "--bin-detector",
                                         "2",
                                         "--bin-scan",
                                         "2",
                                         "--scan-step",
                                         "1.5",
                                         "--detector-step",
                                         "0.25" });
  const ScanShape shape{ 1, 2, 2, 3 };
  ASSERT_EQ(file->Shape(), shape);
  const auto sums = ReadAll<std::uint32_t>(*file);
  for (std::int64_t i = 0; i < 12; ++i)
  {
    std::uint32_t expected = 0;
    for (std::int64_t n = 0; n < 16; ++n)
    {
      const std::int64_t ry = 1 + n / 8;
      const std::int64_t rx = 1 + i / 6 * 2 + n / 4 % 2;
      const std::int64_t qy = 5 - (1 + i / 3 % 2 * 2 + n / 2 % 2);
      const std::int64_t qx = 2 + i % 3 * 2 + n % 2;
      expected += all[static_cast<std::size_t>(((ry * 5 + rx) * 6 + qy) * 8 + qx)];
    }
    ASSERT_EQ(sums[static_cast<std::size_t>(i)], expected) << i;
  }
  EXPECT_DOUBLE_EQ(file->Header().scan.spacing[1], 3);
  EXPECT_DOUBLE_EQ(file->Header().scan.offset[0], 2.25);
  EXPECT_DOUBLE_EQ(file->Header().detector.spacing[0], 0.5);
}

TEST_F(ConvertCommand, ReferencesByNumpyAndItk)
{
  using ImageType = itk::Image<float, 2>;
  const auto dark = ImageType::New();
  dark->SetRegions(ImageType::SizeType{ { 8, 6 } });
  dark->Allocate();
  for (int i = 0; i < 48; ++i)
  {
    dark->GetBufferPointer()[i] = 0.5F * static_cast<float>(i);
  }
  const auto writer = itk::ImageFileWriter<ImageType>::New();
  writer->SetFileName(this->Path("dark.nrrd"));
  writer->SetInput(dark);
  writer->Update();
  const auto npy = [&](const std::string & name, const std::string & descr, const std::string & data) {
    std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (6, 8), }";
    header.resize(117, ' ');
    std::ofstream(fs::u8path(this->Path(name)), std::ios::binary)
      << std::string("\x93NUMPY\x01\x00\x76\x00", 10) << header << '\n'
      << data;
  };
  std::vector<double> gain(48, 2.0);
  gain[10] = 0.5;
  npy("gain.npy", "<f8", BytesOf(gain));
  std::string bad(48, '\0');
  bad[0] = 1;
  npy("bad.npy", "|b1", bad);

  const auto file = this->Convert("corrected.h5",
                                  { "--dark",
                                    this->Path("dark.nrrd"),
                                    "--gain",
                                    this->Path("gain.npy"),
                                    "--bad-pixels",
                                    this->Path("bad.npy"),
                                    "--bad-pixel-value",
                                    "median" });
  const auto values = ReadAll<float>(*file);
  const auto counts = CountingScan<std::uint16_t>(Shape);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    const auto corrected = [&](std::size_t pixel) {
      return (counts[i / 48 * 48 + pixel] - 0.5 * static_cast<double>(pixel)) * gain[pixel];
    };
    const double a = corrected(1);
    const double b = corrected(8);
    const double c = corrected(9);
    const double median = std::max(std::min(a, b), std::min(std::max(a, b), c));
    ASSERT_EQ(values[i], static_cast<float>(i % 48 == 0 ? median : corrected(i % 48))) << i;
  }
  ExpectRefusal(2, { this->Path("scan.npy"), this->Path("x.h5"), "--bad-pixel-value", "median" }, { "--bad-pixels" });
  this->WriteNpy("wide.npy", std::vector<float>(24), { 1, 1, 4, 6 });
  ExpectRefusal(1, { this->Path("scan.npy"), this->Path("x.h5"), "--dark", this->Path("wide.npy") }, { "wide.npy" });
  ExpectRefusal(2,
                { this->Path("wide.npy"), this->Path("x.h5"), "--dark", this->Path("dark.nrrd") },
                { "--dark", "6 x 8", "4 x 6" });
}

TEST_F(ConvertCommand, NumpyHasItsDescriptionBesideIt)
{
  this->Convert("copy.npy", { "--scan-step", "2", "--bin-scan", "3", "--threads", "1" });
  const auto json = nlohmann::json::parse(this->Content("copy.json"));
  EXPECT_EQ(json["patterns"], "copy.npy");
  EXPECT_EQ(json["shape"], (std::vector<int>{ 1, 1, 6, 8 }));
  EXPECT_EQ(json["type"], "uint32");
  EXPECT_EQ(json["scan"]["spacing"], (std::vector<double>{ 6, 6 }));
  EXPECT_EQ(json["scan"]["offset"], (std::vector<double>{ 2, 2 }));
  EXPECT_EQ(json["scan"]["unit"], "nm");
  EXPECT_EQ(json["provenance"]["FourDSTEM_Program"], "FourDSTEMConvert");
  EXPECT_EQ(json["provenance"]["FourDSTEM_Parameters"], R"({"binScan":3,"scanStep":2.0})");
}

TEST_F(ConvertCommand, BytesDoNotDependOnThreads)
{
  for (const char * extension : { ".h5", ".npy" })
  {
    for (const char * threads : { "1", "3" })
    {
      this->Convert(std::string(threads) + extension, { "--threads", threads, "--bin-detector", "2" });
    }
    EXPECT_TRUE(this->Content(std::string("1") + extension) == this->Content(std::string("3") + extension));
  }
}

TEST_F(ConvertCommand, SaysInOneLineWhatIsWrong)
{
  const std::string scan = this->Path("scan.npy");
  ExpectRefusal(2, { scan, this->Path("x.tif") }, { "x.tif", ".h5", "--format" });
  ExpectRefusal(2, { scan, this->Path("x.npy"), "--chunks", "blocks" }, { "--chunks", "EMD 1.0" });
  ExpectRefusal(2, { scan, this->Path("x.raw"), "--compression", "gzip" }, { "--compression" });
  ExpectRefusal(2, { scan, this->Path("x.raw"), "--type", "uint16" }, { "--type", "float32", "uint16" });
  ExpectRefusal(2, { scan, this->Path("x.xml") }, { "128 x 128", "6 x 8" });
  ExpectRefusal(2, { scan, this->Path("x.h5"), "--detector-region", "1,2,3" }, { "--detector-region", "1,2,3" });
  ExpectRefusal(2, { scan, this->Path("x.h5"), "--detector-region", "1,2,6,3" }, { "6 x 3", "6 x 8" });
  ExpectRefusal(2, { scan, this->Path("x.h5"), "--bin-detector", "7" }, { "bin a detector of 6 x 8 by 7" });
  ExpectRefusal(2, { scan, this->Path("x.h5"), "--bin-scan", "0" }, { "--bin-scan" });
  auto values = CountingScan<float>(Shape);
  values[2 * 5 * 48 + 3 * 48 + 9] = 0.25F; // row 2, column 3, pixel (1, 1)
  this->WriteNpy("real.npy", values, Shape);
  ExpectRefusal(1,
                { this->Path("real.npy"), this->Path("x.h5"), "--type", "uint16" },
                { "0.25", "scan row 2, column 3, detector row 1, column 1", "uint16" });
}

TEST_F(ConvertCommand, ExistingAndNeededFilesStay)
{
  const std::string scan = this->Path("scan.npy");
  const std::string before = this->Content("scan.npy");
  std::ofstream(fs::u8path(this->Path("old.json"))) << "mine";
  ExpectRefusal(2, { scan, this->Path("old.npy") }, { "old.json", "--overwrite" });
  ExpectRefusal(1, { scan, scan, "--overwrite" }, { "would replace", "scan.npy" });
  fs::create_symlink(fs::u8path(scan), fs::u8path(this->Path("link.npy")));
  ExpectRefusal(1, { scan, this->Path("link.npy"), "--overwrite" }, { "would replace" });
  fs::create_directory(fs::u8path(this->Path("folder.json")));
  ExpectRefusal(2, { scan, this->Path("folder.npy"), "--overwrite" }, { "folder.json", "folder" });
  EXPECT_EQ(this->Content("scan.npy"), before);
  ASSERT_EQ(this->Run({ scan, this->Path("old.npy"), "--overwrite" }).exitCode, 0);
  EXPECT_NE(this->Content("old.json"), "mine");

  // EMPAD's .raw is needed, though the .xml was named.
  const ScanShape shape{ 1, 2, 128, 128 };
  EmpadWriter     writer(this->Path("camera"), shape, {});
  writer.Write(CountingScan<float>(shape).data(), 2);
  writer.Close();
  ExpectRefusal(1, { this->Path("camera.xml"), this->Path("camera.raw"), "--overwrite" }, { "would replace" });
}

TEST_F(ConvertCommand, UnreadableScansLeaveNothing)
{
  this->WriteNpy("cut.npy", CountingScan<float>({ 2, 2, 8, 8 }), { 2, 2, 8, 8 });
  fs::resize_file(fs::u8path(this->Path("cut.npy")), 500);
  ExpectRefusal(1, { this->Path("cut.npy"), this->Path("x.h5") }, { "cut.npy", "cut off" });
  ExpectRefusal(2, { this->Path("missing.npy"), this->Path("x.h5") }, { "missing.npy" });
}

#ifndef _WIN32
TEST_F(ConvertCommand, AFullDiskLeavesWhatWasThere)
{
  this->WriteNpy("large.npy", CountingScan<std::uint16_t>({ 8, 8, 128, 128 }), { 8, 8, 128, 128 });
  for (const char * name : { "old.h5", "old.npy", "old.raw", "old.xml", "old.json" })
  {
    std::ofstream(fs::u8path(this->Path(name))) << "precious";
  }
  for (const char * name : { "old.h5", "old.npy", "old.raw" })
  {
    for (const rlim_t bytes : { 300, 200000 })
    {
      const FileSizeLimit limit(bytes);
      ExpectRefusal(
        1, { this->Path("large.npy"), this->Path(name), "--overwrite" }, { "cannot write", "old", "File too large" });
    }
    EXPECT_EQ(this->Content(name), "precious");
  }
  EXPECT_EQ(this->Content("old.json"), "precious");
}

TEST_F(ConvertCommand, ASignalLeavesNothing)
{
  // Sparse, so that it is large and quickly made; the copy takes far longer than the signal.
  std::ofstream(fs::u8path(this->Path("long.bin"))) << '\0';
  fs::resize_file(fs::u8path(this->Path("long.bin")), std::uintmax_t{ 256 } * 256 * 256 * 256);
  ExpectRefusal(143,
                { this->Path("long.bin"),
                  this->Path("x.h5"),
                  "--raw-type",
                  "u1",
                  "--scan-shape",
                  "256x256",
                  "--detector-shape",
                  "256x256",
                  "--compression",
                  "gzip" },
                { "stopped" },
                "timeout --preserve-status -s TERM 1");
}
#endif
