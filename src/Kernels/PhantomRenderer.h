// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PhantomRenderer_h
#define fourdstem_PhantomRenderer_h

#include "Kernels/PhantomScene.h"

#include <array>
#include <vector>

namespace fourdstem
{
/** Draws the expected pattern, in electrons, of a cell with its direct beam at a given place. */
class PhantomRenderer
{
public:
  /** What one thread needs. */
  struct Workspace
  {
    std::vector<float> knots;
    std::vector<float> row;
    std::vector<float> weights;
    std::vector<int>   columns;
  };

  /** `resolved` as ResolvePhantom returns it. */
  explicit PhantomRenderer(const PhantomDescription & resolved);

  /** Fills `pattern` (Qy x Qx) for scan column `rx`, row `ry` and origin (x0, y0). */
  void
  Render(std::int64_t rx, std::int64_t ry, double x0, double y0, float * pattern, Workspace & work) const;

private:
  struct Reflection
  {
    double x;
    double y;
    double intensity;
  };

  /** The part of the speckle field's grid of random knots that covers the detector. */
  struct KnotGrid
  {
    double       spacing;
    std::int64_t firstX;
    std::int64_t firstY;
    std::int64_t nx;
    std::int64_t ny;
  };

  /** A disk at a place on the detector. */
  struct Disk
  {
    double x;
    double y;
    double edge;
    double height;
    /** Fringes: height * (1 + contrast * cos(waveX * x' + waveY * y' + phase)), (x', y') from the disk's centre. */
    double contrast = 0.0;
    double waveX = 0.0;
    double waveY = 0.0;
    double phase = 0.0;
  };

  /** What belongs to one position. */
  struct Place
  {
    std::int64_t rx;
    std::int64_t ry;
    double       x0;
    double       y0;
  };

  /** From a vector on the detector to what it was before the elliptical distortion. */
  std::array<double, 2>
  Undistorted(double x, double y) const
  {
    return { m_Undistort[0] * x + m_Undistort[1] * y, m_Undistort[1] * x + m_Undistort[2] * y };
  }

  void
  AddBackground(bool crystal, double x0, double y0, float * pattern) const;

  void
  FillKnots(std::int64_t rx, std::int64_t ry, const KnotGrid & grid, Workspace & work) const;

  /** Halo times a smooth field of unit variance: random knots a probe radius apart, quadratic B-splines between. */
  void
  AddSpeckle(std::int64_t rx, std::int64_t ry, double x0, double y0, float * pattern, Workspace & work) const;

  void
  AddDisk(const Disk & disk, float * pattern) const;

  /** The diffracted disks of a cell; `first` counts the disks of other crystals at the same position. */
  void
  AddCrystal(const PhantomCell & cell, const Place & place, std::size_t first, float * pattern) const;

  Disk
  WithFringes(Disk disk, const Reflection & reflection, const Place & place, std::uint64_t number) const;

  PhantomDescription      m_Description;
  std::vector<Reflection> m_Reflections;
  // The inverse of the distortion: xx, xy, yy.
  std::array<double, 3> m_Undistort{};
  // Radial profiles at steps of a quarter of a pixel.
  std::vector<float> m_Halo;
  std::vector<float> m_CrystalAndHalo;
};
} // namespace fourdstem

#endif
