// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EmpadHeader_h
#define fourdstem_EmpadHeader_h

#include "Formats/ScanExtents.h"
#include "Formats/XmlTree.h"

namespace fourdstem
{
/** What the .xml beside an EMPAD .raw says. */
struct EmpadHeader
{
  /** Name of the .raw without its folder. */
  std::string rawName;
  /** Scan shapes in the order of trust: pix_x and pix_y, the .raw's name, scan parameters "acquire", then "search". */
  std::vector<ShapeCandidate>        shapes;
  std::map<std::string, std::string> metadata;
  std::vector<std::string>           notes;
  std::vector<std::string>           files; // headers beside the patterns that were found and used
  AxesCalibration                    detector;

  /** Distances of positions for a scan of that shape; unit "px" when the file has no field of view. */
  AxesCalibration
  ScanCalibration(const ShapeCandidate & shape, bool useScanSize) const;

  /** Field of view in metres along x and y (software 0.51: of the full scan; 1.2: of the larger extent). */
  std::optional<std::pair<double, double>> fieldOfView;
  bool                                     isSquareField = false;
  double                                   scanSize = 1;
  std::string                              fieldOfViewSource;
};

/** Throws FileError unless it is an EMPAD header. */
EmpadHeader
ReadEmpadHeader(const InputFile & file);

/** The shapes that a file name says: scan_x{Nx}_y{Ny}.raw or series_x{N}.raw, in letters of any case. */
std::vector<ShapeCandidate>
ShapesInEmpadName(const std::string & name);
} // namespace fourdstem

#endif
