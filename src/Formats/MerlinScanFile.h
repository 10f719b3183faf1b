// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_MerlinScanFile_h
#define fourdstem_MerlinScanFile_h

#include "Formats/MerlinFolder.h"
#include "Formats/MerlinFrames.h"
#include "Formats/MerlinPixels.h"

#include <mutex>

namespace fourdstem
{
/** The files of an acquisition as one sequence of frames. Of many files, a few are open at a time. Safe to use from
 * several threads. */
class MerlinSeries
{
public:
  /** `opened` is the file of one of the parts. */
  MerlinSeries(MerlinParts parts, std::shared_ptr<const InputFile> opened);

  std::int64_t
  Frames() const
  {
    return m_Begins.back();
  }

  /** Frames that lie together, from their headers on. */
  struct Run
  {
    std::shared_ptr<const FileWindow> window;
    const std::byte *                 frames = nullptr;
    std::int64_t                      count = 0;
  };

  /** Frames from `first` on, at most `count`: those in the same file. Throws FileError unless each begins as frames do.
   */
  Run
  Frames(std::int64_t first, std::int64_t count) const;

  std::string
  Header(std::int64_t frame) const;

  std::int64_t
  HeaderBytes() const
  {
    return m_Parts.frame.headerBytes;
  }
  std::int64_t
  FrameBytes() const
  {
    return m_Parts.frameBytes;
  }

private:
  struct OpenPart
  {
    std::size_t                        part = 0;
    std::shared_ptr<const FileWindows> windows;
  };

  std::size_t
  PartOf(std::int64_t frame) const;

  std::shared_ptr<const FileWindows>
  Open(std::size_t part) const;

  MerlinParts m_Parts;
  /** Where each part begins among all frames, and where the last ends. */
  std::vector<std::int64_t> m_Begins;
  mutable std::mutex        m_Mutex;
  /** The latest used last. */
  mutable std::vector<OpenPart> m_Open;
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
