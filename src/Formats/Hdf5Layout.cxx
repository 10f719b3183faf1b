// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Layout.h"

namespace fourdstem
{
namespace
{
struct Unit
{
  const char * written;
  double       factor;
  const char * ours;
};

constexpr Unit ScanUnits[] = { { "nm", 1, "nm" },
                               { "A", 0.1, "nm" },
                               { "\xC3\x85", 0.1, "nm" },
                               { "\xE2\x84\xAB", 0.1, "nm" },
                               { "pm", 1e-3, "nm" },
                               { "um", 1e3, "nm" },
                               { "\xC2\xB5m", 1e3, "nm" },
                               { "m", 1e9, "nm" },
                               { "pixels", 1, "px" },
                               { "px", 1, "px" },
                               { "", 1, "px" } };

constexpr Unit DetectorUnits[] = { { "1/nm", 1, "1/nm" },
                                   { "nm^-1", 1, "1/nm" },
                                   { "A^-1", 10, "1/nm" },
                                   { "1/A", 10, "1/nm" },
                                   { "1/\xC3\x85", 10, "1/nm" },
                                   { "\xC3\x85^-1", 10, "1/nm" },
                                   { "$A^{-1}$", 10, "1/nm" },
                                   { "k_nm^-1", 1, "1/nm" },
                                   { "[n_m^-1]", 1, "1/nm" },
                                   { "mrad", 1, "mrad" },
                                   { "rad", 1e3, "mrad" },
                                   { "pixels", 1, "px" },
                                   { "px", 1, "px" },
                                   { "", 1, "px" } };

template <std::size_t VCount>
void
SetUnit(AxesCalibration & axes,
        const Unit (&units)[VCount],
        const std::string &        unit,
        const std::string &        whose,
        std::vector<std::string> & notes)
{
  for (const Unit & known : units)
  {
    if (unit == known.written)
    {
      for (const int axis : { 0, 1 })
      {
        axes.spacing[axis] *= known.factor;
        axes.offset[axis] *= known.factor;
      }
      axes.unit = known.ours;
      return;
    }
  }
  notes.push_back("The " + whose + " is calibrated in '" + unit + "', which is not known; 1 px is assumed.");
  axes = AxesCalibration();
}

class AnyLayout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "HDF5";
  }

  bool
  Matches(hid_t) const override
  {
    return true;
  }

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override
  {
    return AllCandidates(file);
  }

  Hdf5Description
  Describe(hid_t, const std::string &) const override
  {
    return {};
  }
};
} // namespace

const std::vector<const Hdf5Layout *> &
Hdf5Layouts()
{
  static const AnyLayout                       any;
  static const std::vector<const Hdf5Layout *> layouts = { &Emd1Layout(), &any };
  return layouts;
}

std::vector<Hdf5Candidate>
AllCandidates(hid_t file)
{
  std::vector<Hdf5Candidate> candidates;
  hdf5::VisitDataSets(file, [&candidates](const std::string & path, hid_t dataSet) {
    const auto extents = hdf5::Extents(dataSet);
    if ((extents.size() == 4 || extents.size() == 3) && hdf5::TypeOf(dataSet))
    {
      candidates.push_back({ path, extents, false });
    }
  });
  return candidates;
}

void
SetScanUnit(AxesCalibration & scan, const std::string & unit, std::vector<std::string> & notes)
{
  SetUnit(scan, ScanUnits, unit, "scan", notes);
}

void
SetDetectorUnit(AxesCalibration & detector, const std::string & unit, std::vector<std::string> & notes)
{
  SetUnit(detector, DetectorUnits, unit, "detector", notes);
}
} // namespace fourdstem
