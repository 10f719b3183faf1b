// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_FlatScanFile_h
#define fourdstem_FlatScanFile_h

#include "Formats/InputFile.h"
#include "Formats/StoredType.h"

#include <optional>
#include <vector>

namespace fourdstem
{
/** Where the pixels lie in a file: patterns `patternStride` bytes apart, the rows of a pattern one behind the other. */
struct FlatLayout
{
  StoredType   type;
  std::int64_t firstPattern = 0;
  std::int64_t patternStride = 0;
  /** Of each position, C order, the number of its pattern in the file; negative where there is none. Empty: the
   * patterns are in the order of the positions. */
  std::vector<std::int64_t> order;
  /** Whether the file has the lowest row of a pattern first, which is read as the last. */
  bool isTurnedOver = false;
};

/** A scan that lies uncompressed in a file. Blocks are bytes of the file as they lie there where kernels can use them
 * (native order, patterns in the order of positions); otherwise they are converted. Both are in the lease's buffer: to
 * read into one that stays in the processor's cache is quicker than to map the file, unless the system caches it in
 * large pages. Patterns that are not stored read as zeros. */
class FlatScanFile : public ScanFile
{
public:
  /** Throws FileError unless the file is large enough. */
  FlatScanFile(ScanHeader header, std::shared_ptr<const InputFile> file, FlatLayout layout);

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override;

  PatternBlock
  DoReadRows(std::int64_t ry, std::int64_t rx, std::int64_t count, DetectorRows wanted, PatternLease & lease)
    const override;

private:
  /** The number of a position's pattern in the file, or -1. */
  std::int64_t
  StoredAt(std::int64_t position) const;

  /** `wanted` are rows as the file has them. */
  PatternBlock
  ReadStored(std::int64_t position, std::int64_t count, DetectorRows wanted, PatternLease & lease) const;

  /** `block.count` patterns from a byte on, each of block.patternStride bytes. */
  PatternBlock
  ReadAsStored(std::int64_t offset, PatternBlock block, DetectorRows wanted, PatternLease & lease) const;

  PatternBlock
  Gather(std::int64_t position, PatternBlock block, PatternLease & lease) const;

  FileWindows            m_Windows;
  FlatLayout             m_Layout;
  bool                   m_IsAsStored = false;
  std::vector<std::byte> m_Zeros;
};

/** Throws FileError where so few patterns of a scan are stored that the rest cannot be meant, or where a scan row that
 * may have to be padded is beyond memory. */
void
CheckPadding(const std::string & path, const ScanShape & shape, std::int64_t storedPatterns, int pixelBytes);
} // namespace fourdstem

#endif
