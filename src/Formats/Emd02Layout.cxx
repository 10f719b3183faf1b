// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmdCalibration.h"
#include "Formats/Hdf5ScanAxes.h"
#include "Formats/Text.h"

#include <algorithm>
#include <array>

namespace fourdstem
{
namespace
{
/** EMD 0.2 ("Berkeley") of ncempy and rosettasciio, and fpd's dialect of it: any group of EMD type 1 with an array, its
 * axes described by dim1, dim2... */
class BerkeleyEmd : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "EMD 0.2";
  }

  bool
  Matches(hid_t file) const override
  {
    bool isAny = false;
    hdf5::VisitDataSets(file, [&](const std::string & path, hid_t) {
      isAny = isAny || (FileNameOf(path) == "data" && IsEmdGroup(hdf5::OpenGroup(file, ParentPath(path))));
    });
    return isAny;
  }

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override;

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override;

private:
  static bool
  IsEmdGroup(hid_t group)
  {
    return group >= 0 && hdf5::AttributeNumber(group, "emd_group_type") == 1.0;
  }
};

/** The number of the first vector of coordinates. */
std::size_t
FirstDimension(hid_t group)
{
  return hdf5::OpenDataSet(group, "dim0") ? 0 : 1;
}

std::string
DimensionText(hid_t group, std::size_t axis, const std::string & attribute)
{
  const hdf5::Id dimension = hdf5::OpenDataSet(group, "dim" + std::to_string(FirstDimension(group) + axis));
  return dimension ? LowerCase(hdf5::AttributeText(dimension, attribute).value_or("")) : std::string();
}

enum class Along : std::uint8_t
{
  Unknown,
  Scan,
  Detector
};

/** By its unit, a length or not; else by its name, as R_x, scanY, x, Q_x, ky, detX. */
Along
KindOf(hid_t group, std::size_t axis)
{
  const hdf5::Id dimension = hdf5::OpenDataSet(group, "dim" + std::to_string(FirstDimension(group) + axis));
  const auto     unit = dimension ? hdf5::AttributeText(dimension, "units").value_or("") : std::string();
  const auto     isKnown = [](const std::optional<KnownUnit> & known) { return known && known->name != "px"; };
  if (isKnown(FindScanUnit(unit)) || isKnown(FindDetectorUnit(unit)))
  {
    return isKnown(FindScanUnit(unit)) ? Along::Scan : Along::Detector;
  }
  const std::string name = DimensionText(group, axis, "name");
  const auto        begins = [&name](const std::string & with) { return name.compare(0, with.size(), with) == 0; };
  return begins("q") || begins("k") || begins("det")                    ? Along::Detector
         : begins("r_") || begins("scan") || name == "x" || name == "y" ? Along::Scan
                                                                        : Along::Unknown;
}

/** Leaves out fpd's axis of colours rather than another one of extent 1. */
Hdf5Candidate
WithoutColours(hid_t group, hid_t dataSet, Hdf5Candidate candidate)
{
  const auto extents = hdf5::Extents(dataSet);
  for (std::size_t axis = 0; extents.size() == 5 && axis < extents.size(); ++axis)
  {
    if (extents[axis] == 1 && DimensionText(group, axis, "name") == "colour")
    {
      candidate.axes = { 0, 1, 2, 3, 4 };
      candidate.axes.erase(candidate.axes.begin() + static_cast<std::ptrdiff_t>(axis));
      candidate.extents = Hdf5ScanAxes(candidate.axes, 5).Pick(extents);
    }
  }
  return candidate;
}

/** rosettasciio and HyperSpy write arrays, below /signals, with all axes reversed. */
bool
IsRosettasciio(const std::string & path)
{
  return path.compare(0, 9, "/signals/") == 0;
}

/** The scan's axes before the detector's, where the file has them the other way round. */
Hdf5Candidate
ScanFirst(hid_t group, Hdf5Candidate candidate)
{
  const std::size_t count = candidate.extents.size();
  if (!candidate.axes.empty())
  {
    return candidate;
  }
  std::array<Along, 4> kinds = {};
  for (std::size_t axis = 0; axis < count; ++axis)
  {
    kinds[axis] = KindOf(group, axis);
  }
  const bool isScanFirst = kinds[0] == Along::Scan && kinds[count - 1] == Along::Detector;
  const bool isDetectorFirst = kinds[0] == Along::Detector && kinds[1] == Along::Detector &&
                               kinds[count - 1] == Along::Scan && (count == 3 || kinds[2] == Along::Scan);
  if (IsRosettasciio(candidate.path) && !isScanFirst)
  {
    candidate.axes = count == 4 ? std::vector<std::size_t>{ 3, 2, 1, 0 } : std::vector<std::size_t>{ 2, 1, 0 };
  }
  else if (isDetectorFirst)
  {
    candidate.axes = count == 4 ? std::vector<std::size_t>{ 2, 3, 0, 1 } : std::vector<std::size_t>{ 2, 0, 1 };
  }
  if (!candidate.axes.empty())
  {
    candidate.extents = Hdf5ScanAxes(candidate.axes, count).Pick(candidate.extents);
  }
  return candidate;
}

std::vector<Hdf5Candidate>
BerkeleyEmd::Candidates(hid_t file) const
{
  auto candidates = AllCandidates(file);
  for (Hdf5Candidate & candidate : candidates)
  {
    const std::string parent = ParentPath(candidate.path);
    const hdf5::Id    group = hdf5::OpenGroup(file, parent);
    if (!IsEmdGroup(group))
    {
      continue;
    }
    const hdf5::Id dataSet = hdf5::OpenDataSet(file, candidate.path);
    candidate = ScanFirst(group, WithoutColours(group, dataSet, std::move(candidate)));
    // fpd keeps settings of the detector for each position, in arrays of 4 dimensions too.
    candidate.preferred = FileNameOf(parent) == "fpd_data";
  }
  return candidates;
}

Hdf5Description
BerkeleyEmd::Describe(hid_t file, const std::string & dataSet) const
{
  Hdf5Description   description;
  const std::string parent = ParentPath(dataSet);
  const hdf5::Id    group = hdf5::OpenGroup(file, parent);
  const auto        candidates = this->Candidates(file);
  const auto        found =
    std::find_if(candidates.begin(), candidates.end(), [&](const auto & one) { return one.path == dataSet; });
  if (found == candidates.end() || !IsEmdGroup(group))
  {
    return description;
  }
  const Hdf5ScanAxes scanAxes(found->axes, hdf5::Extents(hdf5::OpenDataSet(file, dataSet)).size());
  const auto &       axes = scanAxes.Numbers();
  const std::size_t  first = FirstDimension(group);
  const std::size_t  count = axes.size();
  const auto         read = [&](std::size_t rows, const std::string & whose) {
    return ReadDimensions(group, first + axes[rows], first + axes[rows + 1], whose, description.notes);
  };
  if (count == 4)
  {
    description.scan = read(0, "scan");
  }
  description.detector = read(count - 2, "detector");
  if (!scanAxes.AreInOrder())
  {
    description.notes.emplace_back(
      IsRosettasciio(dataSet) ? "The array lies below /signals, as rosettasciio writes it: with its axes reversed."
                              : "The first axes of the array are the detector's by their units or names.");
  }
  if (const hdf5::Id microscope = hdf5::OpenGroup(file, "/microscope"))
  {
    ReadItems(microscope, "Microscope_", description.metadata);
  }
  if (const auto version = hdf5::AttributeText(hdf5::OpenGroup(file, "/"), "fpd_version"))
  {
    description.metadata["FpdVersion"] = *version;
  }
  return description;
}
} // namespace

const Hdf5Layout &
Emd02Layout()
{
  static const BerkeleyEmd layout;
  return layout;
}
} // namespace fourdstem
