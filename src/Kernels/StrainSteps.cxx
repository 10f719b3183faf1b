// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "StrainSteps.h"

#include "StrainCalibration.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
void
CheckSize(const char * what, std::size_t size, const ScanShape & shape)
{
  if (size != 0 && size != static_cast<std::size_t>(shape.Positions()))
  {
    throw std::invalid_argument(std::string(what) + " has " + std::to_string(size) + " values; the scan has " +
                                std::to_string(shape.Positions()) + " positions");
  }
}

/** The lattice whose vectors, of all that span the same lattice, are nearest to those of `like`. */
Lattice
InBasisOf(const Lattice & lattice, const Lattice & like)
{
  Lattice best = lattice;
  double  least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 625; ++i)
  {
    const int m[4] = { i % 5 - 2, i / 5 % 5 - 2, i / 25 % 5 - 2, i / 125 - 2 };
    if (m[0] * m[3] - m[1] * m[2] != 1)
    {
      continue;
    }
    Lattice tried;
    double  distance = 0.;
    for (int axis = 0; axis < 2; ++axis)
    {
      tried.g1[axis] = m[0] * lattice.g1[axis] + m[1] * lattice.g2[axis];
      tried.g2[axis] = m[2] * lattice.g1[axis] + m[3] * lattice.g2[axis];
      distance += std::pow(tried.g1[axis] - like.g1[axis], 2) + std::pow(tried.g2[axis] - like.g2[axis], 2);
    }
    if (distance < least)
    {
      least = distance;
      best = tried;
    }
  }
  return best;
}

/** The positions of the reference; null: all. */
const std::uint8_t *
ReferenceMask(const StrainAnalysisOptions & options)
{
  return options.referenceMask.empty() ? nullptr : options.referenceMask.data();
}

/** The references, and which sets' lattices have nothing to do with theirs. */
void
FindReferences(const StrainAnalysisOptions & options, const ScanShape & shape, StrainResult & result)
{
  if (options.reference == ReferenceChoice::MedianOfLabel)
  {
    std::vector<std::uint8_t> isOfSet(result.sets.size());
    for (std::size_t set = 0; set < result.lattices.size(); ++set)
    {
      bool hasLattice = false;
      for (std::size_t p = 0; p < isOfSet.size(); ++p)
      {
        isOfSet[p] = result.sets[p] == set ? 1 : 0;
        hasLattice = hasLattice || (isOfSet[p] != 0 && std::isfinite(result.fits[p].g1[0]));
      }
      // A set without a lattice anywhere needs no reference.
      result.references.push_back(hasLattice ? MedianLattice(shape.Positions(), result.fits.data(), isOfSet.data())
                                             : Lattice{ { 1., 0. }, { 0., 1. } });
    }
    return;
  }
  result.references = { options.reference == ReferenceChoice::Given
                          ? options.referenceLattice
                          : MedianLattice(shape.Positions(), result.fits.data(), ReferenceMask(options)) };
  for (std::size_t set = 0; set < result.lattices.size(); ++set)
  {
    if (!result.lattices[set].places.empty() && std::abs(result.references[0].Determinant()) > 0.)
    {
      if (IsOfAnotherGrain(StrainOf(result.lattices[set].lattice, result.references[0])))
      {
        result.strangers.push_back(set);
      }
    }
  }
}

void
FitDisks(const StrainAnalysisOptions & options, const Execution & execution, StrainResult & result)
{
  std::vector<std::vector<MillerIndex>> indices;
  for (const IndexedPeaks & one : result.lattices)
  {
    indices.push_back(one.indices);
  }
  result.fits.resize(result.sets.size());
  FitLattices(static_cast<std::int64_t>(result.sets.size()),
              MostPlaces(result.search),
              result.disks.data(),
              indices,
              result.sets.data(),
              options.fit,
              result.fits.data(),
              execution);
}
} // namespace

bool
IsOfAnotherGrain(const Strain & strain)
{
  constexpr double mostRotation = 0.2;
  return std::max({ std::abs(strain.xx), std::abs(strain.yy), std::abs(strain.xy) }) > MostStrain ||
         std::abs(strain.rotation) > mostRotation;
}

void
CheckStrainOptions(const ScanShape & shape, const StrainAnalysisOptions & options)
{
  CheckSize("the label map", options.labels.size(), shape);
  CheckSize("the template mask", options.templateMask.size(), shape);
  CheckSize("the reference mask", options.referenceMask.size(), shape);
  const auto most = options.labels.empty() ? 0 : *std::max_element(options.labels.begin(), options.labels.end());
  if (!options.labels.empty() && (most == 0 || most == NoSet))
  {
    throw std::invalid_argument("the largest label is " + std::to_string(most) + "; labels run from 1 to 65534");
  }
  const auto pixels = static_cast<std::size_t>(shape.PatternPixels());
  const bool isWhole = std::all_of(options.labelMeans.begin(), options.labelMeans.end(), [pixels](const auto & mean) {
    return mean.size() == pixels;
  });
  if (!options.labelMeans.empty() && (options.labelMeans.size() != static_cast<std::size_t>(most) || !isWhole))
  {
    throw std::invalid_argument(std::to_string(options.labelMeans.size()) + " mean patterns are given for " +
                                std::to_string(most) + " labels; each needs one, of " + std::to_string(pixels) +
                                " pixels");
  }
  CheckCalibration(options);
}

IndexedPeaks
IndexOnLattice(std::vector<BraggPeak>        peaks,
               const StrainAnalysisOptions & options,
               double                        tolerance,
               const Lattice *               like)
{
  if (options.outerRadius > 0.)
  {
    const auto isFar = [&](const BraggPeak & peak) { return std::hypot(peak.x, peak.y) > options.outerRadius; };
    peaks.erase(std::remove_if(peaks.begin(), peaks.end(), isFar), peaks.end());
  }
  auto indexed = options.lattice ? IndexPeaks(peaks, *options.lattice, tolerance) : FindLattice(peaks, tolerance);
  if (indexed && like)
  {
    indexed = IndexPeaks(peaks, InBasisOf(indexed->lattice, *like), tolerance);
  }
  return indexed.value_or(IndexedPeaks());
}

bool
FindLatticesOfSets(const std::vector<std::uint16_t> &                                         labels,
                   std::size_t                                                                count,
                   const std::function<IndexedPeaks(std::size_t set, const Lattice * like)> & find,
                   StrainResult &                                                             result)
{
  std::vector<std::int64_t> sizes(count, 0);
  for (const std::uint16_t label : labels)
  {
    sizes[static_cast<std::size_t>(std::max<int>(label, 1) - 1)] += label > 0 ? 1 : 0;
  }
  std::vector<std::size_t> order(count);
  for (std::size_t set = 0; set < order.size(); ++set)
  {
    order[set] = set;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  result.lattices.resize(count);
  std::optional<Lattice> like;
  for (const std::size_t set : order)
  {
    IndexedPeaks & found = result.lattices[set];
    found = find(set, like ? &*like : nullptr);
    if (!found.places.empty() && !like)
    {
      like = found.lattice;
    }
  }
  return like.has_value();
}

void
AssignSets(const std::vector<std::uint8_t> & mask, const std::vector<std::uint16_t> & labels, StrainResult & result)
{
  for (const IndexedPeaks & one : result.lattices)
  {
    result.search.places.push_back(one.places);
  }
  result.sets.assign(mask.size(), NoSet);
  for (std::size_t p = 0; p < mask.size(); ++p)
  {
    const int set = labels.empty() ? 0 : labels[p] - 1;
    if (mask[p] != 0 && set >= 0 && !result.lattices[static_cast<std::size_t>(set)].indices.empty())
    {
      result.sets[p] = static_cast<std::uint16_t>(set);
    }
  }
}

void
FitAndMeasureStrain(const ScanShape & shape, const StrainAnalysisOptions & options, int threads, StrainResult & result)
{
  const Execution    quiet{ threads, {} };
  const std::int64_t positions = shape.Positions();
  const auto         reference = [&] { return EstimateLattice(positions, result.fits.data(), ReferenceMask(options)); };
  if (options.ellipse == EllipseChoice::Given)
  {
    result.ellipse = EllipseMeasurement{ options.givenEllipse, 0., 0. };
    result.ellipseSource = "given";
  }
  else if (IsOfLattice(options.ellipse))
  {
    FitDisks(options, quiet, result);
    MeasureEllipse(reference(), options, result);
  }
  if (result.ellipse)
  {
    TakeOutEllipse(result);
  }
  FitDisks(options, quiet, result);
  FindReferences(options, shape, result);
  if (options.knownLattice)
  {
    result.pixelSize = CalibratePixels(reference(), *options.knownLattice);
  }
  result.strain.resize(static_cast<std::size_t>(positions) * StrainComponents);
  MeasureStrain(positions,
                result.fits.data(),
                result.references,
                options.reference == ReferenceChoice::MedianOfLabel ? result.sets.data() : nullptr,
                options.strain,
                result.strain.data(),
                quiet);
}
} // namespace fourdstem
