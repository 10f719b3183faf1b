// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ClusterViewFixture.h"

#include "Common/Colors.h"
#include "Common/LabelColors.h"
#include "Common/Panels.h"

#include <gtest/gtest.h>

#include <cmath>

namespace
{
using namespace fourdstem::cli;
using fixtures::MakeView;

double
Distance(const Color & a, const Color & b)
{
  const Lab p = ToLab(a);
  const Lab q = ToLab(b);
  return std::hypot(p.lightness - q.lightness, p.a - q.a, p.b - q.b);
}

double
Hue(const Color & color)
{
  const Lab lab = ToLab(color);
  return std::atan2(lab.b, lab.a) * 180 / 3.14159265358979323846;
}

double
HueDistance(double a, double b)
{
  return std::abs(std::remainder(a - b, 360.0));
}

TEST(CommonColors, ColorsSurviveTheWayToLabAndBack)
{
  for (const Color & color : { Color{ 0, 0, 0 }, Color{ 1, 1, 1 }, Color{ 0.2, 0.6, 0.9 }, Color{ 1, 0, 0 } })
  {
    const Color back = FromLab(ToLab(color));
    EXPECT_NEAR(back.red, color.red, 1e-5);
    EXPECT_NEAR(back.green, color.green, 1e-5);
    EXPECT_NEAR(back.blue, color.blue, 1e-5);
  }
  EXPECT_EQ(HexColor({ 1, 0.5, 0 }), "#ff8000");
  EXPECT_EQ(HexColor(DivergingColor(std::nan(""))), HexColor(NoDataColor()));
  EXPECT_EQ(HexColor(SequentialColor(-5)), HexColor(SequentialColor(0)));
}

TEST(CommonColors, ScalesAreEvenInLightness)
{
  double before = -1;
  for (int i = 0; i <= 20; ++i)
  {
    const double lightness = ToLab(SequentialColor(i / 20.0)).lightness;
    EXPECT_GT(lightness, before);
    before = lightness;
    EXPECT_NEAR(ToLab(DivergingColor(i / 20.0)).lightness, ToLab(DivergingColor(-i / 20.0)).lightness, 0.01);
  }
  EXPECT_GT(ToLab(DivergingColor(0)).lightness, 0.96);
}

TEST(CommonColors, LeavesAreToldApartByAllEyes)
{
  const std::pair<int, double> least[] = { { 2, 0.12 }, { 7, 0.06 }, { 12, 0.05 }, { 32, 0.015 } };
  for (const auto & [leaves, distance] : least)
  {
    const ClusterView        view = MakeView(leaves, 3, 5);
    const std::vector<Color> colors = NodeColors(view.nodes);
    for (std::size_t i = 0; i < colors.size(); ++i)
    {
      for (std::size_t j = 0; j < i; ++j)
      {
        if (view.nodes[i].label > 0 && view.nodes[j].label > 0)
        {
          EXPECT_GT(Distance(colors[i], colors[j]), distance) << leaves;
          EXPECT_GT(Distance(SeenByProtanope(colors[i]), SeenByProtanope(colors[j])), distance) << leaves;
          EXPECT_GT(Distance(SeenByDeuteranope(colors[i]), SeenByDeuteranope(colors[j])), distance) << leaves;
        }
      }
    }
  }
}

TEST(CommonColors, HuesAreInheritedInTheSubtree)
{
  const ClusterView        view = MakeView(9, 3, 5);
  const std::vector<Color> colors = NodeColors(view.nodes);
  const auto               first = static_cast<std::size_t>(view.nodes[0].children[0]);
  const auto               second = static_cast<std::size_t>(view.nodes[0].children[1]);
  for (std::size_t i = 1; i < view.nodes.size(); ++i)
  {
    int top = static_cast<int>(i);
    while (view.nodes[static_cast<std::size_t>(top)].level > 1)
    {
      top = view.nodes[static_cast<std::size_t>(top)].parent;
    }
    const auto own = static_cast<std::size_t>(top);
    const auto other = own == first ? second : first;
    EXPECT_NE(HexColor(colors[own]), HexColor(colors[other]));
    if (view.nodes[own].children.empty() == view.nodes[other].children.empty())
    {
      EXPECT_LT(HueDistance(Hue(colors[i]), Hue(colors[own])), HueDistance(Hue(colors[i]), Hue(colors[other]))) << i;
    }
  }
}

TEST(CommonColors, TheLegendShowsTheColorsOfTheMap)
{
  ClusterView view = MakeView(3, 6, 8);
  view.background.clear();
  const std::vector<Color> colors = NodeColors(view.nodes);
  const std::vector<int>   nodes = NodesOfLabels(view, DeepestLevel(view));
  for (const Color & color : MeanColorsShown(view, nodes, colors))
  {
    EXPECT_LT(ToLab(color).lightness, 1);
  }
  // A dark half and a bright half: the mean lies between what either half alone would be.
  const auto lightness = [&](float low, float high) {
    view.background.assign(view.labels.size(), low);
    std::fill(view.background.begin() + 24, view.background.end(), high);
    const std::vector<Color> shown = MeanColorsShown(view, nodes, colors);
    return ToLab(shown[static_cast<std::size_t>(nodes[1])]).lightness;
  };
  const double own = ToLab(colors[static_cast<std::size_t>(nodes[1])]).lightness;
  EXPECT_NEAR(lightness(0, 1), own * 0.96, 0.02); // factors 0.82 and 1.10
  view.colors.assign(view.nodes.size(), Color{ 1, 0, 0 });
  EXPECT_EQ(HexColor(ColorsOf(view)[1]), "#ff0000");
  EXPECT_EQ(HexColor(*ColorFromHex("#1280ff")), "#1280ff");
  EXPECT_FALSE(ColorFromHex("red"));
  EXPECT_FALSE(ColorFromHex("#12345g"));
}
} // namespace
