// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Measures.h"
#include "Common/ScanArguments.h"
#include "Common/StrainOutput.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace fourdstem::cli
{
namespace
{
constexpr double percent = 100.;

/** One component of the strain over the scan, strains in percent. */
std::vector<float>
MapOf(const StrainResult & result, StrainComponent component)
{
  const bool         isAngle = component == Rotation || component == RotationError;
  const float        scale = isAngle ? 1.F : static_cast<float>(percent);
  std::vector<float> map = ComponentOf(result.strain, StrainComponents, component);
  std::for_each(map.begin(), map.end(), [scale](float & value) { value *= scale; });
  return map;
}

ScalarMapView
ViewOf(const StrainOutput & output, StrainComponent component, const char * title, const char * unit)
{
  ScalarMapView view;
  view.title = title;
  view.unit = unit;
  view.scan = ScanGrid(output.header);
  view.values = MapOf(output.result, component);
  return view;
}

void
WriteStrainPicture(const StrainOutput & output, const std::string & path)
{
  std::vector<ScalarMapView> views = { ViewOf(output, StrainXX, "ε xx", "%"),
                                       ViewOf(output, StrainYY, "ε yy", "%"),
                                       ViewOf(output, StrainXY, "ε xy", "%"),
                                       ViewOf(output, Rotation, "Rotation", "degrees, from +x towards +y") };
  // One scale for the three strains, so that they can be compared.
  double largest = 0.;
  for (std::size_t i = 0; i < 3; ++i)
  {
    largest = std::max(largest, LargestShown(views[i].values));
  }
  for (std::size_t i = 0; i < 4; ++i)
  {
    views[i].diverging = true;
    views[i].largest = i < 3 ? largest : 0.;
  }
  WriteScalarMapsPicture(
    output.title + ": strain", "Against the " + output.reference + "; " + output.axes, views, path);
}

void
WriteErrorPicture(const StrainOutput & output, const std::string & path)
{
  WriteScalarMapsPicture(output.title + ": standard errors",
                         "From the disks' counts and their deviations from the lattice",
                         { ViewOf(output, StrainXXError, "ε xx error", "%"),
                           ViewOf(output, StrainYYError, "ε yy error", "%"),
                           ViewOf(output, StrainXYError, "ε xy error", "%"),
                           ViewOf(output, RotationError, "Rotation error", "degrees") },
                         path);
}

void
WriteLatticePicture(const StrainOutput & output, const std::string & path)
{
  ScalarMapView disks = ViewOf(output, Dilation, "Disks on the lattice", "number");
  ScalarMapView residual = ViewOf(output, Dilation, "Residual", output.unit.c_str());
  for (std::size_t p = 0; p < output.result.fits.size(); ++p)
  {
    disks.values[p] = static_cast<float>(output.result.fits[p].disks);
    residual.values[p] = output.result.fits[p].residual;
  }
  ScalarMapView dilation = ViewOf(output, Dilation, "Dilation", "% of area");
  dilation.diverging = true;
  WriteScalarMapsPicture(output.title + ": lattice",
                         "How the lattice was found, and what follows from the strain",
                         { disks, residual, dilation, ViewOf(output, MaximumShear, "Maximum shear", "%") },
                         path);
}
} // namespace

void
WriteStrainPictures(const StrainOutput & output, const ResultFolder & folder, const Monitor & monitor)
{
  const std::array<std::pair<const char *, void (*)(const StrainOutput &, const std::string &)>, 3> pictures = {
    { { "strain.png", WriteStrainPicture },
      { "errors.png", WriteErrorPicture },
      { "lattice.png", WriteLatticePicture } }
  };
  double done = 0.;
  for (const auto & [name, write] : pictures)
  {
    write(output, folder.File(name));
    done += 1. / static_cast<double>(pictures.size());
    if (monitor.report && !monitor.report(std::min(done, 1.)))
    {
      throw Aborted();
    }
  }
}
} // namespace fourdstem::cli
