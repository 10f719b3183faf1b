// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "TwoClasses.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace fourdstem
{
double
TwoMeansBorder(const Profile & profile)
{
  Profile sorted(profile);
  std::sort(sorted.begin(), sorted.end());
  const auto count = static_cast<double>(sorted.size());
  double     total = 0.0;
  for (const double value : sorted)
  {
    total += value;
  }

  // Least within-class sum of squares is largest between-class sum, taken about the mean against cancellation.
  const double mean = total / count;
  double       sum = 0.0;
  double       largest = -1.0;
  double       border = sorted.empty() ? 0.0 : sorted.back();
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i)
  {
    sum += sorted[i] - mean;
    const auto   lower = static_cast<double>(i + 1);
    const double between = sum * sum / (lower * (count - lower));
    if (sorted[i + 1] > sorted[i] && between > largest)
    {
      largest = between;
      border = 0.5 * (sorted[i] + sorted[i + 1]);
    }
  }
  return border;
}

Classes
Above(const Profile & profile, double border)
{
  Classes classes(profile.size());
  std::transform(profile.begin(), profile.end(), classes.begin(), [border](double value) {
    return static_cast<std::uint8_t>(value > border);
  });
  return classes;
}

std::int64_t
CountUpper(const Classes & classes)
{
  return std::count(classes.begin(), classes.end(), std::uint8_t{ 1 });
}

Profile
AverageWithNeighbours(const Profile & profile, const NeighbourPairs & pairs)
{
  Profile sum(profile);
  Profile weight(profile.size(), 1.0);
  for (std::size_t i = 0; i < profile.size(); ++i)
  {
    for (std::int64_t p = pairs.begin[i]; p < pairs.begin[i + 1]; ++p)
    {
      const auto j = static_cast<std::size_t>(pairs.ahead[static_cast<std::size_t>(p)]);
      sum[i] += profile[j];
      sum[j] += profile[i];
      weight[i] += 1.0;
      weight[j] += 1.0;
    }
  }
  std::transform(sum.begin(), sum.end(), weight.begin(), sum.begin(), std::divides<>());
  return sum;
}

ClassMeans
MeansOf(const Profile & profile, const Classes & classes)
{
  std::array<double, 2>       sum{};
  std::array<std::int64_t, 2> count{};
  for (std::size_t i = 0; i < profile.size(); ++i)
  {
    sum[classes[i]] += profile[i];
    ++count[classes[i]];
  }
  return { count[0] > 0 ? sum[0] / static_cast<double>(count[0]) : 0.0,
           count[1] > 0 ? sum[1] / static_cast<double>(count[1]) : 0.0 };
}

Valley
FindValley(const Profile & profile, const Classes & classes)
{
  const std::int64_t upper = CountUpper(classes);
  if (upper == 0 || upper == static_cast<std::int64_t>(classes.size()))
  {
    return {};
  }
  const ClassMeans      means = MeansOf(profile, classes);
  std::array<double, 2> squares{};
  for (std::size_t i = 0; i < profile.size(); ++i)
  {
    const double deviation = profile[i] - (classes[i] ? means.upper : means.lower);
    squares[classes[i]] += deviation * deviation;
  }
  const double lowerVariance = squares[0] / static_cast<double>(static_cast<std::int64_t>(classes.size()) - upper);
  const double upperVariance = squares[1] / static_cast<double>(upper);
  const double distance = means.Distance();
  if (!(distance > 0.0))
  {
    return {};
  }

  // The values go into bins much finer than the kernel, so that the cost does not depend on their number.
  const double kernel = std::max(0.35 * std::sqrt(std::min(lowerVariance, upperVariance)), distance / 2000.0);
  const double reach = 5.0 * kernel;
  const double start = means.lower - reach;
  const double bin = kernel / 8.0;
  const auto   bins = static_cast<std::int64_t>((distance + 2.0 * reach) / bin) + 2;
  Profile      density(static_cast<std::size_t>(bins), 0.0);
  for (const double value : profile)
  {
    const double at = (value - start) / bin;
    if (at >= 0.0 && at < static_cast<double>(bins - 1))
    {
      const auto   below = static_cast<std::size_t>(at);
      const double share = at - static_cast<double>(below);
      density[below] += 1.0 - share;
      density[below + 1] += share;
    }
  }

  constexpr int              places = 41;
  std::array<double, places> seen{};
  const auto                 placeOf = [&](int g) { return means.lower + distance * g / (places - 1); };
  for (int g = 0; g < places; ++g)
  {
    const double centre = (placeOf(g) - start) / bin;
    const auto   first = std::max<std::int64_t>(0, static_cast<std::int64_t>(centre) - 40);
    const auto   last = std::min<std::int64_t>(bins, static_cast<std::int64_t>(centre) + 42);
    for (std::int64_t i = first; i < last; ++i)
    {
      const double offset = (static_cast<double>(i) - centre) / 8.0;
      seen[static_cast<std::size_t>(g)] += density[static_cast<std::size_t>(i)] * std::exp(-0.5 * offset * offset);
    }
  }
  constexpr int peak = 14;
  constexpr int margin = 8;
  const auto    lowest = std::min_element(seen.begin() + margin, seen.end() - margin);
  const double  peaks =
    std::min(*std::max_element(seen.begin(), seen.begin() + peak), *std::max_element(seen.end() - peak, seen.end()));
  return { peaks > 0.0 ? *lowest / peaks : 1.0, placeOf(static_cast<int>(lowest - seen.begin())) };
}

double
WallSharpness(const Profile & profile, const Classes & classes, const NeighbourPairs & pairs)
{
  double       steps = 0.0;
  std::int64_t walls = 0;
  for (std::size_t i = 0; i < profile.size(); ++i)
  {
    for (std::int64_t p = pairs.begin[i]; p < pairs.begin[i + 1]; ++p)
    {
      const auto j = static_cast<std::size_t>(pairs.ahead[static_cast<std::size_t>(p)]);
      if (classes[i] != classes[j])
      {
        steps += classes[i] ? profile[i] - profile[j] : profile[j] - profile[i];
        ++walls;
      }
    }
  }
  if (walls == 0)
  {
    return 1.0;
  }
  const double distance = MeansOf(profile, classes).Distance();
  return distance > 0.0 ? steps / static_cast<double>(walls) / distance : 0.0;
}

double
Coherence(const Classes & classes, const NeighbourPairs & pairs)
{
  std::int64_t unlike = 0;
  for (std::size_t i = 0; i < classes.size(); ++i)
  {
    for (std::int64_t p = pairs.begin[i]; p < pairs.begin[i + 1]; ++p)
    {
      unlike += classes[i] != classes[static_cast<std::size_t>(pairs.ahead[static_cast<std::size_t>(p)])] ? 1 : 0;
    }
  }
  const double share = static_cast<double>(CountUpper(classes)) / static_cast<double>(classes.size());
  const double chance = 2.0 * share * (1.0 - share) * static_cast<double>(pairs.Pairs());
  return chance > 0.0 ? 1.0 - static_cast<double>(unlike) / chance : 0.0;
}
} // namespace fourdstem
