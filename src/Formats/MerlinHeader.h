// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_MerlinHeader_h
#define fourdstem_MerlinHeader_h

#include "Formats/InputFile.h"

#include <map>
#include <optional>

namespace fourdstem
{
/** First bytes of every frame of a .mib, and of a .hdr. */
constexpr char MerlinFrameSignature[] = "MQ1,";
constexpr char MerlinHdrSignature[] = "HDR,";

/** What the text before a frame in a .mib says. */
struct MerlinFrame
{
  /** Counted from 1 through all files of an acquisition. */
  std::int64_t number = 0;
  std::int64_t headerBytes = 0;
  std::int64_t chips = 0;
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t colourMode = 0;
  /** U08, U16, U32 or R64. */
  std::string pixelType;
  /** 1x1, 2x2, Nx1...; with G where the pixels between chips are there too. */
  std::string layout;
  /** Bits of the counters: 1, 6, 12 or 24; 0 when it is not said. */
  std::int64_t depth = 0;
  std::string  timestamp;
  /** "1000000ns", or seconds as a number. */
  std::string exposure;

  /** Whether frames can follow one another in one scan. */
  bool
  IsLike(const MerlinFrame & other) const;
};

/** The frame that begins at `offset`. Throws FileError unless it can be one. */
MerlinFrame
ReadMerlinFrame(const InputFile & file, std::int64_t offset);

/** The time in nanoseconds from 1970 on that a frame's header says; empty when it says none. */
std::optional<std::int64_t>
MerlinTime(const std::string & header);

/** What the .hdr beside a .mib says. */
struct MerlinHdr
{
  /** Keys without their colon. */
  std::map<std::string, std::string> items;
  std::vector<std::string>           notes;

  /** Empty when there is none. */
  std::string
  Text(const std::string & key) const;

  /** 0 when there is none; what is no number of at least 0 is noted. */
  std::int64_t
  Count(const std::string & key);
};

/** Throws FileError unless it is a Merlin .hdr. */
MerlinHdr
ReadMerlinHdr(const InputFile & file);
} // namespace fourdstem

#endif
