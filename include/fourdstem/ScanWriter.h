// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ScanWriter_h
#define fourdstem_ScanWriter_h

#include "fourdstem/Monitor.h"
#include "fourdstem/PatternSource.h"

#include <map>
#include <string>

namespace fourdstem
{
/** How a file came to be, name → value, e.g. "FourDSTEM_Input" → its path; written where the format has a place. */
using Provenance = std::map<std::string, std::string>;

/** \brief Writes a scan to a file, pattern after pattern.
 *
 * The file, or each of them, grows under a temporary name beside the final one and appears in Close; without it nothing
 * is left behind. Equal input gives equal files. Not for several threads. */
class FourDSTEM_EXPORT ScanWriter
{
public:
  virtual ~ScanWriter() = default;

  const ScanShape &
  Shape() const
  {
    return m_Shape;
  }
  /** Of the values that Write takes. */
  ElementType
  Type() const
  {
    return m_Type;
  }

  /** Appends `count` patterns in scan order, C order (count, Qy, Qx), of type Type() in the machine's byte order.
   * Throws std::out_of_range beyond the scan, std::runtime_error with the system's reason (disk full). */
  void
  Write(const void * patterns, std::int64_t count);

  /** Completes the file and gives it its name. Throws std::logic_error when patterns are missing, std::runtime_error as
   * Write. */
  void
  Close();

protected:
  /** Throws std::invalid_argument for an extent below 1. */
  ScanWriter(std::string path, const ScanShape & shape, ElementType type);
  ScanWriter(ScanWriter &&) = default;
  ScanWriter &
  operator=(ScanWriter &&) = default;

  /** As Write; the count has been checked. */
  virtual void
  DoWrite(const void * patterns, std::int64_t count) = 0;

  /** As Close; all patterns are there. */
  virtual void
  DoClose() = 0;

private:
  std::string  m_Path;
  ScanShape    m_Shape;
  ElementType  m_Type;
  std::int64_t m_Written = 0;
};

/** Writes all patterns of a source and closes the file: a copy of a scan of any size, in about 4 MiB for each thread
 * besides what source and writer hold.
 *
 * Reading is shared by the threads; of several errors the first in scan order is thrown. Throws std::invalid_argument
 * when shape or type of source and writer differ, Aborted, and what source and writer throw. */
FourDSTEM_EXPORT void
CopyScan(const PatternSource & source, ScanWriter & writer, const Execution & execution = {});
} // namespace fourdstem

#endif
