// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ElectronEvents_h
#define fourdstem_ElectronEvents_h

#include "Formats/EventLists.h"
#include "Formats/TiledScanFile.h"

namespace fourdstem
{
/** Where electrons hit the detector, for consecutive positions of one scan row. */
struct EventBlock
{
  /** Detector pixels qy * Qx + qx, one entry for each electron, so that a pixel that was hit twice is there twice;
   * those of position i are [offsets[i], offsets[i + 1]), in the order of the file. */
  std::vector<std::uint32_t> pixels;
  std::vector<std::int64_t>  offsets;
};

/** The camera frames of a scan as lists of electrons (stempy). */
struct EventFrames
{
  /** Frames that belong to position p, C order of the scan: order[begin[p]] ... order[begin[p + 1] - 1]. */
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> order;
};

/** A scan that is stored as electron events: dense patterns for those who read patterns, and the pixels that were hit
 * for those who ask for them. Events of one position of several camera frames, and of frames that are there several
 * times, add up.
 *
 * A pattern has uint16 counts, or uint32 where the file may hold a pixel many times in a frame. Memory is that of the
 * tiles of TiledScanFile, and of the events of one tile for each thread. */
class FourDSTEM_EXPORT ElectronEventScanFile : public TiledScanFile
{
public:
  /** `dataSet` is the list of frames, of variable length lists of uint32. */
  ElectronEventScanFile(ScanHeader                       header,
                        ElementType                      type,
                        std::shared_ptr<const InputFile> bytes,
                        hdf5::Id                         dataSet,
                        EventFrames                      frames);

  /** The electrons at scan row `ry`, columns [rx, rx + count). Safe to call from several threads. Throws FileError for
   * events outside the pattern, with the value, and where the file is damaged; std::out_of_range outside the scan. */
  EventBlock
  EventsOf(std::int64_t ry, std::int64_t rx, std::int64_t count) const;

  /** Up to 5 electrons in 100 pixels: beyond that passes over dense patterns are the quicker ones. */
  bool
  IsSparse() const override
  {
    return m_IsSparse;
  }

protected:
  void
  DoReadSparse(std::int64_t ry, std::int64_t rx, std::int64_t count, SparseBlock & block) const override;

  void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const override;

private:
  /** As EventsOf, from position number `position` on, into a block that is used again. */
  void
  ReadEvents(std::int64_t position, std::int64_t count, EventBlock & block) const;

  std::shared_ptr<const InputFile> m_Bytes;
  EventLists                       m_Lists;
  EventFrames                      m_Frames;
  bool                             m_IsSparse;
};
} // namespace fourdstem

#endif
