// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/VirtualDetector.h"

#include "HotLoops/DetectorLoops.h"
#include "Parallel.h"
#include "RowBlocks.h"
#include "Text.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
using Spans = std::vector<PixelSpan>;
using Quantity = VirtualDetector::Quantity;

/** The pixels i of [0, size) with (i - centre)^2 + squaredY < radius^2, as [begin, end). */
std::pair<std::int64_t, std::int64_t>
Chord(double centre, double squaredY, double radius, std::int64_t size)
{
  const double squaredRadius = radius * radius;
  if (!(squaredY < squaredRadius))
  {
    return { 0, 0 };
  }
  if (std::isinf(radius))
  {
    return { 0, size };
  }
  const auto inside = [&](std::int64_t i) {
    const double d = static_cast<double>(i) - centre;
    return d * d + squaredY < squaredRadius;
  };
  const double limit = static_cast<double>(size);
  const double half = std::sqrt(squaredRadius - squaredY);
  auto         begin = static_cast<std::int64_t>(std::ceil(std::clamp(centre - half, 0., limit)));
  auto         end = static_cast<std::int64_t>(std::floor(std::clamp(centre + half, -1., limit - 1.))) + 1;
  // The square root may round across a pixel on the edge.
  if (begin > 0 && inside(begin - 1))
  {
    --begin;
  }
  else if (begin < size && !inside(begin))
  {
    ++begin;
  }
  if (end < size && inside(end))
  {
    ++end;
  }
  else if (end > 0 && !inside(end - 1))
  {
    --end;
  }
  return { begin, std::max(begin, end) };
}

void
RingSpans(const VirtualDetector & detector, double x, double y, std::int64_t qy, std::int64_t qx, Spans & spans)
{
  spans.clear();
  const double reach = std::min(detector.outerRadius, static_cast<double>(2 * (qx + qy)));
  const double limit = static_cast<double>(qy);
  const auto   first = static_cast<std::int64_t>(std::floor(std::clamp(y - reach, 0., limit)));
  const auto   last = static_cast<std::int64_t>(std::ceil(std::clamp(y + reach, -1., limit - 1.)));
  for (std::int64_t row = first; row <= last; ++row)
  {
    const double dy = static_cast<double>(row) - y;
    const auto   outer = Chord(x, dy * dy, detector.outerRadius, qx);
    const auto   inner = Chord(x, dy * dy, detector.innerRadius, qx);
    if (inner.first >= inner.second)
    {
      if (outer.first < outer.second)
      {
        spans.push_back({ row, outer.first, outer.second });
      }
      continue;
    }
    if (outer.first < inner.first)
    {
      spans.push_back({ row, outer.first, inner.first });
    }
    if (inner.second < outer.second)
    {
      spans.push_back({ row, inner.second, outer.second });
    }
  }
}

/** Runs of non-zero weights, moved by (dx, dy) and cut at the detector's edge. */
void
MaskSpans(const std::vector<float> & mask,
          std::int64_t               dx,
          std::int64_t               dy,
          std::int64_t               qy,
          std::int64_t               qx,
          Spans &                    spans)
{
  spans.clear();
  for (std::int64_t y = std::max<std::int64_t>(dy, 0); y < std::min(qy, qy + dy); ++y)
  {
    const float *      weights = mask.data() + (y - dy) * qx - dx;
    const std::int64_t end = std::min(qx, qx + dx);
    for (std::int64_t x = std::max<std::int64_t>(dx, 0); x < end; ++x)
    {
      if (weights[x] != 0.f)
      {
        const std::int64_t begin = x;
        while (x < end && weights[x] != 0.f)
        {
          ++x;
        }
        spans.push_back({ y, begin, x });
      }
    }
  }
}
} // namespace

/** The spans of all detectors for patterns about the set's own centre. */
struct VirtualDetectorSet::Prepared
{
  std::vector<Spans> spans;
};

VirtualDetectorSet::VirtualDetectorSet(std::vector<VirtualDetector> detectors,
                                       std::int64_t                 qy,
                                       std::int64_t                 qx,
                                       double                       centreX,
                                       double                       centreY)
  : m_Detectors(std::move(detectors))
  , m_QY(qy)
  , m_QX(qx)
  , m_CentreX(centreX)
  , m_CentreY(centreY)
{
  auto prepared = std::make_shared<Prepared>();
  for (const VirtualDetector & detector : m_Detectors)
  {
    Spans      spans;
    const auto refuse = [&](const std::string & why) {
      throw std::invalid_argument("virtual detector \"" + detector.name + "\" " + why);
    };
    if (detector.mask.empty())
    {
      if (!(detector.innerRadius >= 0. && detector.outerRadius > detector.innerRadius))
      {
        refuse(
          Text("has radii ", detector.innerRadius, " to ", detector.outerRadius, ": 0 <= inner < outer is needed"));
      }
      RingSpans(detector, centreX, centreY, qy, qx, spans);
    }
    else
    {
      if (static_cast<std::int64_t>(detector.mask.size()) != qy * qx)
      {
        refuse("has a mask of " + std::to_string(detector.mask.size()) + " pixels: " + std::to_string(qy) + " x " +
               std::to_string(qx) + " are needed");
      }
      MaskSpans(detector.mask, 0, 0, qy, qx, spans);
    }
    if (spans.empty())
    {
      refuse(Text("covers no pixel of ", qy, " x ", qx, " about (", centreX, ", ", centreY, ")"));
    }
    prepared->spans.push_back(std::move(spans));
  }
  m_ComponentNames = NamesOf(m_Detectors);
  m_Prepared = std::move(prepared);
}

std::vector<std::string>
VirtualDetectorSet::NamesOf(const std::vector<VirtualDetector> & detectors)
{
  std::vector<std::string> names;
  for (const VirtualDetector & detector : detectors)
  {
    if (detector.quantity == Quantity::Sum)
    {
      names.push_back(detector.name);
    }
    else
    {
      names.push_back(detector.name + " x");
      names.push_back(detector.name + " y");
    }
  }
  return names;
}

template <typename T>
std::int64_t
VirtualDetectorSet::MeasureTyped(const PatternBlock & block,
                                 std::int64_t         p,
                                 const float *        origin,
                                 double *             components) const
{
  const T *    pattern = block.Row<T>(p, 0);
  const double x = origin ? static_cast<double>(origin[0]) : m_CentreX;
  const double y = origin ? static_cast<double>(origin[1]) : m_CentreY;

  thread_local Spans                     moved;
  thread_local std::vector<std::int64_t> nonFinite;
  nonFinite.clear();
  for (std::size_t d = 0; d < m_Detectors.size(); ++d)
  {
    const VirtualDetector & detector = m_Detectors[d];
    const Spans *           spans = &m_Prepared->spans[d];
    const float *           weights = nullptr;
    if (!detector.mask.empty())
    {
      std::int64_t dx = 0;
      std::int64_t dy = 0;
      if (origin)
      {
        dx = static_cast<std::int64_t>(std::clamp(std::floor(x + 0.5), -1e9, 1e9)) - m_QX / 2;
        dy = static_cast<std::int64_t>(std::clamp(std::floor(y + 0.5), -1e9, 1e9)) - m_QY / 2;
        MaskSpans(detector.mask, dx, dy, m_QY, m_QX, moved);
        spans = &moved;
      }
      weights = detector.mask.data() - dy * m_QX - dx;
    }
    else if (origin)
    {
      RingSpans(detector, x, y, m_QY, m_QX, moved);
      spans = &moved;
    }
    const auto  count = static_cast<std::int64_t>(spans->size());
    SpanMoments moments{ 0., 0., 0. };
    if (weights)
    {
      moments = RunHotLoop<WeighSpans>(pattern, block.rowStride, weights, m_QX, spans->data(), count);
    }
    else if (detector.quantity == Quantity::Sum)
    {
      moments.sum = RunHotLoop<SumSpans>(pattern, block.rowStride, spans->data(), count);
    }
    else
    {
      moments = RunHotLoop<SumSpanMoments>(pattern, block.rowStride, spans->data(), count);
    }
    if (std::is_floating_point_v<T> && !std::isfinite(moments.sum))
    {
      moments = WeighFinite::Run(pattern, block.rowStride, weights, m_QX, spans->data(), count, nonFinite);
    }
    if (detector.quantity == Quantity::Sum)
    {
      *components++ = moments.sum;
    }
    else
    {
      const bool isMeasured = moments.sum != 0.;
      *components++ = isMeasured ? moments.x / moments.sum - x : std::numeric_limits<double>::quiet_NaN();
      *components++ = isMeasured ? moments.y / moments.sum - y : std::numeric_limits<double>::quiet_NaN();
    }
  }
  std::sort(nonFinite.begin(), nonFinite.end());
  return std::unique(nonFinite.begin(), nonFinite.end()) - nonFinite.begin();
}

std::int64_t
VirtualDetectorSet::Measure(const PatternBlock & block, std::int64_t p, const float * origin, double * components) const
{
  if (origin && !(std::isfinite(origin[0]) && std::isfinite(origin[1])))
  {
    std::fill_n(components, this->Components(), std::numeric_limits<double>::quiet_NaN());
    return 0;
  }
  return VisitElementType(block.type,
                          [&](auto zero) { return this->MeasureTyped<decltype(zero)>(block, p, origin, components); });
}

std::int64_t
MeasureVirtualDetectors(const PatternSource &      source,
                        std::int64_t               firstRow,
                        std::int64_t               rows,
                        const VirtualDetectorSet & detectors,
                        const float *              origins,
                        double *                   components,
                        const Execution &          execution)
{
  struct State
  {
    PatternLease lease;
    std::int64_t nonFinite = 0;
  };
  const ScanShape &  shape = source.Shape();
  const RowBlocks    blocks(shape, firstRow, rows);
  const std::int64_t perPattern = detectors.Components();
  std::int64_t       nonFinite = 0;
  ParallelOrdered(
    blocks.Count(),
    execution,
    [] { return State{}; },
    [&](std::int64_t i, State & state) {
      const RowBlock where = blocks[i];
      state.nonFinite = 0;
      VisitPatterns(source, where, state.lease, [&](const PatternBlock & block, std::int64_t column) {
        const std::int64_t first = (where.row - firstRow) * shape.rx + column;
        for (std::int64_t p = 0; p < block.count; ++p)
        {
          const float * origin = origins ? origins + 2 * (first + p) : nullptr;
          state.nonFinite += detectors.Measure(block, p, origin, components + perPattern * (first + p));
        }
      });
    },
    [&](std::int64_t, State & state) { nonFinite += state.nonFinite; });
  return nonFinite;
}
} // namespace fourdstem
