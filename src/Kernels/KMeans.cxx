// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/KMeans.h"

#include "HotLoops/DistanceLoops.h"
#include "KMeansRows.h"
#include "KMeansStart.h"
#include "Text.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace fourdstem
{
namespace
{
class Lloyd
{
public:
  Lloyd(const KMeansRows & rows, int k, KMeansResult & result)
    : m_Rows(rows)
    , m_K(k)
    , m_Columns(static_cast<std::size_t>(rows.Columns()))
    , m_Result(result)
    , m_Sums(static_cast<std::size_t>(k) * m_Columns, 0.0)
  {
    result.labels.assign(static_cast<std::size_t>(rows.Count()), 0);
    result.sizes.assign(static_cast<std::size_t>(k), 0);
    result.sizes.front() = rows.Count();
    std::copy(rows.Sum().begin(), rows.Sum().end(), m_Sums.begin());
  }

  /** Gives every row to its nearest centroid; returns how many changed sides. */
  std::int64_t
  Assign()
  {
    this->PrepareVectors();
    std::int64_t changed = 0;
    ParallelOrdered(
      m_Rows.Blocks(),
      m_Rows.Run(),
      [this] {
        KMeansRows::State state;
        state.sums.assign(m_Sums.size(), 0.0);
        return state;
      },
      [this](std::int64_t b, KMeansRows::State & state) { this->AssignBlock(b, state); },
      [this, &changed](std::int64_t, KMeansRows::State & state) {
        for (int c = 0; c < m_K; ++c)
        {
          const auto cluster = static_cast<std::size_t>(c);
          m_Result.sizes[cluster] += state.counts[cluster];
          if (state.touched[cluster])
          {
            double * from = state.sums.data() + cluster * m_Columns;
            double * to = m_Sums.data() + cluster * m_Columns;
            for (std::size_t j = 0; j < m_Columns; ++j)
            {
              to[j] += from[j];
              from[j] = 0.0;
            }
          }
        }
        changed += static_cast<std::int64_t>(state.value);
      });
    return changed;
  }

  /** Moves the centroids to the means of their rows; returns the sum of the squared shifts. */
  double
  MoveCentroids()
  {
    this->FillEmptyClusters();
    double shift = 0.0;
    for (std::size_t j = 0; j < m_Columns; ++j)
    {
      double others = 0.0;
      for (std::size_t c = 1; c < static_cast<std::size_t>(m_K); ++c)
      {
        others += m_Sums[c * m_Columns + j];
      }
      m_Sums[j] = m_Rows.Sum()[j] - others;
    }
    for (std::size_t c = 0; c < static_cast<std::size_t>(m_K); ++c)
    {
      if (m_Result.sizes[c] == 0)
      {
        continue;
      }
      for (std::size_t j = 0; j < m_Columns; ++j)
      {
        double &     centroid = m_Result.centroids[c * m_Columns + j];
        const double mean = m_Sums[c * m_Columns + j] / static_cast<double>(m_Result.sizes[c]);
        shift += (mean - centroid) * (mean - centroid);
        centroid = mean;
      }
    }
    return shift;
  }

  void
  MeasureInertia()
  {
    const std::vector<double> distances = this->Distances(m_Result.centroids);
    m_Result.clusterInertia.assign(static_cast<std::size_t>(m_K), 0.0);
    for (std::size_t i = 0; i < distances.size(); ++i)
    {
      m_Result.clusterInertia[static_cast<std::size_t>(m_Result.labels[i])] += distances[i];
    }
    m_Result.inertia = 0.0;
    m_Result.totalInertia = 0.0;
    for (std::size_t c = 0; c < static_cast<std::size_t>(m_K); ++c)
    {
      double between = 0.0;
      for (std::size_t j = 0; j < m_Columns; ++j)
      {
        const double offset = m_Result.centroids[c * m_Columns + j] -
                              m_Rows.Sum()[j] / static_cast<double>(std::max<std::int64_t>(1, m_Rows.Count()));
        between += offset * offset;
      }
      m_Result.inertia += m_Result.clusterInertia[c];
      m_Result.totalInertia += m_Result.clusterInertia[c] + static_cast<double>(m_Result.sizes[c]) * between;
    }
  }

private:
  /** Rows are compared about the common mean, which costs less precision: argmax of x.(c - m) - m.(c - m) - |c -
   * m|^2/2, and for two clusters the sign of the difference. */
  void
  PrepareVectors()
  {
    const auto                 k = static_cast<std::size_t>(m_K);
    const std::vector<float> & mean = m_Rows.Mean();
    m_Offsets.assign(k, 0.0f);
    m_Vectors.assign((k == 2 ? 1 : k) * m_Columns, 0.0f);
    std::vector<double> offsets(k, 0.0);
    for (std::size_t c = 0; c < k; ++c)
    {
      for (std::size_t j = 0; j < m_Columns; ++j)
      {
        const auto   origin = static_cast<double>(mean[j]);
        const double arm = m_Result.centroids[c * m_Columns + j] - origin;
        offsets[c] += arm * origin + 0.5 * arm * arm;
      }
      m_Offsets[c] = static_cast<float>(offsets[c]);
    }
    if (k == 2)
    {
      m_Border = static_cast<float>(offsets[1] - offsets[0]);
      for (std::size_t j = 0; j < m_Columns; ++j)
      {
        m_Vectors[j] = static_cast<float>(m_Result.centroids[m_Columns + j] - m_Result.centroids[j]);
      }
      return;
    }
    for (std::size_t i = 0; i < m_Vectors.size(); ++i)
    {
      m_Vectors[i] = static_cast<float>(m_Result.centroids[i] - static_cast<double>(mean[i % m_Columns]));
    }
  }

  std::int32_t
  Nearest(const float * products) const
  {
    if (m_K == 2)
    {
      return products[0] > m_Border ? 1 : 0;
    }
    std::int32_t best = 0;
    for (std::int32_t c = 1; c < m_K; ++c)
    {
      if (products[c] - m_Offsets[static_cast<std::size_t>(c)] >
          products[best] - m_Offsets[static_cast<std::size_t>(best)])
      {
        best = c;
      }
    }
    return best;
  }

  void
  AssignBlock(std::int64_t b, KMeansRows::State & state)
  {
    const KMeansRows::Block block = m_Rows.Read(b, state);
    const std::int64_t      vectors = m_K == 2 ? 1 : m_K;
    state.value = 0.0;
    state.counts.assign(static_cast<std::size_t>(m_K), 0);
    state.touched.assign(static_cast<std::size_t>(m_K), 0);
    constexpr std::int64_t group = 16; // rows still cached when they move
    state.products.resize(static_cast<std::size_t>(group * vectors));
    for (std::int64_t first = 0; first < block.count; first += group)
    {
      const std::int64_t count = std::min(group, block.count - first);
      RunHotLoop<DotRows>(block.rows + first,
                          count,
                          m_Rows.Columns(),
                          static_cast<const float *>(m_Vectors.data()),
                          m_Rows.Columns(),
                          vectors,
                          state.products.data());
      for (std::int64_t i = 0; i < count; ++i)
      {
        std::int32_t &     label = m_Result.labels[static_cast<std::size_t>(block.first + first + i)];
        const std::int32_t nearest = this->Nearest(state.products.data() + i * vectors);
        if (nearest != label)
        {
          this->Move(block.rows[first + i], label, nearest, state);
          label = nearest;
        }
      }
    }
  }

  /** The first cluster's sum is what the others leave of the total. */
  void
  Move(const float * row, std::int32_t from, std::int32_t to, KMeansRows::State & state) const
  {
    const auto add = [&](std::int32_t cluster, double sign) {
      const auto c = static_cast<std::size_t>(cluster);
      state.counts[c] += sign > 0 ? 1 : -1;
      if (cluster > 0)
      {
        state.touched[c] = 1;
        RunHotLoop<AddRowToDouble>(row, m_Rows.Columns(), sign, state.sums.data() + c * m_Columns);
      }
    };
    add(from, -1.0);
    add(to, 1.0);
    state.value += 1.0;
  }

  std::vector<double>
  Distances(const std::vector<double> & centroids) const
  {
    const std::vector<float> centres(centroids.begin(), centroids.end());
    std::vector<double>      distances(m_Result.labels.size());
    ParallelOrdered(
      m_Rows.Blocks(),
      m_Rows.Run(),
      [] { return KMeansRows::State{}; },
      [&](std::int64_t b, KMeansRows::State & state) {
        const KMeansRows::Block block = m_Rows.Read(b, state);
        for (std::int64_t i = 0; i < block.count; ++i)
        {
          const auto at = static_cast<std::size_t>(block.first + i);
          distances[at] = static_cast<double>(RunHotLoop<SquaredDistanceOfRows>(
            block.rows[i],
            centres.data() + static_cast<std::size_t>(m_Result.labels[at]) * m_Columns,
            m_Rows.Columns()));
        }
      },
      [](std::int64_t, KMeansRows::State &) {});
    return distances;
  }

  void
  FillEmptyClusters()
  {
    auto & sizes = m_Result.sizes;
    if (std::find(sizes.begin(), sizes.end(), 0) == sizes.end())
    {
      return;
    }
    std::vector<double> distances = this->Distances(m_Result.centroids);
    for (std::size_t c = 0; c < sizes.size(); ++c)
    {
      while (sizes[c] == 0)
      {
        const auto far = std::max_element(distances.begin(), distances.end());
        if (far == distances.end() || !(*far > 0.0))
        {
          return;
        }
        const auto     at = static_cast<std::size_t>(far - distances.begin());
        std::int32_t & label = m_Result.labels[at];
        const auto     donor = static_cast<std::size_t>(label);
        *far = 0.0;
        if (sizes[donor] > 1)
        {
          const std::vector<float> row = m_Rows.Row(static_cast<std::int64_t>(at));
          for (std::size_t j = 0; j < m_Columns; ++j)
          {
            m_Sums[donor * m_Columns + j] -= static_cast<double>(row[j]);
            m_Sums[c * m_Columns + j] += static_cast<double>(row[j]);
          }
          --sizes[donor];
          ++sizes[c];
          label = static_cast<std::int32_t>(c);
        }
      }
    }
  }

  const KMeansRows &  m_Rows;
  int                 m_K;
  std::size_t         m_Columns;
  KMeansResult &      m_Result;
  std::vector<double> m_Sums;
  std::vector<float>  m_Vectors;
  std::vector<float>  m_Offsets;
  float               m_Border = 0.0f;
};
} // namespace

KMeansResult
KMeans(const RowStore &                  store,
       const std::vector<std::int64_t> & positions,
       const KMeansOptions &             options,
       const Execution &                 execution)
{
  const auto count = static_cast<std::int64_t>(positions.size());
  if (options.k < 1 || options.k > count)
  {
    throw std::invalid_argument(Text("k is ", options.k, " but must be 1 ... ", count));
  }
  Execution inner{ execution.threads, {} };
  if (execution.monitor.report)
  {
    inner.monitor.report = [&execution](double) { return execution.monitor.report(0.0); };
  }

  const KMeansRows rows(store, positions, inner);
  KMeansResult     result;
  result.centroids = StartCentroids(rows, positions, options, result.startRows);
  Lloyd lloyd(rows, options.k, result);

  double smallShift = -1.0;
  if (options.tolerance > 0.0 && options.k > 1)
  {
    smallShift = options.tolerance * MeanColumnVariance(rows);
  }
  while (result.iterations < options.maximumIterations && !result.converged)
  {
    const std::int64_t changed = lloyd.Assign();
    const double       shift = lloyd.MoveCentroids();
    ++result.iterations;
    if (changed == 0 && (result.iterations > 1 || shift == 0.0))
    {
      result.converged = true;
    }
    else if (shift <= smallShift)
    {
      lloyd.Assign();
      lloyd.MoveCentroids();
      result.converged = true;
    }
  }
  lloyd.MeasureInertia();
  return result;
}
} // namespace fourdstem
