// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5ScanFile_h
#define fourdstem_Hdf5ScanFile_h

#include "Formats/Hdf5.h"
#include "Formats/Hdf5ScanAxes.h"
#include "Formats/InputFile.h"
#include "Formats/TiledScanFile.h"

#include <array>

namespace fourdstem
{
/** A data set that is compact, virtual, in chunks by filters that only HDF5 knows, or with its axes in another order:
 * HDF5 decodes, one thread at a time. */
class Hdf5ScanFile : public TiledScanFile
{
public:
  /** `together`: scan rows and columns that are decoded together. */
  Hdf5ScanFile(ScanHeader                          header,
               const StoredType &                  type,
               std::shared_ptr<const InputFile>    bytes,
               hdf5::Id                            file,
               hdf5::Id                            dataSet,
               Hdf5ScanAxes                        axes,
               const std::array<std::int64_t, 2> & together);

protected:
  void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const override;

private:
  /** A block along the scan's axes, in their C order. */
  void
  ReadBlock(const std::vector<std::int64_t> & begin, const std::vector<std::int64_t> & extents, std::byte * to) const;

  std::shared_ptr<const InputFile> m_Bytes;
  hdf5::Id                         m_File;
  hdf5::Id                         m_DataSet;
  Hdf5ScanAxes                     m_Axes;
};
} // namespace fourdstem

#endif
