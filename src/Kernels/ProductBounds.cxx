// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ProductBounds.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
constexpr double FloatError = 2e-6; // of a product, as a share of |x| |v|

Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>
AsRows(const std::vector<float> & vectors, std::size_t width, std::size_t columns)
{
  return { vectors.data(), static_cast<Eigen::Index>(width), static_cast<Eigen::Index>(columns) };
}

} // namespace

ProductBounds::ProductBounds(std::size_t rows, std::size_t columns, std::size_t width, double meanLength)
  : m_Columns(columns)
  , m_Width(width)
  , m_MeanLength(meanLength)
  , m_Lengths(width)
  , m_Outside(width)
  , m_Errors(width)
  , m_Products(rows * width)
  , m_Rest(rows)
{}

void
ProductBounds::Anchor(const std::vector<float> & vectors)
{
  m_Anchor = vectors;
  const RowMatrix       rows = AsRows(vectors, m_Width, m_Columns).cast<double>();
  const Eigen::MatrixXd gram = rows * rows.transpose();
  for (std::size_t w = 0; w < m_Width; ++w)
  {
    m_Lengths[w] = std::sqrt(gram(static_cast<Eigen::Index>(w), static_cast<Eigen::Index>(w)));
  }
  // Directions that the vectors hardly span count as outside.
  constexpr double                                     smallest = 1e-9;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(gram);
  const double                                         limit = smallest * solver.eigenvalues().maxCoeff();
  m_Basis.setZero(gram.rows(), gram.cols());
  for (Eigen::Index e = 0; e < gram.rows(); ++e)
  {
    if (solver.eigenvalues()[e] > limit)
    {
      m_Basis.row(e) = solver.eigenvectors().col(e).transpose() / std::sqrt(solver.eigenvalues()[e]);
    }
  }
}

void
ProductBounds::Keep(std::size_t row, const double * products, float radius)
{
  const auto   length = static_cast<double>(radius);
  const double error = FloatError * (length + m_MeanLength);
  double       rest = (1.0 + 1e-5) * length * length;
  for (Eigen::Index e = 0; e < m_Basis.rows(); ++e)
  {
    double part = 0.0;
    double doubt = 0.0;
    for (std::size_t b = 0; b < m_Width; ++b)
    {
      const double weight = m_Basis(e, static_cast<Eigen::Index>(b));
      part += weight * products[b];
      doubt += std::abs(weight) * m_Lengths[b] * error;
    }
    const double least = std::max(0.0, std::abs(part) - doubt);
    rest -= least * least;
  }
  std::transform(products, products + m_Width, m_Products.data() + row * m_Width, [](double product) {
    return static_cast<float>(product);
  });
  m_Rest[row] = static_cast<float>(std::sqrt(std::max(0.0, rest)));
}

void
ProductBounds::Follow(const std::vector<float> & vectors)
{
  const RowMatrix anchor = AsRows(m_Anchor, m_Width, m_Columns).cast<double>();
  const RowMatrix rows = AsRows(vectors, m_Width, m_Columns).cast<double>();
  m_Weights = rows * anchor.transpose() * m_Basis.transpose() * m_Basis;
  const RowMatrix outside = rows - m_Weights * anchor;
  for (std::size_t w = 0; w < m_Width; ++w)
  {
    const auto at = static_cast<Eigen::Index>(w);
    m_Outside[w] = outside.row(at).norm();
    m_Errors[w] = rows.row(at).norm();
    for (std::size_t b = 0; b < m_Width; ++b)
    {
      m_Errors[w] += std::abs(m_Weights(at, static_cast<Eigen::Index>(b))) * m_Lengths[b];
    }
    m_Errors[w] *= FloatError;
  }
}

ProductBounds::Interval
ProductBounds::Bound(std::size_t row, std::size_t w, float radius) const
{
  const float *  products = m_Products.data() + row * m_Width;
  const double * weights = m_Weights.data() + w * m_Width;
  double         middle = 0.0;
  for (std::size_t b = 0; b < m_Width; ++b)
  {
    middle += weights[b] * static_cast<double>(products[b]);
  }
  return {
    middle, static_cast<double>(m_Rest[row]) * m_Outside[w] + m_Errors[w] * (static_cast<double>(radius) + m_MeanLength)
  };
}
} // namespace fourdstem
