// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EmpadWriter_h
#define fourdstem_EmpadWriter_h

#include "fourdstem/ScanFile.h"
#include "fourdstem/ScanWriter.h"

#include <memory>

namespace fourdstem
{
/** What an EMPAD description says besides the scan's size. A value of 0 is unknown and left out. */
struct EmpadDescription
{
  /** Text of root/@name. */
  std::string name = "scan";
  /** Distance of positions in nm; of the scan's rows where that is another one. */
  double scanSpacing = 0.0;
  double scanRowSpacing = 0.0;
  /** Size of a detector pixel in 1/nm. */
  double detectorSpacing = 0.0;
  /** Acceleration voltage in V. */
  double voltage = 0.0;
  /** Camera length in m. */
  double cameraLength = 0.0;
  /** Exposure of one pattern in ms. */
  double exposure = 0.0;
  /** Goes into an element "provenance", which readers of the format pass over. */
  Provenance provenance;
};

/** What a scan's header tells, as far as the format has a place for it: steps in nm and 1/nm, a detector in mrad where
 * the voltage is known. Anything else, and unequal steps of the detector, are left out. */
FourDSTEM_EXPORT EmpadDescription
DescribeForEmpad(const ScanHeader & header);

/** \brief Writes a scan as the EMPAD detector's software does: frames in `.raw`, their description in `.xml`.
 *
 * A frame is 130 rows of 128 float32, little-endian: the 128 x 128 pattern and two rows of zeros where the detector
 * keeps notes of its own. The description is that of software 0.51 (raw_file, pix_x, pix_y, scan_parameters,
 * iom_measurements with field of view in m and pixel size in 1/m); with a voltage the angle of a pixel is added.
 *
 * The files appear in Close, .raw first. Memory is that of one frame. */
class FourDSTEM_EXPORT EmpadWriter : public ScanWriter
{
public:
  /** Begins `<path>.raw` and `<path>.xml`; `path` (UTF-8) may end in .raw or .xml. Throws std::invalid_argument when
   * the detector is not 128 x 128 or the scan is empty, std::runtime_error with the file's name and the reason when one
   * of them exists (unless `overwrite`) or cannot be created. */
  EmpadWriter(const std::string &      path,
              const ScanShape &        shape,
              const EmpadDescription & description,
              bool                     overwrite = false);
  ~EmpadWriter() override;
  EmpadWriter(EmpadWriter &&) noexcept;
  EmpadWriter &
  operator=(EmpadWriter &&) noexcept;

  const std::string &
  RawPath() const;
  const std::string &
  XmlPath() const;

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
