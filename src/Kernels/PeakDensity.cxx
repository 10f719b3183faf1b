// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PeakDensity.h"

#include "LocalMaximum.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
/** Cells at the rim that no peak is counted in: those about them are looked at. */
constexpr std::int64_t rim = 4;

/** (1, 2, 1)/4 along one axis, `step` values apart; the rim stays as it is. */
void
Smooth(std::vector<double> & values, std::ptrdiff_t step)
{
  std::vector<double> smooth = values;
  const auto          size = static_cast<std::ptrdiff_t>(values.size());
  for (std::ptrdiff_t i = step; i < size - step; ++i)
  {
    const auto at = [&values](std::ptrdiff_t place) { return values[static_cast<std::size_t>(place)]; };
    smooth[static_cast<std::size_t>(i)] = 0.25 * at(i - step) + 0.5 * at(i) + 0.25 * at(i + step);
  }
  values.swap(smooth);
}
} // namespace

PeakDensity::PeakDensity(double cell, double farthest)
  : m_Cell(cell)
  , m_Half(static_cast<std::int64_t>(std::ceil(std::clamp(farthest / cell, 1., LargestHalf))) + rim)
  , m_Side(2 * m_Half + 1)
  , m_Values(static_cast<std::size_t>(m_Side * m_Side))
{}

void
PeakDensity::Add(double x, double y, double intensity)
{
  const double column = x / m_Cell + static_cast<double>(m_Half);
  const double row = y / m_Cell + static_cast<double>(m_Half);
  const auto   last = static_cast<double>(m_Side - rim);
  if (!(column >= rim && row >= rim && column < last && row < last && intensity > 0.))
  {
    return;
  }
  const auto   qx = static_cast<std::int64_t>(column);
  const auto   qy = static_cast<std::int64_t>(row);
  const double right = column - static_cast<double>(qx);
  const double below = row - static_cast<double>(qy);
  const double weight = std::sqrt(intensity);
  this->At(qy, qx) += weight * (1. - right) * (1. - below);
  this->At(qy, qx + 1) += weight * right * (1. - below);
  this->At(qy + 1, qx) += weight * (1. - right) * below;
  this->At(qy + 1, qx + 1) += weight * right * below;
}

std::vector<BraggPeak>
PeakDensity::Maxima(double minimumHeight) const
{
  constexpr double    apart = 3.;
  std::vector<double> smooth = m_Values;
  for (int round = 0; round < 2; ++round)
  {
    Smooth(smooth, 1);
    Smooth(smooth, m_Side);
  }
  std::vector<BraggPeak> all;
  for (std::int64_t y = 2; y < m_Side - 2; ++y)
  {
    for (std::int64_t x = 2; x < m_Side - 2; ++x)
    {
      if (!IsHighestOfNine(smooth.data(), m_Side, y, x))
      {
        continue;
      }
      double mass = 0.;
      double centreX = 0.;
      double centreY = 0.;
      for (std::int64_t j = y - 2; j <= y + 2; ++j)
      {
        for (std::int64_t i = x - 2; i <= x + 2; ++i)
        {
          const double value = smooth[static_cast<std::size_t>(j * m_Side + i)];
          mass += value;
          centreX += value * static_cast<double>(i - m_Half);
          centreY += value * static_cast<double>(j - m_Half);
        }
      }
      if (std::hypot(centreX, centreY) > apart * mass)
      {
        all.push_back({ centreX / mass, centreY / mass, smooth[static_cast<std::size_t>(y * m_Side + x)], 0., 1. });
      }
    }
  }
  std::stable_sort(
    all.begin(), all.end(), [](const BraggPeak & a, const BraggPeak & b) { return a.height > b.height; });
  constexpr std::size_t  most = 200;
  std::vector<BraggPeak> kept;
  for (const BraggPeak & peak : all)
  {
    const bool isClose = std::any_of(kept.begin(), kept.end(), [&](const BraggPeak & other) {
      return std::hypot(other.x - peak.x, other.y - peak.y) < apart;
    });
    if (!isClose && peak.height >= minimumHeight * all.front().height && kept.size() < most)
    {
      kept.push_back(peak);
    }
  }
  return kept;
}
} // namespace fourdstem
