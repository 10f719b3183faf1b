// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef AdjustedRandIndex_h
#define AdjustedRandIndex_h

#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

namespace fourdstem
{
/** Agreement of two labellings of the same positions whatever the labels' names: 1 for the same partition, 0 on average
 * for partitions by chance (Hubert and Arabie, J. Classif. 2 (1985) 193). Two partitions without any boundary agree. */
template <typename TA, typename TB>
double
AdjustedRandIndex(const std::vector<TA> & a, const std::vector<TB> & b)
{
  if (a.size() != b.size())
  {
    throw std::invalid_argument("labellings differ in size");
  }
  std::map<std::pair<TA, TB>, double> both;
  std::map<TA, double>                inA;
  std::map<TB, double>                inB;
  for (std::size_t i = 0; i < a.size(); ++i)
  {
    ++both[{ a[i], b[i] }];
    ++inA[a[i]];
    ++inB[b[i]];
  }
  const auto pairs = [](const auto & counts) {
    double sum = 0.0;
    for (const auto & [label, count] : counts)
    {
      sum += 0.5 * count * (count - 1.0);
    }
    return sum;
  };
  const auto   n = static_cast<double>(a.size());
  const double together = pairs(both);
  const double expected = n > 1.0 ? pairs(inA) * pairs(inB) / (0.5 * n * (n - 1.0)) : 0.0;
  const double most = 0.5 * (pairs(inA) + pairs(inB));
  return most > expected ? (together - expected) / (most - expected) : 1.0;
}
} // namespace fourdstem

#endif
