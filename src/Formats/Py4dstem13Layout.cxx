// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmdCalibration.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
/** Trees of py4DSTEM 0.13: the file itself has no mark, its top group has. Axes as in EMD 1.0. */
class Py4dstemTree : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "py4DSTEM 0.13";
  }

  bool
  Matches(hid_t file) const override
  {
    const hdf5::Id root = hdf5::OpenGroup(file, "/");
    const auto     links = hdf5::Links(root);
    return std::any_of(links.begin(), links.end(), [&root](const hdf5::Link & link) {
      const hdf5::Id top = hdf5::OpenGroup(root, link.name);
      return top && hdf5::AttributeText(top, "emd_group_type") == "root" &&
             hdf5::AttributeText(top, "version_minor") == "13";
    });
  }

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override
  {
    auto candidates = AllCandidates(file);
    for (Hdf5Candidate & candidate : candidates)
    {
      const hdf5::Id parent = hdf5::OpenGroup(file, ParentPath(candidate.path));
      candidate.preferred =
        parent && candidate.extents.size() == 4 && hdf5::AttributeText(parent, "py4dstem_class") == "DataCube";
    }
    return candidates;
  }

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override;
};

/** The nearest calibration: in the array's own group, else in one of those above it. */
hdf5::Id
FindCalibration(hid_t file, const std::string & dataSet)
{
  std::string path = dataSet;
  do
  {
    path = ParentPath(path);
    const hdf5::Id group = hdf5::OpenGroup(file, path);
    for (const hdf5::Link & link : hdf5::Links(group))
    {
      hdf5::Id child = hdf5::OpenGroup(group, link.name);
      if (child && hdf5::AttributeText(child, "py4dstem_class") == "Calibration")
      {
        return child;
      }
    }
  } while (path != "/");
  return {};
}

Hdf5Description
Py4dstemTree::Describe(hid_t file, const std::string & dataSet) const
{
  const hdf5::Id  calibration = FindCalibration(file, dataSet);
  Hdf5Description description;
  ReadPy4dstemAxes(hdf5::OpenGroup(file, ParentPath(dataSet)), calibration, 0, description);
  if (calibration)
  {
    ReadItems(calibration, "Calibration_", description.metadata);
  }
  return description;
}
} // namespace

const Hdf5Layout &
Py4dstem13Layout()
{
  static const Py4dstemTree layout;
  return layout;
}
} // namespace fourdstem
