// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DmAxes.h"

#include "Formats/Hdf5Layout.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"

#include <array>
#include <cmath>

namespace fourdstem
{
namespace
{
/** An axis as it is calibrated: pixel i lies at (i - origin) * scale. */
struct Axis
{
  double      origin = 0;
  double      scale = 1;
  std::string unit;
};

/** The axis with this number, 0 for the fastest. */
Axis
ReadAxis(const InputFile & file, const DmTags & tags, const DmImage & image, std::size_t number)
{
  Axis          axis;
  const DmTag * all = image.tags->Find("ImageData.Calibrations.Dimension");
  if (all && number < all->children.size())
  {
    const DmTag & its = all->children[number];
    axis.origin = its.NumberAt("Origin").value_or(0);
    axis.scale = its.NumberAt("Scale").value_or(1);
    axis.unit = tags.TextAt(file, its, "Units");
  }
  return axis;
}

enum class Meaning
{
  Unknown,
  Scan,
  Detector
};

Meaning
MeaningOf(const Axis & axis)
{
  const auto isKnown = [](const std::optional<KnownUnit> & unit) { return unit && unit->name != "px"; };
  return isKnown(FindDetectorUnit(axis.unit)) ? Meaning::Detector
         : isKnown(FindScanUnit(axis.unit))   ? Meaning::Scan
                                              : Meaning::Unknown;
}

/** What the units of the fastest and of the third axis say, unless they are unknown or contradict each other. */
std::optional<DmOrder>
OrderByUnits(Meaning first, Meaning third)
{
  if (first == third)
  {
    return std::nullopt;
  }
  return first == Meaning::Detector || third == Meaning::Scan ? DmOrder::Patterns : DmOrder::Images;
}

std::string
NameOf(DmOrder order)
{
  return order == DmOrder::Patterns ? "patterns" : "images";
}

/** What an order means for the extents a, b, c, d, fastest first. */
std::string
Explain(const std::vector<std::int64_t> & extents, DmOrder order)
{
  const bool arePatterns = order == DmOrder::Patterns;
  return FormatExtent(extents[arePatterns ? 3 : 1], extents[arePatterns ? 2 : 0]) + " positions of " +
         FormatExtent(extents[arePatterns ? 1 : 3], extents[arePatterns ? 0 : 2]) + " pixels";
}

/** Of the axes that are those of rows and of columns; nothing where no unit is stated. */
std::optional<AxesCalibration>
Calibrate(const std::string &         whose,
          const std::array<Axis, 2> & axes,
          std::optional<KnownUnit> (*findUnit)(const std::string &),
          std::vector<std::string> & notes)
{
  AxesCalibration calibration;
  for (const std::size_t i : { 0U, 1U })
  {
    const Axis & axis = axes[i];
    const auto   unit = findUnit(axis.unit);
    const bool   isSame = i == 0 || (unit && unit->name == calibration.unit);
    if (!unit || !isSame || !(axis.scale > 0) || !std::isfinite(axis.scale * axis.origin))
    {
      notes.push_back("The " + whose + "'s calibration, steps of " + FormatNumber(axes[0].scale) + " '" + axes[0].unit +
                      "' and " + FormatNumber(axes[1].scale) + " '" + axes[1].unit + "', is not used.");
      return std::nullopt;
    }
    calibration.spacing[i] = axis.scale * unit->factor;
    calibration.offset[i] = axis.origin == 0 ? 0 : -axis.origin * axis.scale * unit->factor;
    calibration.unit = unit->name;
  }
  if (calibration.unit == "px")
  {
    return std::nullopt;
  }
  calibration.source = "Calibrations.Dimension";
  return calibration;
}
} // namespace

DmOrder
ResolveDmOrder(const InputFile &       file,
               const DmTags &          tags,
               const DmImage &         image,
               const ScanFileOptions & options,
               ScanHeader &            header)
{
  const Axis first = ReadAxis(file, tags, image, 0);
  const Axis third = ReadAxis(file, tags, image, 2);
  const auto byUnits = OrderByUnits(MeaningOf(first), MeaningOf(third));
  const auto swapped = image.tags->NumberAt("ImageTags.Meta Data.Data Order Swapped");
  const auto byTag =
    swapped ? std::optional<DmOrder>(*swapped != 0 ? DmOrder::Patterns : DmOrder::Images) : std::nullopt;
  const auto        said = byTag ? byTag : byUnits;
  const std::string units =
    "the units of the fastest and the third axis, '" + first.unit + "' and '" + third.unit + "'";
  if (options.dmOrder)
  {
    if (said && *said != *options.dmOrder)
    {
      header.notes.push_back("The order of axes was given as " + NameOf(*options.dmOrder) + "; by " +
                             (byTag ? "its tag Data Order Swapped" : units) + " it is " + NameOf(*said) + ".");
    }
    return *options.dmOrder;
  }
  if (!said)
  {
    const std::vector<ScanCandidate> candidates = { { "patterns", Explain(image.extents, DmOrder::Patterns) },
                                                    { "images", Explain(image.extents, DmOrder::Images) } };
    throw ScanChoiceNeeded(file.Path() +
                             ": does not say in which order the axes of its image are stored, neither by the tag Data "
                             "Order Swapped nor by " +
                             units + "; give --dm-order (dmOrder): " + FormatCandidates(candidates),
                           "axis order",
                           candidates);
  }
  if (!byTag)
  {
    header.notes.push_back("The order of axes is " + NameOf(*said) + ", by " + units + "; --dm-order (dmOrder) " +
                           "changes it.");
  }
  else if (byUnits && *byUnits != *byTag)
  {
    header.notes.push_back("The order of axes is " + NameOf(*byTag) + ", by the tag Data Order Swapped, against " +
                           units + "; --dm-order (dmOrder) changes it.");
  }
  return *said;
}

void
CalibrateDm(const InputFile & file, const DmTags & tags, const DmImage & image, DmOrder order, ScanHeader & header)
{
  const bool isStack = image.extents.size() == 3;
  const auto axesFrom = [&](std::size_t columns) {
    return std::array<Axis, 2>{ ReadAxis(file, tags, image, columns + 1), ReadAxis(file, tags, image, columns) };
  };
  const bool arePatterns = order == DmOrder::Patterns;
  if (const auto its = Calibrate("detector", axesFrom(arePatterns ? 0 : 2), FindDetectorUnit, header.notes))
  {
    header.detector = *its;
  }
  if (isStack)
  {
    return;
  }
  if (const auto its = Calibrate("scan", axesFrom(arePatterns ? 2 : 0), FindScanUnit, header.notes))
  {
    header.scan = *its;
  }
}
} // namespace fourdstem
