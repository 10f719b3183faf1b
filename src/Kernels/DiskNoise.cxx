// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskPlaces.h"
#include "Median.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace fourdstem
{
namespace
{
/** What one disk's residuals are. */
struct DiskRemainder
{
  double height;
  double squares;    // mean, over the modelled counts
  double neighbours; // sum of the products of adjacent ones, over the height
};

/** Of disks at some 64 positions, in scan order. */
std::vector<DiskRemainder>
CollectRemainders(const PatternSource & source,
                  const DiskPlaces &    places,
                  const float *         origins,
                  const std::uint16_t * sets,
                  const Execution &     execution)
{
  constexpr std::int64_t positions = 64;
  constexpr std::int64_t rows = 8;
  struct Row
  {
    PatternLease               lease;
    std::vector<float>         patch;
    std::vector<DiskRemainder> found;
  };
  const ScanShape &          shape = source.Shape();
  const std::int64_t         rowStep = std::max<std::int64_t>(1, shape.ry / rows);
  const std::int64_t         visited = (shape.ry + rowStep - 1) / rowStep;
  const std::int64_t         columnStep = std::max<std::int64_t>(1, shape.rx * std::min(rows, visited) / positions);
  std::vector<DiskRemainder> remainders;
  ParallelOrdered(
    visited,
    execution,
    [] { return Row{}; },
    [&](std::int64_t i, Row & row) {
      row.found.clear();
      const std::int64_t ry = i * rowStep;
      for (std::int64_t rx = 0; rx < shape.rx; rx += columnStep)
      {
        const std::int64_t  position = ry * shape.rx + rx;
        const PatternBlock  block = source.Read(ry, rx, 1, row.lease);
        const std::uint16_t set = sets ? sets[position] : std::uint16_t{ 0 };
        places.Fit(block, 0, shape, set, origins + 2 * position, row.patch, [&](std::size_t, const DiskFit & fit) {
          if (fit.found)
          {
            const auto rest = places.Filters().RemainderOf(fit.phaseX, fit.phaseY, row.patch.data());
            row.found.push_back({ fit.height, rest.squares / rest.freedom, rest.neighbours / fit.height });
          }
        });
      }
    },
    [&](std::int64_t, Row & row) { remainders.insert(remainders.end(), row.found.begin(), row.found.end()); });
  return remainders;
}

/** The median of value(remainder). */
template <typename TValue>
double
MedianOf(const std::vector<DiskRemainder> & remainders, TValue && value)
{
  std::vector<double> values;
  values.reserve(remainders.size());
  std::transform(remainders.begin(), remainders.end(), std::back_inserter(values), value);
  return Median(std::move(values));
}
} // namespace

DiskNoise
MeasureDiskNoise(const PatternSource & source,
                 const BraggSearch &   search,
                 const float *         origins,
                 const std::uint16_t * sets,
                 const Execution &     execution)
{
  constexpr double significance = 3.;
  constexpr double errorOfMedian = 1.2533 * 1.4826; // of a normal distribution, from its median deviation
  const DiskPlaces places(search, {});
  const auto       remainders = CollectRemainders(source, places, origins, sets, execution);
  DiskNoise        noise;
  if (remainders.empty())
  {
    return noise;
  }
  // squares = gain + s structureSquares, neighbours = gain noiseNeighbours + s structureNeighbours on average, where s
  // is the height times the variance of the structure.
  const auto   expected = places.Filters().Expected();
  const double part = expected.structureNeighbours - expected.noiseNeighbours * expected.structureSquares;
  const auto   structured = [&](const DiskRemainder & one) {
    return (one.neighbours - expected.noiseNeighbours * one.squares) / part;
  };
  const auto   variance = [&](const DiskRemainder & one) { return structured(one) / one.height; };
  const double middle = MedianOf(remainders, variance);
  const double deviation =
    MedianOf(remainders, [&](const DiskRemainder & one) { return std::abs(variance(one) - middle); });
  const bool isStructured =
    middle > significance * errorOfMedian * deviation / std::sqrt(static_cast<double>(remainders.size()));
  const double gain = MedianOf(remainders, [&](const DiskRemainder & one) {
    return one.squares - (isStructured ? structured(one) * expected.structureSquares : 0.);
  });
  if (gain > 0.)
  {
    noise.gain = gain;
  }
  noise.electrons = MedianOf(remainders, [](const DiskRemainder & one) { return one.height; }) / noise.gain;
  if (isStructured)
  {
    noise.structure = std::min(1., std::sqrt(middle));
  }
  return noise;
}
} // namespace fourdstem
