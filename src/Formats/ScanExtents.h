// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ScanExtents_h
#define fourdstem_ScanExtents_h

#include "fourdstem/ScanFile.h"

namespace fourdstem
{
/** A scan shape and who says so. */
struct ShapeCandidate
{
  std::int64_t ry = 0;
  std::int64_t rx = 0;
  std::string  source;
};

/** The scan shape of a file that holds a sequence of `patterns`: the option's, else the first candidate that has as
 * many positions. Throws with the possibilities when none has, also for the option: what the user says must fit. */
ShapeCandidate
ResolveScanShape(const std::string &                 path,
                 std::int64_t                        patterns,
                 const ScanFileOptions &             options,
                 const std::vector<ShapeCandidate> & candidates);

/** A shape as the option takes it. */
ScanCandidate
ToCandidate(const ShapeCandidate & shape);

/** Candidates in one line, the first twenty of them. */
std::string
FormatCandidates(const std::vector<ScanCandidate> & candidates);

/** Every way to arrange so many patterns, the squarest first, at most `most`. */
std::vector<ScanCandidate>
PossibleExtents(std::int64_t patterns, std::size_t most);

/** The candidate n x n, where `patterns` is a square number. */
std::optional<ShapeCandidate>
SquareCandidate(std::int64_t patterns);

/** Bytes of all the pixels, overflow checked; throws with the file's name unless every extent is positive. */
std::int64_t
CheckedBytes(const std::string & path, const ScanShape & shape, std::int64_t bytesPerPixel);

/** "Ry x Rx positions of Qy x Qx pixels". */
std::string
FormatShape(const ScanShape & shape);
} // namespace fourdstem

#endif
