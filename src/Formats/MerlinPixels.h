// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_MerlinPixels_h
#define fourdstem_MerlinPixels_h

#include "Formats/MerlinHeader.h"
#include "Formats/StoredType.h"

namespace fourdstem
{
/** How the pixels of a Merlin frame lie behind its header, and how they become a pattern.
 *
 * U08, U16 and U32 are rows of big-endian numbers. R64 is what the chips send: rows of 64-bit words with the last pixel
 * first, of 1, 6, 12 bits, or two images of 12 bits each for 24; four chips send their rows side by side, and two of
 * them stand on their heads. */
class MerlinPixels
{
public:
  /** Throws FileError where such frames are not known. */
  MerlinPixels(const std::string & path, const MerlinFrame & frame);

  std::int64_t
  Rows() const
  {
    return m_Rows;
  }
  std::int64_t
  Columns() const
  {
    return m_Columns;
  }
  /** As decoded; the order of bytes is the file's. */
  const StoredType &
  Type() const
  {
    return m_Type;
  }
  std::int64_t
  StoredBytes() const
  {
    return m_StoredBytes;
  }
  /** Whether a frame is a pattern already. */
  bool
  AreInPlace() const
  {
    return m_RawDepth == 0 && m_Type.bytes == 1;
  }
  const std::vector<std::string> &
  Notes() const
  {
    return m_Notes;
  }

  /** Writes the pattern, C order; `upsideDown`: the last row first. */
  void
  Decode(const std::byte * stored, bool upsideDown, std::byte * pattern) const;

private:
  void
  SetRaw(const std::string & path, const MerlinFrame & frame);

  void
  DecodeRawRow(const std::byte * stored, std::int64_t row, std::byte * out) const;

  std::int64_t             m_Rows;
  std::int64_t             m_Columns;
  std::int64_t             m_StoredBytes = 0;
  StoredType               m_Type;
  std::int64_t             m_RawDepth = 0;
  bool                     m_IsQuad = false;
  std::vector<std::string> m_Notes;
};
} // namespace fourdstem

#endif
