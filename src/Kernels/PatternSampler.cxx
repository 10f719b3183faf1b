// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternSampler.h"

#include "FloatPattern.h"
#include "HotLoops/SamplingLoops.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr std::int32_t farthest = 1 << 20;
constexpr std::int64_t vectorLength = 8;

std::vector<float>
GaussianTaps(double sigma)
{
  const int           reach = static_cast<int>(3 * sigma + 0.5);
  std::vector<double> taps;
  for (int i = -reach; i <= reach; ++i)
  {
    taps.push_back(reach == 0 ? 1.0 : std::exp(-0.5 * (i / sigma) * (i / sigma)));
  }
  const double       total = std::accumulate(taps.begin(), taps.end(), 0.0);
  std::vector<float> result(taps.size());
  std::transform(
    taps.begin(), taps.end(), result.begin(), [total](double tap) { return static_cast<float>(tap / total); });
  return result;
}

constexpr std::int64_t
RoundUp(std::int64_t count)
{
  return (count + vectorLength - 1) / vectorLength * vectorLength;
}

float *
AtLeast(std::vector<float> & buffer, std::int64_t count)
{
  if (buffer.size() < static_cast<std::size_t>(count))
  {
    buffer.resize(static_cast<std::size_t>(count));
  }
  return buffer.data();
}

/** Share of a filter that begins at pixel `first` which lies on pixels [0, size). */
float
WeightInside(const std::vector<float> & taps, std::int64_t first, std::int64_t size)
{
  const auto count = static_cast<std::int64_t>(taps.size());
  if (first >= 0 && first + count <= size)
  {
    return 1.f;
  }
  const std::int64_t begin = std::clamp<std::int64_t>(-first, 0, count);
  const std::int64_t end = std::clamp<std::int64_t>(size - first, begin, count);
  return std::accumulate(taps.begin() + begin, taps.begin() + end, 0.f);
}
} // namespace

PatternSampler::PatternSampler(const std::vector<SamplePoint> & points, const SamplingOptions & options)
  : m_Count(static_cast<std::int64_t>(points.size()))
  , m_IsBilinear(options.sampler == Sampler::Bilinear)
{
  if (points.empty())
  {
    throw std::invalid_argument("there is no point to sample: the feature mask is empty");
  }
  if (!(options.gaussianSigma >= 0 && options.gaussianSigma <= 32))
  {
    throw std::invalid_argument("the sampler's Gaussian must have a sigma of 0 to 32 pixels, not " +
                                std::to_string(options.gaussianSigma));
  }
  if (!m_IsBilinear)
  {
    m_Gaussian = GaussianTaps(options.gaussianSigma);
  }

  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{ 0 });
  const auto isBefore = [&points](std::size_t a, std::size_t b) { return points[a].dy < points[b].dy; };
  if (!std::is_sorted(order.begin(), order.end(), isBefore))
  {
    std::stable_sort(order.begin(), order.end(), isBefore);
    m_Slots.assign(order.begin(), order.end());
  }
  bool isEverySecond = true;
  for (const SamplePoint & point : points)
  {
    if (std::abs(point.dx) > farthest || std::abs(point.dy) > farthest)
    {
      throw std::invalid_argument("sample point (" + std::to_string(point.dx) + ", " + std::to_string(point.dy) +
                                  ") is farther than " + std::to_string(farthest) + " pixels from the origin");
    }
    isEverySecond = isEverySecond && (point.dx - points.front().dx) % 2 == 0;
  }
  m_Step = isEverySecond ? 2 : 1;

  m_Columns.resize(points.size());
  for (std::size_t k = 0; k < order.size(); ++k)
  {
    const SamplePoint & point = points[order[k]];
    if (m_Rows.empty() || m_Rows.back().dy != point.dy)
    {
      m_Rows.push_back({ point.dy, point.dx, point.dx, k, k });
    }
    Row & row = m_Rows.back();
    row.firstDx = std::min<std::int64_t>(row.firstDx, point.dx);
    row.lastDx = std::max<std::int64_t>(row.lastDx, point.dx);
    row.end = k + 1;
  }
  for (const Row & row : m_Rows)
  {
    for (std::size_t k = row.begin; k < row.end; ++k)
    {
      m_Columns[k] = static_cast<std::int32_t>((points[order[k]].dx - row.firstDx) / m_Step);
    }
  }
}

PatternSampler::Axis
PatternSampler::Phase(double origin, std::int64_t size, std::vector<float> & taps) const
{
  if (m_IsBilinear)
  {
    const double base = std::floor(origin);
    const auto   f = static_cast<float>(origin - base);
    taps.assign({ 1 - f, f });
    return { origin, static_cast<std::int64_t>(base), size };
  }
  const double base = std::floor(origin + 0.5);
  const double f = origin - base;
  const float  spline[] = { static_cast<float>(0.5 * (0.5 - f) * (0.5 - f)),
                            static_cast<float>(0.75 - f * f),
                            static_cast<float>(0.5 * (0.5 + f) * (0.5 + f)) };
  taps.assign(m_Gaussian.size() + 2, 0.f);
  for (std::size_t j = 0; j < m_Gaussian.size(); ++j)
  {
    for (std::size_t a = 0; a < 3; ++a)
    {
      taps[j + a] += spline[a] * m_Gaussian[j];
    }
  }
  return { origin, static_cast<std::int64_t>(base) - static_cast<std::int64_t>(taps.size() / 2), size };
}

void
PatternSampler::FilterRow(const FloatPattern & pattern,
                          const Row &          row,
                          const Axis &         x,
                          const Axis &         y,
                          float *              values,
                          Scratch &            scratch) const
{
  const std::int64_t tapsX = static_cast<std::int64_t>(scratch.tapsX.size());
  const std::int64_t tapsY = static_cast<std::int64_t>(scratch.tapsY.size());
  const std::int64_t width = row.lastDx - row.firstDx + tapsX;
  const std::int64_t top = y.first + row.dy;
  const std::int64_t left = x.first + row.firstDx;
  const std::int64_t firstTap = std::clamp<std::int64_t>(-top, 0, tapsY);
  const std::int64_t lastTap = std::clamp<std::int64_t>(y.size - top, firstTap, tapsY);
  const std::int64_t begin = std::clamp<std::int64_t>(-left, 0, width);
  const std::int64_t end = std::clamp<std::int64_t>(x.size - left, begin, width);
  if (firstTap == lastTap || begin == end)
  {
    std::fill(values + row.begin, values + row.end, 0.f);
    return;
  }
  const std::int64_t count = RoundUp((row.lastDx - row.firstDx) / m_Step + 1);
  const std::int64_t length = m_Step * (count + tapsX) + vectorLength;
  float *            column = AtLeast(scratch.column, length);
  float *            line = AtLeast(scratch.line, count);

  // Where the detector goes on to the right, a few columns too many are quicker than a remainder.
  const std::int64_t available = x.size - left - begin;
  const std::int64_t needed = end - begin;
  const std::int64_t filtered = end == width ? std::min(RoundUp(needed), available) : needed;
  std::fill(column, column + begin, 0.f);
  std::fill(column + begin + filtered, column + length, 0.f);
  RunHotLoop<Correlate>(pattern.pixels + (top + firstTap) * pattern.rowStride + left + begin,
                        pattern.rowStride,
                        static_cast<const float *>(scratch.tapsY.data() + firstTap),
                        static_cast<int>(lastTap - firstTap),
                        filtered,
                        column + begin,
                        false);

  const auto alongRow = [line, count](const float * from, const float * taps, std::int64_t numberOfTaps, bool adds) {
    RunHotLoop<Correlate>(from, std::ptrdiff_t{ 1 }, taps, static_cast<int>(numberOfTaps), count, line, adds);
  };
  if (m_Step == 1)
  {
    alongRow(column, scratch.tapsX.data(), tapsX, false);
  }
  else
  {
    const std::int64_t evenTaps = (tapsX + 1) / 2;
    float *            even = AtLeast(scratch.even, length / 2);
    float *            odd = AtLeast(scratch.odd, length / 2);
    RunHotLoop<Deinterleave>(static_cast<const float *>(column), length / 2, even, odd);
    alongRow(even, scratch.tapsXByPhase.data(), evenTaps, false);
    alongRow(odd, scratch.tapsXByPhase.data() + evenTaps, tapsX - evenTaps, true);
  }
  for (std::size_t k = row.begin; k < row.end; ++k)
  {
    values[k] = line[m_Columns[k]];
  }
}

void
PatternSampler::FilterAll(const FloatPattern & pattern,
                          const Axis &         x,
                          const Axis &         y,
                          float *              values,
                          Scratch &            scratch) const
{
  for (const Row & row : m_Rows)
  {
    this->FilterRow(pattern, row, x, y, values, scratch);
  }
}

/** Calls visitor(k, weight) for every point whose kernel is not wholly on the detector; weight 0 says not covered. */
template <typename TVisitor>
void
PatternSampler::VisitPartial(const Axis & x, const Axis & y, const Scratch & scratch, TVisitor && visitor) const
{
  const auto tapsX = static_cast<std::int64_t>(scratch.tapsX.size());
  const auto isOn = [](const Axis & axis, std::int64_t offset) {
    const double place = axis.origin + static_cast<double>(offset);
    return place >= 0 && place <= static_cast<double>(axis.size - 1);
  };
  for (const Row & row : m_Rows)
  {
    const float weightY = isOn(y, row.dy) ? WeightInside(scratch.tapsY, y.first + row.dy, y.size) : 0.f;
    const bool  isInside = x.first + row.firstDx >= 0 && x.first + row.lastDx + tapsX <= x.size;
    if (weightY == 1.f && isInside)
    {
      continue;
    }
    for (std::size_t k = row.begin; k < row.end; ++k)
    {
      const std::int64_t dx = row.firstDx + m_Step * m_Columns[k];
      visitor(k, isOn(x, dx) ? weightY * WeightInside(scratch.tapsX, x.first + dx, x.size) : 0.f);
    }
  }
}

void
PatternSampler::Sample(const FloatPattern & pattern,
                       float                originX,
                       float                originY,
                       const float *        fill,
                       float *              out,
                       Scratch &            scratch,
                       FeatureReport &      report) const
{
  if (!(std::abs(originX) <= farthest && std::abs(originY) <= farthest))
  {
    for (std::int64_t k = 0; k < m_Count; ++k)
    {
      out[k] = fill == nullptr ? 0.f : fill[k];
    }
    report.uncovered += m_Count;
    return;
  }
  const Axis x = this->Phase(originX, pattern.qx, scratch.tapsX);
  const Axis y = this->Phase(originY, pattern.qy, scratch.tapsY);
  if (m_Step == 2)
  {
    scratch.tapsXByPhase.clear();
    for (std::size_t phase = 0; phase < 2; ++phase)
    {
      for (std::size_t t = phase; t < scratch.tapsX.size(); t += 2)
      {
        scratch.tapsXByPhase.push_back(scratch.tapsX[t]);
      }
    }
  }

  float * values = out;
  if (!m_Slots.empty())
  {
    scratch.values.resize(static_cast<std::size_t>(m_Count));
    values = scratch.values.data();
  }
  const auto fillAt = [&](std::size_t k) {
    return fill == nullptr ? 0.f : fill[m_Slots.empty() ? static_cast<std::int64_t>(k) : m_Slots[k]];
  };

  this->FilterAll(pattern, x, y, values, scratch);
  if (!AnyNonFinite(values, m_Count))
  {
    this->VisitPartial(x, y, scratch, [&](std::size_t k, float weight) {
      report.uncovered += weight == 0.f;
      values[k] = weight == 0.f ? fillAt(k) : values[k] / weight;
    });
  }
  else
  {
    this->SampleFinite(pattern, x, y, values, scratch);
    std::vector<float> & expected = scratch.expected;
    expected.assign(static_cast<std::size_t>(m_Count), 1.f);
    this->VisitPartial(x, y, scratch, [&](std::size_t k, float weight) { expected[k] = weight; });
    for (std::size_t k = 0; k < expected.size(); ++k)
    {
      const float weight = scratch.weights[k];
      const bool  isCovered = expected[k] > 0.f;
      const bool  isMissing = isCovered && weight < 1e-6f;
      report.uncovered += !isCovered;
      report.missing += isMissing;
      report.renormalised += isCovered && !isMissing && weight < 0.99999f * expected[k];
      values[k] = isCovered && !isMissing ? values[k] / weight : fillAt(k);
    }
  }
  for (std::size_t k = 0; k < m_Slots.size(); ++k)
  {
    out[m_Slots[k]] = values[k];
  }
}

/** As FilterAll with pixels that are not finite taken as 0; scratch.weights gets the weight of the finite ones. */
void
PatternSampler::SampleFinite(const FloatPattern & pattern,
                             const Axis &         x,
                             const Axis &         y,
                             float *              values,
                             Scratch &            scratch) const
{
  const auto pixels = static_cast<std::size_t>(pattern.qy * pattern.qx);
  scratch.cleaned.resize(pixels);
  scratch.finite.resize(pixels);
  std::size_t i = 0;
  for (std::int64_t row = 0; row < pattern.qy; ++row)
  {
    const float * from = pattern.pixels + row * pattern.rowStride;
    for (std::int64_t column = 0; column < pattern.qx; ++column, ++i)
    {
      const bool isFinite = std::isfinite(from[column]);
      scratch.cleaned[i] = isFinite ? from[column] : 0.f;
      scratch.finite[i] = isFinite ? 1.f : 0.f;
    }
  }
  scratch.weights.resize(static_cast<std::size_t>(m_Count));
  const auto stride = static_cast<std::ptrdiff_t>(pattern.qx);
  this->FilterAll({ scratch.cleaned.data(), stride, pattern.qy, pattern.qx }, x, y, values, scratch);
  this->FilterAll({ scratch.finite.data(), stride, pattern.qy, pattern.qx }, x, y, scratch.weights.data(), scratch);
}
} // namespace fourdstem
