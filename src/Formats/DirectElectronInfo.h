// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DirectElectronInfo_h
#define fourdstem_DirectElectronInfo_h

#include "Formats/ScanExtents.h"

#include <map>

namespace fourdstem
{
/** What the text file says that Direct Electron's software writes beside a movie. */
class DirectElectronInfo
{
public:
  /** `prefix` is the path without "_info.txt". */
  DirectElectronInfo(std::string prefix, std::map<std::string, std::string> values)
    : m_Prefix(std::move(prefix))
    , m_Values(std::move(values))
  {}

  /** Of the file, without its folder. */
  std::string
  Name() const;

  /** Empty where it is missing. */
  std::string
  Text(const std::string & key) const;

  /** Unset where it is missing or, as -1 stands for, unknown. */
  std::optional<double>
  Positive(const std::string & key) const;

  /** Rows and columns of the patterns, unset where they are not stated. */
  std::optional<std::pair<double, double>>
  PatternExtents() const;

  bool
  IsScan() const;

  /** Whether positions were visited row by row. */
  bool
  IsRaster() const;

  /** Positions of the scan, of its region of interest where it has one; unset where they are not stated. */
  std::optional<ShapeCandidate>
  Scan() const;

  /** Scans one after another, and patterns at each position. */
  std::int64_t
  Repeats() const;
  std::int64_t
  FramesPerPosition() const;

  /** Path of the file of the positions, one to a line, that scans which are no raster have. */
  std::string
  CoordinatesPath() const;

private:
  std::int64_t
  AtLeastOne(const std::string & key) const;

  std::string                        m_Prefix;
  std::map<std::string, std::string> m_Values;
};

/** The info file of a movie, by the names of both: X_movie.mrc with X_info.txt, also where parts of X after the second
 * are left out, or X.mrc with X_info.txt. */
std::optional<DirectElectronInfo>
FindDirectElectronInfo(const std::string & moviePath);

/** Of each position of the scan the number of the pattern that was taken there, -1 where none was; of several the
 * first. Notes what is missing or left out. Throws FileError unless the file of coordinates is one. */
std::vector<std::int64_t>
ReadScanOrder(const std::string &        coordinatesPath,
              std::int64_t               patterns,
              ShapeCandidate &           scan,
              std::vector<std::string> & notes);
} // namespace fourdstem

#endif
