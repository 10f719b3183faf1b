// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Lloyd_h
#define fourdstem_Lloyd_h

#include "KMeansRows.h"
#include "fourdstem/KMeans.h"

namespace fourdstem
{
/** Iterations of k-means.
 *
 * With the mean m of all rows and the arm a = c - m of a centroid, the nearest centroid is that of the largest gain
 * (x - m).a - |a|^2 / 2. When an arm changes by d, the gain changes by |x - m| |d| and a part common to all rows at
 * most. So bounds of every row's gains tell which centroids may have become the nearest, and only their products are
 * taken: as the centroids come to rest, fewer and fewer rows are read. The labels are those of the full search.
 * Two clusters need one product, with the difference of the arms, whose margin is bounded likewise. */
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

  /** Sum over the rows of their squared distance to the mean; after the first Assign(). */
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

  void
  PrepareVectors();
  void
  AssignBlock(std::int64_t b, State & state);
  /** Lists the rows of the block that must be looked at. */
  void
  FindActive(std::int64_t b, State & state);
  /** Moves the bounds of a row with the centroids; returns those that may be the nearest now, 0 if its own still is. */
  std::uint64_t
  FindCandidates(std::size_t row);
  void
  LookAt(const float * const * rows, std::int64_t first, std::int64_t count, State & state);
  void
  Settle(const float * row, std::size_t index, std::int32_t nearest, State & state);
  /** Adds the rows that moved to the sums of their clusters. */
  void
  Flush(State & state) const;
  std::vector<double>
  Distances() const;
  void
  FillEmptyClusters();

  float
  ErrorOf(std::size_t row, std::size_t a, std::size_t b) const;

  const KMeansRows &  m_Rows;
  std::size_t         m_K;
  std::size_t         m_Columns;
  std::size_t         m_Width; // bounds per row: k, or 1 for two clusters
  KMeansResult &      m_Result;
  bool                m_IsFirst = true;
  std::vector<double> m_Sums;    // of the rows of each cluster; the first cluster's is what the others leave
  std::vector<double> m_Arms;    // k x columns
  std::vector<float>  m_Vectors; // arms, or the difference of the two
  std::vector<float>  m_Offsets; // m.a + |a|^2 / 2, or the difference of the two
  std::vector<double> m_Lengths; // |a|
  std::vector<float>  m_Shift;   // |d| of each vector
  std::vector<float>  m_Slide;   // change of |a|^2 / 2
  double              m_MeanLength = 0.0;
  double              m_TotalInertia = 0.0;
  std::vector<float>  m_Radius; // |x - m| of each row
  std::vector<float>  m_Bounds; // of each row's gains, upper but for its own cluster's; of the margin, lower
};
} // namespace fourdstem

#endif
