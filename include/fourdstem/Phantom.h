// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Phantom_h
#define fourdstem_Phantom_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/PatternSource.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fourdstem
{
/** What a simulated scan shows. All but Film, Speckle and CorrelatedSpeckle hold a hexagonal crystal, WS2 unless said.
 *
 * - Flake: a triangle of WS2 within a triangular rim of WSe2 (lattice larger by 4.1 %) on an amorphous film. Seven
 *   labels: 1 film, 2 WS2, 3 WSe2 as grown (two corners of the rim), 4 WSe2 stretched by 0.6 % along one axis, 5 WSe2
 *   rotated by +0.8 degrees, 6 by -0.8 degrees (the three sides), 7 rippled WSe2 (the third corner).
 * - Film, Speckle, CorrelatedSpeckle: the film alone; its halo smooth, or with speckle that is new at every position,
 *   or with speckle shared by adjacent positions (correlation 1/2 along an axis, none beyond). One label.
 * - Crystal, CrystalOnFilm: one perfect crystal in vacuum, or on film with speckle that is new at every position. One
 *   label.
 * - Ramp: a crystal on film stretched along the fast scan axis, from 0 in the first column linearly to `deformation`
 *   in the last. One label.
 * - Step: the same with an abrupt wall: 0 in the first half of the columns (label 1), `deformation` in the others
 *   (label 2).
 * - Dipole: a crystal on film with two edge dislocations in the middle row, half the scan's columns apart, Burgers
 *   vectors along +x (left) and -x (right) of `deformation` times that distance: the isotropic elastic field with
 *   Poisson's ratio 1/4 in plane strain, cores spread over a sixteenth of the distance (Cai et al., J. Mech. Phys.
 *   Solids 54 (2006) 561). Below the left one the crystal is compressed along x, above it stretched. Largest strain
 *   about 1.2 times, largest rotation about 2.2 times `deformation`. One label.
 * - Ripple: a crystal on film with an in-plane wave, two periods along the longer side of the scan, its normal n at 30
 *   degrees from +x towards +y: strain `deformation` cos(phase) along n, shear across it and rotation of half that. One
 *   label. */
enum class PhantomKind : std::uint8_t
{
  Flake,
  Film,
  Speckle,
  CorrelatedSpeckle,
  Crystal,
  CrystalOnFilm,
  Ramp,
  Step,
  Dipole,
  Ripple
};

/** The kind's name as users type it: "flake", "film", "speckle", "correlated-speckle", "crystal", "crystal-on-film",
 * "ramp", "step", "dipole", "ripple". */
FourDSTEM_EXPORT const char *
NameOf(PhantomKind kind);

/** The kind of that name. Throws std::invalid_argument that lists the names. */
FourDSTEM_EXPORT PhantomKind
PhantomKindFromName(const std::string & name);

/** Everything that a simulated scan depends on. Lengths on the detector are in pixels; where the default is 0 they
 * follow the smaller side of the detector, as on 128 x 128. */
struct PhantomDescription
{
  PhantomKind kind = PhantomKind::Flake;
  ScanShape   shape{ 64, 64, 128, 128 };

  /** Expected electrons per pixel at the top of the strongest first-order disk (of WSe2 in the flake), without the
   * film's share. 0 gives patterns of zeros. */
  double dose = 16.0;
  /** Whether counts are drawn from Poisson's law; without it patterns hold expectations. */
  bool noise = true;
  /** Every random number follows from it. */
  std::uint64_t seed = 1;

  /** Radius at half height of every disk. 0: 5 px on 128, at least 2. */
  double probeRadius = 0.0;
  /** Width over which a disk falls from its top to nothing. */
  double edgeWidth = 1.5;
  /** Distance of the first-order disks of unstrained WS2 from the origin. 0: 27 px on 128. */
  double latticeLength = 0.0;
  /** Direction of the first reciprocal lattice vector, degrees from +x towards +y. */
  double latticeAngle = 7.0;
  /** Height of the direct beam in units of the strongest first-order disk. */
  double directBeam = 60.0;
  /** Strength of the film's halo: at 1 it takes 15 % of the electrons, and its ring is 0.15 as high as the strongest
   * first-order disk. */
  double film = 1.0;
  /** Strength of the crystal's inelastic scattering: tails about the direct beam and a broad background, which at 1 are
   * 0.6 and 0.03 as high as the strongest first-order disk in the middle. */
  double inelastic = 1.0;
  /** Standard deviation of the film's speckle relative to its halo. Negative: as the kind says, 0.3 or 0. */
  double speckle = -1.0;
  /** Whole change of the strain in Ramp and Step, Burgers vectors over their distance in Dipole (up to 0.1), amplitude
   * in Ripple (up to 0.5). Negative: 0.03 in Ramp, else 0.01. */
  double deformation = -1.0;
  /** Deformation gradient of Crystal and CrystalOnFilm against unstrained WS2: x' = f[0] x + f[1] y,
   * y' = f[2] x + f[3] y. */
  std::array<double, 4> gradient{ 1.0, 0.0, 0.0, 1.0 };

  /** Contrast of fringes within the diffracted disks, 0 to 1: heights are multiplied by 1 + structure cos(...). The
   * fringes run across g, half a fringe over a disk's diameter in the first scan column and two in the last, and move
   * over the scan, as in a thick wedge of crystal; their phases differ from disk to disk, also between g and -g. */
  double structure = 0.0;
  /** Chance of each diffracted disk to be absent at a position, independent of all others. */
  double missing = 0.0;
  /** Height of the disks of a second crystal under the beam wherever there is one, relative to those of unstrained
   * WSe2; it is unstrained WS2, rotated by `overlapAngle` degrees against `latticeAngle`, and not in the truth. */
  double overlap = 0.0;
  double overlapAngle = 15.0;
  /** Elliptical distortion of the detector about the origin: long over short axis of what would be a circle, 1 to 2,
   * and the long axis' direction in degrees from +x towards +y. Areas stay. The truth is that of the crystal. */
  double ellipticity = 1.0;
  double ellipseAngle = 0.0;

  /** Way of the origin over the scan along each axis, x with the fast scan axis and y with the slow one. */
  double descanRamp = 3.0;
  /** Standard deviation of the origin at each position about that ramp, along each axis. */
  double descanJitter = 0.35;

  /** Detector units (ADU) per electron. */
  double gain = 1.0;
  /** Standard deviation of Gaussian noise added to each pixel, in electrons; makes negative values. */
  double readNoise = 0.0;
};

/** What is true of a simulated scan, position by position (p = ry * Rx + rx). */
struct PhantomTruth
{
  /** One label per position, from 1. */
  std::vector<unsigned short> labels;
  /** (qx0, qy0) per position: the direct beam's centre in detector pixels, pixel centres at whole numbers. */
  std::vector<float> origins;
  /** (exx, eyy, exy, theta) per position: V - I of F = V R in the image's axes, and the angle of R in degrees from +x
   * towards +y; relative to WS2 at `latticeAngle`, positive strain is expansion in real space. NaN without a crystal.
   */
  std::vector<float> strain;
};

/** \brief A kinematic simulation of a 4D-STEM scan with its truth.
 *
 * The expected pattern at a position is
 *   dose * ( directBeam * disk(q - q0) + sum_g I_g disk(q - q0 - F^-T g) + diffuse(|q - q0|)
 *            + film * halo(|q - q0|) * (1 + speckle * n(q - q0)) ),
 * with disks of a soft edge at sub-pixel places, the reciprocal lattice vectors g of a hexagonal crystal up to the
 * detector's corners, I_g equal for g and -g and falling slowly, exp(-0.12 (h^2 + hk + k^2 - 1)) (of WS2's first two
 * orders the second is about as strong as the first: there all three atoms scatter in phase), F the deformation
 * gradient (strain truth), q0 the origin there (ramp and jitter) and n a smooth random field of unit variance and the
 * grain of a disk. A ripple weakens and widens the disks along its axis, in Friedel pairs. Counts are drawn by
 * Poisson's law, exactly: inversion below a mean of 12, Hörmann's PTRS (Insur. Math. Econ. 12 (1993) 39) above; then
 * read noise and gain. Fringes, missing disks, a second crystal and distortion: see the description.
 *
 * Random numbers are functions of (seed, position, pixel) alone, so that the same description gives the same bits for
 * any number of threads, rows at a time, or order of calls. Costs about 0.3 ms a pattern of 128 x 128 and core. */
class FourDSTEM_EXPORT Phantom
{
public:
  /** Throws std::invalid_argument naming the value outside its range and the range: extents from 1, lengths up to 1e5
   * pixels, at most 64 first-order distances across the detector. */
  explicit Phantom(const PhantomDescription & description);
  ~Phantom();
  Phantom(Phantom &&) noexcept;
  Phantom &
  operator=(Phantom &&) noexcept;

  /** The description with every default resolved. */
  const PhantomDescription &
  Description() const;

  const PhantomTruth &
  Truth() const;

  /** Detector pixel in 1/nm, from the distance of WS2's {10-10} planes (0.2730 nm) and latticeLength. */
  double
  DetectorPixel() const;

  /** The patterns of scan rows [firstRow, firstRow + rows) into `patterns`, which belongs to the caller: float32 ADU in
   * C order (rows, Rx, Qy, Qx). Throws std::out_of_range outside the scan, Aborted. */
  void
  Simulate(std::int64_t firstRow, std::int64_t rows, float * patterns, const Execution & execution = {}) const;

  /** All patterns, some rows at a time: calls sink(firstRow, rows, patterns) on the calling thread with increasing
   * rows. Holds at most about 64 MiB or one row. */
  void
  Simulate(const std::function<void(std::int64_t, std::int64_t, const float *)> & sink,
           const Execution &                                                      execution = {}) const;

private:
  struct Implementation;
  std::unique_ptr<Implementation> m_Implementation;
};
} // namespace fourdstem

#endif
