// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_StridedScanFile_h
#define fourdstem_StridedScanFile_h

#include "Formats/StoredType.h"
#include "Formats/TiledScanFile.h"

#include <memory>

namespace fourdstem
{
class InputFile;

/** Bytes from one pixel to its neighbour along each axis of the scan. */
struct ScanStrides
{
  std::int64_t ry = 0;
  std::int64_t rx = 0;
  std::int64_t qy = 0;
  std::int64_t qx = 0;
};

/** A scan that lies uncompressed in a file with the scan's axes faster than the detector's: what one detector pixel saw
 * all over the scan lies together, so that each pattern is scattered over the whole file. About 256 MiB of whole scan
 * rows are gathered at once. */
class StridedScanFile : public TiledScanFile
{
public:
  /** `begin`: where the first pixel of the first pattern lies. That the file is large enough has been checked. Throws
   * FileError for scan rows beyond memory. */
  StridedScanFile(const ScanHeader &               header,
                  const StoredType &               type,
                  const ScanStrides &              strides,
                  std::shared_ptr<const InputFile> file,
                  std::int64_t                     begin);

protected:
  void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const override;

private:
  std::shared_ptr<const InputFile> m_File;
  StoredType                       m_Type;
  ScanStrides                      m_Strides;
  std::int64_t                     m_Begin;
};
} // namespace fourdstem

#endif
