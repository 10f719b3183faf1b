// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5Layout_h
#define fourdstem_Hdf5Layout_h

#include "Formats/Hdf5.h"
#include "Formats/InputFile.h"

namespace fourdstem
{
/** A data set that may be a scan. */
struct Hdf5Candidate
{
  std::string path;
  /** Of the scan's axes: Ry, Rx, Qy, Qx, or positions, Qy, Qx of a stack. */
  std::vector<std::int64_t> extents;
  /** Whether the layout itself marks it as the scan. */
  bool preferred = false;
  /** Numbers of these axes in the data set, whose others have extent 1. Empty: all, in their order. */
  std::vector<std::size_t> axes = {};
};

/** What a layout knows of the scan that was chosen. */
struct Hdf5Description
{
  AxesCalibration                    scan;
  AxesCalibration                    detector;
  std::map<std::string, std::string> metadata;
  std::vector<std::string>           notes;
};

/** One way to arrange a scan in an HDF5 file. A new layout is a class of this kind and a line in Hdf5Layouts(); all
 * calls happen inside a Session. */
class Hdf5Layout
{
public:
  virtual ~Hdf5Layout() = default;

  virtual std::string
  Name() const = 0;

  virtual bool
  Matches(hid_t file) const = 0;

  /** Data sets of 4 axes, and of 3 for those who bring a scan shape. Default: all that are numeric. */
  virtual std::vector<Hdf5Candidate>
  Candidates(hid_t file) const;

  /** Default: nothing is known. */
  virtual Hdf5Description
  Describe(hid_t, const std::string &) const
  {
    return {};
  }

  /** Opens a scan that is not one data set of patterns as they lie. Default: nothing, and the data set that is chosen
   * among the candidates is read. */
  virtual std::unique_ptr<ScanFile>
  Open(const std::shared_ptr<const InputFile> &, hid_t, const ScanFileOptions &) const
  {
    return nullptr;
  }
};

/** In the order in which they are asked; the last matches everything. */
const std::vector<const Hdf5Layout *> &
Hdf5Layouts();

const Hdf5Layout &
AbtemLayout();
const Hdf5Layout &
DectrisLayout();
const Hdf5Layout &
DectrisSideFileLayout();
const Hdf5Layout &
Dm5Layout();
const Hdf5Layout &
Emd1Layout();
const Hdf5Layout &
Emd02Layout();
const Hdf5Layout &
HyperspyLayout();
const Hdf5Layout &
MatlabLayout();
const Hdf5Layout &
NionLayout();
const Hdf5Layout &
PrismaticLayout();
const Hdf5Layout &
Py4dstem12Layout();
const Hdf5Layout &
Py4dstem13Layout();
const Hdf5Layout &
StempyLayout();
const Hdf5Layout &
VeloxLayout();

/** The data set as a scan or a stack, if it is numeric and has 4 or 3 dimensions, or more of which those beyond 4 have
 * extent 1: such axes are left out, the first ones first, the detector's last. */
std::optional<Hdf5Candidate>
CandidateOf(const std::string & path, hid_t dataSet);

/** All of the file. */
std::vector<Hdf5Candidate>
AllCandidates(hid_t file);

/** The path of the group that holds `path`. */
std::string
ParentPath(const std::string & path);

/** A unit that files use: multiplied by `factor`, a length is in `name`. */
struct KnownUnit
{
  double      factor = 1;
  std::string name;
};

/** The unit of scan steps (nm, px) or of detector steps (1/nm, mrad, px) that is meant by what a file wrote. */
std::optional<KnownUnit>
FindScanUnit(const std::string & written);
std::optional<KnownUnit>
FindDetectorUnit(const std::string & written);
} // namespace fourdstem

#endif
