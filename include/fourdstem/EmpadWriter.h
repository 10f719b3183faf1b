// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EmpadWriter_h
#define fourdstem_EmpadWriter_h

#include "FourDSTEMExport.h"
#include "fourdstem/PatternSource.h"

#include <memory>
#include <string>

namespace fourdstem
{
/** What an EMPAD description says besides the scan's size. A value of 0 is unknown and left out. */
struct EmpadDescription
{
  /** Text of root/@name. */
  std::string name = "scan";
  /** Distance of positions in nm. */
  double scanSpacing = 0.0;
  /** Size of a detector pixel in 1/nm. */
  double detectorSpacing = 0.0;
  /** Acceleration voltage in V. */
  double voltage = 0.0;
  /** Camera length in m. */
  double cameraLength = 0.0;
  /** Exposure of one pattern in ms. */
  double exposure = 0.0;
};

/** \brief Writes a scan as the EMPAD detector's software does: frames in `.raw`, their description in `.xml`.
 *
 * A frame is 130 rows of 128 float32, little-endian: the 128 x 128 pattern and two rows of zeros where the detector
 * keeps notes of its own. The description is that of software 0.51 (raw_file, pix_x, pix_y, scan_parameters,
 * iom_measurements with field of view in m and pixel size in 1/m); with a voltage the angle of a pixel is added. Equal
 * input gives equal files.
 *
 * Both files grow under temporary names beside the final ones and appear, .raw first, in Close; without it nothing is
 * left behind. Memory is that of one frame. Not for several threads. */
class FourDSTEM_EXPORT EmpadWriter
{
public:
  /** Begins `<path>.raw` and `<path>.xml`; `path` (UTF-8) may end in .raw or .xml. Throws std::invalid_argument when
   * the detector is not 128 x 128 or the scan is empty, std::runtime_error with the file's name and the reason when one
   * of them exists (unless `overwrite`) or cannot be created. */
  EmpadWriter(const std::string &      path,
              const ScanShape &        shape,
              const EmpadDescription & description,
              bool                     overwrite = false);
  ~EmpadWriter();
  EmpadWriter(EmpadWriter &&) noexcept;
  EmpadWriter &
  operator=(EmpadWriter &&) noexcept;

  /** Appends `count` patterns in scan order from C-ordered `patterns` (count, 128, 128). Throws std::out_of_range
   * beyond the scan, std::runtime_error with the system's reason (disk full). */
  void
  Write(const float * patterns, std::int64_t count);

  /** Completes both files and gives them their names. Throws std::logic_error when patterns are missing,
   * std::runtime_error as Write. */
  void
  Close();

  const std::string &
  RawPath() const;
  const std::string &
  XmlPath() const;

private:
  struct Implementation;
  std::unique_ptr<Implementation> m_Implementation;
};
} // namespace fourdstem

#endif
