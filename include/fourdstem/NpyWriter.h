// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NpyWriter_h
#define fourdstem_NpyWriter_h

#include "FourDSTEMExport.h"
#include "fourdstem/PatternSource.h"

#include <memory>
#include <string>

namespace fourdstem
{
/** \brief Writes a scan as a NumPy array: `.npy` version 1.0, little-endian float32, C order (Ry, Rx, Qy, Qx).
 *
 * The file grows under a temporary name beside the final one and appears in Close; without it nothing is left behind.
 * Not for several threads. */
class FourDSTEM_EXPORT NpyWriter
{
public:
  /** Begins the file `path` (UTF-8). Throws std::invalid_argument for an extent below 1, std::runtime_error with the
   * file's name and the reason when it exists (unless `overwrite`) or cannot be created. */
  NpyWriter(const std::string & path, const ScanShape & shape, bool overwrite = false);
  ~NpyWriter();
  NpyWriter(NpyWriter &&) noexcept;
  NpyWriter &
  operator=(NpyWriter &&) noexcept;

  /** Appends `count` patterns in scan order from C-ordered `patterns` (count, Qy, Qx). Throws std::out_of_range beyond
   * the scan, std::runtime_error with the system's reason (disk full). */
  void
  Write(const float * patterns, std::int64_t count);

  /** Completes the file and gives it its name. Throws std::logic_error when patterns are missing, std::runtime_error as
   * Write. */
  void
  Close();

private:
  struct Implementation;
  std::unique_ptr<Implementation> m_Implementation;
};
} // namespace fourdstem

#endif
