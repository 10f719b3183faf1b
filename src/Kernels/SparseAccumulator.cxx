// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "SparseAccumulator.h"

#include "HotLoops/SparseLoops.h"

namespace fourdstem
{
namespace
{
// Sums of so many pixels stay in the second-level cache while the waiting patterns are added to them.
constexpr std::int64_t bandPixels = 8192;
} // namespace

SparseAccumulator::SparseAccumulator(const ScanShape & shape, float lowest)
  : m_Qy(shape.qy)
  , m_Qx(shape.qx)
  , m_BandRows(std::max<std::int64_t>(1, bandPixels / shape.qx))
  , m_Lowest(lowest)
  , m_Band(static_cast<std::size_t>((m_BandRows + 3) * shape.qx + 2), 0.f)
{}

void
SparseAccumulator::Add(const SparsePattern & sparse,
                       std::int64_t          nonFinite,
                       const float *         origin,
                       const SumPointers &   sums)
{
  if (nonFinite > 0 || m_Lowest > 0.f)
  {
    this->Flush(sums);
    this->AddDense(sparse, nonFinite > 0, origin, sums);
    return;
  }
  const FloatPattern   pattern{ m_Band.data(), static_cast<std::ptrdiff_t>(m_Qx), m_Qy, m_Qx };
  const AlignedPattern aligned = AlignPattern(pattern, false, origin);
  if (CountCovered(aligned, m_Qx, sums.countSteps))
  {
    m_Waiting.push_back({ sparse, aligned, 0 });
  }
}

void
SparseAccumulator::AddDense(const SparsePattern & sparse,
                            bool                  hasNonFinite,
                            const float *         origin,
                            const SumPointers &   sums)
{
  if (!m_Scratch)
  {
    m_Scratch = std::make_unique<ScratchPattern<float>>(m_Qy, m_Qx, m_Lowest);
  }
  m_Scratch->Put(sparse);
  const AlignedPattern         aligned = AlignPattern(m_Scratch->Pattern(), hasNonFinite, origin);
  const AlignedPattern * const pattern = &aligned;
  if (CountCovered(aligned, m_Qx, sums.countSteps))
  {
    if (sums.maximum)
    {
      RunHotLoop<AddAligned<true>>(pattern, 1, m_Qy, m_Qx, sums);
    }
    else
    {
      RunHotLoop<AddAligned<false>>(pattern, 1, m_Qy, m_Qx, sums);
    }
  }
  m_Scratch->Clear(sparse);
}

void
SparseAccumulator::Flush(const SumPointers & sums)
{
  for (std::int64_t y = 0; y < m_Qy && !m_Waiting.empty(); y += m_BandRows)
  {
    const std::int64_t yEnd = std::min(y + m_BandRows, m_Qy);
    for (Waiting & waiting : m_Waiting)
    {
      this->AddBand(waiting, y, yEnd, sums);
    }
    for (std::int64_t row = y; row < yEnd && sums.maximum; ++row)
    {
      this->RaiseMaximum(row, sums.maximum + row * m_Qx);
    }
  }
  m_Waiting.clear();
}

void
SparseAccumulator::AddBand(Waiting & waiting, std::int64_t yBegin, std::int64_t yEnd, const SumPointers & sums)
{
  AlignedPattern aligned = waiting.aligned;
  aligned.yBegin = std::max(aligned.yBegin, yBegin);
  aligned.yEnd = std::min(aligned.yEnd, yEnd);
  if (aligned.yBegin >= aligned.yEnd)
  {
    return;
  }
  // Detector rows under the band: one more where aligned pixels lie between two rows.
  const std::int64_t    firstPixel = (aligned.yBegin + aligned.offsetY) * m_Qx;
  const std::int64_t    lastRow = (aligned.yEnd - 1 + aligned.offsetY) * m_Qx;
  const std::int64_t    endPixel = lastRow + (aligned.stepY == 0 ? m_Qx : 2 * m_Qx);
  const std::uint32_t * pixels = waiting.sparse.pixels;
  const std::uint32_t * allEnd = pixels + waiting.sparse.count;
  const std::uint32_t * begin = std::lower_bound(pixels + waiting.next, allEnd, firstPixel);
  const std::uint32_t * end = begin;
  float * const         band = m_Band.data() + m_Qx + 1 - firstPixel;
  for (; end != allEnd && *end < endPixel; ++end)
  {
    band[*end] = static_cast<float>(waiting.sparse.values[end - pixels]);
  }
  waiting.next = begin - pixels;
  aligned.pixels = band + aligned.offsetY * m_Qx + aligned.offsetX;
  const AlignedPattern * const pattern = &aligned;
  RunHotLoop<AddSparse>(pattern, begin, static_cast<std::int64_t>(end - begin), m_Qx, sums);
  for (const std::uint32_t * pixel = begin; pixel != end; ++pixel)
  {
    band[*pixel] = 0.f;
  }
}

void
SparseAccumulator::RaiseMaximum(std::int64_t y, float * row) const
{
  // Values are not negative, so the maximum is not below 0 wherever a pattern lies. Patterns next to each other lie on
  // nearly the same pixels: those of [begin, end) are raised already.
  std::int64_t begin = 0;
  std::int64_t end = 0;
  for (const Waiting & waiting : m_Waiting)
  {
    const AlignedPattern & aligned = waiting.aligned;
    if (y < aligned.yBegin || y >= aligned.yEnd || (aligned.xBegin >= begin && aligned.xEnd <= end))
    {
      continue;
    }
    const auto raise = [row](std::int64_t from, std::int64_t to) {
      RunHotLoop<RaiseRow>(row + from, std::max<std::int64_t>(to - from, 0), 0.f);
    };
    if (aligned.xBegin > end || aligned.xEnd < begin || begin == end)
    {
      raise(aligned.xBegin, aligned.xEnd);
      begin = aligned.xBegin;
      end = aligned.xEnd;
    }
    else
    {
      raise(aligned.xBegin, begin);
      raise(end, aligned.xEnd);
      begin = std::min(begin, aligned.xBegin);
      end = std::max(end, aligned.xEnd);
    }
  }
}
} // namespace fourdstem
