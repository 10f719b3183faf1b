// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/RowStore.h"

#include <algorithm>
#include <stdexcept>

namespace fourdstem
{
namespace
{
class JoinedRowStore : public RowStore
{
public:
  JoinedRowStore(const RowStore & left, const RowStore & right)
    : RowStore(left.Rows(), left.Components() + right.Components())
    , m_Left(left)
    , m_Right(right)
  {
    if (left.Rows() != right.Rows())
    {
      throw std::invalid_argument("columns of " + std::to_string(left.Rows()) + " and of " +
                                  std::to_string(right.Rows()) + " rows cannot be joined");
    }
  }

  const float * const *
  Read(const std::int64_t * indices, std::int64_t count, RowLease & lease) const override
  {
    const std::int64_t width = this->Components();
    std::vector<float> joined(static_cast<std::size_t>(count * width));
    std::int64_t       column = 0;
    for (const RowStore * part : { &m_Left, &m_Right })
    {
      const float * const * rows = part->Read(indices, count, lease);
      for (std::int64_t i = 0; i < count; ++i)
      {
        std::copy_n(rows[i], part->Components(), joined.data() + i * width + column);
      }
      column += part->Components();
    }
    lease.buffer = std::move(joined);
    lease.rows.resize(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i)
    {
      lease.rows[static_cast<std::size_t>(i)] = lease.buffer.data() + i * width;
    }
    return lease.rows.data();
  }

  void
  Write(std::int64_t, std::int64_t, const float *) override
  {
    throw std::logic_error("these rows are read-only");
  }

private:
  const RowStore & m_Left;
  const RowStore & m_Right;
};
} // namespace

std::unique_ptr<RowStore>
JoinColumns(const RowStore & left, const RowStore & right)
{
  return std::make_unique<JoinedRowStore>(left, right);
}
} // namespace fourdstem
