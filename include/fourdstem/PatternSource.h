// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PatternSource_h
#define fourdstem_PatternSource_h

#include "FourDSTEMExport.h"
#include "fourdstem/ElementType.h"
#include "fourdstem/SparsePatterns.h"

#include <memory>
#include <vector>

namespace fourdstem
{
/** Extents of a scan, slow axis first: scan rows, scan columns, detector rows, detector columns. */
struct ScanShape
{
  std::int64_t ry = 0;
  std::int64_t rx = 0;
  std::int64_t qy = 0;
  std::int64_t qx = 0;

  std::int64_t
  Positions() const
  {
    return ry * rx;
  }
  std::int64_t
  PatternPixels() const
  {
    return qy * qx;
  }
  bool
  operator==(const ScanShape & other) const
  {
    return ry == other.ry && rx == other.rx && qy == other.qy && qx == other.qx;
  }
};

/** Patterns of consecutive positions of one scan row, where they lie. Not owned.
 *
 * Pixel (qy, qx) of pattern p is at data + p * patternStride + qy * rowStride + qx * sizeof(element). Strides are in
 * bytes and may be negative; a row of pixels is contiguous, in native byte order and aligned to its element. */
struct PatternBlock
{
  const std::byte * data = nullptr;
  ElementType       type = ElementType::Float32;
  std::int64_t      count = 0;
  std::ptrdiff_t    patternStride = 0;
  std::ptrdiff_t    rowStride = 0;

  /** First pixel of detector row `qy` of pattern `p`; T is the block's own element type. */
  template <typename T>
  const T *
  Row(std::int64_t p, std::int64_t qy) const
  {
    return reinterpret_cast<const T *>(data + p * patternStride + qy * rowStride);
  }
};

/** Scan rows from `begin` up to, without, `end`. */
struct ScanRows
{
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/** Detector rows from `begin` up to, without, `end`. */
struct DetectorRows
{
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/** What keeps a PatternBlock alive: a reusable buffer, or a window of a mapped file. One per thread. */
class PatternLease
{
public:
  /** At least `bytes` bytes, aligned to 64; the contents of an earlier lease are lost. */
  FourDSTEM_EXPORT std::byte *
                   Buffer(std::size_t bytes);

  /** Keeps `window` until the next call or the lease's end. */
  void
  Hold(std::shared_ptr<const void> window)
  {
    m_Window = std::move(window);
  }

  /** The lease for a source that reads from another one; made at the first call. */
  PatternLease &
  Inner()
  {
    if (!m_Inner)
    {
      m_Inner = std::make_unique<PatternLease>();
    }
    return *m_Inner;
  }

private:
  std::vector<std::byte>        m_Buffer;
  std::shared_ptr<const void>   m_Window;
  std::unique_ptr<PatternLease> m_Inner;
};

/** Where kernels get patterns from: a file's back-end, or an image in memory.
 *
 * Read is safe to call from several threads, each with a lease of its own. */
class FourDSTEM_EXPORT PatternSource
{
public:
  virtual ~PatternSource() = default;

  const ScanShape &
  Shape() const
  {
    return m_Shape;
  }
  ElementType
  Type() const
  {
    return m_Type;
  }

  /** The patterns at scan row `ry`, columns [rx, rx + count). Valid until the lease is used again or dies.
   * Throws std::out_of_range outside the scan, std::runtime_error with the file's name when reading fails. */
  PatternBlock
  Read(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const;

  /** The same, of which only the given detector rows are wanted: the others may hold anything, and need not be read.
   * Throws std::out_of_range also for rows outside the detector. */
  PatternBlock
  ReadRows(std::int64_t ry, std::int64_t rx, std::int64_t count, DetectorRows wanted, PatternLease & lease) const;

  /** Whether ReadSparse can be called and is the quicker way: patterns are mostly zeros, and stored without them.
   * Origins, statistics, virtual detectors, features and node patterns then use it, and give the same bits. */
  virtual bool
  IsSparse() const
  {
    return false;
  }

  /** The same patterns without their zeros. `block` may be used again. Throws as Read, and std::logic_error unless
   * IsSparse. Safe to call from several threads, each with a block of its own. */
  void
  ReadSparse(std::int64_t ry, std::int64_t rx, std::int64_t count, SparseBlock & block) const;

  /** The scan rows about `ry` to be read column by column if nothing is to be decoded twice; other rows follow once
   * these are done with. Sources that have nothing to decode give the whole scan. */
  virtual ScanRows
  RowsTogether(std::int64_t) const
  {
    return { 0, m_Shape.ry };
  }

protected:
  PatternSource(const ScanShape & shape, ElementType type)
    : m_Shape(shape)
    , m_Type(type)
  {}

  /** As Read; the range has been checked. */
  virtual PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const = 0;

  /** As ReadRows; the ranges have been checked. Unless overridden, reads all rows. */
  virtual PatternBlock
  DoReadRows(std::int64_t ry, std::int64_t rx, std::int64_t count, DetectorRows wanted, PatternLease & lease) const;

  /** As ReadSparse; the range has been checked, and the block is empty. */
  virtual void
  DoReadSparse(std::int64_t ry, std::int64_t rx, std::int64_t count, SparseBlock & block) const;

private:
  void
  CheckRange(std::int64_t ry, std::int64_t rx, std::int64_t count) const;

  ScanShape   m_Shape;
  ElementType m_Type;
};

/** Patterns of whole scan rows [firstRow, firstRow + rows) that lie in memory in C order (rows, Rx, Qy, Qx). */
class FourDSTEM_EXPORT MemoryPatternSource : public PatternSource
{
public:
  /** `shape` is that of the whole scan, so row numbers mean the same whichever part is in memory. */
  MemoryPatternSource(const void *      data,
                      ElementType       type,
                      const ScanShape & shape,
                      std::int64_t      firstRow,
                      std::int64_t      rows);

  template <typename T>
  MemoryPatternSource(const T * data, const ScanShape & shape)
    : MemoryPatternSource(data, ElementTypeOf<T>(), shape, 0, shape.ry)
  {}

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override;

private:
  const std::byte * m_Data;
  std::int64_t      m_FirstRow;
  std::int64_t      m_Rows;
};
} // namespace fourdstem

#endif
