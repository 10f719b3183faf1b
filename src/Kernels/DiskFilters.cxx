// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskFilters.h"

#include "EigenDense.h"
#include "HotLoops/DistanceLoops.h"

#include <algorithm>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr int parameters = 6;

/** Writes the square of pixels about (column, row), all inside the detector. */
struct CopyPatch
{
  template <typename T>
  static FourDSTEM_HOT void
  Run(const T * first, std::ptrdiff_t rowStride, int size, int stride, float * patch)
  {
    const auto * bytes = reinterpret_cast<const char *>(first);
    for (int y = 0; y < size; ++y)
    {
      const T * row = reinterpret_cast<const T *>(bytes + y * rowStride);
      float *   to = patch + y * stride;
      for (int x = 0; x < size; ++x)
      {
        to[x] = static_cast<float>(row[x]);
      }
    }
  }
};
} // namespace

/** The pixels that a fit at one phase looks at, with their design matrix and weights. */
struct DiskFilters::Support
{
  std::vector<int> pixels; // in the patch
  Eigen::MatrixXd  design; // pixels x parameters
  Eigen::VectorXd  weights;

  Eigen::MatrixXd
  Normal() const
  {
    return design.transpose() * weights.asDiagonal() * design;
  }
};

DiskFilters::DiskFilters(const DiskTemplate & disk, double backgroundRatio, double spacing)
  : m_Disk(disk)
  , m_BackgroundRatio(backgroundRatio)
{
  if (!(disk.radius > 0.) || !std::isfinite(disk.Reach()) || !(backgroundRatio > 0.))
  {
    throw std::invalid_argument("a disk template has radius " + std::to_string(disk.radius) +
                                " and background over height " + std::to_string(backgroundRatio) +
                                "; both must be above 0");
  }
  // The ring tells the background's plane from the disk; neighbours must not lie in it.
  const double ring = std::max(2., 0.5 * disk.radius);
  m_SupportRadius = std::max(disk.Reach() + 1., std::min(disk.Reach() + ring, spacing - disk.Reach()));
  m_HalfSize = static_cast<int>(std::ceil(m_SupportRadius));
  m_Stride = (2 * m_HalfSize + 1 + 7) / 8 * 8;
  m_Rows.resize(static_cast<std::size_t>(Phases * Phases * Rows) * static_cast<std::size_t>(this->PatchSize()));
  for (int phaseY = 0; phaseY < Phases; ++phaseY)
  {
    for (int phaseX = 0; phaseX < Phases; ++phaseX)
    {
      m_Supports.push_back(std::make_shared<const Support>(this->SupportOf(phaseX, phaseY)));
      const Support &       support = *m_Supports.back();
      const Eigen::MatrixXd solver =
        support.Normal().ldlt().solve(support.design.transpose() * support.weights.asDiagonal());
      Noise noise{};
      for (int row = 0; row < Rows; ++row)
      {
        float * weights = m_Rows.data() + this->OffsetOfRow(phaseX, phaseY, row);
        for (std::size_t i = 0; i < support.pixels.size(); ++i)
        {
          const double weight = solver(row, static_cast<Eigen::Index>(i));
          const double height = support.design(static_cast<Eigen::Index>(i), 0);
          weights[support.pixels[i]] = static_cast<float>(weight);
          double * const variance = row == 0 ? noise.height : noise.place;
          if (row < 3)
          {
            const double share = row == 0 ? 1. : 0.5;
            variance[0] += share * weight * weight * height;
            variance[1] += share * weight * weight;
          }
        }
      }
      m_Noise.push_back(noise);
    }
  }
}

DiskFilters::Support
DiskFilters::SupportOf(int phaseX, int phaseY) const
{
  const double centreX = OffsetOf(phaseX);
  const double centreY = OffsetOf(phaseY);
  Support      support;
  for (int y = -m_HalfSize; y <= m_HalfSize; ++y)
  {
    for (int x = -m_HalfSize; x <= m_HalfSize; ++x)
    {
      if (std::hypot(x - centreX, y - centreY) <= m_SupportRadius)
      {
        support.pixels.push_back((y + m_HalfSize) * m_Stride + x + m_HalfSize);
      }
    }
  }
  const auto count = static_cast<Eigen::Index>(support.pixels.size());
  support.design.resize(count, parameters);
  support.weights.resize(count);
  constexpr double step = 0.125;
  for (Eigen::Index i = 0; i < count; ++i)
  {
    const int    pixel = support.pixels[static_cast<std::size_t>(i)];
    const double x = pixel % m_Stride - m_HalfSize - centreX;
    const double y = pixel / m_Stride - m_HalfSize - centreY;
    const double height = m_Disk.Height(std::hypot(x, y));
    support.design(i, 0) = height;
    support.design(i, 1) =
      (m_Disk.Height(std::hypot(x - step, y)) - m_Disk.Height(std::hypot(x + step, y))) / (2 * step);
    support.design(i, 2) =
      (m_Disk.Height(std::hypot(x, y - step)) - m_Disk.Height(std::hypot(x, y + step))) / (2 * step);
    support.design(i, 3) = 1.;
    support.design(i, 4) = x;
    support.design(i, 5) = y;
    support.weights(i) = 1. / (height + m_BackgroundRatio);
  }
  return support;
}

DiskFilters::Remainder
DiskFilters::RemainderOf(int phaseX, int phaseY, const float * patch) const
{
  const Support & support = *m_Supports[static_cast<std::size_t>(phaseY * Phases + phaseX)];
  const auto      count = support.design.rows();
  Eigen::VectorXd values(count);
  for (Eigen::Index i = 0; i < count; ++i)
  {
    values(i) = static_cast<double>(patch[support.pixels[static_cast<std::size_t>(i)]]);
  }
  const auto fit = [&](const Eigen::MatrixXd & design) -> Eigen::VectorXd {
    const Eigen::MatrixXd weighted = support.weights.asDiagonal() * design;
    return design * (weighted.transpose() * design).ldlt().solve(weighted.transpose() * values);
  };
  const Eigen::VectorXd whole = fit(support.design);
  const Eigen::VectorXd plane = fit(support.design.rightCols(3));
  const auto            weighed = [&](const Eigen::VectorXd & model) {
    return ((values - model).array().square() * support.weights.array()).sum();
  };
  Remainder    remainder{ 0., static_cast<double>(count - parameters), 0. };
  const double lowest = 1e-3 * std::max(1e-30, whole.maxCoeff());
  for (Eigen::Index i = 0; i < count; ++i)
  {
    const double residual = values(i) - whole(i);
    remainder.squares += residual * residual / std::max(whole(i), lowest);
  }
  const double withoutDisk = weighed(plane);
  remainder.likeness = withoutDisk > 0. ? 1. - weighed(whole) / withoutDisk : 0.;
  return remainder;
}

DiskFit
FitDisk(const PatternBlock & block,
        std::int64_t         p,
        std::int64_t         qy,
        std::int64_t         qx,
        const DiskFilters &  filters,
        double               x,
        double               y,
        double               reach,
        float *              patch)
{
  constexpr int rounds = 8;
  const int     half = filters.HalfSize();
  const double  longest = std::max(0.5, 0.5 * reach);
  const float * patches[1] = { patch };
  std::int64_t  column = -1;
  std::int64_t  row = -1;
  double        atX = x;
  double        atY = y;
  for (int round = 0; round < rounds; ++round)
  {
    const double placeX = std::floor(atX + 0.5);
    const double placeY = std::floor(atY + 0.5);
    if (!(placeX >= half && placeX + half < static_cast<double>(qx) && placeY >= half &&
          placeY + half < static_cast<double>(qy)))
    {
      return {};
    }
    const auto nearestX = static_cast<std::int64_t>(placeX);
    const auto nearestY = static_cast<std::int64_t>(placeY);
    if (nearestX != column || nearestY != row)
    {
      column = nearestX;
      row = nearestY;
      VisitElementType(block.type, [&](auto zero) {
        RunHotLoop<CopyPatch>(block.Row<decltype(zero)>(p, row - half) + (column - half),
                              block.rowStride,
                              2 * half + 1,
                              filters.Stride(),
                              patch);
      });
    }
    const int     phaseX = DiskFilters::PhaseOf(atX - static_cast<double>(column));
    const int     phaseY = DiskFilters::PhaseOf(atY - static_cast<double>(row));
    const float * vectors[DiskFilters::Rows];
    for (int i = 0; i < DiskFilters::Rows; ++i)
    {
      vectors[i] = filters.Row(phaseX, phaseY, i);
    }
    float found[DiskFilters::Rows];
    RunHotLoop<DotRows>(static_cast<const float * const *>(patches),
                        std::int64_t{ 1 },
                        static_cast<std::int64_t>(filters.PatchSize()),
                        static_cast<const float * const *>(vectors),
                        static_cast<std::int64_t>(DiskFilters::Rows),
                        static_cast<float *>(found),
                        std::int64_t{ 0 });
    const auto height = static_cast<double>(found[0]);
    if (!(height > 0.) || !std::isfinite(height))
    {
      return {};
    }
    const double stepX = static_cast<double>(found[1]) / height;
    const double stepY = static_cast<double>(found[2]) / height;
    const double length = std::hypot(stepX, stepY);
    const double scale = length > longest ? longest / length : 1.;
    const double nextX = static_cast<double>(column) + DiskFilters::OffsetOf(phaseX) + scale * stepX;
    const double nextY = static_cast<double>(row) + DiskFilters::OffsetOf(phaseY) + scale * stepY;
    if (!(std::hypot(nextX - x, nextY - y) <= reach))
    {
      return {};
    }
    atX = nextX;
    atY = nextY;
    // A little more than half a phase: at a phase's border the fit may go to and fro.
    const double farthest = std::max(std::abs(stepX), std::abs(stepY));
    if (farthest <= 0.65 / DiskFilters::Phases || round + 1 == rounds)
    {
      return { farthest <= 2. / DiskFilters::Phases, atX, atY, height, static_cast<double>(found[3]), phaseX, phaseY };
    }
  }
  return {};
}

DiskVariance
VarianceOf(const DiskFit & fit, const DiskFilters & filters, double gain)
{
  const DiskFilters::Noise & noise = filters.NoiseOf(fit.phaseX, fit.phaseY);
  const double               level = std::max(fit.background, 0.);
  return { gain * (noise.height[0] * fit.height + noise.height[1] * level),
           gain * (noise.place[0] * fit.height + noise.place[1] * level) / (fit.height * fit.height) };
}
} // namespace fourdstem
