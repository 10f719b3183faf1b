// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_FuzzInput_h
#define fourdstem_FuzzInput_h

#include "fourdstem/ScanFile.h"

#include <array>
#include <string>
#include <vector>

namespace fourdstem::fuzz
{
/** What is said about the files of an input, in its first bytes. Numbers are bytes; those from 0xE0 on stand for
 * extents that no file has (see Extent). */
struct Settings
{
  enum Flag : std::uint8_t
  {
    ScanShapeGiven = 1,
    RawGiven = 2,
    RegionGiven = 4,
    Transposed = 8,
    DetectorRowsFlipped = 16,
    DetectorColumnsFlipped = 32,
    ScanRowsFlipped = 64,
    ScanColumnsFlipped = 128
  };
  enum MoreFlag : std::uint8_t
  {
    NoFlip = 1,
    EmpadScanSize = 2,
    SpacingsGiven = 4,
    DataSetGiven = 8,
    BigEndian = 16,
    AllowTruncated = 32
  };

  std::uint8_t                flags = 0;
  std::uint8_t                more = 0;
  std::uint8_t                opened = 0; // which of the files
  std::array<std::uint8_t, 2> zeros{};    // KiB that follow the bytes of the first file, little-endian, up to 1 MiB
  std::array<std::uint8_t, 2> scan{};
  std::array<std::uint8_t, 4> region{};
  std::array<std::uint8_t, 2> detector{};
  std::uint8_t                type = 0;
  std::uint8_t                headerBytes = 0;
  std::uint8_t                frameBytes = 0;
};
constexpr std::size_t SettingsBytes = 16;
static_assert(sizeof(Settings) == SettingsBytes, "settings are bytes");

struct Input
{
  ScanFileOptions options;
  std::size_t     opened = 0;
  /** Contents of the files; fewer than the target knows where the others are not there. */
  std::vector<std::string> files;
};

/** Takes the bytes of a fuzzer apart: settings, then the files with a separator between them. */
Input
ReadInput(const std::uint8_t * data, std::size_t size);

/** What ReadInput takes apart. */
std::string
WriteInput(const Settings & settings, const std::vector<std::string> & files);
} // namespace fourdstem::fuzz

#endif
