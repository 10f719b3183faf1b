// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PhantomRenderer_h
#define fourdstem_PhantomRenderer_h

#include "Kernels/PhantomScene.h"

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

  void
  AddBackground(bool crystal, double x0, double y0, float * pattern) const;

  void
  FillKnots(std::int64_t rx, std::int64_t ry, const KnotGrid & grid, Workspace & work) const;

  /** Halo times a smooth field of unit variance: random knots a probe radius apart, quadratic B-splines between. */
  void
  AddSpeckle(std::int64_t rx, std::int64_t ry, double x0, double y0, float * pattern, Workspace & work) const;

  void
  AddDisk(double x, double y, double edge, double height, float * pattern) const;

  PhantomDescription      m_Description;
  std::vector<Reflection> m_Reflections;
  // Radial profiles at steps of a quarter of a pixel.
  std::vector<float> m_Halo;
  std::vector<float> m_CrystalAndHalo;
};
} // namespace fourdstem

#endif
