// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef MrcFixtures_h
#define MrcFixtures_h

#include "HeaderWriter.h"
#include "ScanFixtures.h"

/** An MRC file, as the standard of 2014 has it. */
struct MrcWriter
{
  MrcWriter(std::int32_t mode, std::int32_t patterns, std::int32_t rows, std::int32_t columns, bool bigEndian = false)
    : big(bigEndian)
  {
    std::size_t offset = 0;
    for (const std::int32_t number : { columns, rows, patterns, mode, 0, 0, 0, columns, rows, patterns })
    {
      this->Set(offset, number);
      offset += 4;
    }
    for (const std::int32_t axis : { 1, 2, 3 })
    {
      this->Set(offset, 1.5F); // cell in Angstrom
      this->Set(offset + 12, 90.F);
      this->Set(offset + 24, axis);
      offset += 4;
    }
    header.replace(208, 4, "MAP ");
    header.replace(212, 2, big ? "\x11\x11" : "DD");
  }

  template <typename T>
  void
  Set(std::size_t offset, T value)
  {
    Put(header, offset, value, big);
  }

  void
  SetExtended(std::int32_t bytes)
  {
    this->Set(92, bytes);
    header.resize(1024 + static_cast<std::size_t>(bytes), '\5');
  }

  void
  SetExtremes(float least, float most)
  {
    this->Set(76, least);
    this->Set(80, most);
  }

  std::string
  Bytes(const std::string & data) const
  {
    return header + data;
  }

  bool        big;
  std::string header = std::string(1024, '\0');
};

#endif
