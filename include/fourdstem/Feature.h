// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Feature_h
#define fourdstem_Feature_h

#include "FourDSTEMExport.h"
#include "fourdstem/Monitor.h"
#include "fourdstem/PatternSource.h"
#include "fourdstem/RowStore.h"
#include "fourdstem/Sampling.h"
#include "fourdstem/VirtualDetector.h"

#include <memory>
#include <string>
#include <vector>

namespace fourdstem
{
/** What was met while features were taken; sums over all patterns. */
struct FeatureReport
{
  /** Sample points that lay outside the detector, or in patterns without an origin. */
  std::int64_t uncovered = 0;
  /** Sample points on the detector with nothing finite under the kernel. */
  std::int64_t missing = 0;
  /** Sample points whose kernel met pixels that are not finite, and was renormalised. */
  std::int64_t renormalised = 0;

  FeatureReport &
  operator+=(const FeatureReport & other)
  {
    uncovered += other.uncovered;
    missing += other.missing;
    renormalised += other.renormalised;
    return *this;
  }
};

/** Where a Worker finds one pattern: rows of float32 pixels, `rowStride` floats apart. */
struct FloatPattern
{
  const float *  pixels = nullptr;
  std::ptrdiff_t rowStride = 0;
  std::int64_t   qy = 0;
  std::int64_t   qx = 0;
};

/** A reduction of one pattern to a fixed number of named values: what clustering sees of a position.
 *
 * A Feature is immutable and shared by threads; what it needs while it works is in a Worker, one per thread. */
class FourDSTEM_EXPORT Feature
{
public:
  /** Scratch of one thread. */
  class FourDSTEM_EXPORT Worker
  {
  public:
    virtual ~Worker() = default;

    /** Writes Components() values of `pattern` to `out`. The origin is in pixel indices of the pattern; one that is not
     * finite says that the position has no pattern. What happened is added to `report`. */
    virtual void
    Extract(const FloatPattern & pattern, float originX, float originY, float * out, FeatureReport & report) = 0;
  };

  virtual ~Feature() = default;

  /** Number of values per position. */
  virtual std::int64_t
  Components() const = 0;

  /** One name per component, unique, without commas, e.g. "I(+12,-3)" or "radial 14". */
  virtual std::vector<std::string>
  Names() const = 0;

  /** Pixels below this count as this before they come to the Worker; -infinity for none. */
  virtual float
  Minimum() const
  {
    return -std::numeric_limits<float>::infinity();
  }

  virtual std::unique_ptr<Worker>
  MakeWorker() const = 0;
};

/** What is done to each value, or each row of values, after sampling. */
enum class Transform : std::uint8_t
{
  /** x */
  Raw,
  /** 2 sqrt(max(x, 0) + 3/8): unit variance for Poisson counts above about 4 */
  Anscombe,
  /** log(1 + max(x, 0)) */
  Log,
  /** x divided by the Euclidean length of all values of the position; rows of zeros stay */
  L2
};

/** Applies `transform` to the `count` values of one position, in place. */
FourDSTEM_EXPORT void
ApplyTransform(Transform transform, float * values, std::int64_t count);

/** The intensities at fixed points around the origin: the feature vector of Shi et al. 2022.
 *
 * Component k is the pattern at points[k], sampled as `sampling` says, then transformed. Names: "I(dx,dy)" with the
 * comma written as a space. `fill` (empty, or one value a point, before the transform) stands where there is no data;
 * empty means 0. Give the mean pattern at the points, and lost pixels do not draw positions together in clustering.
 * Cost: for each row of points one vertical filter over the columns it needs and one horizontal; points are best in
 * rows, as PointsOfMask gives them. Offsets that are all even, or all odd, cost half. Throws std::invalid_argument when
 * there is no point, a point is more than 2^20 pixels off, or sigma is outside [0, 32]. */
FourDSTEM_EXPORT std::unique_ptr<Feature>
                 MakeMaskedPixels(const std::vector<SamplePoint> & points,
                                  const SamplingOptions &          sampling = {},
                                  Transform                        transform = Transform::Raw,
                                  const std::vector<float> &       fill = {});

/** Rings around the origin. */
struct RadialOptions
{
  /** Inner radius of the first ring, in detector pixels. */
  double first = 0;
  /** Width of each ring, in detector pixels. */
  double width = 1;
  /** Number of rings. */
  int rings = 1;
  /** After the means, also the azimuthal variance of every ring (population variance, in squared counts). */
  bool variance = false;
  /** As SamplingOptions::minimum. */
  float minimum = -std::numeric_limits<float>::infinity();
};

/** Azimuthal mean (and variance) in rings around each pattern's own origin, first + k width <= r < first + (k + 1)
 * width.
 *
 * Works on the pixels themselves, without interpolation: a pixel belongs to the ring that holds its centre. Rings
 * partly off the detector use the pixels that are on it; a ring without a finite pixel gives 0 and counts as missing,
 * as does every ring of a pattern without origin. Sums are in double. Names: "radial mean k", "radial variance k".
 * Throws std::invalid_argument unless first >= 0, width > 0 and 1 <= rings <= 100000. */
FourDSTEM_EXPORT std::unique_ptr<Feature>
                 MakeRadialProfile(const RadialOptions & options, Transform transform = Transform::Raw);

/** The components of a set of virtual detectors: sums over rings and masks, centres of mass.
 *
 * Names are those of the set. A centre of mass without a positive sum gives 0 and counts as missing, as does every
 * component of a pattern without origin. `detectors` is copied and must be made for patterns of the same size. */
FourDSTEM_EXPORT std::unique_ptr<Feature>
                 MakeVirtualDetectors(const VirtualDetectorSet & detectors);

/** Takes `feature` of every position of scan rows [firstRow, firstRow + rows) in one pass over the source.
 *
 * `origins` are rows * Rx pairs (x, y) in pixel indices, beginning with that of (firstRow, 0); null stands for
 * (floor(Qx/2), floor(Qy/2)) everywhere. Row (ry - firstRow) * Rx + rx of `out` (rows * Rx rows of Components() floats)
 * gets the values of position (ry, rx). Any pixel type; values are converted to float32 one pattern at a time.
 *
 * Memory: a few patterns and feature rows per thread. The result is the same bits for any number of threads and any
 * division into row ranges. Throws std::invalid_argument when `out` does not fit or the rows lie outside the scan,
 * Aborted, and what the source throws. */
FourDSTEM_EXPORT FeatureReport
GatherFeatures(const PatternSource & source,
               std::int64_t          firstRow,
               std::int64_t          rows,
               const float *         origins,
               const Feature &       feature,
               RowStore &            out,
               const Execution &     execution);

/** The same into a buffer of the caller's: rows * Rx * Components() floats, C order. */
FourDSTEM_EXPORT FeatureReport
GatherFeatures(const PatternSource & source,
               std::int64_t          firstRow,
               std::int64_t          rows,
               const float *         origins,
               const Feature &       feature,
               float *               out,
               const Execution &     execution);
} // namespace fourdstem

#endif
