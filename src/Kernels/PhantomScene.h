// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PhantomScene_h
#define fourdstem_PhantomScene_h

#include "fourdstem/Phantom.h"

namespace fourdstem
{
/** What a phantom's streams of random numbers are for. */
enum : std::uint64_t
{
  randomJitter,
  randomCounts,
  randomRead,
  randomSpeckle,
  randomMissing,
  randomFringes
};

/** What lies under the beam at one position. */
struct PhantomCell
{
  unsigned short label = 1;
  bool           crystal = false;
  /** Intensity of the disks relative to the strongest material. */
  double intensity = 1.0;
  /** Deformation gradient relative to WS2: x' = f[0] x + f[1] y, y' = f[2] x + f[3] y. */
  double f[4] = { 1.0, 0.0, 0.0, 1.0 };
  /** Amplitude of a ripple and the unit vector along which it runs. */
  double ripple = 0.0;
  double rippleX = 1.0;
  double rippleY = 0.0;
};

/** The description with its defaults resolved. Throws std::invalid_argument naming the value and its range. */
PhantomDescription
ResolvePhantom(PhantomDescription description);

/** The cell at scan column `rx` and row `ry`. */
PhantomCell
PhantomCellAt(const PhantomDescription & description, std::int64_t rx, std::int64_t ry);

/** Labels, origins and strain of a resolved description. */
PhantomTruth
MakePhantomTruth(const PhantomDescription & description);
} // namespace fourdstem

#endif
