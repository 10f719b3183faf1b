// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5FrameStack_h
#define fourdstem_Hdf5FrameStack_h

#include "Formats/Hdf5.h"
#include "Formats/InputFile.h"

#include <mutex>

namespace fourdstem
{
/** A data set (frames, Qy, Qx) of an HDF5 file, read in runs of frames by any number of threads. */
class Hdf5FrameStack
{
public:
  /** Opens data set `name` of the file at `path`; adds a note where chunks were never written. Throws FileError where
   * it is missing, is no numeric stack, or is stored in a way that is not decoded here. */
  Hdf5FrameStack(const std::string & path, const std::string & name, std::vector<std::string> & notes);
  ~Hdf5FrameStack();

  /** One row of frames. */
  const ScanShape &
  Shape() const;

  const StoredType &
  Type() const
  {
    return m_Type;
  }

  /** Number of the first frame in the whole acquisition, from 1, where the data set tells. */
  std::optional<double>
  FirstImage() const
  {
    return m_FirstImage;
  }

  /** Frames before the first chunk that was never written. */
  std::int64_t
  Written() const
  {
    return m_Written;
  }

  /** Bytes of the file. */
  std::int64_t
  FileSize() const;

  /** Writes frames [first, first + count), C order, as Type().ReadAs(). */
  void
  Read(std::int64_t first, std::int64_t count, std::byte * to) const;

private:
  class Chunks;

  std::unique_ptr<const ScanFile> m_Flat;
  std::unique_ptr<const Chunks>   m_Chunks;
  StoredType                      m_Type;
  std::optional<double>           m_FirstImage;
  std::int64_t                    m_Written = 0;
};

/** Stacks of several files, one after the other, as one. Of many files, 32 are open at a time. */
class Hdf5FrameSeries
{
public:
  /** Appends a stack and gives the number of its first image, where it tells. Throws FileError unless its frames are
   * like those before. */
  std::optional<double>
  Add(const std::string & path, const std::string & name, std::vector<std::string> & notes);

  /** All frames in one row. */
  const ScanShape &
  Shape() const
  {
    return m_Shape;
  }

  const StoredType &
  Type() const
  {
    return m_Type;
  }

  /** Frames before the first, of all files, that was never written. */
  std::int64_t
  Written() const
  {
    return m_Written;
  }

  /** Bytes of all files. */
  std::int64_t
  FileSize() const
  {
    return m_FileSize;
  }

  /** Frames [first, first + count) of all, C order, as Type().ReadAs(). Safe to call from several threads. */
  void
  Read(std::int64_t first, std::int64_t count, std::byte * to) const;

private:
  struct Part
  {
    std::string                           path;
    std::string                           name;
    std::int64_t                          first;
    ScanShape                             shape;
    std::shared_ptr<const Hdf5FrameStack> open;
    std::uint64_t                         lastUse;
  };

  std::shared_ptr<const Hdf5FrameStack>
  Open(std::size_t part) const;

  void
  CloseLeastUsed() const;

  mutable std::mutex        m_Mutex;
  mutable std::vector<Part> m_Parts;
  mutable std::uint64_t     m_Uses = 0;
  ScanShape                 m_Shape;
  StoredType                m_Type;
  std::int64_t              m_FileSize = 0;
  std::int64_t              m_Written = 0;
};
} // namespace fourdstem

#endif
