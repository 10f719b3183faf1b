// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Lloyd_h
#define fourdstem_Lloyd_h

#include "KMeansRows.h"
#include "ProductBounds.h"
#include "fourdstem/KMeans.h"

namespace fourdstem
{
/** Iterations of k-means.
 *
 * With a point m near the mean of all rows and the arm a = c - m of a centroid, the nearest centroid is that of the
 * largest gain (x - m).a - |a|^2 / 2. Bounds of every row's gains tell which centroids may have become the nearest;
 * only their products are taken, and rows for which it is certain are not read. Where the bounds leave too many rows
 * open, all products are taken anew and become what the bounds start from. The labels are those of the full search. Two
 * clusters need one product, with the difference of the arms. */
class Lloyd
{
public:
  Lloyd(const KMeansRows & rows, int k, KMeansResult & result);

  /** Gives every row to its nearest centroid; returns how many changed sides. */
  std::int64_t
  Assign();

  /** Moves the centroids to the means of their rows; returns the sum of the squared shifts. */
  double
  MoveCentroids();

  /** Sum over the rows of their squared distance to the mean; after the first Assign(). Not finite if values are not.
   */
  double
  TotalInertia() const
  {
    return m_TotalInertia;
  }

  /** Inertia of every cluster, of centroids that are the means of their rows. */
  void
  MeasureInertia();

private:
  struct Active;
  struct State;

  static constexpr std::int32_t nowhere = -1;

  void
  PrepareVectors();
  /** What holds for all rows, from the sums over the clusters. */
  void
  AddUp();
  /** Whether all products shall be taken, so that later bounds are tight. */
  bool
  NeedsAnchor() const;
  void
  AssignBlock(std::int64_t b, State & state);
  /** Lists the rows of the block that must be looked at. */
  void
  FindActive(std::int64_t b, State & state);
  /** The centroids that may be nearest to a row now, 0 if its own still is. */
  std::uint64_t
  FindCandidates(std::size_t row) const;
  /** At `count` active rows with the same candidates; `following` pointers after theirs are those of the rows that come
   * next. */
  void
  LookAt(const float * const * rows, std::int64_t first, std::int64_t count, std::int64_t following, State & state);
  void
  Settle(const float * row, std::size_t index, std::int32_t nearest, State & state);
  /** Adds the rows that moved to the sums of their clusters. */
  void
  Flush(State & state) const;
  std::vector<double>
  Distances() const;
  void
  FillEmptyClusters();

  const KMeansRows &  m_Rows;
  std::size_t         m_K;
  std::size_t         m_Columns;
  std::size_t         m_Width; // products per row: k, or 1 for two clusters
  KMeansResult &      m_Result;
  bool                m_IsFirst = true;
  bool                m_TakesAll = true;
  std::vector<double> m_Sums;    // of the rows of each cluster; the first cluster's is what the others leave
  std::vector<double> m_Total;   // of all rows
  std::vector<float>  m_Vectors; // arms, or the difference of the two
  std::vector<double> m_Means;   // their products with m
  std::vector<double> m_Halves;  // |a|^2 / 2, or the difference of the two
  double              m_TotalInertia = 0.0;
  std::vector<float>  m_Radius; // |x - m| of each row
  ProductBounds       m_Bounds;
};
} // namespace fourdstem

#endif
