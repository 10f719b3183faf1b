// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FriedelPairs.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace fourdstem
{
namespace
{
using Index = std::pair<int, int>;

std::map<Index, std::size_t>
PlacesByIndex(const IndexedPeaks & lattice)
{
  std::map<Index, std::size_t> places;
  for (std::size_t i = 0; i < lattice.indices.size(); ++i)
  {
    places[{ lattice.indices[i].h, lattice.indices[i].k }] = i;
  }
  return places;
}

} // namespace

std::vector<DiskPair>
CommonPairs(const std::vector<IndexedPeaks> & lattices, std::size_t & rings)
{
  std::vector<std::map<Index, std::size_t>> places;
  places.reserve(lattices.size());
  for (const IndexedPeaks & lattice : lattices)
  {
    places.push_back(PlacesByIndex(lattice));
  }
  const auto firstWith =
    std::find_if(lattices.begin(), lattices.end(), [](const IndexedPeaks & one) { return !one.places.empty(); });
  std::vector<DiskPair> pairs;
  std::vector<double>   lengths;
  if (firstWith == lattices.end())
  {
    rings = 0;
    return pairs;
  }
  const Lattice & lattice = firstWith->lattice;
  for (const auto & [index, place] : places[static_cast<std::size_t>(firstWith - lattices.begin())])
  {
    const Index opposite{ -index.first, -index.second };
    const bool  isFirst = index > opposite;
    const bool  isCommon = std::all_of(places.begin(), places.end(), [&, &own = index](const auto & of) {
      return of.empty() || (of.count(own) > 0 && of.count(opposite) > 0);
    });
    if (!isFirst || !isCommon)
    {
      continue;
    }
    DiskPair     pair;
    const double x = index.first * lattice.g1[0] + index.second * lattice.g2[0];
    const double y = index.first * lattice.g1[1] + index.second * lattice.g2[1];
    const double length = std::hypot(x, y);
    pair.index = index;
    pair.ux = x / length;
    pair.uy = y / length;
    const auto ring = std::find_if(
      lengths.begin(), lengths.end(), [length](double other) { return std::abs(length - other) < 0.1 * other; });
    pair.ring = static_cast<std::size_t>(ring - lengths.begin());
    if (ring == lengths.end())
    {
      lengths.push_back(length);
    }
    for (const auto & of : places)
    {
      pair.first.push_back(of.empty() ? 0 : of.at(index));
      pair.second.push_back(of.empty() ? 0 : of.at(opposite));
    }
    pairs.push_back(std::move(pair));
  }
  rings = lengths.size();
  return pairs;
}

Eigen::MatrixXd
EstimatorOfLast(int count, const Eigen::MatrixXd & design)
{
  const Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> solver(design);
  if (solver.rank() < design.cols())
  {
    return {};
  }
  const Eigen::MatrixXd inverse = solver.pseudoInverse();
  return inverse.bottomRows(count);
}
} // namespace fourdstem
