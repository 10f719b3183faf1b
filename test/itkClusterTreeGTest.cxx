// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkClusterTree.h"

#include "ClusterTreeFixture.h"
#include "ScanFixtures.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace
{
itk::ClusterTree::Pointer
MakeClusterTree()
{
  auto tree = itk::ClusterTree::New();
  tree->SetNodes(fixtures::MakeTree());
  tree->SetFeatureNames({ "bright field", "\"dark\" field, μ" });
  tree->SetMode("paper");
  return tree;
}

std::string
TextOf(const std::string & path)
{
  std::ifstream file(std::filesystem::u8path(path), std::ios::binary);
  return { std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>() };
}
} // namespace

TEST(ClusterTree, ComesBackFromJSONAsItWas)
{
  const TemporaryFolder folder;
  const auto            tree = MakeClusterTree();
  auto                  nodes = tree->GetNodes();
  nodes[1].centroid = { 1.0f / 3.0f, -12345.678f };
  nodes[4].centroid = { 3.4e38f, 1e-40f };
  nodes[1].inertia = 0.1 + 0.2;
  nodes[1].frozen = true;
  nodes[5].features = { 1 };
  nodes[5].loading = { 7 };
  tree->SetNodes(nodes);
  const std::string path = folder.Path("tree ü.json");
  tree->WriteJSON(path);
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::u8path(path + ".partial")));

  auto read = itk::ClusterTree::New();
  read->ReadJSON(path);
  EXPECT_EQ(read->ToJSON(), tree->ToJSON());
  EXPECT_EQ(read->GetFeatureNames(), tree->GetFeatureNames());
  EXPECT_STREQ(read->GetMode(), "paper");
  ASSERT_EQ(read->GetNumberOfNodes(), 8u);
  for (std::size_t i = 0; i < 8; ++i)
  {
    const auto & a = tree->GetNodes()[i];
    const auto & b = read->GetNodes()[i];
    EXPECT_EQ(a.centroid, b.centroid);
    EXPECT_EQ(a.inertia, b.inertia);
    EXPECT_EQ(a.lambda, b.lambda);
    EXPECT_EQ(a.stop, b.stop);
    EXPECT_EQ(a.note, b.note);
    EXPECT_EQ(a.features, b.features);
    EXPECT_EQ(a.loading, b.loading);
    EXPECT_EQ(a.startRows, b.startRows);
    EXPECT_EQ(a.frozen, b.frozen);
    EXPECT_EQ(a.children, b.children);
  }
  tree->WriteJSON(path);
  EXPECT_EQ(TextOf(path), tree->ToJSON());
}

TEST(ClusterTree, WrongFilesAreRefusedByNameAndValue)
{
  const TemporaryFolder folder;
  const std::string     good = MakeClusterTree()->ToJSON();
  const auto            complaint = [&folder](const std::string & text) -> std::string {
    const std::string path = folder.Path("hostile.json");
    std::ofstream(std::filesystem::u8path(path), std::ios::binary) << text;
    auto tree = MakeClusterTree();
    try
    {
      tree->ReadJSON(path);
    }
    catch (const itk::ExceptionObject & error)
    {
      EXPECT_EQ(tree->GetNumberOfNodes(), 8u);
      EXPECT_NE(std::string(error.GetDescription()).find(path), std::string::npos);
      return error.GetDescription();
    }
    return "none";
  };
  const auto changed = [&good](const std::string & from, const std::string & to) {
    std::string       text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const std::vector<std::pair<std::string, std::string>> cases = {
    { "", "it is no JSON" },
    { good.substr(0, good.size() / 2), "it is no JSON" },
    { "[1, 2]", "the file is not an object" },
    { std::string(100000, '['), "it is no JSON" },
    { "{}", "schema is missing" },
    { changed("FourDSTEM.ClusterTree", "Other"), "schema is \"Other\" but must be \"FourDSTEM.ClusterTree\"" },
    { changed("\"version\": 1", "\"version\": 2"), "version is 2 but must be 1" },
    { changed("\"paper\"", "\"magic\""), "mode is \"magic\" but must be" },
    { changed("\"size\":40", "\"size\":-40"), "nodes[0].size is -40 but must be a whole number" },
    { changed("\"size\":40", "\"size\":18446744073709551615"), "nodes[0].size is 18446744073709551615" },
    { changed("\"size\":40", "\"size\":41"), "node 0: it has 41 positions, its children 40" },
    { changed("\"size\":40", "\"size\":\"many\""), "nodes[0].size is \"many\"" },
    { changed("\"size\":40,", ""), "nodes[0].size is missing" },
    { changed("\"parent\":0", "\"parent\":7"), "node 0: it cannot have the child 1" },
    { changed("\"children\":[1,2]", "\"children\":[1,2.5]"), "nodes[0].children" },
    { changed("\"children\":[1,2]", "\"children\":[1,2,2]"), "node 0: it cannot have the child 2" },
    { changed("\"stop\":\"gradient\"", "\"stop\":\"bored\""), "nodes[1].stop: no stop reason is called \"bored\"" },
    { changed("\"features\":[[0,2]]", "\"features\":[[0,9000000000000]]"), "rising ranges" },
    { changed("\"features\":[[0,2]]", "\"features\":[[1,1],[0,1]]"), "rising ranges" },
    { changed("\"features\":[[0,2]]", "\"features\":7"), "nodes[0].features is 7 but must be an array" },
    { changed("\"loading\":[0.1,-1e-07]", "\"loading\":[0.1]"), "nodes[0].loading" },
    { changed("\"centroid\":[0.0,1.0]", "\"centroid\":[0.0,\"x\"]"), "nodes[0].centroid" },
    { changed("\"frozen\":false", "\"frozen\":0"), "nodes[0].frozen is 0 but must be true or false" },
    { changed("\"lambda\":400.25", "\"lambda\":true"), "nodes[0].lambda is true but must be a number" },
    { changed("\"note\":\"smooth variation\"", "\"note\":null"), "nodes[0].note is null but must be a text" },
    { changed("\"bright field\",", ""), "featureNames" }
  };
  for (const auto & [text, expected] : cases)
  {
    const std::string said = complaint(text);
    EXPECT_NE(said.find(expected), std::string::npos) << said << "\nexpected: " << expected;
  }
  EXPECT_THROW(MakeClusterTree()->ReadJSON(folder.Path("missing.json")), itk::ExceptionObject);
  EXPECT_THROW(MakeClusterTree()->ReadJSON(folder.Path("")), itk::ExceptionObject);
  EXPECT_THROW(MakeClusterTree()->WriteJSON(folder.Path("no/such/folder.json")), itk::ExceptionObject);
}

TEST(ClusterTree, EditsGoThroughOrChangeNothing)
{
  const auto tree = MakeClusterTree();
  EXPECT_EQ(tree->GetNumberOfLeaves(), 5u);
  EXPECT_EQ(tree->GetNumberOfLevels(), 3u);
  EXPECT_EQ(tree->GetLeaves(), (std::vector<int>{ 1, 5, 6, 7, 4 }));
  EXPECT_EQ(tree->GetLabel(4), 5);
  EXPECT_EQ(tree->GetLabel(3), 0);

  const auto before = tree->GetNodes();
  const auto time = tree->GetMTime();
  EXPECT_THROW(tree->Merge({ 3, 4 }), itk::ExceptionObject);
  EXPECT_THROW(tree->Prune(9), itk::ExceptionObject);
  EXPECT_THROW(tree->Freeze(-1), itk::ExceptionObject);
  EXPECT_EQ(tree->GetNodes().size(), before.size());
  EXPECT_EQ(tree->GetMTime(), time);

  const auto map = tree->Merge({ 5, 6 });
  EXPECT_GT(tree->GetMTime(), time);
  EXPECT_EQ(itk::ClusterTree::LabelTable(before, map, tree->GetNodes()),
            (std::vector<unsigned short>{ 0, 1, 2, 2, 3, 4 }));
  tree->Freeze(2);
  EXPECT_TRUE(tree->GetNodes()[2].frozen);
  tree->CutAtGain(150);
  EXPECT_EQ(tree->GetNumberOfLeaves(), 2u);
  tree->CutAtLambda(1e9);
  EXPECT_EQ(tree->GetNumberOfNodes(), 1u);

  const auto other = MakeClusterTree();
  other->CutAtNumberOfLeaves(3);
  EXPECT_EQ(other->GetNumberOfLeaves(), 3u);
  other->CutAtLevel(1);
  EXPECT_EQ(other->GetNumberOfLeaves(), 2u);
  other->Prune(0);
  EXPECT_EQ(other->GetNumberOfLeaves(), 1u);

  auto broken = fixtures::MakeTree();
  broken[3].level = 9;
  EXPECT_THROW(tree->SetNodes(broken), itk::ExceptionObject);
}

TEST(ClusterTree, GraftsAndPrints)
{
  const auto tree = MakeClusterTree();
  auto       other = itk::ClusterTree::New();
  other->Graft(tree);
  EXPECT_EQ(other->ToJSON(), tree->ToJSON());
  other->Graft(nullptr);
  EXPECT_EQ(other->GetNumberOfNodes(), 8u);
  auto bare = itk::ClusterTree::New();
  bare->CopyInformation(tree);
  EXPECT_EQ(bare->GetFeatureNames(), tree->GetFeatureNames());
  EXPECT_EQ(bare->GetNumberOfNodes(), 0u);
  EXPECT_THROW(other->Graft(itk::DataObject::New()), itk::ExceptionObject);

  std::ostringstream text;
  tree->Print(text);
  EXPECT_NE(text.str().find("3: parent 2, 18 positions, split"), std::string::npos);
  other->Initialize();
  EXPECT_EQ(other->GetNumberOfNodes(), 0u);
  EXPECT_STREQ(other->GetNameOfClass(), "ClusterTree");
}
