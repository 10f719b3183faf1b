// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_SeriesScanFile_h
#define fourdstem_SeriesScanFile_h

#include "Formats/FrameSeries.h"
#include "Formats/StoredType.h"

namespace fourdstem
{
/** Where the patterns lie in the frames of a series. */
struct SeriesLayout
{
  StoredType type;
  /** Bytes of a frame before its pixels. */
  std::int64_t headerBytes = 0;
  /** Of each position, C order, the number of its frame; negative where there is none: such read as zeros. */
  std::vector<std::int64_t> order;
};

/** A scan whose patterns lie uncompressed in several files. Blocks point into the mapped files where bytes are as
 * kernels want them and frames lie together in the order of positions; otherwise they are converted into the lease's
 * buffer. */
class SeriesScanFile : public ScanFile
{
public:
  /** `layout.order` has a frame of the series, or none, for each position. */
  SeriesScanFile(ScanHeader header, std::unique_ptr<const FrameSeries> series, SeriesLayout layout);

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override;

private:
  std::unique_ptr<const FrameSeries> m_Series;
  SeriesLayout                       m_Layout;
  bool                               m_InPlace;
};
} // namespace fourdstem

#endif
