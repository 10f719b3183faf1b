// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Axes.h"
#include "Formats/Text.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
/** The name of a member of a list. */
std::string
Member(std::int64_t number)
{
  return "[" + std::to_string(number) + "]";
}

/** A whole number in an attribute of the group at `path`. */
std::optional<std::int64_t>
ReadNumber(hid_t file, const std::string & path, const std::string & name)
{
  const hdf5::Id group = hdf5::OpenGroup(file, path);
  const auto     value = group ? hdf5::AttributeNumber(group, name) : std::nullopt;
  return value && *value >= 0 && *value < 1e9 && *value == std::floor(*value)
           ? std::optional(static_cast<std::int64_t>(*value))
           : std::nullopt;
}

/** The data of the image that the document shows; its list may hold thumbnails too. */
std::optional<std::string>
ShownImage(hid_t file)
{
  const auto source = ReadNumber(file, "/DocumentObjectList/[0]", "ImageSource");
  const auto image = source ? ReadNumber(file, "/ImageSourceList/" + Member(*source), "ImageRef") : std::nullopt;
  return image ? std::optional("/ImageList/" + Member(*image) + "/ImageData/Data") : std::nullopt;
}

/** DigitalMicrograph's tags as HDF5: groups are tag groups, attributes tags. */
class GatanDm5Layout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "Gatan DM5";
  }

  bool
  Matches(hid_t file) const override
  {
    const auto paths = { "/ImageList", "/DocumentObjectList", "/ImageSourceList" };
    return std::all_of(
      paths.begin(), paths.end(), [file](const char * path) { return static_cast<bool>(hdf5::OpenGroup(file, path)); });
  }

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override
  {
    auto       candidates = AllCandidates(file);
    const auto shown = ShownImage(file);
    for (Hdf5Candidate & candidate : candidates)
    {
      candidate.preferred = candidate.path == shown;
    }
    return candidates;
  }

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override;
};

/** Dimension `number`, the fastest is 0; value = (pixel - Origin) * Scale. */
WrittenAxis
ReadAxis(hid_t file, const std::string & image, std::size_t number)
{
  const hdf5::Id group =
    hdf5::OpenGroup(file, image + "/Calibrations/Dimension/" + Member(static_cast<std::int64_t>(number)));
  WrittenAxis axis;
  if (group)
  {
    axis.spacing = hdf5::AttributeNumber(group, "Scale").value_or(1);
    axis.offset = -hdf5::AttributeNumber(group, "Origin").value_or(0) * axis.spacing;
    axis.unit = hdf5::AttributeText(group, "Units").value_or("");
  }
  return axis;
}

Hdf5Description
GatanDm5Layout::Describe(hid_t file, const std::string & dataSet) const
{
  const std::string image = dataSet.substr(0, dataSet.rfind('/'));
  const std::string place = (image + "/Calibrations/Dimension").substr(1);
  const hdf5::Id    data = hdf5::OpenDataSet(file, dataSet);
  Hdf5Description   description;
  description.detector =
    CalibratedAxes({ ReadAxis(file, image, 1), ReadAxis(file, image, 0) }, "detector", place, description.notes);
  if (hdf5::Extents(data).size() == 4)
  {
    description.scan =
      CalibratedAxes({ ReadAxis(file, image, 3), ReadAxis(file, image, 2) }, "scan", place, description.notes);
    if (FindScanUnit(ReadAxis(file, image, 0).unit).value_or(KnownUnit{ 1, "" }).name == "nm" &&
        FindDetectorUnit(ReadAxis(file, image, 3).unit).value_or(KnownUnit{ 1, "" }).name != "px")
    {
      description.notes.emplace_back(
        "The units say that the fast axes are the scan's and the slow ones the detector's; "
        "the array is read as (Ry, Rx, Qy, Qx) all the same.");
    }
  }
  const std::string tags = image.substr(0, image.rfind('/')) + "/ImageTags";
  if (const hdf5::Id microscope = hdf5::OpenGroup(file, tags + "/Microscope Info"))
  {
    for (const auto & [name, key, factor] :
         { std::tuple("Voltage", "HighVoltage_V", 1.), std::tuple("STEM Camera Length", "CameraLength_m", 1e-3) })
    {
      if (const auto value = hdf5::AttributeNumber(microscope, name); value && *value > 0)
      {
        description.metadata[key] = FormatNumber(*value * factor);
      }
    }
  }
  if (const hdf5::Id group = hdf5::OpenGroup(file, tags))
  {
    if (const auto time = hdf5::AttributeText(group, "Timestamp"))
    {
      description.metadata["Timestamp"] = *time;
    }
  }
  return description;
}
} // namespace

const Hdf5Layout &
Dm5Layout()
{
  static const GatanDm5Layout layout;
  return layout;
}
} // namespace fourdstem
