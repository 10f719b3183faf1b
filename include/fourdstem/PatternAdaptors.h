// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PatternAdaptors_h
#define fourdstem_PatternAdaptors_h

#include "fourdstem/PatternSource.h"

#include <memory>
#include <vector>

/** Sources of patterns that are made from those of another source, pattern by pattern, while they are read. Each holds
 * the source below it, is as safe to read from several threads as that, keeps no pattern, and gives the same values for
 * any division of the scan. One that would change nothing is the source itself. */
namespace fourdstem
{
using SharedPatterns = std::shared_ptr<const PatternSource>;

/** What replaces the value of a bad pixel: a statistic of the good pixels next to it. */
enum class BadPixelValue : std::uint8_t
{
  Mean,
  Median
};

/** Images over the detector, C order (Qy, Qx), in the orientation in which patterns are read. Empty: none. */
struct DetectorCorrection
{
  /** Subtracted from every pattern; unit of the stored values. */
  std::vector<double> dark;
  /** Multiplies what is left: the reciprocal of a flat field. */
  std::vector<double> gain;
  /** Anything but 0 marks a bad pixel, whose value is replaced. */
  std::vector<double> badPixels;
  BadPixelValue       badPixelValue = BadPixelValue::Mean;
};

/** (stored - dark) x gain, then bad pixels replaced.
 *
 * Type: with dark or gain float32, for stored float64 and integers of 32 bits and more float64; computed in double.
 * With bad pixels alone the stored type, so counts stay counts: integers are rounded, halves away from 0.
 *
 * A bad pixel takes the mean or median of the good ones among its 8 neighbours; where all of these are bad, of the
 * good ones in the smallest larger square about it that has any. Neighbours that are NaN or infinite are left out; if
 * none is left the pixel becomes NaN. The median of an even number is the mean of the middle two.
 *
 * Throws std::invalid_argument, naming image and pixel, when an image has not Qy x Qx values, when dark or gain is not
 * finite at a good pixel, or when no pixel is good. */
FourDSTEM_EXPORT SharedPatterns
CorrectPatterns(const SharedPatterns & source, const DetectorCorrection & correction);

/** A rectangle of detector pixels. */
struct DetectorRegion
{
  std::int64_t qy = 0;
  std::int64_t qx = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

/** The pixels of `region`, without a copy, in the stored type. Throws std::invalid_argument when it is empty or does
 * not lie on the detector. */
FourDSTEM_EXPORT SharedPatterns
CropPatterns(const SharedPatterns & source, const DetectorRegion & region);

/** Sums over squares of `detectorBin` x `detectorBin` pixels and `scanBin` x `scanBin` positions.
 *
 * Rows and columns at the end that do not fill a square are left out. Type: the narrowest of the stored kind (unsigned,
 * signed, float) that holds the largest stored value times the number of values summed, so counts never overflow:
 * uint8 binned by 2 x 2 gives uint16, uint16 gives uint32, uint32 gives uint64. Floats keep their type; their sums are
 * made in double, in C order of scan, then detector, and rounded once. 64-bit integers keep theirs; a sum that it does
 * not hold is a std::runtime_error on reading that names the position.
 *
 * Throws std::invalid_argument when a bin is below 1 or larger than an extent. */
FourDSTEM_EXPORT SharedPatterns
BinPatterns(const SharedPatterns & source, std::int64_t detectorBin, std::int64_t scanBin);

/** The same values in another type. Reading throws std::runtime_error, naming the first value in scan order that the
 * type does not hold exactly and its place; float64 alone is rounded to float32, where that is finite. */
FourDSTEM_EXPORT SharedPatterns
ConvertPatterns(const SharedPatterns & source, ElementType type);
} // namespace fourdstem

#endif
