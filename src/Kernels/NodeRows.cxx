// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "NodeRows.h"

#include "HotLoops/MatrixLoops.h"

#include <algorithm>

namespace fourdstem
{
void
NodeBlock::Read(const RowStore & store, const NeighbourPairs & pairs, std::int64_t index, bool withNeighbours)
{
  first = index * Size;
  count = std::min(Size, pairs.Positions() - first);
  rows = store.Read(pairs.positions.data() + first, count, m_Own);
  begin = pairs.begin.data() + first;
  neighbours.clear();
  if (!withNeighbours)
  {
    return;
  }

  const std::int32_t * firstAhead = pairs.ahead.data() + begin[0];
  const std::int32_t * lastAhead = pairs.ahead.data() + begin[count];
  m_HaloRanks.clear();
  std::copy_if(firstAhead, lastAhead, std::back_inserter(m_HaloRanks), [this](std::int64_t rank) {
    return rank >= first + count;
  });
  std::sort(m_HaloRanks.begin(), m_HaloRanks.end());
  m_HaloRanks.erase(std::unique(m_HaloRanks.begin(), m_HaloRanks.end()), m_HaloRanks.end());

  std::vector<std::int64_t> positions(m_HaloRanks.size());
  std::transform(m_HaloRanks.begin(), m_HaloRanks.end(), positions.begin(), [&pairs](std::int64_t rank) {
    return pairs.positions[static_cast<std::size_t>(rank)];
  });
  const float * const * halo =
    positions.empty() ? nullptr : store.Read(positions.data(), static_cast<std::int64_t>(positions.size()), m_Halo);

  for (const std::int32_t * rank = firstAhead; rank != lastAhead; ++rank)
  {
    if (*rank < first + count)
    {
      neighbours.push_back(rows[*rank - first]);
    }
    else
    {
      const auto found = std::lower_bound(m_HaloRanks.begin(), m_HaloRanks.end(), *rank);
      neighbours.push_back(halo[found - m_HaloRanks.begin()]);
    }
  }
}

void
ScaledBlock::Load(const float * const * rows, std::int64_t count, const ColumnScaling & scaling)
{
  stride = (scaling.Count() + 7) / 8 * 8;
  values.resize(static_cast<std::size_t>(count * stride));
  for (std::int64_t i = 0; i < count; ++i)
  {
    float * out = values.data() + i * stride;
    RunHotLoop<ScaleRow>(rows[i],
                         scaling.all ? nullptr : scaling.columns.data(),
                         scaling.Count(),
                         scaling.centre.data(),
                         scaling.scale.data(),
                         out);
    std::fill(out + scaling.Count(), out + stride, 0.0f);
  }
}
} // namespace fourdstem
