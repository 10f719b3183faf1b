// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Colors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

namespace fourdstem::cli
{
namespace
{
// The first child of two is blue, the second orange.
constexpr double FirstHue = 165;
constexpr double FullCircle = 360;
constexpr double GapShare = 0.12;
// Below 1 a subtree of many leaves does not push the others out of the circle.
constexpr double WeightPower = 0.9;
constexpr double Chroma = 0.155;
// Up to here dark colours are not needed, which hide the background.
constexpr std::size_t FewLeaves = 12;

struct HueWindow
{
  double begin = FirstHue;
  double width = FullCircle;
};

/** A colour as three kinds of eyes see it. */
struct Candidate
{
  Color              color;
  double             penalty; // for being far from the middle of what reads well
  std::array<Lab, 3> seen;

  Candidate(const Color & c, double howFar)
    : color(c)
    , penalty(howFar)
    , seen{ ToLab(c), ToLab(SeenByProtanope(c)), ToLab(SeenByDeuteranope(c)) }
  {}
};

double
Likeness(const Candidate & a, const Candidate & b)
{
  double closest = std::numeric_limits<double>::max();
  for (std::size_t i = 0; i < a.seen.size(); ++i)
  {
    const Lab &  p = a.seen[i];
    const Lab &  q = b.seen[i];
    const double dl = p.lightness - q.lightness;
    const double da = p.a - q.a;
    const double db = p.b - q.b;
    closest = std::min(closest, dl * dl + da * da + db * db);
  }
  return 1 / (closest * closest + 1e-9);
}

std::vector<Candidate>
Candidates(const HueWindow & window, std::size_t leaves)
{
  std::vector<Candidate> candidates;
  for (const double share : { 0.5, 0.3, 0.7, 0.1, 0.9 })
  {
    for (const double lightness : { 0.72, 0.66, 0.78, 0.60, 0.84, 0.50 })
    {
      if (lightness < 0.6 && leaves <= FewLeaves)
      {
        continue;
      }
      const double hueOff = (share - 0.5) / 0.2;
      const double lightnessOff = (lightness - 0.72) / 0.07;
      candidates.emplace_back(FromHue(lightness, Chroma, window.begin + share * window.width),
                              15 * hueOff * hueOff + 120 * lightnessOff * lightnessOff);
    }
  }
  return candidates;
}

/** Gives each leaf one of its candidates so that alike ones are few: descent, leaf by leaf, until nothing changes. */
std::vector<Color>
Spread(const std::vector<HueWindow> & windows)
{
  std::vector<std::vector<Candidate>> candidates;
  candidates.reserve(windows.size());
  for (const HueWindow & window : windows)
  {
    candidates.push_back(Candidates(window, windows.size()));
  }
  std::vector<std::size_t> chosen(windows.size(), 0);
  // Beyond a hundred leaves no palette tells them apart; every second is then just lighter.
  for (std::size_t i = 0; i < chosen.size(); ++i)
  {
    chosen[i] = i % 3;
  }
  bool changed = windows.size() <= 100;
  for (int round = 0; round < 20 && changed; ++round)
  {
    changed = false;
    for (std::size_t i = 0; i < chosen.size(); ++i)
    {
      std::size_t best = chosen[i];
      double      lowest = std::numeric_limits<double>::max();
      for (std::size_t c = 0; c < candidates[i].size(); ++c)
      {
        double energy = candidates[i][c].penalty - (c == chosen[i] ? 1e-9 : 0);
        for (std::size_t j = 0; j < chosen.size(); ++j)
        {
          energy += j == i ? 0 : Likeness(candidates[i][c], candidates[j][chosen[j]]);
        }
        if (energy < lowest)
        {
          lowest = energy;
          best = c;
        }
      }
      changed = changed || best != chosen[i];
      chosen[i] = best;
    }
  }
  std::vector<Color> colors;
  for (std::size_t i = 0; i < chosen.size(); ++i)
  {
    colors.push_back(candidates[i][chosen[i]].color);
  }
  return colors;
}
} // namespace

std::vector<Color>
NodeColors(const std::vector<NodeView> & nodes)
{
  std::vector<double> leaves(nodes.size(), 0);
  std::vector<double> weights(nodes.size(), 0);
  for (std::size_t i = nodes.size(); i-- > 0;)
  {
    leaves[i] += nodes[i].children.empty() ? 1 : 0;
    weights[i] = std::pow(leaves[i], WeightPower);
    if (nodes[i].parent >= 0)
    {
      leaves[static_cast<std::size_t>(nodes[i].parent)] += leaves[i];
    }
  }

  std::vector<HueWindow>   windows(nodes.size());
  std::vector<HueWindow>   leafWindows;
  std::vector<std::size_t> leafNodes;
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    if (nodes[i].children.empty())
    {
      leafWindows.push_back(windows[i]);
      leafNodes.push_back(i);
      continue;
    }
    const double gap = GapShare * windows[i].width / static_cast<double>(nodes[i].children.size());
    double       begin = windows[i].begin;
    double       whole = 0;
    for (const int child : nodes[i].children)
    {
      whole += weights[static_cast<std::size_t>(child)];
    }
    for (const int child : nodes[i].children)
    {
      const auto   c = static_cast<std::size_t>(child);
      const double width = windows[i].width * weights[c] / whole;
      windows[c] = { begin + 0.5 * gap, std::max(width - gap, 0.2 * width) };
      begin += width;
    }
  }

  std::vector<Color> colors(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i)
  {
    colors[i] = i == 0 ? Color{ 0.5, 0.5, 0.5 } : FromHue(0.68, 0.13, windows[i].begin + 0.5 * windows[i].width);
  }
  const std::vector<Color> leafColors = Spread(leafWindows);
  for (std::size_t i = 0; i < leafNodes.size(); ++i)
  {
    colors[leafNodes[i]] = leafNodes[i] == 0 ? FromHue(0.70, Chroma, 255) : leafColors[i];
  }
  return colors;
}

std::vector<Color>
ColorsOf(const ClusterView & view)
{
  return view.colors.size() == view.nodes.size() ? view.colors : NodeColors(view.nodes);
}
} // namespace fourdstem::cli
