// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DectrisScanFile_h
#define fourdstem_DectrisScanFile_h

#include "Formats/Hdf5FrameStack.h"
#include "Formats/TiledScanFile.h"

namespace fourdstem
{
/** The frames of all data files, in the order of the scan. */
class DectrisScanFile : public TiledScanFile
{
public:
  /** `isBad` is empty where every pixel of every frame is data: then counts are read as they are stored. Else it says
   * for each detector pixel, C order, whether it never is; counts are read as float32, and bad pixels and the type's
   * largest value are NaN. */
  DectrisScanFile(ScanHeader                             header,
                  std::unique_ptr<const Hdf5FrameSeries> series,
                  std::vector<std::uint8_t>              isBad,
                  const std::string &                    path);

protected:
  void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const override;

private:
  void
  ReadMarked(std::int64_t first, std::int64_t count, float * to) const;

  std::unique_ptr<const Hdf5FrameSeries> m_Series;
  std::vector<std::uint8_t>              m_IsBad;
};

/** Which pixels are bad, as DectrisScanFile takes it, by the master's pixel mask and by the first frame; with a note.
 */
std::vector<std::uint8_t>
FindDectrisNoData(hid_t master, const Hdf5FrameSeries & series, std::vector<std::string> & notes);

/** Of a master: what the detector tells of itself. */
inline const std::string DectrisDetectorGroup = "/entry/instrument/detector";
} // namespace fourdstem

#endif
