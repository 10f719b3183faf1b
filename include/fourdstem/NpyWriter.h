// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NpyWriter_h
#define fourdstem_NpyWriter_h

#include "fourdstem/ScanWriter.h"

#include <memory>

namespace fourdstem
{
/** \brief Writes a scan as a NumPy array: `.npy` version 1.0, little-endian, C order (Ry, Rx, Qy, Qx).
 *
 * Memory is that of one pattern. */
class FourDSTEM_EXPORT NpyWriter : public ScanWriter
{
public:
  /** Begins the file `path` (UTF-8). Throws std::invalid_argument for an extent below 1, std::runtime_error with the
   * file's name and the reason when it exists (unless `overwrite`) or cannot be created. */
  NpyWriter(const std::string & path,
            const ScanShape &   shape,
            ElementType         type = ElementType::Float32,
            bool                overwrite = false);
  ~NpyWriter() override;
  NpyWriter(NpyWriter &&) noexcept;
  NpyWriter &
  operator=(NpyWriter &&) noexcept;

protected:
  void
  DoWrite(const void * patterns, std::int64_t count) override;
  void
  DoClose() override;

private:
  struct Implementation;
  std::unique_ptr<Implementation> m_Implementation;
};
} // namespace fourdstem

#endif
