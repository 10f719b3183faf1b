// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_LeafProducts_h
#define fourdstem_LeafProducts_h

#include "NodeRows.h"
#include "fourdstem/Clustering.h"

#include <functional>

namespace fourdstem
{
/** The leaves' centroids about the root's, in units of the noise, in the order of labels. */
struct LeafCentroids
{
  explicit LeafCentroids(const DivisiveResult & result);

  std::size_t
  Count() const
  {
    return leaves.size();
  }
  const float *
  Of(std::size_t leaf) const
  {
    return values.data() + leaf * width;
  }

  /** Inner product of two of them, in double. */
  double
  Product(std::size_t a, std::size_t b) const;

  std::vector<int>         leaves;
  ColumnScaling            scaling; // the columns that splits use
  std::size_t              width = 0;
  std::vector<float>       values;      // [leaves][width]
  std::vector<std::size_t> orderOfNode; // of a leaf: its label - 1
};

/** Calls visit(position, products) for every position that has a leaf, on several threads at once: its row's inner
 * products with the centroids, in the same units about the same point. */
void
ForEachLeafProduct(const DivisiveResult &                                  result,
                   const LeafCentroids &                                   centroids,
                   const RowStore &                                        store,
                   const Execution &                                       execution,
                   const std::function<void(std::size_t, const float *)> & visit);
} // namespace fourdstem

#endif
