// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ClusterCommandFixture.h"

#include "itkMetaDataObject.h"
#include "itkVectorImage.h"

#include <nlohmann/json.hpp>

#include <map>
#include <numeric>

namespace
{
using namespace fourdstem;
namespace fs = std::filesystem;

class ClusterCommand : public ClusterCommandFixture
{};
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
  EXPECT_EQ(record.at("parameters").at("allowTruncated"), false);
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

  EXPECT_NE(FileContent(Path("paper/index.html")).find("Explained variance"), std::string::npos);
  EXPECT_EQ(Tree({ Path("paper"), "--cut-lambda", "2" }).exitCode, 2);
  const auto regrown = Tree({ Path("paper"), "--regrow", "1" });
  EXPECT_EQ(regrown.exitCode, 2);
  EXPECT_NE(regrown.error.find("--regrow: the splits given are those of the whole tree; split the node"),
            std::string::npos)
    << regrown.error;
  const auto split = Tree({ Path("paper"), "--split", "1:2" });
  ASSERT_EQ(split.exitCode, 0) << split.error;
  const auto confidence = itk::ImageFileReader<itk::Image<float, 2>>::New();
  confidence->SetFileName(Path("paper/confidence.nrrd"));
  confidence->Update();
  const float * value = confidence->GetOutput()->GetBufferPointer();
  EXPECT_GT(*std::max_element(value, value + Shape.Positions()), 0.5f);
  fs::remove_all(Path("paper"));
}

TEST_F(ClusterCommand, SaysHowSureItIsOfPositionsAndSplits)
{
  const std::vector<std::string> options{ "--membership", "--stability",  "4",  "--minimum-area", "6",
                                          "--components", "--signatures", "off" };
  std::vector<std::string>       words{ Path("scan.npy"), Path("sure") };
  words.insert(words.end(), options.begin(), options.end());
  const auto run = Cluster(words);
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto tree = nlohmann::json::parse(FileContent(Path("sure/tree.json")));
  for (const auto & node : tree.at("nodes"))
  {
    const bool isOfRule = !node.at("children").empty() && node.value("comparedBy", "") != "positions";
    ASSERT_EQ(node.contains("stability"), isOfRule);
    EXPECT_LE(node.value("stability", 0.), 1.);
  }
  EXPECT_GT(tree.at("nodes")[0].at("stability"), 0.);
  EXPECT_EQ(ReadTree("sure")->GetNodes()[0].stability, tree.at("nodes")[0].at("stability").get<double>());
  const auto record = nlohmann::json::parse(FileContent(Path("sure/run.json")));
  EXPECT_EQ(record.at("automatic").at("Minimum area").at("value"), 6);
  EXPECT_TRUE(record.at("automatic").contains("Components"));

  const auto leaves = LeavesInOrder(ReadTree("sure")->GetNodes()).size();
  for (const std::string name : { "membership", "membership-summary" })
  {
    const auto reader = itk::ImageFileReader<itk::VectorImage<float, 2>>::New();
    reader->SetFileName(Path("sure/" + name + ".nrrd"));
    reader->Update();
    const auto *      image = reader->GetOutput();
    const std::size_t components = image->GetNumberOfComponentsPerPixel();
    ASSERT_EQ(components, name == "membership" ? leaves : 3u);
    EXPECT_EQ(image->GetSpacing()[0], 1.);
    std::string names;
    itk::ExposeMetaData(image->GetMetaDataDictionary(), "FourDSTEM_ComponentNames", names);
    EXPECT_EQ(names.substr(0, 8), name == "membership" ? "label 1," : "maximum,");
    const float * value = image->GetBufferPointer();
    for (std::int64_t p = 0; name == "membership" && p < Shape.Positions(); ++p)
    {
      EXPECT_NEAR(std::accumulate(value, value + components, 0.f), 1.f, 1e-5f);
      value += components;
    }
  }
  EXPECT_NE(FileContent(Path("sure/index.html")).find("membership-summary.nrrd"), std::string::npos);

  // An edit leaves other leaves.
  ASSERT_EQ(Tree({ Path("sure"), "--cut-leaves", "2" }).exitCode, 0);
  EXPECT_FALSE(fs::exists(Path("sure/membership.nrrd")));
  EXPECT_FALSE(fs::exists(Path("sure/membership-summary.nrrd")));
  EXPECT_TRUE(fs::exists(Path("sure/confidence.nrrd")));
  fs::remove_all(Path("sure"));

  const auto disks = Cluster({ Path("scan.npy"), Path("disks"), "--feature-mask", "disks", "--signatures", "off" });
  ASSERT_EQ(disks.exitCode, 0) << disks.error;
  EXPECT_GE(LeavesInOrder(ReadTree("disks")->GetNodes()).size(), 3u);
  EXPECT_FALSE(fs::exists(Path("disks/membership.nrrd")));
  fs::remove_all(Path("disks"));
  for (const std::string option : { "--minimum-area", "--stability" })
  {
    EXPECT_EQ(Cluster({ Path("scan.npy"), Path("refused"), option, "-1" }).exitCode, 2) << option;
  }
}

TEST_F(ClusterCommand, DividesByTheLatticeAloneAndAfterThePixels)
{
  for (const std::string features : { "lattice", "combined" })
  {
    const auto run = Cluster({ Path("scan.npy"), Path(features), "--features", features });
    ASSERT_EQ(run.exitCode, 0) << run.error;
    const auto record = nlohmann::json::parse(FileContent(Path(features + "/run.json")));
    EXPECT_EQ(record.at("parameters").at("features"), features);
    EXPECT_EQ(record.at("automatic").at("Features").at("value"), features);
    EXPECT_EQ(record.at("automatic").contains("Feature mask"), features == "combined");
    const auto tree = nlohmann::json::parse(FileContent(Path(features + "/tree.json")));
    for (const auto & node : tree.at("nodes"))
    {
      const std::string by = node.at("comparedBy");
      EXPECT_TRUE(by == "lattice" || (by == "pixels" && features == "combined")) << by;
    }
    EXPECT_EQ(tree.at("featureNames").back(), "ripple sin");
    const auto leaves = LeavesInOrder(ReadTree(features)->GetNodes()).size();
    EXPECT_GE(leaves, 5u);

    // The last leaf is of the crystal; the root of a combined tree is the pixels'.
    const std::string leaf = std::to_string(LeavesInOrder(ReadTree(features)->GetNodes()).back());
    const auto        split = Tree({ Path(features), "--split", leaf + ":2" });
    ASSERT_EQ(split.exitCode, 0) << split.error;
    EXPECT_EQ(LeavesInOrder(ReadTree(features)->GetNodes()).size(), leaves + 1);
    const auto root = Tree({ Path(features), "--split", "0:2" });
    EXPECT_EQ(root.exitCode, features == "combined" ? 2 : 0) << root.error;
    fs::remove_all(Path(features));
  }
}

TEST_F(ClusterCommand, FeaturesThatDoNotGoWithTheRestAreRefused)
{
  const auto before = Names();
  for (const std::vector<std::string> & options :
       { std::vector<std::string>{ "--features", "lattice", "--mode", "paper" },
         { "--features", "combined", "--mode", "paper" },
         { "--features", "lattice", "--feature-mask", "fano" },
         { "--features", "lattice", "--transform", "log" },
         { "--features", "strain" } })
  {
    std::vector<std::string> arguments{ Path("scan.npy"), Path("bad") };
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto run = Cluster(arguments);
    EXPECT_EQ(run.exitCode, 2) << options[1];
    EXPECT_EQ(std::count(run.error.begin(), run.error.end(), '\n'), 1) << run.error;
  }
  EXPECT_EQ(Names(), before);
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
       { std::vector<std::string>{ "--threads", "1" }, { "--threads", "3", "--memory-limit", "64MiB" } })
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
  const std::string command = std::string("'") + CommandFolder() + "/FourDSTEMCluster' '" + Path("scan.npy") + "' '" +
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

TEST_F(ClusterCommand, EveryChoiceIsPrintedAndRecorded)
{
  const auto run =
    Cluster({ Path("scan.npy"), Path("told"), "--scan-step", "2", "--threads", "1", "--memory-limit", "64MiB" });
  ASSERT_EQ(run.exitCode, 0) << run.error;
  const auto record = nlohmann::json::parse(FileContent(Path("told/run.json")));
  const auto choice = [&](const char * name) {
    EXPECT_NE(run.output.find("  " + std::string(name) + ": "), std::string::npos) << name;
    return record.at("automatic").at(name);
  };
  EXPECT_EQ(choice("Scan shape").at("value"), "26 x 34");
  EXPECT_EQ(choice("Scan step").at("value"), 2);
  EXPECT_EQ(choice("Scan step").at("unit"), "nm");
  EXPECT_EQ(choice("Detector pixel").at("how"), "not calibrated");
  EXPECT_EQ(choice("Origin").at("value"), "measured");
  EXPECT_EQ(choice("Feature mask").at("value"), "neighbour");
  EXPECT_TRUE(choice("Probe radius").at("value").is_number());
  EXPECT_EQ(choice("Probe radius").at("unit"), "px");
  EXPECT_EQ(choice("Memory limit").at("value"), 64);
  EXPECT_NE(choice("Feature matrix").at("value").dump().find("in a scratch file"), std::string::npos);
  EXPECT_EQ(choice("Threads").at("value"), 1);
  EXPECT_EQ(record.at("threads"), 1);
  EXPECT_NE(record.at("warnings").dump().find("64 MiB is below"), std::string::npos);
  fs::remove_all(Path("told"));
}

TEST_F(ClusterCommand, APartOfAScanLiesWhereItDoesInTheWhole)
{
  ASSERT_EQ(Cluster({ Path("scan.npy"), Path("part"), "--scan-step", "2", "--region", "3,5,20,24" }).exitCode, 0);
  const auto reader = itk::ImageFileReader<itk::Image<unsigned short, 2>>::New();
  reader->SetFileName(Path("part/labels.nrrd"));
  reader->Update();
  EXPECT_EQ(reader->GetOutput()->GetOrigin()[0], 10.);
  EXPECT_EQ(reader->GetOutput()->GetOrigin()[1], 6.);
  std::string  text;
  const auto & notes = reader->GetOutput()->GetMetaDataDictionary();
  itk::ExposeMetaData<std::string>(notes, "FourDSTEM_Program", text);
  EXPECT_EQ(text, "FourDSTEMCluster");
  itk::ExposeMetaData<std::string>(notes, "FourDSTEM_Input", text);
  EXPECT_EQ(text, Path("scan.npy"));
  fs::remove_all(Path("part"));
}
