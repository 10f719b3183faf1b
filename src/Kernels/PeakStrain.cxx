// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/PeakStrain.h"

#include "Median.h"
#include "PeakDensity.h"
#include "StrainSteps.h"
#include "Text.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

namespace fourdstem
{
namespace
{
constexpr float none = std::numeric_limits<float>::quiet_NaN();

/** Where the direct beam is in lists that do not say so. */
std::vector<float>
EstimateOrigins(const PeakLists & lists)
{
  std::vector<double> xs;
  std::vector<double> ys;
  for (std::int64_t p = 0; p < lists.shape.Positions(); ++p)
  {
    const ListedPeak * const first = lists.Begin(p);
    const ListedPeak * const last = first + lists.Count(p);
    const auto * const       brightest = std::max_element(
      first, last, [](const ListedPeak & a, const ListedPeak & b) { return a.intensity < b.intensity; });
    if (brightest != last)
    {
      xs.push_back(brightest->x);
      ys.push_back(brightest->y);
    }
  }
  std::vector<float> origins(static_cast<std::size_t>(2 * lists.shape.Positions()), none);
  if (xs.empty())
  {
    return origins;
  }
  const double x = Median(std::move(xs));
  const double y = Median(std::move(ys));
  for (std::int64_t p = 0; p < lists.shape.Positions(); ++p)
  {
    double nearest = std::numeric_limits<double>::infinity();
    for (std::int64_t i = 0; i < lists.Count(p); ++i)
    {
      const ListedPeak & peak = lists.Begin(p)[i];
      const double       distance = std::hypot(peak.x - x, peak.y - y);
      if (distance < nearest)
      {
        nearest = distance;
        origins[static_cast<std::size_t>(2 * p)] = static_cast<float>(peak.x);
        origins[static_cast<std::size_t>(2 * p + 1)] = static_cast<float>(peak.y);
      }
    }
  }
  return origins;
}

/** A peak from its position's origin; NaN where that has none. */
BraggPlace
FromOrigin(const ListedPeak & peak, const std::vector<float> & origins, std::int64_t position)
{
  return { peak.x - static_cast<double>(origins[static_cast<std::size_t>(2 * position)]),
           peak.y - static_cast<double>(origins[static_cast<std::size_t>(2 * position + 1)]) };
}

/** Distances of all peaks from their origins, in ascending order. */
std::vector<double>
DistancesOf(const PeakLists & lists, const std::vector<float> & origins)
{
  std::vector<double> distances;
  for (std::int64_t p = 0; p < lists.shape.Positions(); ++p)
  {
    for (std::int64_t i = 0; i < lists.Count(p); ++i)
    {
      const BraggPlace place = FromOrigin(lists.Begin(p)[i], origins, p);
      const double     distance = std::hypot(place.x, place.y);
      if (std::isfinite(distance))
      {
        distances.push_back(distance);
      }
    }
  }
  std::sort(distances.begin(), distances.end());
  return distances;
}

/** What goes for a detector pixel in the lists' unit: 1, or a hundredth of the pattern's radius where that is so small
 * that the unit cannot be pixels. */
double
CellOf(const PeakLists & lists, const std::vector<double> & distances)
{
  constexpr double smallestInPixels = 16.;
  const double     radius = distances.empty() ? 0. : distances[(distances.size() - 1) * 99 / 100];
  return lists.shape.qx > 0 || radius > smallestInPixels || !(radius > 0.) ? 1. : 0.01 * radius;
}

/** All lattices by the density of peaks, in cells, then turned into the lists' unit. */
void
FindLattices(const PeakLists &             lists,
             const StrainAnalysisOptions & options,
             double                        cell,
             double                        farthest,
             StrainResult &                result)
{
  constexpr double      tolerance = 1.5;
  const auto            count = options.labels.empty()
                                  ? std::size_t{ 1 }
                                  : static_cast<std::size_t>(*std::max_element(options.labels.begin(), options.labels.end()));
  StrainAnalysisOptions inCells = options;
  inCells.outerRadius /= cell;
  const auto scale = [](Lattice & lattice, double factor) {
    for (double * vector : { lattice.g1, lattice.g2 })
    {
      vector[0] *= factor;
      vector[1] *= factor;
    }
  };
  if (inCells.lattice)
  {
    scale(*inCells.lattice, 1. / cell);
  }
  const bool isFound = FindLatticesOfSets(
    options.labels,
    count,
    [&](std::size_t set, const Lattice * like) {
      PeakDensity density(cell, farthest);
      for (std::int64_t p = 0; p < lists.shape.Positions(); ++p)
      {
        const auto position = static_cast<std::size_t>(p);
        if (options.labels.empty() || options.labels[position] == set + 1)
        {
          for (std::int64_t i = 0; i < lists.Count(p); ++i)
          {
            const BraggPlace place = FromOrigin(lists.Begin(p)[i], result.measurement.origins, p);
            density.Add(place.x, place.y, lists.Begin(p)[i].intensity);
          }
        }
      }
      return IndexOnLattice(density.Maxima(options.peaks.minimumHeight), inCells, tolerance, like);
    },
    result);
  if (!isFound)
  {
    throw std::runtime_error("no lattice is found in " + std::to_string(lists.peaks.size()) +
                             " peaks: fewer than three of their maxima in two directions lie on one; give the lattice");
  }
  for (IndexedPeaks & one : result.lattices)
  {
    scale(one.lattice, cell);
    for (BraggPlace & place : one.places)
    {
      place = { cell * place.x, cell * place.y };
    }
  }
}

/** A quarter of the smallest distance of two places of a set, or of one from the origin. */
double
ReachOf(const std::vector<std::vector<BraggPlace>> & sets)
{
  double smallest = std::numeric_limits<double>::infinity();
  for (const auto & places : sets)
  {
    for (std::size_t i = 0; i < places.size(); ++i)
    {
      smallest = std::min(smallest, std::hypot(places[i].x, places[i].y));
      for (std::size_t j = 0; j < i; ++j)
      {
        smallest = std::min(smallest, std::hypot(places[i].x - places[j].x, places[i].y - places[j].y));
      }
    }
  }
  return 0.25 * smallest;
}

/** The peak nearest to each place of each position's set. */
void
TakeDisks(const PeakLists &     lists,
          double                cell,
          const StrainResult &  result,
          const std::uint16_t * sets,
          BraggDisk *           disks)
{
  const std::int64_t most = MostPlaces(result.search);
  std::fill_n(disks, lists.shape.Positions() * most, BraggDisk{ none, none, none, none });
  for (std::int64_t p = 0; p < lists.shape.Positions(); ++p)
  {
    const std::uint16_t set = sets[p];
    if (set == NoSet)
    {
      continue;
    }
    const auto & places = result.search.places[set];
    for (std::size_t k = 0; k < places.size(); ++k)
    {
      BraggDisk & disk = disks[p * most + static_cast<std::int64_t>(k)];
      double      nearest = result.search.reach;
      for (std::int64_t i = 0; i < lists.Count(p); ++i)
      {
        const BraggPlace place = FromOrigin(lists.Begin(p)[i], result.measurement.origins, p);
        const double     distance = std::hypot(place.x - places[k].x, place.y - places[k].y);
        if (distance < nearest)
        {
          nearest = distance;
          disk = { static_cast<float>(place.x),
                   static_cast<float>(place.y),
                   static_cast<float>(lists.Begin(p)[i].intensity),
                   static_cast<float>(cell) };
        }
      }
    }
  }
}

std::string
Percent(std::int64_t part, std::int64_t whole)
{
  return Digits(whole > 0 ? 100. * static_cast<double>(part) / static_cast<double>(whole) : 0.) + " %";
}
} // namespace

StrainResult
AnalysePeakStrain(const PeakLists &             lists,
                  const StrainAnalysisOptions & options,
                  int                           threads,
                  const BeginStep &             beginStep)
{
  using Clock = std::chrono::steady_clock;
  ValidatePeakLists(lists);
  CheckStrainOptions(lists.shape, options);
  if (options.ellipse == EllipseChoice::Ring)
  {
    throw std::invalid_argument("lists of peaks have no ring to measure an ellipse from");
  }
  const auto   positions = static_cast<std::size_t>(lists.shape.Positions());
  StrainResult result;
  const auto   step = [&](const char * name, double end, auto && kernel) {
    const Monitor monitor = beginStep ? beginStep(name, end) : Monitor{};
    const auto    begin = Clock::now();
    kernel();
    result.stepSeconds.emplace_back(name, std::chrono::duration<double>(Clock::now() - begin).count());
    if (monitor.report && !monitor.report(1.))
    {
      throw Aborted();
    }
  };
  result.measurement.shape = lists.shape;
  result.measurement.origins = lists.origins.empty() ? EstimateOrigins(lists) : lists.origins;
  const std::vector<double> distances = DistancesOf(lists, result.measurement.origins);
  const double              cell = CellOf(lists, distances);
  step(
    "lattices", 0.4, [&] { FindLattices(lists, options, cell, distances.empty() ? cell : distances.back(), result); });
  const auto & mask = options.measurement.scanMask;
  AssignSets(mask.empty() ? std::vector<std::uint8_t>(positions, 1) : mask, options.labels, result);
  result.search.reach = options.reach > 0. ? options.reach : ReachOf(result.search.places);
  result.disks.resize(positions * static_cast<std::size_t>(MostPlaces(result.search)));
  step("disks", 0.7, [&] {
    const auto take = [&](const std::uint16_t * sets, BraggDisk * disks) {
      TakeDisks(lists, cell, result, sets, disks);
    };
    if (options.bestLattice)
    {
      ChooseSets(options, threads, take, result);
    }
    else
    {
      take(result.sets.data(), result.disks.data());
    }
  });
  const auto taken = std::count_if(
    result.disks.begin(), result.disks.end(), [](const BraggDisk & disk) { return std::isfinite(disk.x); });
  step("strain", 1., [&] { FitAndMeasureStrain(lists.shape, options, threads, result); });

  const auto add = [&result](const char * name, const std::string & value, const char * how) {
    result.choices.push_back({ name, value, how });
  };
  const auto beams = std::upper_bound(distances.begin(), distances.end(), 3. * cell) - distances.begin();
  const auto fitted = std::count_if(
    result.fits.begin(), result.fits.end(), [](const LatticeFit & fit) { return std::isfinite(fit.g1[0]); });
  add("Peaks", std::to_string(lists.peaks.size()), "of the lists, the direct beams among them");
  add("Origins",
      lists.origins.empty() ? "brightest peaks" : "known",
      lists.origins.empty() ? "nearest to their median place" : "of the lists");
  add("Cell", Digits(cell), "the lists' unit; 1: detector pixels");
  add("Reach", Digits(result.search.reach), options.reach > 0. ? "given" : "quarter of the smallest distance");
  add("Disks looked for", std::to_string(MostPlaces(result.search)), "maxima of all peaks on the lattice");
  add("Peaks at these places",
      Percent(taken, static_cast<std::int64_t>(distances.size()) - beams),
      "of all but direct beams");
  add("Positions with a lattice", Percent(fitted, static_cast<std::int64_t>(positions)), "at least 4 disks");
  return result;
}
} // namespace fourdstem
