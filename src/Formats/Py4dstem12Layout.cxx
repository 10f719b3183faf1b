// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmdCalibration.h"
#include "Formats/Text.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
/** py4DSTEM 0.2 to 0.12: a top group, of any name, is an EMD group of type 2 and holds data/datacubes. A DataCube's
 * array is called data, before 0.6 datacube; its axes are dim1 to dim4, which py4DSTEM itself never calibrated. */
class Py4dstemTopGroup : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "py4DSTEM 0.12 or older";
  }

  bool
  Matches(hid_t file) const override
  {
    const hdf5::Id root = hdf5::OpenGroup(file, "/");
    const auto     links = hdf5::Links(root);
    return std::any_of(links.begin(), links.end(), [&root](const hdf5::Link & link) {
      const hdf5::Id top = hdf5::OpenGroup(root, link.name);
      return top && (link.name == "4DSTEM_experiment" || hdf5::AttributeNumber(top, "emd_group_type") == 2.0);
    });
  }

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override
  {
    auto candidates = AllCandidates(file);
    for (Hdf5Candidate & candidate : candidates)
    {
      const std::string cubes = ParentPath(ParentPath(candidate.path));
      const std::string marker = "/data/datacubes";
      candidate.preferred = candidate.extents.size() == 4 && cubes.size() > marker.size() &&
                            cubes.compare(cubes.size() - marker.size(), marker.size(), marker) == 0;
    }
    return candidates;
  }

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override;
};

/** Groups that may calibrate the cube in `group` below `top`, the newest versions' first. */
std::vector<hdf5::Id>
CalibrationGroups(hid_t file, hid_t group, const std::string & top)
{
  std::vector<hdf5::Id> groups;
  groups.push_back(hdf5::OpenGroup(file, top + "/metadata/calibration"));
  const double number = hdf5::AttributeNumber(group, "metadata").value_or(0);
  groups.push_back(hdf5::OpenGroup(file, top + "/metadata/metadata_" + FormatNumber(number) + "/calibration"));
  const hdf5::Id coordinates = hdf5::OpenGroup(file, top + "/data/coordinates");
  const auto     links = hdf5::Links(coordinates);
  if (links.size() == 1)
  {
    groups.push_back(hdf5::OpenGroup(coordinates, links.front().name));
  }
  groups.erase(std::remove_if(groups.begin(), groups.end(), [](const hdf5::Id & one) { return !one; }), groups.end());
  return groups;
}

AxesCalibration
ReadAxes(hid_t                         group,
         const std::vector<hdf5::Id> & calibrations,
         std::size_t                   rows,
         const std::string &           whose,
         std::vector<std::string> &    notes)
{
  const bool                        isScan = whose == "scan";
  const std::string                 letter = isScan ? "R" : "Q";
  const std::string                 old = isScan ? "R" : "K";
  const std::vector<PixelSizeNames> names = { { letter + "_pixel_size",
                                                { letter + "_pixel_size_units", letter + "_pixel_units" } },
                                              { old + "_pix_size", { old + "_pix_units" } } };
  for (const hdf5::Id & calibration : calibrations)
  {
    for (const PixelSizeNames & name : names)
    {
      if (auto axes = ReadPixelSize(calibration, name, whose, notes))
      {
        if (!isScan)
        {
          ReadOrigin(calibration, *axes, notes);
        }
        return *axes;
      }
    }
  }
  return ReadDimensions(group, rows, rows + 1, whose, notes);
}

Hdf5Description
Py4dstemTopGroup::Describe(hid_t file, const std::string & dataSet) const
{
  const std::string top = dataSet.substr(0, dataSet.find('/', 1));
  const hdf5::Id    topGroup = hdf5::OpenGroup(file, top);
  const hdf5::Id    group = hdf5::OpenGroup(file, ParentPath(dataSet));
  const auto        calibrations = CalibrationGroups(file, group, top);

  Hdf5Description description;
  description.scan = ReadAxes(group, calibrations, 1, "scan", description.notes);
  description.detector = ReadAxes(group, calibrations, 3, "detector", description.notes);
  for (const hdf5::Id & calibration : calibrations)
  {
    ReadItems(calibration, "Calibration_", description.metadata);
  }
  if (topGroup)
  {
    ReadItems(topGroup, "Py4dstem_", description.metadata);
  }
  for (const char * microscope : { "/metadata/metadata_0/microscope", "/metadata/microscope" })
  {
    if (const hdf5::Id items = hdf5::OpenGroup(file, top + microscope))
    {
      ReadItems(items, "Microscope_", description.metadata);
    }
  }
  return description;
}
} // namespace

const Hdf5Layout &
Py4dstem12Layout()
{
  static const Py4dstemTopGroup layout;
  return layout;
}
} // namespace fourdstem
