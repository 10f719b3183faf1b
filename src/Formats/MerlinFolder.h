// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_MerlinFolder_h
#define fourdstem_MerlinFolder_h

#include "Formats/MerlinHeader.h"

namespace fourdstem
{
/** One file of an acquisition: whole frames, from `number` on. */
struct MerlinPart
{
  std::string  path;
  std::int64_t number = 0;
  std::int64_t frames = 0;
  std::int64_t size = 0;
};

/** The files of one acquisition, in the order of their frames. */
struct MerlinParts
{
  std::vector<MerlinPart> parts;
  /** Of every frame: the first one's, and bytes from frame to frame. */
  MerlinFrame  frame;
  std::int64_t frameBytes = 0;
  /** Path of the .hdr; empty without one. */
  std::string              hdrPath;
  std::vector<std::string> notes;
};

/** The acquisition to which a .mib belongs. Files follow one another when the numbers at the end of their names do and
 * the first frame of each has the number behind the last one's of the file before. The .hdr is called like the file
 * that was opened, like the first, or like what is common to all, unless it is given.
 *
 * Throws FileError for files that follow by their names but leave out frames, unless `isPatient`: then they are noted.
 */
MerlinParts
FindMerlinParts(const InputFile & mib, const std::string & hdrPath, bool isPatient);

/** Path of the .mib that belongs to a .hdr: of its name, or the first with a number behind it. Throws FileError where
 * there is none. */
std::string
MibBesideHdr(const std::string & hdrPath);
} // namespace fourdstem

#endif
