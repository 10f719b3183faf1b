// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/VirtualDetector.h"

#include "DetectorSpans.h"
#include "Parallel.h"
#include "RowBlocks.h"
#include "ScratchPattern.h"
#include "Text.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
using Quantity = VirtualDetector::Quantity;

/** From pixel floor(size / 2) to the pixel nearest to an origin. */
std::int64_t
MaskShift(double origin, std::int64_t size)
{
  return static_cast<std::int64_t>(std::clamp(std::floor(origin + 0.5), -1e9, 1e9)) - size / 2;
}

/** The components of one detector; returns where those of the next go. */
double *
Write(Quantity quantity, const SpanMoments & moments, double x, double y, double * components)
{
  if (quantity == Quantity::Sum)
  {
    *components++ = moments.sum;
  }
  else
  {
    const bool isMeasured = moments.sum != 0.;
    *components++ = isMeasured ? moments.x / moments.sum - x : std::numeric_limits<double>::quiet_NaN();
    *components++ = isMeasured ? moments.y / moments.sum - y : std::numeric_limits<double>::quiet_NaN();
  }
  return components;
}

bool
IsMissing(const float * origin)
{
  return origin && !(std::isfinite(origin[0]) && std::isfinite(origin[1]));
}

} // namespace

/** The spans of all detectors for patterns about the set's own centre. */
struct VirtualDetectorSet::Prepared
{
  std::vector<PixelSpans> spans;
  /** Every weight is a multiple of it; 0 where one is not finite. */
  double weightUnit = 1.;
  double largestWeight = 1.;

  void
  Regard(float weight)
  {
    const double wide = static_cast<double>(weight);
    largestWeight = std::max(largestWeight, std::abs(wide));
    weightUnit = std::isfinite(wide) ? weightUnit : 0.;
    while (weightUnit > 0. && std::floor(wide / weightUnit) != wide / weightUnit)
    {
      weightUnit /= 2.;
    }
  }
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
    PixelSpans spans;
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
      for (const float weight : detector.mask)
      {
        prepared->Regard(weight);
      }
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

DetectorRows
VirtualDetectorSet::CoveredRows(const float * origins, std::int64_t count) const
{
  const double limit = static_cast<double>(m_QY);
  DetectorRows covered{ m_QY, 0 };
  for (std::int64_t i = 0; i < (origins ? count : 1); ++i)
  {
    const float * origin = origins ? origins + 2 * i : nullptr;
    if (IsMissing(origin))
    {
      continue;
    }
    const double y = origin ? static_cast<double>(origin[1]) : m_CentreY;
    for (std::size_t d = 0; d < m_Detectors.size(); ++d)
    {
      double begin = y - m_Detectors[d].outerRadius;
      double end = y + m_Detectors[d].outerRadius + 1.;
      if (!m_Detectors[d].mask.empty())
      {
        const PixelSpans & spans = m_Prepared->spans[d];
        const std::int64_t dy = origin ? MaskShift(y, m_QY) : 0;
        begin = static_cast<double>(spans.front().qy + dy);
        end = static_cast<double>(spans.back().qy + dy + 1);
      }
      covered.begin = std::min(covered.begin, static_cast<std::int64_t>(std::floor(std::clamp(begin, 0., limit))));
      covered.end = std::max(covered.end, static_cast<std::int64_t>(std::ceil(std::clamp(end, 0., limit))));
    }
  }
  return covered.begin < covered.end ? covered : DetectorRows{};
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

  thread_local PixelSpans                moved;
  thread_local std::vector<std::int64_t> nonFinite;
  nonFinite.clear();
  for (std::size_t d = 0; d < m_Detectors.size(); ++d)
  {
    const VirtualDetector & detector = m_Detectors[d];
    const PixelSpans *      spans = &m_Prepared->spans[d];
    const float *           weights = nullptr;
    if (!detector.mask.empty())
    {
      const std::int64_t dx = origin ? MaskShift(x, m_QX) : 0;
      const std::int64_t dy = origin ? MaskShift(y, m_QY) : 0;
      if (origin)
      {
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
    components = Write(detector.quantity, moments, x, y, components);
  }
  std::sort(nonFinite.begin(), nonFinite.end());
  return std::unique(nonFinite.begin(), nonFinite.end()) - nonFinite.begin();
}

std::int64_t
VirtualDetectorSet::Measure(const PatternBlock & block, std::int64_t p, const float * origin, double * components) const
{
  if (IsMissing(origin))
  {
    std::fill_n(components, this->Components(), std::numeric_limits<double>::quiet_NaN());
    return 0;
  }
  return VisitElementType(block.type,
                          [&](auto zero) { return this->MeasureTyped<decltype(zero)>(block, p, origin, components); });
}

bool
VirtualDetectorSet::Measure(const SparsePattern & pattern, double unit, const float * origin, double * components) const
{
  if (IsMissing(origin))
  {
    std::fill_n(components, this->Components(), std::numeric_limits<double>::quiet_NaN());
    return true;
  }
  if (!AreSumsExact(pattern, unit, m_Prepared->weightUnit, m_Prepared->largestWeight, std::max(m_QX, m_QY)))
  {
    return false;
  }
  const double x = origin ? static_cast<double>(origin[0]) : m_CentreX;
  const double y = origin ? static_cast<double>(origin[1]) : m_CentreY;
  for (const VirtualDetector & detector : m_Detectors)
  {
    const SpanMoments moments =
      detector.mask.empty()
        ? RingMoments(detector, x, y, m_QX, pattern)
        : MaskMoments(
            detector.mask, origin ? MaskShift(x, m_QX) : 0, origin ? MaskShift(y, m_QY) : 0, m_QY, m_QX, pattern);
    components = Write(detector.quantity, moments, x, y, components);
  }
  return true;
}

namespace
{
/** The detectors on patterns without zeros: on the listed pixels where that is exact, else on one dense pattern. */
template <typename T>
class SparseMeasurement
{
public:
  SparseMeasurement(const ScanShape & shape, const VirtualDetectorSet & detectors)
    : m_Detectors(detectors)
    , m_Scratch(shape.qy, shape.qx, std::numeric_limits<T>::lowest())
  {}

  std::int64_t
  Measure(const SparsePattern & pattern, double unit, const float * origin, double * components)
  {
    if (m_Detectors.Measure(pattern, unit, origin, components))
    {
      return 0;
    }
    m_Scratch.Put(pattern);
    const std::int64_t nonFinite = m_Detectors.Measure(m_Scratch.Block(), 0, origin, components);
    m_Scratch.Clear(pattern);
    return nonFinite;
  }

private:
  const VirtualDetectorSet & m_Detectors;
  ScratchPattern<T>          m_Scratch;
};
} // namespace

std::int64_t
MeasureVirtualDetectors(const PatternSource &      source,
                        std::int64_t               firstRow,
                        std::int64_t               rows,
                        const VirtualDetectorSet & detectors,
                        const float *              origins,
                        double *                   components,
                        const Execution &          execution)
{
  const ScanShape &  shape = source.Shape();
  const RowBlocks    blocks(shape, firstRow, rows);
  const std::int64_t perPattern = detectors.Components();
  std::int64_t       nonFinite = 0;
  const auto         originOf = [origins](std::int64_t i) { return origins ? origins + 2 * i : nullptr; };
  const auto         measure = [&](auto && makeState, auto && measureBlock) {
    ParallelUnordered(
      blocks.Count(),
      execution,
      makeState,
      [&](std::int64_t i, auto & state) {
        const RowBlock where = blocks[i];
        measureBlock(where, (where.row - firstRow) * shape.rx, state);
      },
      [&](const auto & state) { nonFinite += state.nonFinite; });
  };
  if (source.IsSparse())
  {
    VisitElementType(source.Type(), [&](auto zero) {
      struct State
      {
        SparseMeasurement<decltype(zero)> measurement;
        SparseBlock                       block;
        std::int64_t                      nonFinite = 0;
      };
      measure(
        [&] {
          return State{ { shape, detectors }, {}, 0 };
        },
        [&](const RowBlock & where, std::int64_t rowFirst, State & state) {
          VisitSparsePatterns(source, where, 16, state.block, [&](const SparseBlock & block, std::int64_t column) {
            for (std::int64_t p = 0; p < block.Count(); ++p)
            {
              const std::int64_t at = rowFirst + column + p;
              state.nonFinite +=
                state.measurement.Measure(block[p], block.Unit(), originOf(at), components + perPattern * at);
            }
          });
        });
    });
    return nonFinite;
  }
  struct State
  {
    PatternLease lease;
    std::int64_t nonFinite = 0;
  };
  measure([] { return State{}; },
          [&](const RowBlock & where, std::int64_t rowFirst, State & state) {
            VisitPatternRows(
              source,
              where,
              state.lease,
              [&](std::int64_t column, std::int64_t count) {
                return detectors.CoveredRows(originOf(rowFirst + column), count);
              },
              [&](const PatternBlock & block, std::int64_t column) {
                for (std::int64_t p = 0; p < block.count; ++p)
                {
                  const std::int64_t at = rowFirst + column + p;
                  state.nonFinite += detectors.Measure(block, p, originOf(at), components + perPattern * at);
                }
              });
          });
  return nonFinite;
}
} // namespace fourdstem
