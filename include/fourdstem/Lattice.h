// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Lattice_h
#define fourdstem_Lattice_h

#include "FourDSTEMExport.h"
#include "fourdstem/BraggDisks.h"

#include <array>
#include <optional>

namespace fourdstem
{
/** \file
 * The reciprocal lattice of a pattern: disk (h, k) lies at q0 + h g1 + k g2. Vectors are (x, y), x along Qx (fast), in
 * detector pixels; q0 is from the origin of the pattern. */

struct Lattice
{
  double g1[2] = { 0., 0. };
  double g2[2] = { 0., 0. };

  /** Positive where g2 is reached from g1 by turning from +x towards +y. */
  double
  Determinant() const
  {
    return g1[0] * g2[1] - g1[1] * g2[0];
  }
};

/** The indices of a disk. */
struct MillerIndex
{
  int h = 0;
  int k = 0;
};

/** A lattice and the peaks that lie on it. */
struct IndexedPeaks
{
  Lattice lattice;
  /** The peaks' places, highest peak first, and their indices. */
  std::vector<BraggPlace>  places;
  std::vector<MillerIndex> indices;
  /** Share of all peaks' heights (square roots of them) that is on the lattice, 0 to 1. */
  double share = 0.;
};

/** The lattice that the peaks of one pattern lie on.
 *
 * Pairs of peaks, and of differences of peaks, are tried; a peak is on a lattice if it is within `tolerance` pixels of
 * a lattice point. Of the lattices that hold nearly as much as the best the one of the largest cell is taken, reduced
 * to the shortest vectors (Gauss) at an angle of 60 to 90 degrees, g1 being the one nearest to +x, and fitted by least
 * squares. Peaks at one distance of two lattices' points cannot tell them apart: give the lattice then. Nothing if no
 * lattice holds three peaks in two directions. */
FourDSTEM_EXPORT std::optional<IndexedPeaks>
                 FindLattice(const std::vector<BraggPeak> & peaks, double tolerance = 1.5);

/** The peaks on a lattice that is known, which is fitted to them. Nothing if they do not span it. */
FourDSTEM_EXPORT std::optional<IndexedPeaks>
                 IndexPeaks(const std::vector<BraggPeak> & peaks, const Lattice & lattice, double tolerance = 1.5);

/** The lattice at one position; NaN in all but `disks` where it could not be fitted. */
struct LatticeFit
{
  float q0[2];
  float g1[2];
  float g2[2];
  /** Covariance of the x components of g1 and g2, and likewise of the y components: g1 with itself, g1 with g2, g2 with
   * itself, square pixels. */
  float covariance[3];
  /** Root of the mean squared distance of the disks from the lattice, pixels. */
  float residual;
  /** Disks that the fit rests on. */
  std::int32_t disks;
};

/** A lattice as the values of a position in lattice.nrrd and in ITK's images. */
enum : std::uint8_t
{
  LatticeComponents = 11
};

/** Their names: "q0 x", "q0 y", "g1 x", "g1 y", "g2 x", "g2 y", "variance g1", "covariance g1 g2", "variance g2",
 * "residual", "disks". */
FourDSTEM_EXPORT const std::array<const char *, LatticeComponents> &
                       LatticeComponentNames();

/** `values`: LatticeComponents floats. */
FourDSTEM_EXPORT void
ToComponents(const LatticeFit & fit, float * values);

FourDSTEM_EXPORT LatticeFit
LatticeOfComponents(const float * values);

struct LatticeFitOptions
{
  /** Fewest disks; at least 4, so that one is left to contradict. */
  int minimumDisks = 4;
  /** Disks farther from the lattice than this many of their standard deviations do not count (Tukey's biweight). */
  double outlier = 4.;
};

/** Fits the lattice at each of `positions` positions to its disks, weighted by their errors and robustly.
 *
 * `disks`: [positions][stride] as FindBraggDisks writes them. `indices`: for each set the indices of its places;
 * `sets`: the number of each position's set, NoSet for none; null: 0. `fits`: [positions].
 *
 * The disks' errors are those of counting; what disks deviate from the lattice by beyond them (their inner structure,
 * a tail under them) is found in the residuals: the variance scale is the median over all positions, drawn towards each
 * position's own residuals as far as these have weight against 20 degrees of freedom, and is part of `covariance`. So
 * the whole scan belongs into one call. Cost: about 1 microsecond a position and core. */
FourDSTEM_EXPORT void
FitLattices(std::int64_t                                  positions,
            std::int64_t                                  stride,
            const BraggDisk *                             disks,
            const std::vector<std::vector<MillerIndex>> & indices,
            const std::uint16_t *                         sets,
            const LatticeFitOptions &                     options,
            LatticeFit *                                  fits,
            const Execution &                             execution);

/** What of a position a lattice explains: the heights together of the disks that lie within `tolerance` of it; 0 where
 * none is fitted. Of several lattices the one with the largest is that of the position. */
FourDSTEM_EXPORT double
HeightOnLattice(const BraggDisk *                disks,
                const std::vector<MillerIndex> & indices,
                const LatticeFit &               fit,
                double                           tolerance);
} // namespace fourdstem

#endif
