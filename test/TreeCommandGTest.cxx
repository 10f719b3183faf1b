// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ClusterCommandFixture.h"

#include <nlohmann/json.hpp>

namespace
{
using namespace fourdstem;
namespace fs = std::filesystem;

class TreeCommand : public ClusterCommandFixture
{};
} // namespace

TEST_F(TreeCommand, TreeIsShownAndEditedWithoutTheRawData)
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
  EXPECT_FALSE(ReadTree("results")->GetFeatureNames().empty());
  EXPECT_EQ(ReadTree("cut")->GetFeatureNames(), ReadTree("results")->GetFeatureNames());
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

TEST_F(TreeCommand, ATreeWithoutSplitsHasNoDifferences)
{
  ASSERT_EQ(Tree({ Path("results"), "-o", Path("one"), "--cut-leaves", "2" }).exitCode, 0);
  EXPECT_TRUE(fs::exists(Path("one/differences.nrrd")));
  ASSERT_EQ(Tree({ Path("one"), "--prune", "0" }).exitCode, 0);
  EXPECT_FALSE(fs::exists(Path("one/differences.nrrd")));
  EXPECT_EQ(FileContent(Path("one/index.html")).find("differences.nrrd"), std::string::npos);
  fs::remove_all(Path("one"));
}

TEST_F(TreeCommand, TreeDividesANodeAgainFromTheRawData)
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

TEST_F(TreeCommand, NumbersAsSlicerPassesThemAreNoEdits)
{
  const auto before = FileContent(Path("results/run.json"));
  const auto run = Tree({ Path("results"),
                          "--cut-level=-1",
                          "--cut-leaves=0",
                          "--cut-lambda=0.0",
                          "--cut-gain=0",
                          "--merge=",
                          "--prune=",
                          "--split=",
                          "--regrow=-1",
                          "--threads=0",
                          "--returnparameterfile",
                          Path("returned.txt") });
  EXPECT_EQ(run.exitCode, 0) << run.error;
  EXPECT_EQ(FileContent(Path("results/run.json")), before);
  const auto tree = ReadTree("results");
  EXPECT_EQ(FileContent(Path("returned.txt")),
            "numberOfLeaves = " + std::to_string(tree->GetNumberOfLeaves()) +
              "\nnumberOfNodes = " + std::to_string(tree->GetNumberOfNodes()) + "\n");
  fs::remove(Path("returned.txt"));
}

TEST_F(TreeCommand, EditsSayWhatTheyDidAndKeepColors)
{
  const auto original = ReadTree("results");
  const auto first = nlohmann::json::parse(FileContent(Path("results/run.json")));
  ASSERT_EQ(Tree({ Path("results"), "--cut-leaves", "2", "-o", Path("cut") }).exitCode, 0);
  const auto tree = ReadTree("cut");
  const auto record = nlohmann::json::parse(FileContent(Path("cut/run.json")));
  EXPECT_EQ(record.at("results").at("leaves"), 2);
  EXPECT_EQ(record.at("results").at("nodes"), 3);
  for (std::size_t id = 1; id < 3; ++id)
  {
    const bool isCut = !original->GetNodes()[id].IsLeaf();
    EXPECT_EQ(tree->GetNodes()[id].stop, isCut ? StopReason::Cut : original->GetNodes()[id].stop);
    EXPECT_EQ(record.at("results").at("colors").at(id), first.at("results").at("colors").at(id));
  }
  const std::string page = FileContent(Path("cut/index.html"));
  EXPECT_NE(page.find("cut by hand"), std::string::npos);
  EXPECT_NE(page.find("--scan-step"), std::string::npos) << "the analysis's options stay";
  EXPECT_NE(page.find("--cut-leaves"), std::string::npos);
  EXPECT_NE(page.find("Probe radius"), std::string::npos);

  for (const std::vector<std::string> & nothing :
       { std::vector<std::string>{ "--cut-leaves", "100" }, { "--prune", "1" } })
  {
    const auto run = Tree({ Path("cut"), nothing[0], nothing[1] });
    EXPECT_EQ(run.exitCode, 0);
    EXPECT_NE(run.output.find("note: " + nothing[0] + " " + nothing[1] + " changes nothing"), std::string::npos);
  }
  fs::remove_all(Path("cut"));
}
