// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"
#include "RunProgram.h"
#include "ScanFixtures.h"

#include "fourdstem/NpyWriter.h"

#include "itkImageFileReader.h"
#include "itkImageFileWriter.h"
#include "itkVectorImage.h"

#include <array>
#include <memory>

namespace
{
using namespace fourdstem;
using Image = itk::VectorImage<float, 2>;

constexpr ScanShape    Shape{ 8, 12, 64, 64 };
constexpr std::int64_t BadY = 20;
constexpr std::int64_t BadX = 41;

/** What the hot pixel shows. */
float
Hot(std::int64_t position)
{
  return 400.F + static_cast<float>(position % 5);
}

/** A scan with a hot pixel, the same scan with the mean of that pixel's neighbours there, and an image of it: what
 * commands make of both must be the same. */
class BadPixelCommands : public ::testing::Test
{
protected:
  static void
  SetUpTestSuite()
  {
    Folder() = std::make_unique<TemporaryFolder>();
    PhantomScan scan(PhantomScan::Of(PhantomKind::Step, Shape));
    const auto  at = [&](std::int64_t p, std::int64_t y, std::int64_t x) -> float & {
      return scan.patterns[static_cast<std::size_t>((p * Shape.qy + y) * Shape.qx + x)];
    };
    for (std::int64_t p = 0; p < Shape.Positions(); ++p)
    {
      double sum = 0.;
      for (std::int64_t i = 0; i < 9; ++i)
      {
        sum += i == 4 ? 0. : static_cast<double>(at(p, BadY - 1 + i / 3, BadX - 1 + i % 3));
      }
      at(p, BadY, BadX) = static_cast<float>(sum / 8.);
      Mended().push_back(at(p, BadY, BadX));
    }
    WriteScan("mended.npy", scan.patterns);
    for (std::int64_t p = 0; p < Shape.Positions(); ++p)
    {
      at(p, BadY, BadX) = Hot(p);
    }
    WriteScan("hot.npy", scan.patterns);
    WriteMask("bad.nrrd", Shape.qx);
    WriteMask("wide.nrrd", Shape.qx + 1);
  }

  static void
  TearDownTestSuite()
  {
    Folder().reset();
  }

  static std::unique_ptr<TemporaryFolder> &
  Folder()
  {
    static std::unique_ptr<TemporaryFolder> folder;
    return folder;
  }

  /** What is right for the hot pixel at each position. */
  static std::vector<float> &
  Mended()
  {
    static std::vector<float> values;
    return values;
  }

  static std::string
  Path(const std::string & name)
  {
    return Folder()->Path(name);
  }

  static void
  WriteScan(const std::string & name, const std::vector<float> & patterns)
  {
    NpyWriter writer(Path(name), Shape);
    writer.Write(patterns.data(), Shape.Positions());
    writer.Close();
  }

  static void
  WriteMask(const std::string & name, std::int64_t columns)
  {
    const auto mask = itk::Image<unsigned char, 2>::New();
    mask->SetRegions(
      itk::Size<2>{ { static_cast<itk::SizeValueType>(columns), static_cast<itk::SizeValueType>(Shape.qy) } });
    mask->Allocate(true);
    mask->SetPixel({ { BadX, BadY } }, 7);
    itk::WriteImage(mask.GetPointer(), Path(name));
  }

  static ProgramRun
  Run(const std::string & command, std::vector<std::string> arguments)
  {
    arguments[0] = Path(arguments[0]);
    arguments[1] = Path(arguments[1]);
    return RunProgram(command, arguments, Folder()->Get());
  }

  static Image::Pointer
  Read(const std::string & name)
  {
    const auto reader = itk::ImageFileReader<Image>::New();
    reader->SetFileName(Path(name));
    reader->Update();
    return reader->GetOutput();
  }

  static std::vector<float>
  Values(const std::string & name)
  {
    const auto    image = Read(name);
    const auto    count = image->GetBufferedRegion().GetNumberOfPixels() * image->GetNumberOfComponentsPerPixel();
    const float * first = image->GetBufferPointer();
    return { first, first + count };
  }

  /** Of the mean pattern of all positions, about which descan spreads what the pixel shows. */
  static float
  HighestNearThePixel(const std::string & patterns)
  {
    const auto values = Values(patterns);
    const auto stride = static_cast<std::int64_t>(values.size()) / Shape.PatternPixels();
    float      highest = 0.F;
    for (std::int64_t y = BadY - 3; y <= BadY + 3; ++y)
    {
      for (std::int64_t x = BadX - 3; x <= BadX + 3; ++x)
      {
        highest = std::max(highest, values[static_cast<std::size_t>((y * Shape.qx + x) * stride)]);
      }
    }
    return highest;
  }

  /** Runs on the hot scan with the pixel found, given and left, and on the mended one; returns what each printed. */
  static std::array<std::string, 4>
  RunAll(const std::string & command, const std::string & ending, const std::vector<std::string> & more = {})
  {
    const std::vector<std::string> given{ "--bad-pixels", "file", "--bad-pixel-file", Path("bad.nrrd") };
    std::array<std::string, 4>     outputs;
    std::size_t                    i = 0;
    for (auto [scan, result, options] :
         { std::tuple("hot.npy", "auto", std::vector<std::string>{}),
           std::tuple("hot.npy", "file", given),
           std::tuple("hot.npy", "none", std::vector<std::string>{ "--bad-pixels", "none" }),
           std::tuple("mended.npy", "mended", std::vector<std::string>{ "--bad-pixels", "none" }) })
    {
      options.insert(options.begin(), { scan, command + "-" + result + ending });
      options.insert(options.end(), more.begin(), more.end());
      const auto run = Run(command, options);
      EXPECT_EQ(run.exitCode, 0) << result << ": " << run.error;
      outputs[i++] = run.output;
    }
    return outputs;
  }

  /** Found or given, the pixel leaves no trace in these files; the headers of images name the scan and the options. */
  static void
  ExpectAsMended(const std::string & command, const std::vector<std::string> & files)
  {
    const auto content = [&](const std::string & result, const std::string & file) {
      const auto bytes = FileContent(std::filesystem::u8path(Path(command + "-" + result + "/" + file)));
      return bytes.substr(file.find(".nrrd") == std::string::npos ? 0 : bytes.find("\n\n"));
    };
    for (const std::string & file : files)
    {
      const std::string mended = content("mended", file);
      EXPECT_GT(mended.size(), 30U) << file;
      EXPECT_TRUE(content("auto", file) == mended) << file;
      EXPECT_TRUE(content("file", file) == mended) << file;
    }
  }

  static void
  ExpectRefusal(const std::string &              command,
                const std::vector<std::string> & options,
                const std::vector<std::string> & words)
  {
    std::string result = "refused";
    if (command == "FourDSTEMVirtualDetector" || command == "FourDSTEMConvert")
    {
      result += command == "FourDSTEMConvert" ? ".npy" : ".nrrd";
    }
    std::vector<std::string> arguments{ "hot.npy", result };
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto run = Run(command, arguments);
    EXPECT_NE(run.exitCode, 0) << command;
    ExpectMentions(run.error, words);
    EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1) << run.error;
    EXPECT_FALSE(std::filesystem::exists(std::filesystem::u8path(Path(result)))) << command;
  }
};
} // namespace

TEST_F(BadPixelCommands, VirtualDetectorAddsTheHotPixelOnlyIfItIsLeft)
{
  const auto outputs = RunAll("FourDSTEMVirtualDetector", ".nrrd");
  ExpectMentions(outputs[0], { "Bad pixels: 1 hot in 96 patterns; replaced" });
  ExpectMentions(outputs[1], { "Bad pixels: 1 given; replaced" });
  ExpectMentions(outputs[2], { "Bad pixels: none, by option" });
  const auto mended = Values("FourDSTEMVirtualDetector-mended.nrrd");
  EXPECT_EQ(Values("FourDSTEMVirtualDetector-auto.nrrd"), mended);
  EXPECT_EQ(Values("FourDSTEMVirtualDetector-file.nrrd"), mended);
  // Components: BF, ADF, COM; the pixel lies in the second at every position.
  const auto left = Values("FourDSTEMVirtualDetector-none.nrrd");
  const auto components = left.size() / Mended().size();
  for (std::size_t p = 0; p < Mended().size(); ++p)
  {
    const float excess = Hot(static_cast<std::int64_t>(p)) - Mended()[p];
    EXPECT_NEAR(left[p * components + 1] - mended[p * components + 1], excess, 0.01) << p;
  }
}

TEST_F(BadPixelCommands, ClusterDoesNotSeeAPixelThatIsReplaced)
{
  const auto outputs = RunAll("FourDSTEMCluster", "");
  ExpectMentions(outputs[0], { "Bad pixels: 1 (1 hot, found in 96 patterns, replaced" });
  ExpectMentions(outputs[1], { "Bad pixels: 1 (given, replaced" });
  ExpectMentions(outputs[2], { "Bad pixels: not looked for (given)" });
  ExpectAsMended("FourDSTEMCluster", { "labels.nrrd", "origin.nrrd", "adf.nrrd", "patterns.nrrd", "tree.json" });
  EXPECT_GT(HighestNearThePixel("FourDSTEMCluster-none/patterns.nrrd"), 40.F);
  EXPECT_LT(HighestNearThePixel("FourDSTEMCluster-file/patterns.nrrd"), 20.F);
}

TEST_F(BadPixelCommands, StrainDoesNotSeeAPixelThatIsReplaced)
{
  const auto outputs = RunAll("FourDSTEMStrain", "");
  ExpectMentions(outputs[0], { "Bad pixels: 1 (1 hot, found in 96 patterns, replaced" });
  ExpectMentions(outputs[1], { "Bad pixels: 1 (given, replaced" });
  ExpectMentions(outputs[2], { "Bad pixels: not looked for (given)" });
  ExpectAsMended("FourDSTEMStrain", { "strain.nrrd", "origin.nrrd", "disks.nrrd", "lattice.nrrd" });
  EXPECT_NE(Values("FourDSTEMStrain-none/disks.nrrd"), Values("FourDSTEMStrain-mended/disks.nrrd"));
}

TEST_F(BadPixelCommands, ConvertReplacesWhatItIsTold)
{
  const auto run = Run("FourDSTEMConvert", { "hot.npy", "converted.npy", "--bad-pixels", Path("bad.nrrd") });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto converted = OpenScanFile(Path("converted.npy"));
  EXPECT_EQ(ReadAll<float>(*converted), ReadAll<float>(*OpenScanFile(Path("mended.npy"))));
  ASSERT_EQ(Run("FourDSTEMConvert", { "hot.npy", "copied.npy" }).exitCode, 0);
  EXPECT_EQ(ReadAll<float>(*OpenScanFile(Path("copied.npy"))), ReadAll<float>(*OpenScanFile(Path("hot.npy"))));
}

TEST_F(BadPixelCommands, FilesThatAreMissingOrOfAnotherDetectorAreRefused)
{
  for (const std::string command : { "FourDSTEMVirtualDetector", "FourDSTEMCluster", "FourDSTEMStrain" })
  {
    const auto file = [](const std::string & name) {
      return std::vector<std::string>{ "--bad-pixels", "file", "--bad-pixel-file", Path(name) };
    };
    ExpectRefusal(command, file("wide.nrrd"), { "--bad-pixel-file", "wide.nrrd", "64 x 65", "64 x 64" });
    ExpectRefusal(command, file("missing.nrrd"), { "--bad-pixel-file", "missing.nrrd" });
    ExpectRefusal(command, { "--bad-pixels", "file" }, { "--bad-pixel-file" });
    ExpectRefusal(command, { "--bad-pixel-file", Path("bad.nrrd") }, { "--bad-pixel-file", "--bad-pixels file" });
    ExpectRefusal(command, { "--bad-pixels", "some" }, { "--bad-pixels", "some", "auto", "none", "file" });
  }
  ExpectRefusal("FourDSTEMConvert", { "--bad-pixels", Path("wide.nrrd") }, { "--bad-pixels", "64 x 65", "64 x 64" });
  ExpectRefusal("FourDSTEMConvert", { "--bad-pixels", Path("missing.nrrd") }, { "--bad-pixels", "missing.nrrd" });
}
