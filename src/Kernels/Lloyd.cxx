// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "LloydState.h"

#include "HotLoops/DistanceLoops.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fourdstem
{
namespace
{
double
LengthOf(const std::vector<float> & values)
{
  double square = 0.0;
  for (const float value : values)
  {
    square += static_cast<double>(value) * static_cast<double>(value);
  }
  return std::sqrt(square);
}
} // namespace

Lloyd::Lloyd(const KMeansRows & rows, int k, KMeansResult & result)
  : m_Rows(rows)
  , m_K(static_cast<std::size_t>(k))
  , m_Columns(static_cast<std::size_t>(rows.Columns()))
  , m_Width(k == 2 ? 1 : m_K)
  , m_Result(result)
  , m_Sums(m_K * m_Columns, 0.0)
  , m_Vectors(m_Width * m_Columns, 0.0f)
  , m_Means(m_Width, 0.0)
  , m_Halves(m_Width, 0.0)
  , m_Radius(static_cast<std::size_t>(rows.Count()), 0.0f)
  , m_Bounds(m_Radius.size(), m_Columns, m_Width, LengthOf(rows.Mean()))
{
  result.labels.assign(m_Radius.size(), nowhere);
  result.sizes.assign(m_K, 0);
}

void
Lloyd::PrepareVectors()
{
  std::vector<double> arms(m_Result.centroids);
  std::vector<double> halves(m_K, 0.0);
  for (std::size_t c = 0; c < m_K; ++c)
  {
    for (std::size_t j = 0; j < m_Columns; ++j)
    {
      double & arm = arms[c * m_Columns + j];
      arm -= static_cast<double>(m_Rows.Mean()[j]);
      halves[c] += 0.5 * arm * arm;
    }
  }
  for (std::size_t w = 0; w < m_Width; ++w)
  {
    m_Halves[w] = m_K == 2 ? halves[1] - halves[0] : halves[w];
    m_Means[w] = 0.0;
    for (std::size_t j = 0; j < m_Columns; ++j)
    {
      const double value = m_K == 2 ? arms[m_Columns + j] - arms[j] : arms[w * m_Columns + j];
      m_Vectors[w * m_Columns + j] = static_cast<float>(value);
      m_Means[w] += value * static_cast<double>(m_Rows.Mean()[j]);
    }
  }
}

bool
Lloyd::NeedsAnchor() const
{
  constexpr std::size_t every = 32;
  std::size_t           sampled = 0;
  std::size_t           open = 0;
  for (std::size_t row = 0; row < m_Radius.size(); row += every)
  {
    ++sampled;
    open += this->FindCandidates(row) != 0 ? 1 : 0;
  }
  return 5 * open > 4 * sampled;
}

std::int64_t
Lloyd::Assign()
{
  this->PrepareVectors();
  if (!m_IsFirst)
  {
    m_Bounds.Follow(m_Vectors);
  }
  m_TakesAll = m_IsFirst || this->NeedsAnchor();
  if (m_TakesAll)
  {
    m_Bounds.Anchor(m_Vectors);
  }
  std::int64_t changed = 0;
  ParallelOrdered(
    m_Rows.Blocks(),
    m_Rows.Run(),
    [this] {
      State state;
      state.sums.assign(m_Sums.size(), 0.0);
      state.moved.resize(m_K);
      state.signs.resize(m_K);
      return state;
    },
    [this](std::int64_t b, State & state) { this->AssignBlock(b, state); },
    [this, &changed](std::int64_t, State & state) {
      for (std::size_t c = 0; c < m_K; ++c)
      {
        m_Result.sizes[c] += state.counts[c];
        if (state.touched[c])
        {
          double * from = state.sums.data() + c * m_Columns;
          double * to = m_Sums.data() + c * m_Columns;
          for (std::size_t j = 0; j < m_Columns; ++j)
          {
            to[j] += from[j];
            from[j] = 0.0;
          }
        }
      }
      changed += state.changed;
      m_TotalInertia += state.inertia;
    });
  if (m_IsFirst)
  {
    this->AddUp();
  }
  m_IsFirst = false;
  return changed;
}

void
Lloyd::AddUp()
{
  m_Total.assign(m_Columns, 0.0);
  for (std::size_t i = 0; i < m_Sums.size(); ++i)
  {
    m_Total[i % m_Columns] += m_Sums[i];
  }
  // So far about a mean that may be that of some rows.
  const auto count = static_cast<double>(m_Rows.Count());
  double     between = 0.0;
  for (std::size_t j = 0; j < m_Columns; ++j)
  {
    const double arm = m_Total[j] / count - static_cast<double>(m_Rows.Mean()[j]);
    between += arm * arm;
  }
  m_TotalInertia -= count * between;
  if (m_TotalInertia < 0.0) // rounding; what is not a number stays
  {
    m_TotalInertia = 0.0;
  }
}

double
Lloyd::MoveCentroids()
{
  this->FillEmptyClusters();
  std::copy(m_Total.begin(), m_Total.end(), m_Sums.begin());
  for (std::size_t c = 1; c < m_K; ++c)
  {
    for (std::size_t j = 0; j < m_Columns; ++j)
    {
      m_Sums[j] -= m_Sums[c * m_Columns + j];
    }
  }
  double shift = 0.0;
  for (std::size_t c = 0; c < m_K; ++c)
  {
    for (std::size_t j = 0; m_Result.sizes[c] > 0 && j < m_Columns; ++j)
    {
      double &     centroid = m_Result.centroids[c * m_Columns + j];
      const double mean = m_Sums[c * m_Columns + j] / static_cast<double>(m_Result.sizes[c]);
      shift += (mean - centroid) * (mean - centroid);
      centroid = mean;
    }
  }
  return shift;
}

std::vector<double>
Lloyd::Distances() const
{
  const std::vector<float> centres(m_Result.centroids.begin(), m_Result.centroids.end());
  std::vector<double>      distances(m_Result.labels.size());
  ParallelOrdered(
    m_Rows.Blocks(),
    m_Rows.Run(),
    [] { return KMeansRows::State{}; },
    [&](std::int64_t b, KMeansRows::State & state) {
      const std::int64_t    begin = m_Rows.Begin(b);
      const float * const * rows = m_Rows.Read(begin, m_Rows.End(b) - begin, state);
      for (std::int64_t i = begin; i < m_Rows.End(b); ++i)
      {
        const float * centre =
          centres.data() + static_cast<std::size_t>(m_Result.labels[static_cast<std::size_t>(i)]) * m_Columns;
        distances[static_cast<std::size_t>(i)] =
          static_cast<double>(RunHotLoop<SquaredDistanceOfRows>(rows[i - begin], centre, m_Rows.Columns()));
      }
    },
    [](std::int64_t, KMeansRows::State &) {});
  return distances;
}

void
Lloyd::FillEmptyClusters()
{
  auto & sizes = m_Result.sizes;
  if (std::find(sizes.begin(), sizes.end(), 0) == sizes.end())
  {
    return;
  }
  std::vector<double> distances = this->Distances();
  for (std::size_t c = 0; c < m_K; ++c)
  {
    while (sizes[c] == 0)
    {
      const auto far = std::max_element(distances.begin(), distances.end());
      if (far == distances.end() || !(*far > 0.0))
      {
        return;
      }
      const auto at = static_cast<std::size_t>(far - distances.begin());
      const auto donor = static_cast<std::size_t>(m_Result.labels[at]);
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
        m_Result.labels[at] = static_cast<std::int32_t>(c);
      }
    }
  }
}

void
Lloyd::MeasureInertia()
{
  // The squared distances to the common mean, less those of the centroids, unless next to nothing is left.
  m_Result.clusterInertia.assign(m_K, 0.0);
  for (std::size_t i = 0; i < m_Radius.size(); ++i)
  {
    m_Result.clusterInertia[static_cast<std::size_t>(m_Result.labels[i])] +=
      static_cast<double>(m_Radius[i]) * static_cast<double>(m_Radius[i]);
  }
  bool isExact = true;
  m_Result.totalInertia = m_TotalInertia;
  for (std::size_t c = 0; c < m_K; ++c)
  {
    double between = 0.0;
    for (std::size_t j = 0; j < m_Columns; ++j)
    {
      const double arm = m_Result.centroids[c * m_Columns + j] - static_cast<double>(m_Rows.Mean()[j]);
      between += static_cast<double>(m_Result.sizes[c]) * arm * arm;
    }
    isExact = isExact && m_Result.clusterInertia[c] - between > 0.01 * m_Result.clusterInertia[c];
    m_Result.clusterInertia[c] -= between;
  }
  if (!isExact)
  {
    const std::vector<double> distances = this->Distances();
    std::fill(m_Result.clusterInertia.begin(), m_Result.clusterInertia.end(), 0.0);
    for (std::size_t i = 0; i < distances.size(); ++i)
    {
      m_Result.clusterInertia[static_cast<std::size_t>(m_Result.labels[i])] += distances[i];
    }
  }
  m_Result.inertia = std::accumulate(m_Result.clusterInertia.begin(), m_Result.clusterInertia.end(), 0.0);
}
} // namespace fourdstem
