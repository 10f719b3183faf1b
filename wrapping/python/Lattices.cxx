// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Lattices.h"

#include "LatticeArguments.h"

#include "fourdstem/EllipticalDistortion.h"
#include "fourdstem/NodePatterns.h"
#include "fourdstem/Strain.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <algorithm>

namespace fourdstem::python
{
namespace
{
/** g1 and g2, places and indices of the disks in an aligned mean pattern; None where no lattice is found. */
nb::object
FindPlaces(const OptionImage & mean, double radius, double edgeWidth)
{
  const auto                qy = static_cast<std::int64_t>(mean.shape(0));
  const auto                qx = static_cast<std::int64_t>(mean.shape(1));
  const std::vector<double> pattern(mean.data(), mean.data() + qy * qx);
  const auto                peaks = FindPeaks(
    pattern.data(), qy, qx, static_cast<double>(qx / 2), static_cast<double>(qy / 2), { radius, edgeWidth, {} });
  const auto found = FindLattice(peaks);
  if (!found)
  {
    return nb::none();
  }
  std::vector<double>       places;
  std::vector<std::int64_t> indices;
  for (std::size_t i = 0; i < found->places.size(); ++i)
  {
    places.insert(places.end(), { found->places[i].x, found->places[i].y });
    indices.insert(indices.end(), { found->indices[i].h, found->indices[i].k });
  }
  const auto      count = static_cast<std::int64_t>(found->places.size());
  const Lattice & lattice = found->lattice;
  return nb::make_tuple(nb::make_tuple(lattice.g1[0], lattice.g1[1]),
                        nb::make_tuple(lattice.g2[0], lattice.g2[1]),
                        ArrayOf(std::move(places), { count, 2 }),
                        ArrayOf(std::move(indices), { count, 2 }));
}

/** [Ry][Rx][4 x places]: x, y, height and sigma of every disk. */
nb::object
FindDisks(const Scan &                       scan,
          const Rows<double> &               places,
          const std::optional<OptionImage> & origins,
          double                             radius,
          double                             edgeWidth,
          double                             reach,
          double                             significance,
          double                             gain,
          double                             structure,
          double                             electrons,
          const Request &                    request)
{
  Call               call = CallFor(request);
  const ScanShape &  shape = scan.file->Shape();
  const auto         centres = OriginsOf(origins, shape);
  BraggSearch        search;
  const std::int64_t count = static_cast<std::int64_t>(places.shape(0));
  search.disk = { radius, edgeWidth, {} };
  search.places = { PlacesOf(places) };
  search.reach = reach;
  search.significance = significance;
  search.noise = { gain, structure, electrons };
  std::vector<float> values;
  call.Run([&] {
    std::vector<BraggDisk> disks(static_cast<std::size_t>(shape.Positions() * count));
    FindBraggDisks(*scan.file,
                   0,
                   shape.ry,
                   search,
                   centres.data(),
                   nullptr,
                   disks.data(),
                   { call.Threads(), call.Context().progress.Begin("disks", 1.) });
    values = ValuesOf(disks);
  });
  return ArrayOf(std::move(values), { shape.ry, shape.rx, 4 * count });
}

/** The disks [Ry][Rx][4 x places] without an elliptical distortion. */
nb::object
UndistortedDisks(const OptionImage & disks, double ratio, double angle)
{
  auto places = DisksOf(disks.data(), disks.size());
  UndistortDisks({ ratio, angle }, static_cast<std::int64_t>(places.size()), places.data());
  return ArrayOf(ValuesOf(places),
                 { static_cast<std::int64_t>(disks.shape(0)),
                   static_cast<std::int64_t>(disks.shape(1)),
                   static_cast<std::int64_t>(disks.shape(2)) });
}

/** Size of a pixel, its error, mismatch; ellipse's ratio, error, angle and error (radians). None where the lattice is
 * another. */
nb::object
Calibrate(const OptionImage & lattice, const std::optional<OptionImage> & mask, double a, double b, double gamma)
{
  const auto         positions = static_cast<std::int64_t>(lattice.shape(0) * lattice.shape(1));
  const auto         fits = FitsOf(lattice);
  const auto         chosen = ChosenBy(mask);
  const KnownLattice known{ a, b, gamma };
  const auto         measured = EstimateLattice(positions, fits.data(), mask ? chosen.data() : nullptr);
  const auto         size = CalibratePixels(measured, known);
  const auto         ellipse = EllipseOfLattice(measured, known);
  if (!size || !ellipse)
  {
    return nb::none();
  }
  return nb::make_tuple(size->size,
                        size->error,
                        size->mismatch,
                        ellipse->ellipse.ratio,
                        ellipse->ratioError,
                        ellipse->ellipse.angle,
                        ellipse->angleError);
}

nb::object
FitLattice(const OptionImage &        disks,
           const Rows<std::int64_t> & indices,
           int                        minimumDisks,
           double                     outlier,
           const Request &            request)
{
  Call                    call = CallFor(request);
  const auto              ry = static_cast<std::int64_t>(disks.shape(0));
  const auto              rx = static_cast<std::int64_t>(disks.shape(1));
  const auto              count = static_cast<std::int64_t>(disks.shape(2)) / 4;
  const auto              miller = IndicesOf(indices);
  const LatticeFitOptions options{ minimumDisks, outlier };
  std::vector<float>      values;
  call.Run([&] {
    const auto              found = DisksOf(disks.data(), disks.size());
    std::vector<LatticeFit> fits(static_cast<std::size_t>(ry * rx));
    FitLattices(ry * rx,
                count,
                found.data(),
                { miller },
                nullptr,
                options,
                fits.data(),
                { call.Threads(), call.Context().progress.Begin("lattice", 1.) });
    values = ValuesOf(fits);
  });
  return ArrayOf(std::move(values), { ry, rx, LatticeComponents });
}

/** Strain, and the reference that it is against. */
nb::tuple
StrainOfLattice(const OptionImage &                 lattice,
                const std::optional<Rows<double>> & reference,
                const std::optional<OptionImage> &  mask,
                bool                                isLinearised,
                double                              scanRotation,
                const Request &                     request)
{
  Call          call = CallFor(request);
  const auto    ry = static_cast<std::int64_t>(lattice.shape(0));
  const auto    rx = static_cast<std::int64_t>(lattice.shape(1));
  const auto    fits = FitsOf(lattice);
  const auto    chosen = ChosenBy(mask);
  StrainOptions options;
  options.measure = isLinearised ? StrainMeasure::Linearised : StrainMeasure::Exact;
  options.scanRotation = scanRotation;
  Lattice            unstrained;
  std::vector<float> values(static_cast<std::size_t>(ry * rx * StrainComponents));
  call.Run([&] {
    unstrained = reference
                   ? Lattice{ { (*reference)(0, 0), (*reference)(0, 1) }, { (*reference)(1, 0), (*reference)(1, 1) } }
                   : MedianLattice(ry * rx, fits.data(), mask ? chosen.data() : nullptr);
    MeasureStrain(ry * rx,
                  fits.data(),
                  { unstrained },
                  nullptr,
                  options,
                  values.data(),
                  { call.Threads(), call.Context().progress.Begin("strain", 1.) });
  });
  return nb::make_tuple(ArrayOf(std::move(values), { ry, rx, StrainComponents }),
                        nb::make_tuple(unstrained.g1[0], unstrained.g1[1], unstrained.g2[0], unstrained.g2[1]));
}

/** Mean and variance [labels][Qy][Qx] of the aligned patterns of every label from 1, and how many they are of. */
nb::tuple
LabelPatterns(const Scan &                       scan,
              const OptionImage &                labels,
              const std::optional<OptionImage> & origins,
              const Request &                    request)
{
  Call              call = CallFor(request);
  const ScanShape & shape = scan.file->Shape();
  const auto        centres = OriginsOf(origins, shape);
  // The largest is checked in Python.
  const std::vector<std::uint16_t> names(labels.data(), labels.data() + labels.size());
  const std::int64_t               count = *std::max_element(names.begin(), names.end());
  const auto                       pixels = static_cast<std::size_t>(shape.PatternPixels());
  std::vector<float>               mean(static_cast<std::size_t>(count) * pixels);
  std::vector<float>               variance(mean.size());
  std::vector<std::int64_t>        positions;
  call.Run([&] {
    NodePatternSums sums(count, shape.qy, shape.qx);
    AccumulatePatterns(*scan.file,
                       0,
                       shape.ry,
                       centres.data(),
                       names.data(),
                       sums,
                       { call.Threads(), call.Context().progress.Begin("patterns", 1.) });
    for (std::int64_t set = 0; set < count; ++set)
    {
      sums.Mean(set, mean.data() + static_cast<std::size_t>(set) * pixels);
      sums.Variance(set, variance.data() + static_cast<std::size_t>(set) * pixels);
      positions.push_back(sums.Positions(set));
    }
  });
  return nb::make_tuple(ArrayOf(std::move(mean), { count, shape.qy, shape.qx }),
                        ArrayOf(std::move(variance), { count, shape.qy, shape.qx }),
                        ArrayOf(std::move(positions), { count }));
}

template <typename TNames>
nb::tuple
TupleOf(const TNames & names)
{
  nb::list list;
  for (const char * name : names)
  {
    list.append(name);
  }
  return nb::tuple(list);
}
} // namespace

void
BindLattices(nb::module_ & module)
{
  module.def("find_places", &FindPlaces);
  module.def("find_disks",
             &FindDisks,
             nb::arg("scan"),
             nb::arg("places"),
             nb::arg("origins").none(),
             nb::arg("radius"),
             nb::arg("edge_width"),
             nb::arg("reach"),
             nb::arg("significance"),
             nb::arg("gain"),
             nb::arg("structure"),
             nb::arg("electrons"),
             nb::arg("request"));
  module.def("undistorted_disks", &UndistortedDisks);
  module.def(
    "calibrate", &Calibrate, nb::arg("lattice"), nb::arg("mask").none(), nb::arg("a"), nb::arg("b"), nb::arg("gamma"));
  module.def("fit_lattice", &FitLattice);
  module.def("strain_of_lattice",
             &StrainOfLattice,
             nb::arg("lattice"),
             nb::arg("reference").none(),
             nb::arg("mask").none(),
             nb::arg("linearised"),
             nb::arg("scan_rotation"),
             nb::arg("request"));
  module.def("label_patterns",
             &LabelPatterns,
             nb::arg("scan"),
             nb::arg("labels"),
             nb::arg("origins").none(),
             nb::arg("request"));
  module.attr("lattice_components") = TupleOf(LatticeComponentNames());
  module.attr("strain_components") = TupleOf(StrainComponentNames());
}
} // namespace fourdstem::python
