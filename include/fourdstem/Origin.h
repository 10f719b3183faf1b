// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Origin_h
#define fourdstem_Origin_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/PatternSource.h"

#include <limits>
#include <vector>

namespace fourdstem
{
/** \file
 * The origin of a diffraction pattern is where the undiffracted beam hits the detector. Descan moves it by pixels over
 * the scan. Origins are coordinates in detector pixels, x (fast) before y, the centre of pixel i at i; an array of them
 * is float [positions][2], positions in scan order p = ry * Rx + rx. */

/** The undiffracted disk of a pattern, in detector pixels. */
struct Probe
{
  double qx = 0.;
  double qy = 0.;
  double radius = 0.;
  /** False if nothing bright lies in the central part: then the array's centre and a sixth of the shorter side. */
  bool found = false;
};

/** How an origin is looked for: the centre of mass in a disk.
 *
 * Non-finite pixels weigh nothing and negative ones count as 0. If the disk holds no counts, the centre it had is the
 * origin: the start, or that of the last round which saw counts. A pattern without any finite pixel under the first
 * disk has no origin: NaN. */
struct OriginSearch
{
  /** Centre of the first disk, detector pixels. */
  double startX = 0.;
  double startY = 0.;
  /** Radius of the disk, detector pixels. */
  double radius = 0.;
  /** How often the disk moves to the centre of mass it found; 0 is a fixed disk. It stops early below 1e-4 pixels. */
  int recentrings = 0;
  /** Weight of a pixel at distance d: if soft, min(max((radius^2 - d^2) / (2 radius) + 0.5, 0), 1), an edge one pixel
   * wide that lets the centre move smoothly; else 1 for d < radius, as in the published pipeline. */
  bool softEdge = false;
  /** Values below are raised to it first (the published pipeline: 1). Non-finite ones stay no data. */
  float lowest = -std::numeric_limits<float>::infinity();

  /** The published pipeline: a fixed hard disk about pixel (floor(Qx / 2), floor(Qy / 2)), of the pixels nearer to it
   * than floor(Q / 6), at least 1, Q the shorter detector side; the rim itself is outside. A strong reflection inside
   * it pulls the centre (it follows about 77 % of a descan). */
  FourDSTEM_EXPORT static OriginSearch
  FixedDisk(const ScanShape & shape);

  /** A soft disk of 1.8 probe radii + 0.5, started at the mean pattern's probe, re-centred up to four times. It holds
   * little else than the undiffracted disk, so it follows a descan to 0.01 pixels without noise. */
  FourDSTEM_EXPORT static OriginSearch
  Recentred(const Probe & probe);
};

/** Pairs (x, y) for patterns whose origins nobody knows: (floor(Qx/2), floor(Qy/2)), for every position of `rows` scan
 * rows. */
inline std::vector<float>
CentredOrigins(const ScanShape & shape, std::int64_t rows)
{
  std::vector<float> origins;
  origins.reserve(static_cast<std::size_t>(2 * rows * shape.rx));
  for (std::int64_t p = 0; p < rows * shape.rx; ++p)
  {
    origins.push_back(static_cast<float>(shape.qx / 2));
    origins.push_back(static_cast<float>(shape.qy / 2));
  }
  return origins;
}

/** Mean over the positions of every `rowStep`-th scan row, from the first: [Qy][Qx], NaN where no pattern is finite.
 * Reads 1 / rowStep of the scan. `lowest` as in OriginSearch. */
FourDSTEM_EXPORT std::vector<double>
                 MeanPattern(const PatternSource & source,
                             std::int64_t          rowStep,
                             const Execution &     execution,
                             float                 lowest = -std::numeric_limits<float>::infinity());

/** Every which scan row is enough for the mean pattern that the probe is estimated in: 24 to 47 rows are, evenly
 * spread, or all if there are fewer. */
inline std::int64_t
ProbeRowStep(const ScanShape & shape)
{
  return std::max<std::int64_t>(1, shape.ry / 24);
}

/** The probe in a mean pattern [Qy][Qx]: the brightest pixel within a sixth of the shorter side of the array's centre,
 * the connected region (4 neighbours) about it above half its value, whose area gives the radius; the centre is the
 * centre of mass in the soft disk of OriginSearch::Recentred, re-centred three times. */
FourDSTEM_EXPORT Probe
EstimateProbe(const double * pattern, std::int64_t qy, std::int64_t qx);

/** Finds the origin of every pattern in scan rows [firstRow, firstRow + rows).
 *
 * `origins` has room for rows * Rx pairs and begins with that of (firstRow, 0). Each pattern is independent of all
 * others. Cost: the pixels inside the disk, once a round. Throws std::invalid_argument if the radius is not above 0,
 * and what the source and the monitor throw. */
FourDSTEM_EXPORT void
FindOrigins(const PatternSource & source,
            std::int64_t          firstRow,
            std::int64_t          rows,
            const OriginSearch &  search,
            float *               origins,
            const Execution &     execution);

/** Polynomial over the scan that stands for a descan. */
enum class OriginSurface
{
  Plane,
  Quadratic
};

/** Fits a surface to each coordinate of the origins of a whole scan, robustly, and evaluates it everywhere.
 *
 * Least squares, re-weighted eight times by 1 / (1 + (e / 2m)^2)^2, e the distance of an origin from the surface and m
 * the median of all. Positions with a non-finite origin or, if `mask` is given, a zero in mask[ry * Rx + rx] do not
 * take part. `fitted` [positions][2] may be `origins` itself; `residual` [positions], the distance in pixels (NaN
 * where the origin is), may be null. Scans too small for the surface get the simplest one through the data. */
FourDSTEM_EXPORT void
FitOrigins(std::int64_t         ry,
           std::int64_t         rx,
           const float *        origins,
           const std::uint8_t * mask,
           OriginSurface        surface,
           float *              fitted,
           float *              residual);
} // namespace fourdstem

#endif
