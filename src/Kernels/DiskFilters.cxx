// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskFilters.h"

#include "EigenDense.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

namespace fourdstem
{
namespace
{
constexpr int    parameters = 6;
constexpr double pi = 3.14159265358979323846;

/** The height from which on a pixel is inside a disk, where structure is measured. */
constexpr double inside = 0.5;

/** A wave of the Fourier series of structure, and the variance of its two coefficients. */
struct Wave
{
  double x; // radians per pixel
  double y;
  double variance;
};

/** Those of half a plane; without the constant, which is the disk itself. */
std::vector<Wave>
WavesOf(double radius)
{
  constexpr int     highest = 5;
  const double      step = 0.5 * pi / radius;
  const double      length = 0.4 * radius;
  std::vector<Wave> waves;
  double            sum = 0.;
  for (int y = 0; y <= highest; ++y)
  {
    for (int x = y == 0 ? 1 : -highest; x <= highest; ++x)
    {
      if (x * x + y * y <= highest * highest)
      {
        const double k = step * std::hypot(x, y);
        waves.push_back({ step * x, step * y, std::exp(-0.5 * k * k * length * length) });
        sum += waves.back().variance;
      }
    }
  }
  for (Wave & wave : waves)
  {
    wave.variance /= sum;
  }
  return waves;
}

} // namespace

/** The pixels that a fit at one phase looks at, with their design matrix and weights. */
struct DiskFilters::Support
{
  std::vector<int> pixels; // in the patch
  Eigen::MatrixXd  design; // pixels x parameters
  Eigen::VectorXd  weights;
  Eigen::VectorXd  blur; // half the Laplacian of the height
  /** Pairs of adjacent pixels inside the disk. */
  std::vector<std::pair<Eigen::Index, Eigen::Index>> neighbours;
};

DiskFilters::DiskFilters(const DiskTemplate & disk, double backgroundRatio, double spacing, const DiskNoise & noise)
  : m_Disk(disk)
  , m_BackgroundRatio(backgroundRatio)
  , m_IsStructured(noise.structure > 0.)
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
  m_WidthRows.resize(m_Rows.size() / Rows);
  for (int phaseY = 0; phaseY < Phases; ++phaseY)
  {
    for (int phaseX = 0; phaseX < Phases; ++phaseX)
    {
      m_Supports.push_back(std::make_shared<const Support>(this->SupportOf(phaseX, phaseY)));
      this->AddFilters(*m_Supports.back(),
                       noise,
                       m_Rows.data() + this->OffsetOfRow(phaseX, phaseY, 0),
                       m_WidthRows.data() + this->OffsetOfRow(phaseX, phaseY, 0) / Rows);
    }
  }
}

/** Structure about a disk's centre, such that its coefficients have a variance of 1: [pixels][two for each wave] */
Eigen::MatrixXd
DiskFilters::StructureIn(const Support & support) const
{
  const auto      waves = WavesOf(m_Disk.radius);
  Eigen::MatrixXd structure(support.design.rows(), static_cast<Eigen::Index>(2 * waves.size()));
  for (Eigen::Index i = 0; i < structure.rows(); ++i)
  {
    for (std::size_t k = 0; k < waves.size(); ++k)
    {
      const double size = support.design(i, 0) * std::sqrt(waves[k].variance);
      const double phase = waves[k].x * support.design(i, 4) + waves[k].y * support.design(i, 5);
      structure(i, static_cast<Eigen::Index>(2 * k)) = size * std::cos(phase);
      structure(i, static_cast<Eigen::Index>(2 * k + 1)) = size * std::sin(phase);
    }
  }
  return structure;
}

/** The rows of one phase, and their noise. */
void
DiskFilters::AddFilters(const Support & support, const DiskNoise & disk, float * rows, float * widthRow)
{
  const double    variance = disk.structure * disk.structure;
  Eigen::MatrixXd structure;
  Eigen::MatrixXd design = support.design;
  if (m_IsStructured)
  {
    structure = this->StructureIn(support);
    design.conservativeResize(Eigen::NoChange, parameters + structure.cols());
    design.rightCols(structure.cols()) = structure;
  }
  const Eigen::MatrixXd weighted = design.transpose() * support.weights.asDiagonal();
  Eigen::MatrixXd       normal = weighted * design;
  if (m_IsStructured)
  {
    // Before anything is measured, coefficients are 0 give or take their standard deviation.
    normal.diagonal().tail(structure.cols()).array() += 1. / (variance * disk.electrons);
  }
  const Eigen::MatrixXd solver = normal.ldlt().solve(weighted).topRows(Rows);
  Noise                 noise{};
  for (int row = 0; row < Rows; ++row)
  {
    for (std::size_t i = 0; i < support.pixels.size(); ++i)
    {
      const double weight = solver(row, static_cast<Eigen::Index>(i));
      const double height = support.design(static_cast<Eigen::Index>(i), 0);
      rows[row * this->PatchSize() + support.pixels[i]] = static_cast<float>(weight);
      double * const counting = row == 0 ? noise.height : noise.place;
      if (row < 3)
      {
        const double share = row == 0 ? 1. : 0.5;
        counting[0] += share * weight * weight * height;
        counting[1] += share * weight * weight;
      }
    }
  }
  if (m_IsStructured)
  {
    noise.structure = 0.5 * variance * (solver.middleRows(1, 2) * structure).squaredNorm();
  }
  m_Noise.push_back(noise);

  design.conservativeResize(Eigen::NoChange, design.cols() + 1);
  design.rightCols(1) = support.blur;
  const Eigen::MatrixXd weightedWithBlur = design.transpose() * support.weights.asDiagonal();
  Eigen::MatrixXd       normalWithBlur = weightedWithBlur * design;
  normalWithBlur.topLeftCorner(normal.rows(), normal.cols()) = normal;
  const Eigen::MatrixXd width = normalWithBlur.ldlt().solve(weightedWithBlur).bottomRows(1);
  for (std::size_t i = 0; i < support.pixels.size(); ++i)
  {
    widthRow[support.pixels[i]] = static_cast<float>(width(0, static_cast<Eigen::Index>(i)));
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
  support.blur.resize(count);
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
    constexpr double wide = 0.5;
    support.blur(i) = (m_Disk.Height(std::hypot(x - wide, y)) + m_Disk.Height(std::hypot(x + wide, y)) +
                       m_Disk.Height(std::hypot(x, y - wide)) + m_Disk.Height(std::hypot(x, y + wide)) - 4. * height) /
                      (2. * wide * wide);
    support.design(i, 3) = 1.;
    support.design(i, 4) = x;
    support.design(i, 5) = y;
    support.weights(i) = 1. / (height + m_BackgroundRatio);
  }
  std::vector<Eigen::Index> numbers(static_cast<std::size_t>(this->PatchSize()), -1);
  for (Eigen::Index i = 0; i < count; ++i)
  {
    if (support.design(i, 0) >= inside)
    {
      const auto pixel = static_cast<std::size_t>(support.pixels[static_cast<std::size_t>(i)]);
      numbers[pixel] = i;
      for (const std::size_t back : { std::size_t{ 1 }, static_cast<std::size_t>(m_Stride) })
      {
        if (numbers[pixel - back] >= 0)
        {
          support.neighbours.emplace_back(i, numbers[pixel - back]);
        }
      }
    }
  }
  return support;
}

DiskFilters::Remainder
DiskFilters::RemainderOf(int phaseX, int phaseY, const float * patch) const
{
  const Support & support = *m_Supports[NumberOf(phaseX, phaseY)];
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
  Remainder    remainder{ 0., static_cast<double>(count - parameters), 0., 0. };
  const double lowest = 1e-3 * std::max(1e-30, whole.maxCoeff());
  for (Eigen::Index i = 0; i < count; ++i)
  {
    const double residual = values(i) - whole(i);
    remainder.squares += residual * residual / std::max(whole(i), lowest);
  }
  for (const auto & [first, second] : support.neighbours)
  {
    remainder.neighbours += (values(first) - whole(first)) * (values(second) - whole(second));
  }
  const double withoutDisk = weighed(plane);
  remainder.likeness = withoutDisk > 0. ? 1. - weighed(whole) / withoutDisk : 0.;
  return remainder;
}

DiskFilters::ExpectedRemainder
DiskFilters::Expected() const
{
  // One of the phases next to the middle; the others differ by a few per cent.
  const Support &       support = *m_Supports[NumberOf(Phases / 2, Phases / 2)];
  const auto            count = support.design.rows();
  const Eigen::MatrixXd weighted = support.design.transpose() * support.weights.asDiagonal();
  // What a fit leaves of a patch
  const Eigen::MatrixXd left =
    Eigen::MatrixXd::Identity(count, count) - support.design * (weighted * support.design).ldlt().solve(weighted);
  const Eigen::VectorXd variance = support.weights.cwiseInverse();
  const Eigen::MatrixXd structure = left * this->StructureIn(support);
  ExpectedRemainder     expected{};
  expected.structureSquares =
    (structure.rowwise().squaredNorm().array() / variance.array()).sum() / static_cast<double>(count - parameters);
  for (const auto & [first, second] : support.neighbours)
  {
    expected.noiseNeighbours += left.row(first).cwiseProduct(left.row(second)).dot(variance.transpose());
    expected.structureNeighbours += structure.row(first).dot(structure.row(second));
  }
  return expected;
}
} // namespace fourdstem
