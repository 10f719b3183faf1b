// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Membership.h"

#include "EigenDense.h"
#include "LeafProducts.h"
#include "Parallel.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourdstem
{
namespace
{
/** Maps products with the centroids to coordinates in the space that these span. */
class CentroidSpace
{
public:
  explicit CentroidSpace(const LeafCentroids & centroids)
  {
    const auto count = static_cast<Eigen::Index>(centroids.Count());
    m_Products.resize(count, count);
    for (Eigen::Index a = 0; a < count; ++a)
    {
      for (Eigen::Index b = 0; b <= a; ++b)
      {
        m_Products(a, b) = m_Products(b, a) =
          centroids.Product(static_cast<std::size_t>(a), static_cast<std::size_t>(b));
      }
    }
    // About the mean of the centroids; no direction has a part along it then.
    Eigen::MatrixXd arms = m_Products;
    arms.rowwise() -= m_Products.colwise().mean().eval();
    arms.colwise() -= arms.rowwise().mean().eval();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(arms);
    const Eigen::VectorXd &                              strength = solver.eigenvalues();
    constexpr double                                     negligible = 1e-9;
    m_Strength = std::max(0.0, strength[count - 1]);
    Eigen::Index first = 0;
    while (first < count && !(strength[first] > negligible * m_Strength))
    {
      ++first;
    }
    m_Map = solver.eigenvectors().rightCols(count - first);
    for (Eigen::Index k = 0; k < m_Map.cols(); ++k)
    {
      m_Map.col(k) /= std::sqrt(strength[first + k]);
    }
  }

  Eigen::Index
  Dimensions() const
  {
    return m_Map.cols();
  }

  /** Square of the largest extent, for what is negligible beside it. */
  double
  Strength() const
  {
    return m_Strength;
  }

  Eigen::VectorXd
  PlaceOfLeaf(std::size_t leaf) const
  {
    return m_Map.transpose() * m_Products.col(static_cast<Eigen::Index>(leaf));
  }

  Eigen::VectorXd
  PlaceOf(const float * products) const
  {
    return m_Map.transpose() * Eigen::Map<const Eigen::VectorXf>(products, m_Products.rows()).cast<double>();
  }

private:
  Eigen::MatrixXd m_Products; // of the centroids with each other
  Eigen::MatrixXd m_Map;      // columns: directions as sums of centroids
  double          m_Strength = 0.0;
};

constexpr std::int64_t BlockSize = 512;

/** Calls visit(block, state) for every block of positions, then merge(state) in their order. */
template <typename TState, typename TVisit, typename TMerge>
void
ForBlocks(std::size_t positions, const TState & start, const Execution & execution, TVisit && visit, TMerge && merge)
{
  const auto total = static_cast<std::int64_t>(positions);
  ParallelOrdered((total + BlockSize - 1) / BlockSize,
                  execution,
                  [&start] { return start; },
                  [&](std::int64_t b, TState & state) {
                    state = start;
                    for (std::int64_t i = b * BlockSize; i < std::min(total, (b + 1) * BlockSize); ++i)
                    {
                      visit(static_cast<std::size_t>(i), state);
                    }
                  },
                  [&merge](std::int64_t, TState & state) { merge(state); });
}

void
Summarise(const float * probability, std::size_t leaves, float * summary)
{
  double largest = 0.0;
  double second = 0.0;
  double entropy = 0.0;
  for (std::size_t c = 0; c < leaves; ++c)
  {
    const auto p = static_cast<double>(probability[c]);
    second = std::max(second, std::min(largest, p));
    largest = std::max(largest, p);
    entropy -= p > 0.0 ? p * std::log2(p) : 0.0;
  }
  summary[0] = static_cast<float>(largest);
  summary[1] = static_cast<float>(largest - second);
  summary[2] = static_cast<float>(std::max(0.0, entropy));
}
} // namespace

Membership
ComputeMembership(const DivisiveResult & result, const RowStore & store, const Execution & execution)
{
  const LeafCentroids centroids(result);
  const std::size_t   leaves = centroids.Count();
  const std::size_t   positions = result.leafOfPosition.size();
  Membership          membership;
  membership.leaves = leaves;
  membership.probability.assign(positions * leaves, std::numeric_limits<float>::quiet_NaN());
  membership.summary.assign(positions * Membership::SummaryNames.size(), std::numeric_limits<float>::quiet_NaN());

  // The products lie where the probabilities will.
  float * const products = membership.probability.data();
  if (leaves > 1)
  {
    ForEachLeafProduct(result,
                       centroids,
                       store,
                       { execution.threads, execution.monitor.Part(0.0, 0.8) },
                       [&](std::size_t at, const float * row) { std::copy_n(row, leaves, products + at * leaves); });
  }

  const CentroidSpace          space(centroids);
  const Eigen::Index           dimensions = space.Dimensions();
  std::vector<Eigen::VectorXd> places(leaves);
  for (std::size_t c = 0; c < leaves; ++c)
  {
    places[c] = space.PlaceOfLeaf(c);
  }
  const auto leafOf = [&](std::size_t at) {
    return centroids.orderOfNode[static_cast<std::size_t>(result.leafOfPosition[at])];
  };
  const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(dimensions, dimensions);
  Eigen::MatrixXd       scatter = zero;
  if (dimensions > 0)
  {
    ForBlocks(
      positions,
      zero,
      { execution.threads, execution.monitor.Part(0.8, 0.9) },
      [&](std::size_t at, Eigen::MatrixXd & sum) {
        if (result.leafOfPosition[at] >= 0)
        {
          const Eigen::VectorXd arm = space.PlaceOf(products + at * leaves) - places[leafOf(at)];
          sum.selfadjointView<Eigen::Lower>().rankUpdate(arm);
        }
      },
      [&scatter](const Eigen::MatrixXd & sum) { scatter += sum; });
  }
  const auto members = static_cast<double>(std::count_if(
    result.leafOfPosition.begin(), result.leafOfPosition.end(), [](std::int32_t leaf) { return leaf >= 0; }));
  scatter /= std::max(1.0, members - static_cast<double>(leaves));
  // Without any scatter every position is in its own leaf.
  constexpr double least = 1e-12;
  scatter.diagonal().array() += least * std::max(space.Strength(), std::numeric_limits<double>::min());
  const Eigen::LLT<Eigen::MatrixXd, Eigen::Lower> whitening(scatter);
  for (Eigen::VectorXd & place : places)
  {
    whitening.matrixL().solveInPlace(place);
  }

  ForBlocks(
    positions,
    std::vector<double>(leaves),
    { execution.threads, execution.monitor.Part(0.9, 1.0) },
    [&](std::size_t at, std::vector<double> & half) {
      if (result.leafOfPosition[at] < 0)
      {
        return;
      }
      float * const probability = products + at * leaves;
      if (leaves == 1)
      {
        *probability = 1.0f;
      }
      else
      {
        Eigen::VectorXd place = space.PlaceOf(probability);
        whitening.matrixL().solveInPlace(place);
        for (std::size_t c = 0; c < leaves; ++c)
        {
          half[c] = 0.5 * (place - places[c]).squaredNorm();
        }
        const double nearest = *std::min_element(half.begin(), half.end());
        double       sum = 0.0;
        for (double & value : half)
        {
          value = std::exp(nearest - value);
          sum += value;
        }
        std::transform(
          half.begin(), half.end(), probability, [sum](double value) { return static_cast<float>(value / sum); });
      }
      Summarise(probability, leaves, membership.summary.data() + at * Membership::SummaryNames.size());
    },
    [](const std::vector<double> &) {});
  return membership;
}
} // namespace fourdstem
