// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_RowStore_h
#define fourdstem_RowStore_h

#include "FourDSTEMExport.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace fourdstem
{
/** What keeps rows alive that were read from a RowStore. One per thread. */
class RowLease
{
public:
  std::vector<float>         buffer;
  std::vector<const float *> rows;
};

/** The feature matrix: one row per scan position (or pixel), one column per component, float32, row-major.
 *
 * It lies in memory or, beyond the memory limit, in a scratch file; kernels see no difference and results are the same
 * bits. Reading is safe from several threads, each with a lease of its own; writing is safe for disjoint rows. */
class FourDSTEM_EXPORT RowStore
{
public:
  virtual ~RowStore() = default;

  std::int64_t
  Rows() const
  {
    return m_Rows;
  }
  std::int64_t
  Components() const
  {
    return m_Components;
  }

  /** Pointers to the `count` rows whose numbers are in `indices` (any order, best ascending), each of Components()
   * floats. Valid until the lease is used again. Keep count * Components() small: a few MiB at a time. */
  virtual const float * const *
  Read(const std::int64_t * indices, std::int64_t count, RowLease & lease) const = 0;

  /** Stores rows [first, first + count) from contiguous `values`. */
  virtual void
  Write(std::int64_t first, std::int64_t count, const float * values) = 0;

protected:
  RowStore(std::int64_t rows, std::int64_t components);

private:
  std::int64_t m_Rows;
  std::int64_t m_Components;
};

/** A RowStore in memory of its own, zero at first. Throws std::bad_alloc. */
FourDSTEM_EXPORT std::unique_ptr<RowStore>
                 MakeMemoryRowStore(std::int64_t rows, std::int64_t components);

/** A read-only RowStore on rows that belong to the caller and outlive it. */
FourDSTEM_EXPORT std::unique_ptr<RowStore>
                 ViewRows(const float * values, std::int64_t rows, std::int64_t components);

/** A read-only RowStore with the columns of `left`, then those of `right`; both outlive it. Reading copies the rows.
 * Throws std::invalid_argument unless both have as many rows. */
FourDSTEM_EXPORT std::unique_ptr<RowStore>
                 JoinColumns(const RowStore & left, const RowStore & right);

/** A RowStore in a file of its own inside `folder`, which vanishes with it, even when the program is killed where the
 * system allows that. The space is claimed at once: throws std::runtime_error naming the folder when it is not there.
 */
FourDSTEM_EXPORT std::unique_ptr<RowStore>
                 MakeScratchRowStore(std::int64_t rows, std::int64_t components, const std::string & folder);
} // namespace fourdstem

#endif
