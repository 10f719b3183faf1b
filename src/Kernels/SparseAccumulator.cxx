// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "SparseAccumulator.h"

#include "HotLoops/SparseLoops.h"

namespace fourdstem
{
void
SparseAccumulator::Add(const SparsePattern & sparse,
                       std::int64_t          nonFinite,
                       const float *         origin,
                       const SumPointers &   sums)
{
  m_Scratch.Put(sparse);
  const AlignedPattern aligned = AlignPattern(m_Scratch.Pattern(), nonFinite > 0, origin);
  if (CountCovered(aligned, m_Qx, sums.countSteps))
  {
    const AlignedPattern * const pattern = &aligned;
    if (nonFinite == 0 && m_Scratch.Background() == 0.f)
    {
      RunHotLoop<AddSparse>(pattern, sparse.pixels, sparse.count, m_Qx, sums);
      if (sums.maximum)
      {
        this->RaiseMaximum(aligned, sums.maximum);
      }
    }
    else if (sums.maximum)
    {
      RunHotLoop<AddAligned<true>>(pattern, 1, m_Qy, m_Qx, sums);
    }
    else
    {
      RunHotLoop<AddAligned<false>>(pattern, 1, m_Qy, m_Qx, sums);
    }
  }
  m_Scratch.Clear(sparse);
}

void
SparseAccumulator::RaiseMaximum(const AlignedPattern & aligned, float * maximum)
{
  if (aligned.yBegin >= m_Raised.yBegin && aligned.yEnd <= m_Raised.yEnd && aligned.xBegin >= m_Raised.xBegin &&
      aligned.xEnd <= m_Raised.xEnd)
  {
    return;
  }
  // Values are not negative, so the maximum is not below 0 wherever a pattern lies.
  for (std::int64_t y = aligned.yBegin; y < aligned.yEnd; ++y)
  {
    RunHotLoop<RaiseRow>(maximum + y * m_Qx + aligned.xBegin, aligned.xEnd - aligned.xBegin, 0.f);
  }
  m_Raised = { aligned.yBegin, aligned.yEnd, aligned.xBegin, aligned.xEnd };
}
} // namespace fourdstem
