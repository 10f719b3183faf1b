// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DmImages_h
#define fourdstem_DmImages_h

#include "Formats/DmTags.h"
#include "Formats/StoredType.h"

namespace fourdstem
{
/** An array of numbers in a Gatan DM3 or DM4 file. */
struct DmImage
{
  /** "ImageList.2", numbered from 1. */
  std::string name;
  /** Below its entry in the list: ImageData, ImageTags. */
  const DmTag * tags = nullptr;
  /** Fastest axis first; beyond four, extents of 1 are left out. */
  std::vector<std::int64_t> extents;
  StoredType                type;
  std::int64_t              dataOffset = 0;
  std::int64_t              dataBytes = 0;
  /** Why it cannot be a scan; empty where it can. */
  std::string objection;
};

/** The image of four axes, or else of three, that `options` name or that is the only one; thumbnails, colours and
 * complex numbers are none. Points into `tags`. Throws ScanChoiceNeeded where several can be meant, and FileError with
 * what was found where none can. */
DmImage
ChooseDmImage(const InputFile & file, const DmTags & tags, const ScanFileOptions & options);
} // namespace fourdstem

#endif
