// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DmTags_h
#define fourdstem_DmTags_h

#include "Formats/ScanFormat.h"

namespace fourdstem
{
/** What a tag begins with. */
constexpr unsigned char GroupTag = 20;
constexpr unsigned char ValueTag = 21;

/** One tag of a Gatan DM3 or DM4 file. */
struct DmTag
{
  enum class Kind : std::uint8_t
  {
    Group,
    Number,
    Array,
    /** A structure, or an array of such: passed over. */
    Other
  };

  /** Unnamed tags are called by their place in the group, from 1. */
  std::string label;
  Kind        kind = Kind::Other;
  double      number = 0;
  /** Of an array of numbers: where it lies in the file, how many there are, and bytes of each. */
  std::int64_t       offset = 0;
  std::int64_t       count = 0;
  std::int64_t       elementBytes = 0;
  std::vector<DmTag> children;

  /** The tag below this one with labels joined by dots, e.g. "ImageData.DataType"; null where there is none. */
  const DmTag *
  Find(const std::string & path) const;

  /** Unset where there is none, or no finite number. */
  std::optional<double>
  NumberAt(const std::string & path) const;
};

/** All the tags of a file. Arrays are not read. */
struct DmTags
{
  /** 3 or 4. */
  int       version = 0;
  ByteOrder order = ByteOrder::Little;
  DmTag     root;
  /** Where the file ends inside its tags, why nothing behind is known; the last tag may be an array that goes on behind
   * the file's end. Empty for a whole file. */
  std::string cutOff;

  /** Text, which DM stores as an array of UTF-16, of at most 1024 units; empty where there is none. */
  std::string
  TextAt(const InputFile & file, const DmTag & tag, const std::string & path) const;
};

/** Whether the file begins as DM3 and DM4 files do, and whether it is named like one. */
bool
IsDm(const FileProbe & probe);
bool
IsNamedDm(const FileProbe & probe);

/** Throws FileError where the tags are of unknown types, nested too deeply or too many, or where not even the first
 * begins in the file. */
DmTags
ReadDmTags(const InputFile & file);
} // namespace fourdstem

#endif
