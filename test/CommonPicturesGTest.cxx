// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ClusterViewFixture.h"
#include "TemporaryFolder.h"

#include "Common/Canvas.h"
#include "Common/Measures.h"
#include "Common/LabelColors.h"
#include "Common/Panels.h"
#include "Common/ReportPage.h"
#include "Common/TreeLayout.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

namespace
{
using namespace fourdstem::cli;
using fixtures::MakeView;
namespace fs = std::filesystem;

struct PngSize
{
  unsigned int width = 0;
  unsigned int height = 0;
};

/** Size from the header; zero when it is not a PNG that ends as one. */
PngSize
ReadPng(const fs::path & path)
{
  std::ifstream     file(path, std::ios::binary);
  const std::string bytes{ std::istreambuf_iterator<char>(file), {} };
  const std::string end("IEND\xae\x42\x60\x82", 8);
  if (bytes.compare(0, 8, "\x89PNG\r\n\x1a\n") != 0 || bytes.size() < 40 || bytes.substr(bytes.size() - 8) != end)
  {
    return {};
  }
  const auto number = [&](std::size_t at) {
    unsigned int value = 0;
    for (std::size_t i = 0; i < 4; ++i)
    {
      value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    return value;
  };
  return { number(16), number(20) };
}

class CommonPictures : public testing::Test
{
protected:
  TemporaryFolder m_Temporary;
  fs::path        m_Folder = m_Temporary.Get();
};

TEST_F(CommonPictures, ScaleBarsAreRound)
{
  const std::pair<double, double> lengths[] = { { 1, 1 },     { 1.99, 1 },      { 2, 2 },      { 4.9, 2 },
                                                { 5, 5 },     { 9.99, 5 },      { 10, 10 },    { 37.5, 20 },
                                                { 0.3, 0.2 }, { 0.0999, 0.05 }, { 1234, 1000 } };
  for (const auto & [limit, length] : lengths)
  {
    EXPECT_NEAR(RoundLength(limit), length, 1e-12 * length) << limit;
  }
  EXPECT_EQ(FormatLength(20, "nm"), "20 nm");
  EXPECT_EQ(FormatLength(2000, "nm"), "2 µm");
  EXPECT_EQ(FormatLength(0.05, "nm"), "50 pm");
  EXPECT_EQ(FormatLength(5, "1/nm"), "5 nm⁻¹");
  EXPECT_EQ(FormatLength(10, "mrad"), "10 mrad");
}

TEST_F(CommonPictures, NumbersReadWell)
{
  EXPECT_EQ(FormatShare(241, 1000), "24.1 %");
  EXPECT_EQ(FormatShare(1000, 1000), "100 %");
  EXPECT_EQ(FormatShare(1, 100000), "< 0.1 %");
  EXPECT_EQ(FormatShare(0, 0), "0.0 %");
  EXPECT_EQ(FormatCount(9999), "9999");
  EXPECT_EQ(FormatCount(1234567), "1\u202F234\u202F567");
  EXPECT_EQ(FormatValue(0), "0");
  EXPECT_EQ(FormatValue(-0.012345), "−0.0123");
  EXPECT_EQ(FormatValue(65536), "65\u202F500");
  EXPECT_EQ(FormatArea(100, { 10, 10, 1.5, 2, "nm" }), "300 nm²");
  EXPECT_EQ(FormatArea(1000000, { 1000, 1000, 1, 1, "nm" }), "1 µm²");
  EXPECT_EQ(FormatArea(1, { 1, 1, 1, 1, "px" }), "1 position");
}

TEST_F(CommonPictures, TreeNodesDoNotOverlap)
{
  const ClusterView         view = MakeView(32, 3, 5);
  const std::vector<double> places = LayOutTree(view.nodes);
  for (std::size_t i = 0; i < places.size(); ++i)
  {
    EXPECT_GE(places[i], 0);
    for (std::size_t j = 0; j < i; ++j)
    {
      if (view.nodes[i].level == view.nodes[j].level)
      {
        EXPECT_GE(std::abs(places[i] - places[j]), 1 - 1e-9);
      }
    }
    const std::vector<int> & children = view.nodes[i].children;
    if (!children.empty())
    {
      const double first = places[static_cast<std::size_t>(children.front())];
      const double last = places[static_cast<std::size_t>(children.back())];
      EXPECT_NEAR(places[i], 0.5 * (first + last), 1e-9);
    }
  }
}

TEST_F(CommonPictures, LabelsAreCutAtALevel)
{
  ClusterView view;
  view.nodes.resize(5);
  view.nodes[0].children = { 1, 2 };
  view.nodes[1] = { 0, {}, 1, 3, 1, "", {} };
  view.nodes[2] = { 0, { 3, 4 }, 1, 5, 0, "", {} };
  view.nodes[3] = { 2, {}, 2, 2, 2, "", {} };
  view.nodes[4] = { 2, {}, 2, 3, 3, "", {} };
  EXPECT_EQ(NodesOfLabels(view, 0), (std::vector<int>{ -1, 0, 0, 0 }));
  EXPECT_EQ(NodesOfLabels(view, 1), (std::vector<int>{ -1, 1, 2, 2 }));
  EXPECT_EQ(NodesOfLabels(view, 9), (std::vector<int>{ -1, 1, 3, 4 }));
}

TEST_F(CommonPictures, DifferencesAreChildMinusParentAndSiblings)
{
  ClusterView view;
  view.detector = { 1, 2, 1, 1, "px" };
  view.nodes.resize(4);
  view.nodes[0].children = { 1, 2, 3 };
  for (int i = 0; i < 4; ++i)
  {
    NodeView & node = view.nodes[static_cast<std::size_t>(i)];
    node.parent = i == 0 ? -1 : 0;
    node.pattern = { static_cast<float>(i * i), i == 2 ? std::numeric_limits<float>::quiet_NaN() : 1.0F };
  }
  const std::vector<Difference>          differences = NodeDifferences(view);
  const std::vector<std::pair<int, int>> expected = { { 1, 0 }, { 2, 0 }, { 3, 0 }, { 2, 1 }, { 3, 1 }, { 3, 2 } };
  ASSERT_EQ(differences.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
  {
    EXPECT_EQ(std::make_pair(differences[i].node, differences[i].minus), expected[i]);
  }
  EXPECT_EQ(differences[4].pattern[0], 8);
  EXPECT_EQ(differences[4].pattern[1], 0);
  EXPECT_TRUE(std::isnan(differences[5].pattern[1]));
}

TEST_F(CommonPictures, ManySiblingsAreComparedWithTheirParentOnly)
{
  for (const auto & [children, expected] : { std::pair<int, std::size_t>{ 8, 8 + 28 }, { 9, 9 } })
  {
    ClusterView view;
    view.detector = { 1, 1, 1, 1, "px" };
    view.nodes.resize(static_cast<std::size_t>(children) + 1);
    for (std::size_t i = 0; i < view.nodes.size(); ++i)
    {
      view.nodes[i].pattern = { static_cast<float>(i) };
      if (i > 0)
      {
        view.nodes[i].parent = 0;
        view.nodes[i].label = static_cast<int>(i);
        view.nodes[0].children.push_back(static_cast<int>(i));
      }
    }
    EXPECT_EQ(NodeDifferences(view).size(), expected);
    EXPECT_EQ(NodeName(view, 0), "node 0");
    EXPECT_EQ(NodeName(view, 2), "node 2 (leaf 2)");
  }
}

TEST_F(CommonPictures, PicturesOfAnyTreeAndScanAreWhole)
{
  struct Case
  {
    int leaves;
    int rows;
    int columns;
  };
  for (const Case & c : { Case{ 1, 1, 1 },
                          Case{ 2, 1, 7 },
                          Case{ 5, 30, 4 },
                          Case{ 32, 20, 60 },
                          Case{ 3, 1, 900 },
                          Case{ 400, 20, 60 } })
  {
    WriteClusterPictures(MakeView(c.leaves, c.rows, c.columns), m_Folder.string());
    for (const char * name : { "map.png", "levels.png", "tree.png", "differences.png" })
    {
      const PngSize size = ReadPng(m_Folder / name);
      EXPECT_GT(size.width, 100U) << name << ' ' << c.leaves;
      EXPECT_GT(size.height, 40U) << name << ' ' << c.leaves;
      EXPECT_LE(size.width, 8000U) << name << ' ' << c.leaves;
      EXPECT_LE(size.height, 8000U) << name << ' ' << c.leaves;
    }
  }
}

TEST_F(CommonPictures, OddDataIsDrawnToo)
{
  ClusterView view = MakeView(3, 3, 5);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (NodeView & node : view.nodes)
  {
    node.pattern.assign(node.pattern.size(), nan);
  }
  view.background.assign(view.background.size(), nan);
  EXPECT_NO_THROW(WriteClusterPictures(view, m_Folder.string()));
  for (NodeView & node : view.nodes)
  {
    node.pattern.clear();
  }
  view.background.clear();
  view.labels.assign(view.labels.size(), 0);
  EXPECT_NO_THROW(WriteClusterPictures(view, m_Folder.string()));

  ScalarMapView map;
  map.title = "strain";
  map.scan = { 3, 5, 1, 2, "nm" };
  map.values.assign(15, nan);
  for (const bool diverging : { true, false })
  {
    map.diverging = diverging;
    EXPECT_NO_THROW(WriteScalarMapPicture(map, (m_Folder / "strain.png").string()));
    map.values.assign(15, 0.0F);
    EXPECT_NO_THROW(WriteScalarMapPicture(map, (m_Folder / "strain.png").string()));
    map.values[7] = -2;
    EXPECT_NO_THROW(WriteScalarMapPicture(map, (m_Folder / "strain.png").string()));
  }
  EXPECT_GT(ReadPng(m_Folder / "strain.png").width, 300U);
}

TEST_F(CommonPictures, UnwritablePictureIsAnError)
{
  Canvas canvas(20, 20);
  EXPECT_THROW(canvas.WritePng((m_Folder / "no" / "a.png").string()), std::runtime_error);
}

TEST_F(CommonPictures, TextIsCutToItsPlace)
{
  Canvas canvas(200, 50);
  EXPECT_EQ(canvas.Shortened("short", 100), "short");
  const std::string cut = canvas.Shortened("äöüäöüäöüäöüäöüäöü", 60);
  EXPECT_LE(canvas.TextWidth(cut), 60);
  EXPECT_EQ(cut.substr(cut.size() - 3), "…");
  const std::vector<std::string> lines = canvas.Wrapped("one two three four five six", 60, 2);
  EXPECT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], "one two");
}

TEST_F(CommonPictures, PageEscapesEveryText)
{
  EXPECT_EQ(EscapeHtml("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  ReportPage        page;
  const std::string bad = "<script>alert('&')</script>\"";
  page.title = page.subtitle = bad;
  page.figures = { { bad, bad } };
  page.warnings = { bad };
  page.pictures = { { bad, bad } };
  page.tables = { { bad, { bad }, { { bad, "2" } }, { bad } } };
  page.files = { bad };
  const fs::path path = m_Folder / "index.html";
  WriteReportPage(page, path.string());
  std::ifstream     file(path);
  const std::string html{ std::istreambuf_iterator<char>(file), {} };
  EXPECT_EQ(html.rfind("<!DOCTYPE html>", 0), 0U);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("alert('"), std::string::npos);
  EXPECT_EQ(html.find("http"), std::string::npos);
  EXPECT_NE(html.find("</html>"), std::string::npos);
}
} // namespace
