// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DiskDetection.h"

#include "DiskFilters.h"
#include "FloatPattern.h"
#include "HotLoops/SamplingLoops.h"
#include "LocalMaximum.h"
#include "Parallel.h"
#include "RowBlocks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr double noNeighbour = std::numeric_limits<double>::infinity();
constexpr double backgroundRatio = 1.;

void
CheckOptions(const DiskDetection & detection)
{
  const std::pair<const char *, double> options[] = { { "minimum height", detection.minimumHeight },
                                                      { "minimum share", detection.minimumShare },
                                                      { "minimum distance", detection.minimumDistance },
                                                      { "edge", detection.edge },
                                                      { "significance", detection.significance },
                                                      { "minimum likeness", detection.minimumLikeness },
                                                      { "number of peaks", static_cast<double>(detection.most) } };
  for (const auto & [name, value] : options)
  {
    if (!(value >= 0. && std::isfinite(value)))
    {
      throw std::invalid_argument("the " + std::string(name) + " of a detection of disks is " + std::to_string(value) +
                                  "; it must be 0 or more");
    }
  }
  if (!(detection.gain > 0. && std::isfinite(detection.gain)))
  {
    throw std::invalid_argument("the gain of a detection of disks is " + std::to_string(detection.gain) +
                                "; it must be above 0");
  }
}

struct Worker
{
  PatternLease           lease;
  std::vector<float>     pattern;
  std::vector<float>     heights;
  std::vector<float>     patch;
  std::vector<BraggPeak> found;
  /** Of the task: all peaks, and how many each position has. */
  std::vector<ListedPeak>   peaks;
  std::vector<std::int64_t> counts;
};

/** One pattern after the other. */
class Detector
{
public:
  Detector(const ScanShape & shape, const DiskDetection & detection)
    : m_Shape(shape)
    , m_Detection(detection)
    , m_Filters(detection.disk, backgroundRatio, noNeighbour)
    , m_Apart(detection.minimumDistance > 0. ? detection.minimumDistance : detection.disk.radius)
    , m_Reach(std::max(1., 0.5 * detection.disk.radius))
  {
    const int     middle = DiskFilters::PhaseOf(0.);
    const int     width = 2 * m_Filters.HalfSize() + 1;
    const float * weights = m_Filters.Row(middle, middle, 0);
    for (int j = 0; j < width; ++j)
    {
      const float * row = weights + j * m_Filters.Stride();
      int           first = 0;
      int           last = width;
      while (first < last && row[first] == 0.F)
      {
        ++first;
      }
      while (first < last && row[last - 1] == 0.F)
      {
        --last;
      }
      m_Taps.push_back({ row + first, first, last - first });
    }
  }

  Worker
  MakeWorker() const
  {
    Worker worker;
    worker.heights.resize(static_cast<std::size_t>(m_Shape.PatternPixels()));
    worker.patch.resize(static_cast<std::size_t>(m_Filters.PatchSize()));
    return worker;
  }

  /** Adds the peaks of pattern `p` of a block to those of the worker's task. */
  void
  Detect(const PatternBlock & block, std::int64_t p, Worker & worker) const
  {
    worker.found.clear();
    const std::int64_t half = m_Filters.HalfSize();
    if (2 * half + 3 <= m_Shape.qy && 2 * half + 3 <= m_Shape.qx)
    {
      const float highest =
        this->FindHeights(ToFloat(block, p, m_Shape.qy, m_Shape.qx, lowest, worker.pattern), worker.heights.data());
      this->FitMaxima(block, p, highest, worker);
    }
    this->KeepHighest(worker);
  }

private:
  static constexpr float lowest = -std::numeric_limits<float>::infinity();

  /** Non-zero weights of a row of the filter. */
  struct Taps
  {
    const float * weights;
    int           first;
    int           count;
  };

  /** Writes the heights of the disks that fit best about each pixel, 0 near the rim; returns the highest. */
  float
  FindHeights(const FloatPattern & pattern, float * heights) const
  {
    const std::int64_t half = m_Filters.HalfSize();
    const std::int64_t columns = m_Shape.qx - 2 * half;
    float              highest = 0.F;
    std::fill_n(heights, m_Shape.PatternPixels(), 0.F);
    for (std::int64_t y = half; y < m_Shape.qy - half; ++y)
    {
      float * const out = heights + y * m_Shape.qx + half;
      for (std::int64_t j = 0; j < static_cast<std::int64_t>(m_Taps.size()); ++j)
      {
        const Taps & taps = m_Taps[static_cast<std::size_t>(j)];
        if (taps.count > 0)
        {
          RunHotLoop<Correlate>(RowOf(pattern, y - half + j) + taps.first,
                                std::ptrdiff_t{ 1 },
                                taps.weights,
                                taps.count,
                                columns,
                                out,
                                true);
        }
      }
      for (std::int64_t x = 0; x < columns; ++x)
      {
        highest = out[x] > highest && out[x] <= std::numeric_limits<float>::max() ? out[x] : highest;
      }
    }
    return highest;
  }

  static const float *
  RowOf(const FloatPattern & pattern, std::int64_t y)
  {
    return pattern.pixels + y * pattern.rowStride;
  }

  void
  FitMaxima(const PatternBlock & block, std::int64_t p, float highest, Worker & worker) const
  {
    // Between pixels a disk is higher than on them; by how much its fit tells.
    constexpr double   lowestShare = 0.5;
    const std::int64_t rim = std::max<std::int64_t>(m_Filters.HalfSize(), 1);
    const double       least =
      lowestShare * std::max(m_Detection.minimumHeight, m_Detection.minimumShare * static_cast<double>(highest));
    for (std::int64_t y = rim; y < m_Shape.qy - rim; ++y)
    {
      for (std::int64_t x = rim; x < m_Shape.qx - rim; ++x)
      {
        if (static_cast<double>(worker.heights[static_cast<std::size_t>(y * m_Shape.qx + x)]) >= least &&
            IsHighestOfNine(worker.heights.data(), m_Shape.qx, y, x))
        {
          const DiskFit fit = FitDisk(block,
                                      p,
                                      m_Shape.qy,
                                      m_Shape.qx,
                                      m_Filters,
                                      static_cast<double>(x),
                                      static_cast<double>(y),
                                      m_Reach,
                                      worker.patch.data());
          if (fit.found && this->IsPeak(fit, worker.patch.data()))
          {
            worker.found.push_back({ fit.x, fit.y, fit.height, fit.background, 0. });
          }
        }
      }
    }
  }

  bool
  IsPeak(const DiskFit & fit, const float * patch) const
  {
    const double edge = m_Detection.edge;
    if (fit.height < m_Detection.minimumHeight || fit.x < edge || fit.y < edge ||
        fit.x > static_cast<double>(m_Shape.qx - 1) - edge || fit.y > static_cast<double>(m_Shape.qy - 1) - edge ||
        fit.height < m_Detection.significance * std::sqrt(VarianceOf(fit, m_Filters, m_Detection.gain).height))
    {
      return false;
    }
    // A faint disk explains little where noise is the rest; what is left tells whether it is.
    constexpr double mostOfNoise = 2.;
    const auto       rest = m_Filters.RemainderOf(fit.phaseX, fit.phaseY, patch);
    return rest.likeness >= m_Detection.minimumLikeness ||
           rest.squares <= mostOfNoise * m_Detection.gain * rest.freedom;
  }

  void
  KeepHighest(Worker & worker) const
  {
    auto & found = worker.found;
    std::stable_sort(
      found.begin(), found.end(), [](const BraggPeak & a, const BraggPeak & b) { return a.height > b.height; });
    const std::size_t first = worker.peaks.size();
    const double      least = found.empty() ? 0. : m_Detection.minimumShare * found.front().height;
    for (const BraggPeak & peak : found)
    {
      const bool isClose =
        std::any_of(worker.peaks.begin() + static_cast<std::ptrdiff_t>(first),
                    worker.peaks.end(),
                    [&](const ListedPeak & other) { return std::hypot(other.x - peak.x, other.y - peak.y) < m_Apart; });
      if (!isClose && peak.height >= least && worker.peaks.size() - first < static_cast<std::size_t>(m_Detection.most))
      {
        worker.peaks.push_back({ peak.x, peak.y, peak.height });
      }
    }
    worker.counts.push_back(static_cast<std::int64_t>(worker.peaks.size() - first));
  }

  ScanShape         m_Shape;
  DiskDetection     m_Detection;
  DiskFilters       m_Filters;
  double            m_Apart;
  double            m_Reach;
  std::vector<Taps> m_Taps;
};
} // namespace

PeakLists
DetectDisks(const PatternSource & source,
            std::int64_t          firstRow,
            std::int64_t          rows,
            const DiskDetection & detection,
            const Execution &     execution)
{
  CheckOptions(detection);
  const ScanShape & shape = source.Shape();
  const Detector    detector(shape, detection);
  const RowBlocks   blocks(shape, firstRow, rows);
  PeakLists         lists;
  lists.shape = { rows, shape.rx, shape.qy, shape.qx };
  ParallelOrdered(
    blocks.Count(),
    execution,
    [&detector] { return detector.MakeWorker(); },
    [&](std::int64_t i, Worker & worker) {
      worker.peaks.clear();
      worker.counts.clear();
      VisitPatterns(source, blocks[i], worker.lease, [&](const PatternBlock & block, std::int64_t) {
        for (std::int64_t p = 0; p < block.count; ++p)
        {
          detector.Detect(block, p, worker);
        }
      });
    },
    [&](std::int64_t, Worker & worker) {
      lists.peaks.insert(lists.peaks.end(), worker.peaks.begin(), worker.peaks.end());
      for (const std::int64_t count : worker.counts)
      {
        lists.offsets.push_back(lists.offsets.back() + count);
      }
    });
  return lists;
}
} // namespace fourdstem
