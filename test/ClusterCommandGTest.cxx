// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PhantomScan.h"
#include "RunProgram.h"

#include "fourdstem/NpyWriter.h"

#include "itkClusterTree.h"
#include "itkImageFileReader.h"
#include "itkVectorImage.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <map>
#include <random>

namespace
{
using namespace fourdstem;
namespace fs = std::filesystem;

constexpr ScanShape Shape{ 26, 34, 96, 104 };

const std::vector<std::string> ResultFiles{ "labels.nrrd",      "levels.nrrd", "tree.json",         "patterns.nrrd",
                                            "differences.nrrd", "origin.nrrd", "adf.nrrd",          "statistics.nrrd",
                                            "confidence.nrrd",  "run.json",    "feature-mask.nrrd", "map.png",
                                            "levels.png",       "tree.png",    "differences.png",   "index.html" };

class ClusterCommand : public ::testing::Test
{
protected:
  static void
  SetUpTestSuite()
  {
    Folder() = fs::temp_directory_path() / ("FourDSTEM ClusterCommand " + std::to_string(std::random_device()()));
    fs::remove_all(Folder());
    fs::create_directories(Folder());
    const PhantomScan scan(PhantomScan::Of(PhantomKind::Flake, Shape));
    Truth() = scan.Truth().labels;
    NpyWriter writer(Path("scan.npy"), Shape);
    writer.Write(scan.patterns.data(), Shape.Positions());
    writer.Close();
    ASSERT_EQ(Cluster({ Path("scan.npy"), Path("results"), "--scan-step", "2" }).exitCode, 0);
  }
  static void
  TearDownTestSuite()
  {
    fs::remove_all(Folder());
  }

  static fs::path &
  Folder()
  {
    static fs::path folder;
    return folder;
  }
  static std::vector<unsigned short> &
  Truth()
  {
    static std::vector<unsigned short> labels;
    return labels;
  }
  static std::string
  Path(const std::string & name)
  {
    return (Folder() / name).string();
  }
  static ProgramRun
  Cluster(const std::vector<std::string> & arguments)
  {
    return RunProgram("FourDSTEMCluster", arguments, Folder());
  }
  static ProgramRun
  Tree(const std::vector<std::string> & arguments)
  {
    return RunProgram("FourDSTEMTree", arguments, Folder());
  }

  static std::vector<unsigned short>
  Labels(const std::string & folder)
  {
    const auto reader = itk::ImageFileReader<itk::Image<unsigned short, 2>>::New();
    reader->SetFileName(Path(folder + "/labels.nrrd"));
    reader->Update();
    const auto * image = reader->GetOutput();
    return { image->GetBufferPointer(), image->GetBufferPointer() + image->GetBufferedRegion().GetNumberOfPixels() };
  }
  static itk::ClusterTree::Pointer
  ReadTree(const std::string & folder)
  {
    auto tree = itk::ClusterTree::New();
    tree->ReadJSON(Path(folder + "/tree.json"));
    return tree;
  }
  static std::vector<std::string>
  Names()
  {
    std::vector<std::string> names;
    for (const auto & entry : fs::directory_iterator(Folder()))
    {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }
};
} // namespace

TEST_F(ClusterCommand, WritesEverythingAndFindsTheDomains)
{
  for (const std::string & name : ResultFiles)
  {
    EXPECT_GT(fs::file_size(Path("results/" + name)), 0u) << name;
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(Path("results")), fs::directory_iterator()),
            static_cast<std::ptrdiff_t>(ResultFiles.size()));

  // Film and crystal are never in one leaf.
  const auto                                  labels = Labels("results");
  std::map<unsigned short, std::vector<bool>> seen;
  for (std::size_t p = 0; p < labels.size(); ++p)
  {
    seen[labels[p]].resize(2);
    seen[labels[p]][Truth()[p] == 1] = true;
  }
  EXPECT_GE(seen.size(), 5u);
  for (const auto & [label, kinds] : seen)
  {
    EXPECT_FALSE(kinds[0] && kinds[1]) << "label " << label;
  }

  const auto record = nlohmann::json::parse(FileContent(Path("results/run.json")));
  EXPECT_EQ(record.at("results").at("leaves"), seen.size());
  EXPECT_EQ(record.at("parameters").at("mode"), "auto");
  EXPECT_EQ(record.at("input").at("bytes"), fs::file_size(Path("scan.npy")));
  EXPECT_GT(record.at("automatic").size(), 4u);
}

TEST_F(ClusterCommand, ImagesHaveTheScansAndTheDetectorsGeometry)
{
  const auto reader = itk::ImageFileReader<itk::VectorImage<float, 2>>::New();
  reader->SetFileName(Path("results/origin.nrrd"));
  reader->Update();
  EXPECT_EQ(reader->GetOutput()->GetLargestPossibleRegion().GetSize()[0], 34u);
  EXPECT_EQ(reader->GetOutput()->GetSpacing()[1], 2.);
  EXPECT_EQ(reader->GetOutput()->GetNumberOfComponentsPerPixel(), 2u);

  reader->SetFileName(Path("results/statistics.nrrd"));
  reader->Update();
  EXPECT_EQ(reader->GetOutput()->GetLargestPossibleRegion().GetSize()[0], 104u);
  EXPECT_EQ(reader->GetOutput()->GetNumberOfComponentsPerPixel(), 5u);

  const auto stack = itk::ImageFileReader<itk::Image<float, 3>>::New();
  stack->SetFileName(Path("results/patterns.nrrd"));
  stack->Update();
  EXPECT_EQ(stack->GetOutput()->GetLargestPossibleRegion().GetSize()[2], ReadTree("results")->GetNumberOfNodes());
}

TEST_F(ClusterCommand, AnExistingFolderIsLeftAloneWithoutOverwrite)
{
  const auto before = FileContent(Path("results/run.json"));
  const auto run = Cluster({ Path("scan.npy"), Path("results") });
  EXPECT_EQ(run.exitCode, 1);
  EXPECT_NE(run.error.find("--overwrite"), std::string::npos);
  EXPECT_EQ(FileContent(Path("results/run.json")), before);
}

TEST_F(ClusterCommand, PaperModeTakesTheSplitsGiven)
{
  const auto run =
    Cluster({ Path("scan.npy"), Path("paper"), "--mode", "paper", "--splits", "0:2,2:3", "--std-fraction", "0.1" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto tree = ReadTree("paper");
  EXPECT_EQ(tree->GetMode(), std::string("paper"));
  EXPECT_EQ(tree->GetNumberOfNodes(), 6u);
  EXPECT_EQ(tree->GetNodes()[2].startRows.size(), 3u);
  const auto statistics = itk::ImageFileReader<itk::VectorImage<float, 2>>::New();
  statistics->SetFileName(Path("paper/statistics.nrrd"));
  statistics->Update();
  EXPECT_EQ(statistics->GetOutput()->GetNumberOfComponentsPerPixel(), 6u);
  std::string names;
  itk::ExposeMetaData(statistics->GetOutput()->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
  EXPECT_EQ(names, "mean,max,std,log-std global,fano,log-std nested");

  const auto regrown = Tree({ Path("paper"), "--regrow", "1" });
  EXPECT_EQ(regrown.exitCode, 1);
  EXPECT_NE(regrown.error.find("split the node"), std::string::npos) << regrown.error;
  const auto split = Tree({ Path("paper"), "--split", "1:2" });
  ASSERT_EQ(split.exitCode, 0) << split.error;
  const auto confidence = itk::ImageFileReader<itk::Image<float, 2>>::New();
  confidence->SetFileName(Path("paper/confidence.nrrd"));
  confidence->Update();
  const float * value = confidence->GetOutput()->GetBufferPointer();
  EXPECT_GT(*std::max_element(value, value + Shape.Positions()), 0.5f);
  fs::remove_all(Path("paper"));
}

TEST_F(ClusterCommand, BadInputIsOneLineThatNamesTheFileAndLeavesNothing)
{
  std::ofstream(Path("empty.npy")).close();
  fs::copy_file(Path("scan.npy"), Path("cut.npy"));
  fs::resize_file(Path("cut.npy"), fs::file_size(Path("scan.npy")) / 2);
  fs::create_directory(Path("folder.raw"));
  const auto before = Names();
  for (const std::string name : { "missing.npy", "empty.npy", "cut.npy", "folder.raw" })
  {
    const auto run = Cluster({ Path(name), Path("bad") });
    EXPECT_NE(run.exitCode, 0) << name;
    EXPECT_NE(run.error.find(name), std::string::npos) << run.error;
    EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1) << run.error;
  }
  EXPECT_NE(Cluster({ Path("scan.npy"), Path("bad"), "--scan-shape", "7x9" }).exitCode, 0);
  EXPECT_EQ(Cluster({ Path("scan.npy"), Path("bad"), "--splits", "zero:2" }).exitCode, 2);
  EXPECT_EQ(Cluster({ Path("scan.npy"), Path("bad"), "--mode", "magic" }).exitCode, 2);
  EXPECT_EQ(Names(), before);
}

TEST_F(ClusterCommand, TheSameBitsForAnyThreadsAndMemory)
{
  const std::string labels = FileContent(Path("results/labels.nrrd"));
  const std::string confidence = FileContent(Path("results/confidence.nrrd"));
  for (const std::vector<std::string> & options :
       { std::vector<std::string>{ "--threads", "1" }, { "--threads", "3", "--memory-limit", "1MiB" } })
  {
    std::vector<std::string> arguments{ Path("scan.npy"), Path("again"), "--scan-step", "2", "--overwrite" };
    arguments.insert(arguments.end(), options.begin(), options.end());
    ASSERT_EQ(Cluster(arguments).exitCode, 0);
    EXPECT_EQ(FileContent(Path("again/labels.nrrd")), labels);
    EXPECT_EQ(FileContent(Path("again/confidence.nrrd")), confidence);
  }
  fs::remove_all(Path("again"));
}

#ifndef _WIN32
TEST_F(ClusterCommand, AFullDiskAndAnInterruptLeaveNothingAndSayWhy)
{
  const auto        before = Names();
  const std::string command = "'" FourDSTEM_COMMAND_DIR "/FourDSTEMCluster' '" + Path("scan.npy") + "' '" +
                              Path("none") + "' >/dev/null 2>'" + Path("error.txt") + "'";
  EXPECT_NE(std::system(("ulimit -f 16; " + command).c_str()), 0);
  EXPECT_NE(FileContent(Path("error.txt")), "");
  fs::remove(Path("error.txt"));
  EXPECT_EQ(Names(), before);

  const int status = std::system(("timeout --preserve-status -s INT 0.05 " + command).c_str());
  EXPECT_EQ(WEXITSTATUS(status), 130);
  fs::remove(Path("error.txt"));
  EXPECT_EQ(Names(), before);
}
#endif

TEST_F(ClusterCommand, TreeIsShownAndEditedWithoutTheRawData)
{
  const auto original = ReadTree("results");
  const auto labels = Labels("results");
  const auto shown = Tree({ Path("results") });
  ASSERT_EQ(shown.exitCode, 0) << shown.error;
  EXPECT_EQ(std::count(shown.output.begin(), shown.output.end(), '\n'),
            static_cast<std::ptrdiff_t>(original->GetNumberOfNodes()));

  fs::rename(Path("scan.npy"), Path("hidden.npy"));
  const auto cut = Tree({ Path("results"), "--cut-leaves", "2", "--output", Path("cut") });
  ASSERT_EQ(cut.exitCode, 0) << cut.error;
  const auto halves = Labels("cut");
  for (std::size_t p = 0; p < halves.size(); ++p)
  {
    EXPECT_EQ(halves[p] == 1, labels[p] == 1) << "film is the first leaf";
  }
  EXPECT_EQ(ReadTree("cut")->GetNumberOfNodes(), 3u);
  EXPECT_FALSE(original->GetFeatureNames().empty());
  EXPECT_EQ(ReadTree("cut")->GetFeatureNames(), original->GetFeatureNames());
  EXPECT_EQ(std::distance(fs::directory_iterator(Path("cut")), fs::directory_iterator()),
            static_cast<std::ptrdiff_t>(ResultFiles.size()));

  const auto leaves = original->GetLeaves();
  const auto merged = Tree({ Path("results"),
                             "--merge",
                             std::to_string(leaves[1]) + "," + std::to_string(leaves[2]),
                             "--freeze",
                             "0",
                             "-o",
                             Path("merged") });
  ASSERT_EQ(merged.exitCode, 0) << merged.error;
  EXPECT_EQ(ReadTree("merged")->GetNumberOfLeaves(), original->GetNumberOfLeaves() - 1);
  EXPECT_TRUE(ReadTree("merged")->GetNodes()[0].frozen);

  const auto divided = Tree({ Path("cut"), "--split", "2:2" });
  EXPECT_EQ(divided.exitCode, 1);
  EXPECT_NE(divided.error.find("scan.npy"), std::string::npos) << divided.error;
  EXPECT_EQ(Tree({ Path("cut"), "--prune", "99" }).exitCode, 2);
  fs::rename(Path("hidden.npy"), Path("scan.npy"));
  fs::remove_all(Path("merged"));
  fs::remove_all(Path("cut"));
}

TEST_F(ClusterCommand, ATreeWithoutSplitsHasNoDifferences)
{
  ASSERT_EQ(Tree({ Path("results"), "-o", Path("one"), "--cut-leaves", "2" }).exitCode, 0);
  EXPECT_TRUE(fs::exists(Path("one/differences.nrrd")));
  ASSERT_EQ(Tree({ Path("one"), "--prune", "0" }).exitCode, 0);
  EXPECT_FALSE(fs::exists(Path("one/differences.nrrd")));
  EXPECT_EQ(FileContent(Path("one/index.html")).find("differences.nrrd"), std::string::npos);
  fs::remove_all(Path("one"));
}

TEST_F(ClusterCommand, TreeDividesANodeAgainFromTheRawData)
{
  const auto leaves = ReadTree("results")->GetNumberOfLeaves();
  ASSERT_EQ(Tree({ Path("results"), "--prune", "2", "-o", Path("edited") }).exitCode, 0);
  EXPECT_EQ(ReadTree("edited")->GetNumberOfLeaves(), 2u);

  const auto regrown = Tree({ Path("edited"), "--regrow", "2" });
  ASSERT_EQ(regrown.exitCode, 0) << regrown.error;
  EXPECT_EQ(ReadTree("edited")->GetNumberOfLeaves(), leaves);
  EXPECT_EQ(Labels("edited"), Labels("results"));

  const auto split = Tree({ Path("edited"), "--prune", "2", "--split", "1:3" });
  ASSERT_EQ(split.exitCode, 0) << split.error;
  EXPECT_EQ(ReadTree("edited")->GetNodes()[1].children.size(), 3u);
  EXPECT_EQ(ReadTree("edited")->GetFeatureNames(), ReadTree("results")->GetFeatureNames());
  const auto record = nlohmann::json::parse(FileContent(Path("edited/run.json")));
  EXPECT_EQ(record.at("results").at("edits").size(), 3u);
  EXPECT_EQ(record.at("results").at("analysis").at("program"), "FourDSTEMCluster");
  fs::remove_all(Path("edited"));
}
