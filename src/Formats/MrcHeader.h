// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_MrcHeader_h
#define fourdstem_MrcHeader_h

#include "Formats/ScanFormat.h"
#include "Formats/StoredType.h"

namespace fourdstem
{
/** What the 1024 bytes at the beginning of an MRC file say. */
struct MrcHeader
{
  ByteOrder    order = ByteOrder::Little;
  std::int64_t columns = 0;
  std::int64_t rows = 0;
  std::int64_t sections = 0;
  /** Of mode 0 as int8; whether that is meant, bytesSign tells. */
  StoredType   type;
  std::int64_t dataOffset = 0;

  enum class Sign : std::uint8_t
  {
    Signed,
    Unsigned,
    Unknown
  };
  /** By IMOD's flag, else by the extreme values in the header. */
  Sign bytesSign = Sign::Unknown;

  std::map<std::string, std::string> metadata;
  std::vector<std::string>           notes;
};

/** Whether it has the mark MAP at its place, or the name of an MRC file and numbers that make sense. */
bool
IsMrc(const FileProbe & probe);

/** Whether its name ends as those of MRC files do. */
bool
IsNamedMrc(const FileProbe & probe);

/** Throws FileError unless patterns can follow from it. */
MrcHeader
ReadMrcHeader(const FileProbe & probe);
} // namespace fourdstem

#endif
