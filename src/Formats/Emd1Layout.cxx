// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Layout.h"
#include "Formats/Text.h"

#include <algorithm>
#include <cmath>

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
      const hdf5::Id parent = hdf5::OpenGroup(file, candidate.path.substr(0, candidate.path.rfind('/')));
      candidate.preferred = parent && candidate.extents.size() == 4 &&
                            hdf5::AttributeText(parent, "emd_group_type") == "array" &&
                            hdf5::AttributeText(parent, "python_class") == "DataCube";
    }
    return candidates;
  }

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override;
};

/** Pixel size and unit of the calibration group; false where it has none of that name. */
bool
ReadPixelSize(hid_t calibration, const std::string & axes, AxesCalibration & result, std::string & unit)
{
  const auto size = hdf5::ScalarNumber(hdf5::OpenDataSet(calibration, axes + "_pixel_size"));
  if (!size || !std::isfinite(*size) || *size <= 0)
  {
    return false;
  }
  unit = hdf5::ScalarText(hdf5::OpenDataSet(calibration, axes + "_pixel_units")).value_or("pixels");
  result.spacing[0] = *size;
  result.spacing[1] = *size;
  result.source = "calibration/" + axes + "_pixel_size";
  return true;
}

/** Spacing and offset from a vector of coordinates, of which linear ones are stored as their first two values only. */
bool
ReadDimension(hid_t group, int number, double & spacing, double & offset, std::string & unit)
{
  constexpr std::int64_t longest = std::int64_t{ 1 } << 20;
  const hdf5::Id         dimension = hdf5::OpenDataSet(group, "dim" + std::to_string(number));
  const auto             values = dimension ? hdf5::Numbers(dimension, longest) : std::vector<double>();
  if (values.size() < 2 || !std::isfinite(values[0]) || !(values[1] - values[0] > 0) || !std::isfinite(values[1]))
  {
    return false;
  }
  spacing = values[1] - values[0];
  offset = values[0];
  unit = hdf5::AttributeText(dimension, "units").value_or("");
  return true;
}

bool
ReadDimensions(hid_t group, int first, AxesCalibration & axes, std::string & unit)
{
  std::string second;
  const bool  complete = ReadDimension(group, first, axes.spacing[0], axes.offset[0], unit) &&
                        ReadDimension(group, first + 1, axes.spacing[1], axes.offset[1], second) && unit == second;
  if (!complete)
  {
    axes = AxesCalibration();
    return false;
  }
  axes.source = "dim" + std::to_string(first) + ", dim" + std::to_string(first + 1);
  return true;
}

void
ReadCalibrationItems(hid_t calibration, std::map<std::string, std::string> & metadata)
{
  for (const hdf5::Link & link : hdf5::Links(calibration))
  {
    const std::string & name = link.name;
    const hdf5::Id      item = hdf5::OpenDataSet(calibration, name);
    if (!item || name.front() == '_')
    {
      continue;
    }
    if (const auto number = hdf5::ScalarNumber(item))
    {
      metadata["Calibration_" + name] = FormatNumber(*number);
    }
    else if (const auto text = hdf5::ScalarText(item); text && *text != "_None")
    {
      metadata["Calibration_" + name] = *text;
    }
  }
}

Hdf5Description
EmdfileLayout::Describe(hid_t file, const std::string & dataSet) const
{
  const hdf5::Id group = hdf5::OpenGroup(file, dataSet.substr(0, dataSet.rfind('/')));
  const hdf5::Id calibration =
    hdf5::OpenGroup(file, dataSet.substr(0, dataSet.find('/', 1)) + "/metadatabundle/calibration");

  Hdf5Description description;
  std::string     unit;
  if ((calibration && ReadPixelSize(calibration, "R", description.scan, unit)) ||
      (group && ReadDimensions(group, 0, description.scan, unit)))
  {
    SetScanUnit(description.scan, unit, description.notes);
  }
  if (calibration && ReadPixelSize(calibration, "Q", description.detector, unit))
  {
    // qx0, qy0 in pixels; the offsets of dim2 and dim3 mix pixels and units in some versions.
    const auto row = hdf5::ScalarNumber(hdf5::OpenDataSet(calibration, "qx0_mean"));
    const auto column = hdf5::ScalarNumber(hdf5::OpenDataSet(calibration, "qy0_mean"));
    if (row && column && std::isfinite(*row) && std::isfinite(*column))
    {
      description.detector.offset[0] = -*row * description.detector.spacing[0];
      description.detector.offset[1] = -*column * description.detector.spacing[1];
    }
    SetDetectorUnit(description.detector, unit, description.notes);
  }
  else if (group && ReadDimensions(group, 2, description.detector, unit))
  {
    description.detector.offset[0] = 0;
    description.detector.offset[1] = 0;
    SetDetectorUnit(description.detector, unit, description.notes);
  }
  if (calibration)
  {
    ReadCalibrationItems(calibration, description.metadata);
  }
  return description;
}
} // namespace

const Hdf5Layout &
Emd1Layout()
{
  static const EmdfileLayout layout;
  return layout;
}
} // namespace fourdstem
