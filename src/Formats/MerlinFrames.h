// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_MerlinFrames_h
#define fourdstem_MerlinFrames_h

#include "Formats/WholeRows.h"

#include <functional>

namespace fourdstem
{
/** Which frames of an acquisition are the positions of a scan: row r, column c is frame first + r * perLine + c. */
struct MerlinFrames
{
  HeldScan     scan;
  std::int64_t first = 0;
  std::int64_t perLine = 0;
};

/** Lines that show in the times of frames: the first whole one begins with frame `first`. */
struct MerlinLines
{
  std::int64_t first = 0;
  std::int64_t perLine = 0;
  std::int64_t lines = 0;
};

/** Lines of `frames` frames of which `times` are those of the first ones, in ns: a line begins behind each gap that is
 * longer than the mean, where such gaps stand out and come in equal distances. */
std::optional<MerlinLines>
FindMerlinLines(const std::vector<std::int64_t> & times, std::int64_t frames);

/** What is known about the frames of an acquisition; 0 where nothing is. */
struct MerlinCounts
{
  std::int64_t frames = 0;
  /** Number of the first frame, 1 when none is missing before it. */
  std::int64_t firstNumber = 1;
  /** What the .hdr says. */
  std::int64_t statedFrames = 0;
  std::int64_t framesPerTrigger = 0;
  /** Scan shapes in the order of trust. */
  std::vector<ShapeCandidate> candidates;
  /** Times of the first frames, in ns; asked for only where they matter. */
  std::function<std::vector<std::int64_t>()> times;
};

/** The positions: those of the option's shape, else of the first candidate that all frames fit, else of the first that
 * they fit with frames skipped at the end of each line, missing or too many; else by the frames' times. Of a scan that
 * was interrupted, its whole lines as KeepWholeRows has it. Notes what is left out and why. Throws when nothing says
 * the shape, or nothing which frames are too many. */
MerlinFrames
ResolveMerlinFrames(const std::string &        path,
                    const MerlinCounts &       counts,
                    const ScanFileOptions &    options,
                    std::vector<std::string> & notes);
} // namespace fourdstem

#endif
