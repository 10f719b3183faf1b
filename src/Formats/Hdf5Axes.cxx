// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Axes.h"

#include "Formats/Text.h"

#include <cmath>

namespace fourdstem
{
AxesCalibration
CalibratedAxes(const std::array<WrittenAxis, 2> & axes,
               const std::string &                whose,
               const std::string &                source,
               std::vector<std::string> &         notes)
{
  const auto find = whose == "scan" ? FindScanUnit : FindDetectorUnit;
  const auto objection = [&]() -> std::string {
    for (const WrittenAxis & axis : axes)
    {
      if (!std::isfinite(axis.spacing) || axis.spacing <= 0)
      {
        return "in steps of " + FormatNumber(axis.spacing) + ", which is no distance";
      }
      if (!find(axis.unit))
      {
        return "in '" + axis.unit + "', which is not known";
      }
    }
    return find(axes[0].unit)->name == find(axes[1].unit)->name
             ? std::string()
             : "in '" + axes[0].unit + "' and '" + axes[1].unit + "', which do not go together";
  }();
  if (!objection.empty())
  {
    notes.push_back("The " + whose + " is calibrated " + objection + " (" + source + "); 1 px is assumed.");
    return {};
  }
  AxesCalibration calibration;
  bool            saysNothing = true;
  for (const std::size_t i : { 0U, 1U })
  {
    const KnownUnit unit = *find(axes[i].unit);
    calibration.spacing[i] = axes[i].spacing * unit.factor;
    calibration.offset[i] = std::isfinite(axes[i].offset) ? axes[i].offset * unit.factor : 0;
    calibration.unit = unit.name;
    saysNothing = saysNothing && unit.name == "px" && axes[i].spacing == 1 && calibration.offset[i] == 0;
  }
  calibration.source = saysNothing ? std::string() : source;
  return calibration;
}
} // namespace fourdstem
