// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmdCalibration.h"

namespace fourdstem
{
namespace
{
/** EMD 1.0 as py4DSTEM 0.14 and emdfile write it. Their axes Rx, Ry, Qx, Qy are our Ry, Rx, Qy, Qx. */
class EmdfileLayout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "EMD 1.0 (py4DSTEM)";
  }

  bool
  Matches(hid_t file) const override
  {
    const hdf5::Id root = hdf5::OpenGroup(file, "/");
    return hdf5::AttributeText(root, "emd_group_type") == "file" && hdf5::AttributeNumber(root, "version_major") == 1.0;
  }

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override
  {
    auto candidates = AllCandidates(file);
    for (Hdf5Candidate & candidate : candidates)
    {
      const hdf5::Id parent = hdf5::OpenGroup(file, ParentPath(candidate.path));
      candidate.preferred = parent && candidate.extents.size() == 4 &&
                            hdf5::AttributeText(parent, "emd_group_type") == "array" &&
                            hdf5::AttributeText(parent, "python_class") == "DataCube";
    }
    return candidates;
  }

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override
  {
    const hdf5::Id group = hdf5::OpenGroup(file, ParentPath(dataSet));
    const hdf5::Id calibration =
      hdf5::OpenGroup(file, dataSet.substr(0, dataSet.find('/', 1)) + "/metadatabundle/calibration");
    Hdf5Description description;
    ReadPy4dstemAxes(group, calibration, 0, description);
    if (calibration)
    {
      ReadItems(calibration, "Calibration_", description.metadata);
    }
    return description;
  }
};
} // namespace

const Hdf5Layout &
Emd1Layout()
{
  static const EmdfileLayout layout;
  return layout;
}
} // namespace fourdstem
