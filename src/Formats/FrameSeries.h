// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_FrameSeries_h
#define fourdstem_FrameSeries_h

#include "Formats/InputFile.h"

#include <mutex>

namespace fourdstem
{
/** One file of a series: whole frames from byte `begin` on. */
struct FramePart
{
  std::string  path;
  std::int64_t size = 0;
  std::int64_t begin = 0;
  std::int64_t frames = 0;
};

/** Frames of one size in several files, as one sequence. Of many files, a few are open at a time. Safe to use from
 * several threads. */
class FrameSeries
{
public:
  /** The parts in the order of their frames; `opened` is the file of one of them. The others may grow if it may. */
  FrameSeries(std::vector<FramePart> parts, std::int64_t frameBytes, const std::shared_ptr<const InputFile> & opened);

  std::int64_t
  Frames() const
  {
    return m_Begins.back();
  }
  std::int64_t
  FrameBytes() const
  {
    return m_FrameBytes;
  }

  /** Frames that lie together. */
  struct Run
  {
    std::shared_ptr<const FileWindow> window;
    const std::byte *                 frames = nullptr;
    std::int64_t                      count = 0;
    /** The file, the number of the first frame in it, and where that lies. */
    const std::string * path = nullptr;
    std::int64_t        index = 0;
    std::int64_t        offset = 0;
  };

  /** Frames from `first` on, at most `count`: those in the same file. Throws FileError for a file that changed. */
  Run
  Read(std::int64_t first, std::int64_t count) const;

private:
  struct OpenPart
  {
    std::size_t                        part = 0;
    std::shared_ptr<const FileWindows> windows;
  };

  std::shared_ptr<const FileWindows>
  Open(std::size_t part) const;

  std::vector<FramePart> m_Parts;
  std::int64_t           m_FrameBytes;
  FileGrowth             m_Growth;
  /** Where each part begins among all frames, and where the last ends. */
  std::vector<std::int64_t> m_Begins;
  mutable std::mutex        m_Mutex;
  /** The latest used last. */
  mutable std::vector<OpenPart> m_Open;
};
} // namespace fourdstem

#endif
