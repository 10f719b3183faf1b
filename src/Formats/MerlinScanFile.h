// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_MerlinScanFile_h
#define fourdstem_MerlinScanFile_h

#include "Formats/FrameSeries.h"
#include "Formats/MerlinFolder.h"
#include "Formats/MerlinFrames.h"
#include "Formats/MerlinPixels.h"

namespace fourdstem
{
/** The files of an acquisition as one sequence of frames. Safe to use from several threads. */
class MerlinSeries
{
public:
  /** `opened` is the file of one of the parts. */
  MerlinSeries(const MerlinParts & parts, const std::shared_ptr<const InputFile> & opened);

  std::int64_t
  Frames() const
  {
    return m_Series.Frames();
  }

  /** Frames from `first` on, their headers first, at most `count`: those in the same file. Throws FileError unless each
   * begins as frames do. */
  FrameSeries::Run
  Frames(std::int64_t first, std::int64_t count) const;

  std::string
  Header(std::int64_t frame) const;

  std::int64_t
  HeaderBytes() const
  {
    return m_HeaderBytes;
  }
  std::int64_t
  FrameBytes() const
  {
    return m_Series.FrameBytes();
  }

private:
  FrameSeries  m_Series;
  std::int64_t m_HeaderBytes;
};

/** A scan among the frames of an acquisition. Bytes are passed on where they lie; other pixels are decoded into the
 * lease's buffer. */
class MerlinScanFile : public ScanFile
{
public:
  MerlinScanFile(ScanHeader                          header,
                 std::unique_ptr<const MerlinSeries> series,
                 const MerlinPixels &                pixels,
                 const MerlinFrames &                frames,
                 bool                                isTurnedOver);

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override;

private:
  std::unique_ptr<const MerlinSeries> m_Series;
  MerlinPixels                        m_Pixels;
  MerlinFrames                        m_Frames;
  bool                                m_IsTurnedOver;
};
} // namespace fourdstem

#endif
