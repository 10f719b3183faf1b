// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Cepstrum_h
#define fourdstem_Cepstrum_h

#include "FourDSTEMExport.h"
#include "fourdstem/Feature.h"
#include "fourdstem/Lattice.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace fourdstem
{
/** \file
 * The exit-wave power cepstrum of patterns (EWPC; Padgett et al., Ultramicroscopy 214, 112994, 2020), and the lattice
 * in it.
 *
 * It is the amplitude of the Fourier transform of the logarithm of a pattern: whatever multiplies the pattern
 * (thickness fringes, tilt, the shape of the disks) is added in the logarithm and varies slowly, so that it stays near
 * the centre, while disks that repeat make peaks at the vectors of the direct lattice. Disks may overlap.
 *
 * Places are (x, y), x along Qx, in pixels of the cepstrum from its centre: a pixel is 1 / (side * detector pixel),
 * 1/nm giving nm. The method: docs/method.md, "Cepstrum". */

struct CepstrumOptions
{
  /** Rows and columns of the square of pixels about the origin that is transformed; 0: the shorter side of the
   * detector.
   */
  std::int64_t side = 0;
  /** Counts that are added before the logarithm: what is much less does not count. */
  double offset = 1.;
  /** Shortest vector of the lattice, pixels of the cepstrum: nearer to the centre it is not told from the central lobe.
   */
  double innerRadius = 8.;
  /** A peak is at most this far from its place, pixels of the cepstrum. */
  double reach = 1.5;
  /** Smallest height of a peak in standard deviations of counting noise. */
  double significance = 4.;
};

/** The side for a detector: the shorter of its own where none (0) is given. Throws std::invalid_argument for one below
 * 16 or beyond the detector. */
FourDSTEM_EXPORT std::int64_t
                 CepstrumSide(std::int64_t side, std::int64_t qy, std::int64_t qx);

/** The cepstrum of a pattern [qy][qx] with its origin at (originX, originY): [side][side] with the centre at
 * (side / 2, side / 2). A Hann window of that size is about the nearest pixel to the origin; pixels that are off the
 * detector or not finite count as the mean. Heights are in units of the logarithm. */
FourDSTEM_EXPORT std::vector<float>
                 Cepstrum(const double *          pattern,
                          std::int64_t            qy,
                          std::int64_t            qx,
                          double                  originX,
                          double                  originY,
                          const CepstrumOptions & options);

/** The lattice that the peaks of a mean pattern's cepstrum lie on, with places on both sides of the centre.
 *
 * Throws std::runtime_error where no peak stands out, they are no lattice, or its shortest vector lies within the inner
 * radius: then disks are too far apart, and to be measured one by one. */
FourDSTEM_EXPORT IndexedPeaks
FindCepstrumLattice(const double *          mean,
                    std::int64_t            qy,
                    std::int64_t            qx,
                    double                  originX,
                    double                  originY,
                    const CepstrumOptions & options);

/** The peaks of each pattern's cepstrum near to places: x, y, height and sigma for each, as of a BraggDisk, NaN where
 * there is none; names "peak 1 x", ...
 *
 * Every place has its opposite, which is the same peak again: its variance is doubled. The sigma is that of counting
 * noise of a gain of 1. The transform is computed about the places only, at steps of half a pixel, and the place
 * follows from a parabola of the logarithm of the amplitude: within 0.01 pixel where there is no noise. Cost: about
 * half a millisecond a pattern of 128 x 128 and core. Throws std::invalid_argument for an option out of its range or
 * places without opposites. */
FourDSTEM_EXPORT std::unique_ptr<Feature>
MakeCepstrumPeaks(const std::vector<BraggPlace> & places, std::int64_t side, const CepstrumOptions & options);

/** The reciprocal lattice in detector pixels of a lattice in a cepstrum of this side: G = side * A^-T. The covariance
 * is carried over as is right where peaks lie evenly about the centre; the residual is scaled, q0 is 0. */
FourDSTEM_EXPORT LatticeFit
ReciprocalOfCepstrum(const LatticeFit & direct, std::int64_t side);
} // namespace fourdstem

#endif
