// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmdCalibration.h"

#include "Formats/Text.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

namespace fourdstem
{
namespace
{
std::optional<double>
ItemNumber(hid_t group, const std::string & name)
{
  const hdf5::Id item = hdf5::OpenDataSet(group, name);
  return item ? hdf5::SingleNumber(item) : hdf5::AttributeNumber(group, name);
}

std::optional<std::string>
ItemText(hid_t group, const std::string & name)
{
  const hdf5::Id item = hdf5::OpenDataSet(group, name);
  return item ? hdf5::ScalarText(item) : hdf5::AttributeText(group, name);
}
} // namespace

std::optional<AxesCalibration>
ReadPixelSize(hid_t                      calibration,
              const PixelSizeNames &     names,
              const std::string &        whose,
              std::vector<std::string> & notes)
{
  const auto size = ItemNumber(calibration, names.size);
  if (!size || !std::isfinite(*size) || *size <= 0)
  {
    return std::nullopt;
  }
  std::string written = "pixels";
  std::string writtenIn;
  for (auto name = names.units.rbegin(); name != names.units.rend(); ++name)
  {
    const auto text = ItemText(calibration, *name);
    written = text.value_or(written);
    writtenIn = text ? *name : writtenIn;
  }
  const auto unit = whose == "scan" ? FindScanUnit(written) : FindDetectorUnit(written);
  if (!unit)
  {
    notes.push_back("The " + whose + " is calibrated in '" + written + "' (calibration/" + writtenIn +
                    "), which is not known and not used.");
    return std::nullopt;
  }
  AxesCalibration axes;
  axes.spacing[0] = *size * unit->factor;
  axes.spacing[1] = axes.spacing[0];
  axes.unit = unit->name;
  axes.source = "calibration/" + names.size;
  return axes;
}

std::optional<WrittenAxis>
ReadDimension(hid_t group, std::size_t number, std::vector<std::string> & notes)
{
  constexpr std::int64_t longest = std::int64_t{ 1 } << 20;
  const std::string      name = "dim" + std::to_string(number);
  const hdf5::Id         dimension = hdf5::OpenDataSet(group, name);
  const auto             values = dimension ? hdf5::Numbers(dimension, longest) : std::vector<double>();
  if (values.size() < 2 || !std::isfinite(values[0]) || !(values[1] - values[0] > 0) || !std::isfinite(values[1]))
  {
    return std::nullopt;
  }
  WrittenAxis axis;
  axis.spacing = values[1] - values[0];
  axis.offset = values[0];
  axis.unit = hdf5::AttributeText(dimension, "units").value_or("");
  const double last = axis.offset + static_cast<double>(values.size() - 1) * axis.spacing;
  if (!(std::abs(values.back() - last) < axis.spacing / 2))
  {
    notes.push_back("The coordinates " + name + " end at " + FormatNumber(values.back()) + " instead of " +
                    FormatNumber(last) + ": their steps differ, and they are not used.");
    return std::nullopt;
  }
  return axis;
}

AxesCalibration
ReadDimensions(hid_t                      group,
               std::size_t                rows,
               std::size_t                columns,
               const std::string &        whose,
               std::vector<std::string> & notes)
{
  const auto ofRows = ReadDimension(group, rows, notes);
  const auto ofColumns = ReadDimension(group, columns, notes);
  if (!ofRows || !ofColumns)
  {
    return {};
  }
  const std::string source = "dim" + std::to_string(rows) + ", dim" + std::to_string(columns);
  auto              axes = CalibratedAxes({ *ofRows, *ofColumns }, whose, source, notes);
  if (!axes.source.empty() && ofRows->unit != ofColumns->unit)
  {
    notes.push_back("The " + whose + " is calibrated in '" + ofRows->unit + "' and '" + ofColumns->unit + "' (" +
                    source + "), both converted to " + axes.unit + ".");
  }
  return axes;
}

void
ReadOrigin(hid_t calibration, AxesCalibration & detector, std::vector<std::string> & notes)
{
  detector.offset[0] = 0;
  detector.offset[1] = 0;
  const auto row = calibration < 0 ? std::nullopt : ItemNumber(calibration, "qx0_mean");
  const auto column = calibration < 0 ? std::nullopt : ItemNumber(calibration, "qy0_mean");
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

namespace
{
/** A part of a scan lies where its vectors of coordinates say, where these have the calibration's pixel size. */
void
ReadScanOffset(hid_t group, std::size_t first, AxesCalibration & scan)
{
  double offset[2] = { 0, 0 };
  for (const std::size_t axis : { std::size_t{ 0 }, std::size_t{ 1 } })
  {
    std::vector<std::string> notes;
    const auto               written = ReadDimension(group, first + axis, notes);
    const auto               unit = written ? FindScanUnit(written->unit) : std::nullopt;
    if (!unit || unit->name != scan.unit ||
        !(std::abs(written->spacing * unit->factor - scan.spacing[axis]) <= 1e-6 * scan.spacing[axis]))
    {
      return;
    }
    offset[axis] = written->offset * unit->factor;
  }
  std::copy(std::begin(offset), std::end(offset), std::begin(scan.offset));
}
} // namespace

void
ReadPy4dstemAxes(hid_t group, hid_t calibration, std::size_t first, Hdf5Description & description)
{
  const auto read = [&](const std::string & letter, std::size_t rows, const std::string & whose) {
    const PixelSizeNames names{ letter + "_pixel_size", { letter + "_pixel_units" } };
    const auto axes = calibration >= 0 ? ReadPixelSize(calibration, names, whose, description.notes) : std::nullopt;
    return axes || group < 0 ? axes.value_or(AxesCalibration())
                             : ReadDimensions(group, rows, rows + 1, whose, description.notes);
  };
  description.scan = read("R", first, "scan");
  if (group >= 0 && !description.scan.source.empty())
  {
    ReadScanOffset(group, first, description.scan);
  }
  description.detector = read("Q", first + 2, "detector");
  if (!description.detector.source.empty())
  {
    ReadOrigin(calibration, description.detector, description.notes);
  }
}

void
ReadItems(hid_t group, const std::string & prefix, std::map<std::string, std::string> & metadata)
{
  const std::set<std::string> ofGroup = { "ctime", "emd_group_type", "h5rw_version",
                                          "mtime", "py4dstem_class", "python_class" };
  const auto                  add = [&](const std::string & name, const auto & number, const auto & text) {
    if (name.front() == '_' || ofGroup.count(name) > 0)
    {
      return;
    }
    if (number)
    {
      metadata[prefix + name] = FormatNumber(*number);
    }
    else if (text && !text->empty() && *text != "_None")
    {
      metadata[prefix + name] = *text;
    }
  };
  for (const std::string & name : hdf5::AttributeNames(group))
  {
    add(name, hdf5::AttributeNumber(group, name), hdf5::AttributeText(group, name));
  }
  for (const hdf5::Link & link : hdf5::Links(group))
  {
    if (const hdf5::Id item = hdf5::OpenDataSet(group, link.name))
    {
      add(link.name, hdf5::SingleNumber(item), hdf5::ScalarText(item));
    }
  }
}
} // namespace fourdstem
