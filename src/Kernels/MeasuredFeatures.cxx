// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Median.h"
#include "NodeExamination.h"
#include "NodeRows.h"
#include "Text.h"
#include "fourdstem/NeighbourStatistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace fourdstem
{
namespace
{
/** One column of a node: a value and its standard error for every position, NaN where there is none. */
struct Column
{
  std::vector<double> values;
  std::vector<double> errors;
};

std::vector<Column>
ReadColumns(const RowStore &                  store,
            const NeighbourPairs &            pairs,
            const MeasuredColumns &           measured,
            const std::vector<std::int64_t> & columns)
{
  const auto          count = static_cast<std::size_t>(pairs.Positions());
  const std::int64_t  width = store.Components() - measured.first;
  std::vector<Column> read(columns.size(), { std::vector<double>(count), std::vector<double>(count) });
  NodeBlock           block;
  for (std::int64_t b = 0; b < NodeBlock::CountBlocks(pairs.Positions()); ++b)
  {
    block.Read(store, pairs, b, false);
    for (std::int64_t i = 0; i < block.count; ++i)
    {
      const auto          at = static_cast<std::size_t>(block.first + i);
      const float * const errors = measured.errors.data() + pairs.positions[at] * width;
      for (std::size_t c = 0; c < columns.size(); ++c)
      {
        read[c].values[at] = static_cast<double>(block.rows[i][columns[c]]);
        read[c].errors[at] = static_cast<double>(errors[columns[c] - measured.first]);
      }
    }
  }
  return read;
}

/** For every position of the node the positions beside it, both ways. */
class Surround
{
public:
  explicit Surround(const NeighbourPairs & pairs)
    : m_Begin(pairs.positions.size() + 1, 0)
    , m_Others(2 * pairs.ahead.size())
  {
    ForEachPair(pairs, [this](std::size_t i, std::size_t j) {
      ++m_Begin[i + 1];
      ++m_Begin[j + 1];
    });
    std::partial_sum(m_Begin.begin(), m_Begin.end(), m_Begin.begin());
    std::vector<std::size_t> next(m_Begin.begin(), m_Begin.end() - 1);
    ForEachPair(pairs, [this, &next](std::size_t i, std::size_t j) {
      m_Others[next[i]++] = j;
      m_Others[next[j]++] = i;
    });
  }

  template <typename TVisit>
  static void
  ForEachPair(const NeighbourPairs & pairs, TVisit && visit)
  {
    for (std::size_t i = 0; i < pairs.positions.size(); ++i)
    {
      for (std::int64_t p = pairs.begin[i]; p < pairs.begin[i + 1]; ++p)
      {
        visit(i, static_cast<std::size_t>(pairs.ahead[static_cast<std::size_t>(p)]));
      }
    }
  }

  /** Mean of the finite values beside position i; NaN where there are none. */
  double
  MeanBeside(std::size_t i, const std::vector<double> & values) const
  {
    double sum = 0.;
    double count = 0.;
    for (std::size_t k = m_Begin[i]; k < m_Begin[i + 1]; ++k)
    {
      const double value = values[m_Others[k]];
      if (std::isfinite(value))
      {
        sum += value;
        count += 1.;
      }
    }
    return count > 0. ? sum / count : std::numeric_limits<double>::quiet_NaN();
  }

private:
  std::vector<std::size_t> m_Begin;
  std::vector<std::size_t> m_Others;
};

/** Gives every position without a value the mean of those beside it, from the rim of each gap inwards; `mean` where no
 * value can be reached. */
void
FillGaps(std::vector<double> & values, const Surround & surround, double mean)
{
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    if (!std::isfinite(values[i]))
    {
      missing.push_back(i);
    }
  }
  while (!missing.empty())
  {
    std::vector<std::pair<std::size_t, double>> found;
    for (const std::size_t i : missing)
    {
      const double beside = surround.MeanBeside(i, values);
      if (std::isfinite(beside))
      {
        found.emplace_back(i, beside);
      }
    }
    if (found.empty())
    {
      break;
    }
    for (const auto & [i, value] : found)
    {
      values[i] = value;
    }
    missing.erase(
      std::remove_if(missing.begin(), missing.end(), [&values](std::size_t i) { return std::isfinite(values[i]); }),
      missing.end());
  }
  for (const std::size_t i : missing)
  {
    values[i] = mean;
  }
}

/** Draws values whose errors are above `typical` towards the mean of those beside them, as far as that exceeds it. */
void
DrawUncertain(Column & column, double typical, const Surround & surround)
{
  const std::vector<double> before = column.values;
  for (std::size_t i = 0; i < before.size(); ++i)
  {
    const double error = column.errors[i];
    const double beside = error > typical ? surround.MeanBeside(i, before) : before[i];
    if (error > typical && std::isfinite(beside))
    {
      const double own = typical * typical / (error * error);
      column.values[i] = own * before[i] + (1. - own) * beside;
    }
  }
}

/** The noise that neighbours tell of, as if it were normal: from the median of their steps, which walls hardly change;
 * from the mean square where more than half of the steps are 0. */
double
NoiseBetweenNeighbours(const std::vector<double> & values, const NeighbourPairs & pairs)
{
  std::vector<double> steps;
  double              squares = 0.;
  Surround::ForEachPair(pairs, [&](std::size_t i, std::size_t j) {
    const double step = std::abs(values[i] - values[j]);
    if (std::isfinite(step))
    {
      steps.push_back(step);
      squares += step * step;
    }
  });
  if (steps.empty())
  {
    return 0.;
  }
  const double meanSquare = squares / static_cast<double>(steps.size());
  const double median = Median(std::move(steps));
  return median > 0. ? median / (0.6745 * std::sqrt(2.)) : std::sqrt(0.5 * meanSquare);
}

/** Puts the scaled values of column `c` into the scores, as a component of its own. */
void
AddComponent(const Column & column, const ColumnScaling & scaling, std::size_t c, PrincipalComponents & reduced)
{
  const auto centre = static_cast<double>(scaling.centre[c]);
  const auto scale = static_cast<double>(scaling.scale[c]);
  for (std::size_t i = 0; i < column.values.size(); ++i)
  {
    reduced.scores[i * ReducedStride + c] = static_cast<float>((column.values[i] - centre) * scale);
  }
  reduced.basis[c * ReducedStride + c] = 1.f;
}
} // namespace

std::optional<NodeFeatures>
ReduceMeasured(const RowStore &            store,
               const NeighbourPairs &      pairs,
               const NeighbourStatistics & statistics,
               const MeasuredColumns &     measured,
               bool                        isPresence,
               ClusterNode &               node)
{
  const auto    first = static_cast<std::size_t>(measured.first);
  const double  size = static_cast<double>(pairs.Positions());
  const double  share = statistics.mean[first];
  ColumnScaling scaling;
  if (!isPresence && !(share >= 0.5))
  {
    node.stop = StopReason::NoLattice;
    node.note = Text(std::round(share * size), " of ", pairs.Positions(), " positions have a lattice");
    return std::nullopt;
  }
  for (std::size_t j = isPresence ? first : first + 1; j < (isPresence ? first + 1 : statistics.mean.size()); ++j)
  {
    const bool isKnown = static_cast<double>(statistics.finite[j]) >= 0.5 * size;
    if (isKnown && statistics.variance[j] > 0. && std::isfinite(statistics.variance[j]))
    {
      scaling.columns.push_back(static_cast<std::int64_t>(j));
    }
  }
  node.features = scaling.columns;
  if (scaling.columns.empty() || scaling.Count() > MaximumReducedComponents || pairs.Pairs() == 0)
  {
    node.stop = StopReason::NoCoherentFeature;
    node.note = "nothing that was measured varies";
    return std::nullopt;
  }

  std::vector<Column> columns = ReadColumns(store, pairs, measured, scaling.columns);
  const Surround      surround(pairs);
  PrincipalComponents reduced;
  reduced.components = static_cast<int>(columns.size());
  reduced.scores.assign(pairs.positions.size() * ReducedStride, 0.f);
  reduced.basis.assign(columns.size() * ReducedStride, 0.f);
  for (std::size_t c = 0; c < columns.size(); ++c)
  {
    Column &            column = columns[c];
    const auto          j = static_cast<std::size_t>(scaling.columns[c]);
    std::vector<double> errors;
    std::copy_if(column.errors.begin(), column.errors.end(), std::back_inserter(errors), [](double error) {
      return std::isfinite(error);
    });
    const double typical = Median(std::move(errors));
    const double found = NoiseBetweenNeighbours(column.values, pairs);
    const double noise =
      std::max({ found, std::isfinite(typical) ? typical : 0., 3e-5 * std::sqrt(statistics.variance[j]) });
    scaling.centre.push_back(static_cast<float>(statistics.mean[j]));
    scaling.scale.push_back(static_cast<float>(1. / noise));
    reduced.variance.push_back(statistics.variance[j] / (noise * noise));
    FillGaps(column.values, surround, statistics.mean[j]);
    DrawUncertain(column, typical, surround);
    AddComponent(column, scaling, c, reduced);
  }
  return NodeFeatures{ std::move(scaling), std::move(reduced), 1. };
}
} // namespace fourdstem
