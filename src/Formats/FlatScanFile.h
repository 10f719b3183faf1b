// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_FlatScanFile_h
#define fourdstem_FlatScanFile_h

#include "Formats/InputFile.h"
#include "Formats/StoredType.h"

namespace fourdstem
{
/** Where the pixels lie in a file: all positions in C order of the scan, `patternStride` bytes apart; the rows of a
 * pattern one behind the other. */
struct FlatLayout
{
  StoredType   type;
  std::int64_t firstPattern = 0;
  std::int64_t patternStride = 0;
};

/** A scan that lies uncompressed in a file. Blocks point into the mapped file where bytes are as kernels want them
 * (native order, aligned); otherwise they are converted into the lease's buffer. */
class FlatScanFile : public ScanFile
{
public:
  /** Throws FileError unless the file is large enough. */
  FlatScanFile(ScanHeader header, std::shared_ptr<const InputFile> file, const FlatLayout & layout);

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override;

private:
  FileWindows m_Windows;
  FlatLayout  m_Layout;
  bool        m_InPlace = false;
};
} // namespace fourdstem

#endif
