// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "OriginOfPattern.h"

#include "HotLoops/SparseLoops.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
/** Where a disk lies on the detector, and how its pixels weigh. */
struct Disk
{
  Disk(std::int64_t qy, std::int64_t qx, double x, double y, const OriginSearch & search)
  {
    // A hard disk is a soft one with an edge too thin to hold a pixel.
    const double squaredRadius = search.radius * search.radius;
    const double edge = search.softEdge ? search.radius : 1e-4;
    limit = static_cast<float>(search.softEdge ? squaredRadius + edge : squaredRadius);
    slope = static_cast<float>(0.5 / edge);
    const double reach = std::sqrt(static_cast<double>(limit));
    const auto   clamped = [](double value, std::int64_t size) {
      return static_cast<int>(std::clamp(value, 0., static_cast<double>(size)));
    };
    // Pixels outside the disk weigh nothing: a width that fills vectors costs less than one that ends in the middle.
    constexpr int lanes = DiskMoments::Lanes;
    xBegin = clamped(std::ceil(x - reach), qx);
    xEnd = std::max(xBegin, clamped(std::floor(x + reach) + 1., qx));
    const int width = (xEnd - xBegin + lanes - 1) / lanes * lanes;
    xEnd = static_cast<int>(std::min<std::int64_t>(qx, xBegin + width));
    xBegin = std::max(0, xEnd - width);
    yBegin = clamped(std::ceil(y - reach), qy);
    yEnd = std::max(yBegin, clamped(std::floor(y + reach) + 1., qy));
  }

  float limit;
  float slope;
  int   xBegin;
  int   xEnd;
  int   yBegin;
  int   yEnd;
};

class DensePixels
{
public:
  DensePixels(const PatternBlock & block, std::int64_t p)
    : m_Block(block)
    , m_P(p)
  {}

  DiskMoments
  Moments(const Disk & disk, double x, double y, float lowest) const
  {
    return VisitElementType(m_Block.type, [&](auto zero) {
      return RunHotLoop<DiskMoments>(m_Block.Row<decltype(zero)>(m_P, 0),
                                     m_Block.rowStride,
                                     disk.xBegin,
                                     disk.xEnd,
                                     disk.yBegin,
                                     disk.yEnd,
                                     x,
                                     y,
                                     disk.slope,
                                     disk.limit,
                                     lowest);
    });
  }

  bool
  IsFinite(std::int64_t row, std::int64_t column) const
  {
    return VisitElementType(m_Block.type, [&](auto zero) {
      return std::isfinite(static_cast<float>(m_Block.Row<decltype(zero)>(m_P, row)[column]));
    });
  }

private:
  const PatternBlock & m_Block;
  std::int64_t         m_P;
};

/** Of which all are finite. */
class SparsePixels
{
public:
  SparsePixels(const SparsePattern & sparse, std::int64_t qx)
    : m_Sparse(sparse)
    , m_Qx(qx)
  {}

  DiskMoments
  Moments(const Disk & disk, double x, double y, float) const
  {
    const std::uint32_t * const end = m_Sparse.pixels + m_Sparse.count;
    const std::uint32_t * const first = std::lower_bound(m_Sparse.pixels, end, disk.yBegin * m_Qx);
    const std::uint32_t * const last = std::lower_bound(first, end, disk.yEnd * m_Qx);
    return RunHotLoop<SparseDiskMoments>(first,
                                         m_Sparse.values + (first - m_Sparse.pixels),
                                         static_cast<std::int64_t>(last - first),
                                         m_Qx,
                                         disk.xBegin,
                                         disk.xEnd,
                                         x,
                                         y,
                                         disk.slope,
                                         disk.limit);
  }

  static bool
  IsFinite(std::int64_t, std::int64_t)
  {
    return true;
  }

private:
  const SparsePattern & m_Sparse;
  std::int64_t          m_Qx;
};

/** Whether any pixel with weight in the disk about (x, y) is finite. */
template <typename TPixels>
bool
HasFinitePixel(const TPixels &      pixels,
               std::int64_t         qy,
               std::int64_t         qx,
               double               x,
               double               y,
               const OriginSearch & search)
{
  const double squaredReach = search.radius * (search.softEdge ? search.radius + 1. : search.radius);
  const Disk   disk(qy, qx, x, y, search);
  // The disk's box was rounded in single precision.
  for (std::int64_t row = std::max(disk.yBegin - 1, 0); row < std::min<std::int64_t>(disk.yEnd + 1, qy); ++row)
  {
    const double dy = static_cast<double>(row) - y;
    for (std::int64_t column = std::max(disk.xBegin - 1, 0); column < std::min<std::int64_t>(disk.xEnd + 1, qx);
         ++column)
    {
      const double dx = static_cast<double>(column) - x;
      if (dx * dx + dy * dy < squaredReach && pixels.IsFinite(row, column))
      {
        return true;
      }
    }
  }
  return false;
}

template <typename TPixels>
void
FollowDisk(const TPixels & pixels, std::int64_t qy, std::int64_t qx, const OriginSearch & search, float * origin)
{
  constexpr double settled = 1e-4;
  const float      lowest = std::max(search.lowest, 0.f);
  double           x = search.startX;
  double           y = search.startY;
  for (int round = 0; round <= search.recentrings; ++round)
  {
    const DiskMoments moments = pixels.Moments(Disk(qy, qx, x, y, search), x, y, lowest);
    if (!(moments.mass > 0.))
    {
      if (round == 0 && !HasFinitePixel(pixels, qy, qx, x, y, search))
      {
        x = y = std::numeric_limits<double>::quiet_NaN();
      }
      break;
    }
    const double stepX = moments.x / moments.mass;
    const double stepY = moments.y / moments.mass;
    x += stepX;
    y += stepY;
    if (std::max(std::abs(stepX), std::abs(stepY)) < settled)
    {
      break;
    }
  }
  origin[0] = static_cast<float>(x);
  origin[1] = static_cast<float>(y);
}
} // namespace

void
FindOriginOfPattern(const PatternBlock & block,
                    std::int64_t         p,
                    std::int64_t         qy,
                    std::int64_t         qx,
                    const OriginSearch & search,
                    float *              origin)
{
  FollowDisk(DensePixels(block, p), qy, qx, search, origin);
}

void
SparseOriginFinder::Find(const SparsePattern & sparse, float * origin)
{
  if (NonFinitePixels(sparse) == 0 && m_Scratch.Background() == 0.f)
  {
    FollowDisk(SparsePixels(sparse, m_Qx), m_Qy, m_Qx, m_Search, origin);
    return;
  }
  m_Scratch.Put(sparse);
  FindOriginOfPattern(m_Scratch.Block(), 0, m_Qy, m_Qx, m_Search, origin);
  m_Scratch.Clear(sparse);
}
} // namespace fourdstem
