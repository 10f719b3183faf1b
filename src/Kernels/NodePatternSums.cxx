// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NodePatterns.h"

#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr float noData = std::numeric_limits<float>::quiet_NaN();
// Below this share of the mean square, a variance is what rounding left.
constexpr double rounding = 1e-12;
} // namespace

NodePatternSums::NodePatternSums(std::int64_t sets, std::int64_t qy, std::int64_t qx)
  : m_Sets(sets)
  , m_Qy(qy)
  , m_Qx(qx)
{
  if (sets < 1 || qy < 1 || qx < 1)
  {
    throw std::invalid_argument("there cannot be sums of " + std::to_string(sets) + " sets of " + std::to_string(qy) +
                                " x " + std::to_string(qx) + " pixels");
  }
  m_Sum.resize(this->Offset(sets));
  m_SumOfSquares.resize(this->Offset(sets));
  m_Coverage.resize(this->Offset(sets));
  m_Positions.resize(static_cast<std::size_t>(sets));
}

void
NodePatternSums::Mean(std::int64_t set, float * out) const
{
  const double *       sum = this->Sum(set);
  const std::int32_t * coverage = this->Coverage(set);
  for (std::int64_t i = 0; i < m_Qy * m_Qx; ++i)
  {
    out[i] = coverage[i] > 0 ? static_cast<float>(sum[i] / coverage[i]) : noData;
  }
}

void
NodePatternSums::Variance(std::int64_t set, float * out) const
{
  const double *       sum = this->Sum(set);
  const double *       squares = this->SumOfSquares(set);
  const std::int32_t * coverage = this->Coverage(set);
  for (std::int64_t i = 0; i < m_Qy * m_Qx; ++i)
  {
    if (coverage[i] < 2)
    {
      out[i] = noData;
      continue;
    }
    const double deviation = squares[i] - sum[i] * sum[i] / coverage[i];
    out[i] = deviation > rounding * squares[i] ? static_cast<float>(deviation / (coverage[i] - 1)) : 0.f;
  }
}

void
NodePatternSums::Add(std::int64_t to, const NodePatternSums & other, std::int64_t from)
{
  if (other.m_Qy != m_Qy || other.m_Qx != m_Qx)
  {
    throw std::invalid_argument("sums of " + std::to_string(other.m_Qy) + " x " + std::to_string(other.m_Qx) +
                                " pixels cannot be added to those of " + std::to_string(m_Qy) + " x " +
                                std::to_string(m_Qx));
  }
  double *             sum = this->Sum(to);
  double *             squares = this->SumOfSquares(to);
  std::int32_t *       coverage = this->Coverage(to);
  const double *       otherSum = other.Sum(from);
  const double *       otherSquares = other.SumOfSquares(from);
  const std::int32_t * otherCoverage = other.Coverage(from);
  for (std::int64_t i = 0; i < m_Qy * m_Qx; ++i)
  {
    sum[i] += otherSum[i];
    squares[i] += otherSquares[i];
    coverage[i] += otherCoverage[i];
  }
  this->AddPositions(to, other.Positions(from));
}

NodePatternSums
SumOverTree(const NodePatternSums &           leaves,
            const std::vector<std::int64_t> & nodeOfSet,
            const std::vector<std::int64_t> & parents)
{
  const auto nodes = static_cast<std::int64_t>(parents.size());
  if (static_cast<std::int64_t>(nodeOfSet.size()) != leaves.Sets())
  {
    throw std::invalid_argument(std::to_string(nodeOfSet.size()) + " nodes are named for " +
                                std::to_string(leaves.Sets()) + " sets");
  }
  NodePatternSums sums(nodes, leaves.Rows(), leaves.Columns());
  for (std::int64_t set = 0; set < leaves.Sets(); ++set)
  {
    const std::int64_t node = nodeOfSet[static_cast<std::size_t>(set)];
    if (node < -1 || node >= nodes)
    {
      throw std::invalid_argument("there is no node " + std::to_string(node) + " among " + std::to_string(nodes));
    }
    if (node >= 0)
    {
      sums.Add(node, leaves, set);
    }
  }
  for (std::int64_t node = nodes; node-- > 0;)
  {
    const std::int64_t parent = parents[static_cast<std::size_t>(node)];
    if (parent < -1 || parent >= node)
    {
      throw std::invalid_argument("node " + std::to_string(node) + " cannot have parent " + std::to_string(parent));
    }
    if (parent >= 0)
    {
      sums.Add(parent, sums, node);
    }
  }
  return sums;
}
} // namespace fourdstem
