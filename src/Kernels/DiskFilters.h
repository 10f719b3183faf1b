// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DiskFilters_h
#define fourdstem_DiskFilters_h

#include "EigenDense.h"
#include "fourdstem/BraggDisks.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

namespace fourdstem
{
/** Linear estimators of a disk in the square of pixels about it, for each of 8 x 8 sub-pixel phases.
 *
 * Least squares of a T(q - c) + p (-dT/dx) + r (-dT/dy) + b + s x + t y over the pixels within the support of the disk
 * centred at c: a row of weights for each of a, p = a * dx, r = a * dy, b. With c within 1/12 pixel of the disk, as
 * FitDisk leaves it, the error of the linearisation is below 0.002 pixel.
 *
 * Where disks have structure, a T(q - c) times a random field is fitted along: modes of the Fourier series in a square
 * of four radii whose coefficients are drawn to 0 as those of a field with covariance exp(-d^2 / (2 l^2)), l 0.4
 * radii, are. */
class DiskFilters
{
public:
  static constexpr int Phases = 8;
  static constexpr int Rows = 4;

  /** `spacing`: distance of the nearest neighbour, which the support stays clear of where it can. */
  DiskFilters(const DiskTemplate & disk, double backgroundRatio, double spacing, const DiskNoise & noise = {});

  /** Pixels (y, x) with |y|, |x| <= HalfSize() about the pixel nearest to the disk, rows Stride() apart. */
  int
  HalfSize() const
  {
    return m_HalfSize;
  }
  int
  Stride() const
  {
    return m_Stride;
  }
  bool
  IsStructured() const
  {
    return m_IsStructured;
  }

  int
  PatchSize() const
  {
    return (2 * m_HalfSize + 1) * m_Stride;
  }

  /** The phase of an offset in [-1/2, 1/2], and the offset in the middle of a phase. */
  static int
  PhaseOf(double offset)
  {
    return std::clamp(static_cast<int>((offset + 0.5) * Phases), 0, Phases - 1);
  }
  static double
  OffsetOf(int phase)
  {
    return (phase + 0.5) / Phases - 0.5;
  }

  static std::size_t
  NumberOf(int phaseX, int phaseY)
  {
    return static_cast<std::size_t>(phaseY) * Phases + static_cast<std::size_t>(phaseX);
  }

  /** Row `row` (0: a, 1: a dx, 2: a dy, 3: b) of a phase. */
  const float *
  Row(int phaseX, int phaseY, int row) const
  {
    return m_Rows.data() + this->OffsetOfRow(phaseX, phaseY, row);
  }

  /** The same for a v, where the disk is a (T + v/2 times the Laplacian of T): to first order, blurred by a Gaussian of
   * variance v along each axis. */
  const float *
  WidthRow(int phaseX, int phaseY) const
  {
    return m_WidthRows.data() + static_cast<std::ptrdiff_t>(NumberOf(phaseX, phaseY)) * this->PatchSize();
  }

  /** Variance of the estimates where counts have that of their mean: first * a + second * b; and of the place by
   * structure, pixels squared. */
  struct Noise
  {
    double height[2];
    double place[2]; // of a dx, and of a dy
    double structure;
  };
  const Noise &
  NoiseOf(int phaseX, int phaseY) const
  {
    return m_Noise[NumberOf(phaseX, phaseY)];
  }

  /** What is left of a patch when disk and plane are taken out, phase by phase. */
  struct Remainder
  {
    /** Sum of squared residuals over the modelled counts, and over the pixels less the parameters. */
    double squares;
    double freedom;
    /** Share of the weighted variance about the plane that the disk explains. */
    double likeness;
    /** Sum of the products of the residuals of adjacent pixels inside the disk. */
    double neighbours;
  };
  Remainder
  RemainderOf(int phaseX, int phaseY, const float * patch) const;

  /** What a Remainder is on average, where disk and background are in the ratio these filters are made for. */
  struct ExpectedRemainder
  {
    double noiseNeighbours;     // for a height and a gain of 1
    double structureSquares;    // of squares / freedom, for a height of 1 and a structure of standard deviation 1
    double structureNeighbours; // likewise
  };
  ExpectedRemainder
  Expected() const;

private:
  struct Support;

  Support
  SupportOf(int phaseX, int phaseY) const;

  Eigen::MatrixXd
  StructureIn(const Support & support) const;

  void
  AddFilters(const Support & support, const DiskNoise & noise, float * rows, float * widthRow);

  std::ptrdiff_t
  OffsetOfRow(int phaseX, int phaseY, int row) const
  {
    return (static_cast<std::ptrdiff_t>(NumberOf(phaseX, phaseY)) * Rows + row) * this->PatchSize();
  }

  DiskTemplate       m_Disk;
  double             m_BackgroundRatio;
  bool               m_IsStructured;
  double             m_SupportRadius;
  int                m_HalfSize;
  int                m_Stride;
  std::vector<float> m_Rows;
  std::vector<float> m_WidthRows;
  std::vector<Noise> m_Noise;
  // What RemainderOf looks at, one for each phase.
  std::vector<std::shared_ptr<const Support>> m_Supports;
};

/** A disk as it was fitted. */
struct DiskFit
{
  bool   found = false;
  double x = 0.; // detector pixels
  double y = 0.;
  double height = 0.;
  double background = 0.;
  int    phaseX = 0;
  int    phaseY = 0;
};

/** Fits the disk nearest to (x, y), detector pixels, in pattern `p` of `block`; `patch` has PatchSize() floats with
 * zeros where no pixel goes, and holds the disk's surroundings afterwards. Not found: the fit left the circle of radius
 * `reach`, the detector, or met pixels without data, or a height that is not above 0. */
DiskFit
FitDisk(const PatternBlock & block,
        std::int64_t         p,
        std::int64_t         qy,
        std::int64_t         qx,
        const DiskFilters &  filters,
        double               x,
        double               y,
        double               reach,
        float *              patch);

/** By how much the variance of a fitted disk along each axis is above its template's, square pixels, as far as it is
 * small against the edge; `patch` as FitDisk left it. */
double
BroadeningOf(const DiskFit & fit, const DiskFilters & filters, const float * patch);

/** Variance of the height, from counting noise, and of the place (each axis), from noise and structure, of a fitted
 * disk.
 * */
struct DiskVariance
{
  double height;
  double place;
};

DiskVariance
VarianceOf(const DiskFit & fit, const DiskFilters & filters, double gain);
} // namespace fourdstem

#endif
