// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ProductBounds_h
#define fourdstem_ProductBounds_h

#include "EigenDense.h"
#include "FourDSTEMExport.h"

#include <cstddef>
#include <vector>

namespace fourdstem
{
/** What the products of rows with some vectors can be, from products with earlier vectors, without reading the rows.
 *
 * Rows x are taken about a common mean m. Once, at an anchor, the products y_b = (x - m).a_b with `width` vectors a_b
 * are kept for every row. A later vector is v = sum_b beta_b a_b + p with p orthogonal to all a_b, so that
 * (x - m).v = beta.y + z.p, where z is the part of x - m outside the span of the a_b: the product is within |z| |p| of
 * beta.y. Centroids of k-means move mostly in the span of themselves, while the noise of a row lies mostly outside: the
 * bounds are tight for many iterations. What single precision may do to products is allowed for. */
class FourDSTEM_EXPORT ProductBounds
{
public:
  /** `meanLength` is |m|. Memory: width + 1 floats per row. */
  ProductBounds(std::size_t rows, std::size_t columns, std::size_t width, double meanLength);

  /** Makes `vectors` [width][columns] those whose products are kept from now on. */
  void
  Anchor(const std::vector<float> & vectors);

  /** Keeps the products (x - m).a_b of a row, `radius` being |x - m|. Safe for different rows at once. */
  void
  Keep(std::size_t row, const double * products, float radius);

  /** Prepares for products with `vectors` [width][columns]. */
  void
  Follow(const std::vector<float> & vectors);

  /** The product of the row with vector `w` is `middle` give or take `reach`. */
  struct Interval
  {
    double middle;
    double reach;
  };
  Interval
  Bound(std::size_t row, std::size_t w, float radius) const;

private:
  using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  std::size_t         m_Columns;
  std::size_t         m_Width;
  double              m_MeanLength;
  std::vector<float>  m_Anchor;   // vectors
  std::vector<double> m_Lengths;  // of them
  RowMatrix           m_Basis;    // orthonormal directions of their span, each by its weights of them
  RowMatrix           m_Weights;  // beta of each vector that is followed
  std::vector<double> m_Outside;  // |p|
  std::vector<double> m_Errors;   // of single precision, per |x - m| + |m|
  std::vector<float>  m_Products; // y of each row
  std::vector<float>  m_Rest;     // |z| of each row, at most
};
} // namespace fourdstem

#endif
