// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/RowStore.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>

#ifdef __linux__
#  include <sys/mman.h>
#  include <unistd.h>
#endif

namespace fourdstem
{
RowStore::RowStore(std::int64_t rows, std::int64_t components)
  : m_Rows(rows)
  , m_Components(components)
{
  if (rows < 0 || components < 0)
  {
    throw std::invalid_argument("a feature matrix cannot have " + std::to_string(rows) + " x " +
                                std::to_string(components) + " values");
  }
}

namespace
{
struct FreeValues
{
  void
  operator()(float * values) const
  {
    std::free(values);
  }
};
using Values = std::unique_ptr<float, FreeValues>;

/** A first touch of each small page costs as much as filling it does. */
void
PreferLargePages([[maybe_unused]] float * values, [[maybe_unused]] std::size_t bytes)
{
#ifdef __linux__
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void *     begin = values;
  if (std::align(page, page, begin, bytes))
  {
    ::madvise(begin, bytes / page * page, MADV_HUGEPAGE); // a wish: where it fails, pages are small
  }
#endif
}

/** Zeros that take no memory before they are written: by the threads that fill them. */
Values
ZeroValues(std::int64_t rows, std::int64_t components)
{
  const auto rowBytes = std::max<std::size_t>(1, static_cast<std::size_t>(components)) * sizeof(float);
  const auto count = std::max<std::size_t>(1, static_cast<std::size_t>(rows));
  Values     values(static_cast<float *>(std::calloc(count, rowBytes)));
  if (!values)
  {
    throw std::bad_alloc();
  }
  PreferLargePages(values.get(), count * rowBytes);
  return values;
}

class MemoryRowStore : public RowStore
{
public:
  MemoryRowStore(std::int64_t rows, std::int64_t components)
    : RowStore(rows, components)
    , m_Owned(ZeroValues(rows, components))
    , m_Values(m_Owned.get())
  {}

  MemoryRowStore(const float * values, std::int64_t rows, std::int64_t components)
    : RowStore(rows, components)
    , m_Values(values)
  {}

  const float * const *
  Read(const std::int64_t * indices, std::int64_t count, RowLease & lease) const override
  {
    lease.rows.resize(static_cast<std::size_t>(count));
    std::transform(indices, indices + count, lease.rows.begin(), [this](std::int64_t i) {
      return m_Values + i * this->Components();
    });
    return lease.rows.data();
  }

  void
  Write(std::int64_t first, std::int64_t count, const float * values) override
  {
    if (!m_Owned)
    {
      throw std::logic_error("these rows are read-only");
    }
    std::copy_n(values, count * this->Components(), m_Owned.get() + first * this->Components());
  }

private:
  Values        m_Owned;
  const float * m_Values;
};
} // namespace

std::unique_ptr<RowStore>
MakeMemoryRowStore(std::int64_t rows, std::int64_t components)
{
  return std::make_unique<MemoryRowStore>(rows, components);
}

std::unique_ptr<RowStore>
ViewRows(const float * values, std::int64_t rows, std::int64_t components)
{
  return std::make_unique<MemoryRowStore>(values, rows, components);
}
} // namespace fourdstem
