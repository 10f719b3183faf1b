// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_KMeansRows_h
#define fourdstem_KMeansRows_h

#include "Parallel.h"
#include "fourdstem/RowStore.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace fourdstem
{
/** The rows that k-means works on, in fixed blocks. */
class KMeansRows
{
public:
  static constexpr std::int64_t BlockSize = 256;

  struct State
  {
    RowLease                   lease;
    std::vector<float>         repaired;
    std::vector<const float *> pointers;
    std::vector<std::int64_t>  numbers;
  };

  enum class Values
  {
    AllFinite, // as promised, or to be found out
    Repaired   // those that are not finite are replaced by their column's mean; takes a pass over the rows
  };

  KMeansRows(const RowStore &                  store,
             const std::vector<std::int64_t> & positions,
             Values                            values,
             const Execution &                 execution);

  std::int64_t
  Count() const
  {
    return static_cast<std::int64_t>(m_Positions.size());
  }
  std::int64_t
  Columns() const
  {
    return m_Store.Components();
  }
  std::int64_t
  Blocks() const
  {
    return (this->Count() + BlockSize - 1) / BlockSize;
  }

  /** Pointers to rows first ... first + count - 1 of the positions. */
  const float * const *
  Read(std::int64_t first, std::int64_t count, State & state) const;

  /** First row and end of block `index`. */
  std::int64_t
  Begin(std::int64_t index) const
  {
    return index * BlockSize;
  }
  std::int64_t
  End(std::int64_t index) const
  {
    return std::min(this->Count(), (index + 1) * BlockSize);
  }

  /** Pointers to the rows whose numbers among the positions are indices[first] ... indices[first + count - 1]. */
  const float * const *
  ReadChosen(const std::vector<std::int64_t> & indices, std::int64_t first, std::int64_t count, State & state) const;

  /** One row by its number among the positions. */
  std::vector<float>
  Row(std::int64_t index) const;

  /** The mean of each column, or near it: that of some rows spread over all unless values are repaired. */
  const std::vector<float> &
  Mean() const
  {
    return m_Mean;
  }
  const Execution &
  Run() const
  {
    return m_Execution;
  }

private:
  const float * const *
  Repaired(const float * const * rows, std::int64_t count, State & state) const;

  void
  AverageSome();
  void
  AverageFinite();

  const RowStore &                  m_Store;
  const std::vector<std::int64_t> & m_Positions;
  const Execution &                 m_Execution;
  const bool                        m_Repair;
  std::vector<float>                m_Mean;
};
} // namespace fourdstem

#endif
