// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "StrainCalibration.h"

#include "Text.h"

#include <cmath>
#include <stdexcept>

namespace fourdstem
{
namespace
{
struct Shape
{
  KnownLattice lattice;
  const char * name;
};

Shape
ShapeOf(const Lattice & measured, const StrainAnalysisOptions & options)
{
  const Shape hexagonal{ HexagonalLattice(), "hexagonal" };
  const Shape square{ SquareLattice(), "square" };
  switch (options.ellipse)
  {
    case EllipseChoice::Hexagonal:
      return hexagonal;
    case EllipseChoice::Square:
      return square;
    default:
      break;
  }
  if (options.knownLattice)
  {
    return { *options.knownLattice, "the known one" };
  }
  return MatchLattice(measured, hexagonal.lattice).mismatch < MatchLattice(measured, square.lattice).mismatch
           ? hexagonal
           : square;
}
} // namespace

void
CheckCalibration(const StrainAnalysisOptions & options)
{
  const bool isOfEach = options.reference == ReferenceChoice::MedianOfLabel;
  if (options.knownLattice)
  {
    ReciprocalOf(*options.knownLattice); // throws for sides that are none
    if (isOfEach)
    {
      throw std::invalid_argument("a known lattice is that of one reference, not of each label's own");
    }
  }
  if (IsOfLattice(options.ellipse) && isOfEach)
  {
    throw std::invalid_argument("an ellipse is measured from the lattice of one reference, not of each label's own");
  }
  const EllipticalDistortion & given = options.givenEllipse;
  if (options.ellipse == EllipseChoice::Given && !(given.ratio >= 1. && std::isfinite(given.ratio + given.angle)))
  {
    throw std::invalid_argument("the ratio of an ellipse's long over its short axis is at least 1, not " +
                                Digits(given.ratio));
  }
}

void
MeasureEllipse(const LatticeEstimate & measured, const StrainAnalysisOptions & options, StrainResult & result)
{
  const Shape shape = ShapeOf(measured.lattice, options);
  result.ellipse = EllipseOfLattice(measured, shape.lattice);
  if (!result.ellipse)
  {
    const Lattice & lattice = measured.lattice;
    throw std::runtime_error("the ellipse cannot be measured: the lattice (" + Digits(lattice.g1[0]) + ", " +
                             Digits(lattice.g1[1]) + "), (" + Digits(lattice.g2[0]) + ", " + Digits(lattice.g2[1]) +
                             ") px is not " + shape.name +
                             " within 10 %; give a known lattice that it is, a ring, or the ellipse");
  }
  result.ellipseSource = std::string("the reference's lattice, which is taken for ") + shape.name;
}

void
MeasureRing(const StrainAnalysisOptions & options, StrainResult & result)
{
  const ScanShape &         shape = result.measurement.shape;
  const std::vector<double> mean = result.measurement.sums.Mean();
  const RingMeasurement     ring = EllipseOfRing(mean.data(),
                                             shape.qy,
                                             shape.qx,
                                             static_cast<double>(shape.qx / 2),
                                             static_cast<double>(shape.qy / 2),
                                             options.ringInnerRadius,
                                             options.ringOuterRadius);
  result.ellipse = ring.ellipse;
  result.ellipseSource = "the mean pattern's ring of " + Digits(ring.radius) + " px radius, in " +
                         std::to_string(ring.sectors) + " of 72 sectors";
}

void
TakeOutEllipse(StrainResult & result)
{
  const EllipticalDistortion & ellipse = result.ellipse->ellipse;
  UndistortDisks(ellipse, static_cast<std::int64_t>(result.disks.size()), result.disks.data());
  for (IndexedPeaks & one : result.lattices)
  {
    one.lattice = Undistorted(ellipse, one.lattice);
    for (BraggPlace & place : one.places)
    {
      place = Undistorted(ellipse, place);
    }
  }
}
} // namespace fourdstem
