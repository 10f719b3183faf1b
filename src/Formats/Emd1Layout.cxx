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

/** Where one of scan and detector is calibrated, and what its units are. */
struct Calibrated
{
  std::string whose;
  /** Of the items in the calibration group. */
  std::string letter;
  /** Number of the first of two vectors of coordinates. */
  int firstDimension;
  std::optional<KnownUnit> (*findUnit)(const std::string &);
};

/** Multiplies what is along `axis`. */
void
Convert(AxesCalibration & axes, int axis, const KnownUnit & unit)
{
  axes.spacing[axis] *= unit.factor;
  axes.offset[axis] *= unit.factor;
  axes.unit = unit.name;
}

/** From the pixel size in the calibration group, where it has one in a known unit. */
std::optional<AxesCalibration>
ReadPixelSize(hid_t calibration, const Calibrated & what, std::vector<std::string> & notes)
{
  const auto size = hdf5::SingleNumber(hdf5::OpenDataSet(calibration, what.letter + "_pixel_size"));
  if (!size || !std::isfinite(*size) || *size <= 0)
  {
    return std::nullopt;
  }
  const auto written =
    hdf5::ScalarText(hdf5::OpenDataSet(calibration, what.letter + "_pixel_units")).value_or("pixels");
  const auto unit = what.findUnit(written);
  if (!unit)
  {
    notes.push_back("The " + what.whose + " is calibrated in '" + written + "' (calibration/" + what.letter +
                    "_pixel_units), which is not known and not used.");
    return std::nullopt;
  }
  AxesCalibration axes;
  for (const int axis : { 0, 1 })
  {
    axes.spacing[axis] = *size;
    Convert(axes, axis, *unit);
  }
  axes.source = "calibration/" + what.letter + "_pixel_size";
  return axes;
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

/** From the vectors of coordinates, where both are there and their units are known and of one kind. */
std::optional<AxesCalibration>
ReadDimensions(hid_t group, const Calibrated & what, std::vector<std::string> & notes)
{
  AxesCalibration axes;
  std::string     written[2];
  for (const int axis : { 0, 1 })
  {
    if (!ReadDimension(group, what.firstDimension + axis, axes.spacing[axis], axes.offset[axis], written[axis]))
    {
      return std::nullopt;
    }
  }
  axes.source = "dim" + std::to_string(what.firstDimension) + ", dim" + std::to_string(what.firstDimension + 1);
  const auto        rows = what.findUnit(written[0]);
  const auto        columns = what.findUnit(written[1]);
  const bool        isUsed = rows && columns && rows->name == columns->name;
  const std::string units =
    "'" + written[0] + "'" + (written[0] == written[1] ? std::string() : " and '" + written[1] + "'");
  if (!isUsed || written[0] != written[1])
  {
    notes.push_back("The " + what.whose + " is calibrated in " + units + " (" + axes.source + "), " +
                    (isUsed            ? "both converted to " + rows->name + "."
                     : rows && columns ? "which do not go together; 1 px is assumed."
                                       : "which is not known; 1 px is assumed."));
  }
  if (!isUsed)
  {
    return std::nullopt;
  }
  Convert(axes, 0, *rows);
  Convert(axes, 1, *columns);
  return axes;
}

AxesCalibration
ReadAxes(hid_t group, hid_t calibration, const Calibrated & what, std::vector<std::string> & notes)
{
  auto axes = calibration >= 0 ? ReadPixelSize(calibration, what, notes) : std::nullopt;
  if (!axes && group >= 0)
  {
    axes = ReadDimensions(group, what, notes);
  }
  return axes.value_or(AxesCalibration());
}

/** A part of a scan lies where its vectors of coordinates say, where these have the calibration's pixel size. */
void
ReadScanOffset(hid_t group, AxesCalibration & scan)
{
  double offset[2] = { 0, 0 };
  for (const int axis : { 0, 1 })
  {
    double      spacing = 0;
    std::string written;
    const bool  isThere = group >= 0 && ReadDimension(group, axis, spacing, offset[axis], written);
    const auto  unit = isThere ? FindScanUnit(written) : std::nullopt;
    if (!unit || unit->name != scan.unit ||
        !(std::abs(spacing * unit->factor - scan.spacing[axis]) <= 1e-6 * scan.spacing[axis]))
    {
      return;
    }
    offset[axis] *= unit->factor;
  }
  std::copy(std::begin(offset), std::end(offset), std::begin(scan.offset));
}

/** qx0, qy0 are in pixels. They go before the offsets of dim2 and dim3, which mix pixels and units in some versions. */
void
ReadOrigin(hid_t calibration, AxesCalibration & detector, std::vector<std::string> & notes)
{
  detector.offset[0] = 0;
  detector.offset[1] = 0;
  const auto row = calibration < 0 ? std::nullopt : hdf5::SingleNumber(hdf5::OpenDataSet(calibration, "qx0_mean"));
  const auto column = calibration < 0 ? std::nullopt : hdf5::SingleNumber(hdf5::OpenDataSet(calibration, "qy0_mean"));
  if (!row || !column)
  {
    return;
  }
  if (!std::isfinite(*row) || !std::isfinite(*column))
  {
    notes.push_back("The origin of patterns, qx0_mean " + FormatNumber(*row) + " and qy0_mean " +
                    FormatNumber(*column) + ", is not finite and is ignored.");
    return;
  }
  detector.offset[0] = -*row * detector.spacing[0];
  detector.offset[1] = -*column * detector.spacing[1];
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
    if (const auto number = hdf5::SingleNumber(item))
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
  description.scan = ReadAxes(group, calibration, { "scan", "R", 0, FindScanUnit }, description.notes);
  if (!description.scan.source.empty())
  {
    ReadScanOffset(group, description.scan);
  }
  description.detector = ReadAxes(group, calibration, { "detector", "Q", 2, FindDetectorUnit }, description.notes);
  if (!description.detector.source.empty())
  {
    ReadOrigin(calibration, description.detector, description.notes);
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
