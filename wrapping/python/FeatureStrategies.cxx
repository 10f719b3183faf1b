// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FeatureStrategies.h"

#include "LatticeArguments.h"

#include "fourdstem/Cepstrum.h"
#include "fourdstem/DiffractionTilt.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace fourdstem::python
{
namespace
{
/** The feature of every position. */
std::vector<float>
Gather(const Scan &               scan,
       const std::vector<float> & origins,
       const Feature &            feature,
       Call &                     call,
       const char *               step,
       double                     end)
{
  const ScanShape &  shape = scan.file->Shape();
  std::vector<float> values(static_cast<std::size_t>(shape.Positions() * feature.Components()));
  GatherFeatures(*scan.file,
                 0,
                 shape.ry,
                 origins.data(),
                 feature,
                 values.data(),
                 { call.Threads(), call.Context().progress.Begin(step, end) });
  return values;
}

/** [Ry][Rx][components], and their names. */
nb::tuple
Named(const Scan &                       scan,
      const std::optional<OptionImage> & origins,
      const Feature &                    feature,
      const char *                       step,
      const Request &                    request)
{
  Call               call = CallFor(request);
  const ScanShape &  shape = scan.file->Shape();
  const auto         centres = OriginsOf(origins, shape);
  std::vector<float> values;
  call.Run([&] { values = Gather(scan, centres, feature, call, step, 1.); });
  return nb::make_tuple(ArrayOf(std::move(values), { shape.ry, shape.rx, feature.Components() }), feature.Names());
}

/** [Ry][Rx][LatticeComponents], detector pixels. */
nb::object
CepstrumLattice(const Scan &                       scan,
                const OptionImage &                mean,
                const std::optional<OptionImage> & origins,
                std::int64_t                       side,
                double                             offset,
                double                             innerRadius,
                double                             reach,
                double                             significance,
                const Request &                    request)
{
  Call                      call = CallFor(request);
  const ScanShape &         shape = scan.file->Shape();
  const auto                centres = OriginsOf(origins, shape);
  const std::vector<double> pattern(mean.data(), mean.data() + mean.size());
  const CepstrumOptions     options{ side, offset, innerRadius, reach, significance };
  std::vector<float>        values;
  call.Run([&] {
    const auto              lattice = FindCepstrumLattice(pattern.data(),
                                             shape.qy,
                                             shape.qx,
                                             static_cast<double>(shape.qx / 2),
                                             static_cast<double>(shape.qy / 2),
                                             options);
    const auto              used = CepstrumSide(side, shape.qy, shape.qx);
    const auto              feature = MakeCepstrumPeaks(lattice.places, used, options);
    const auto              peaks = Gather(scan, centres, *feature, call, "cepstrum", 0.95);
    const auto              places = DisksOf(peaks.data(), peaks.size());
    std::vector<LatticeFit> fits(static_cast<std::size_t>(shape.Positions()));
    FitLattices(shape.Positions(),
                static_cast<std::int64_t>(lattice.places.size()),
                places.data(),
                { lattice.indices },
                nullptr,
                {},
                fits.data(),
                { call.Threads(), call.Context().progress.Begin("lattice", 1.) });
    for (LatticeFit & fit : fits)
    {
      fit = ReciprocalOfCepstrum(fit, used);
    }
    values = ValuesOf(fits);
  });
  return ArrayOf(std::move(values), { shape.ry, shape.rx, LatticeComponents });
}

/** [Ry][Rx][components], and their names. */
nb::tuple
Tilt(const Scan &                       scan,
     const Rows<double> &               places,
     const Rows<std::int64_t> &         indices,
     const std::optional<OptionImage> & origins,
     double                             radius,
     double                             edgeWidth,
     double                             reach,
     double                             significance,
     double                             gain,
     const Request &                    request)
{
  BraggSearch search;
  search.disk = { radius, edgeWidth, {} };
  search.places = { PlacesOf(places) };
  search.reach = reach;
  search.significance = significance;
  search.noise.gain = gain;
  return Named(scan, origins, *MakeDiffractionTilt(search, IndicesOf(indices)), "tilt", request);
}

/** [Ry][Rx][components], and their names. */
nb::tuple
RadialProfile(const Scan &                       scan,
              const std::optional<OptionImage> & origins,
              double                             first,
              double                             width,
              int                                rings,
              bool                               variance,
              const Request &                    request)
{
  RadialOptions options;
  options.first = first;
  options.width = width;
  options.rings = rings;
  options.variance = variance;
  return Named(scan, origins, *MakeRadialProfile(options), "profiles", request);
}
} // namespace

void
BindFeatureStrategies(nb::module_ & module)
{
  module.def("cepstrum_lattice",
             &CepstrumLattice,
             nb::arg("scan"),
             nb::arg("mean"),
             nb::arg("origins").none(),
             nb::arg("side"),
             nb::arg("offset"),
             nb::arg("inner_radius"),
             nb::arg("reach"),
             nb::arg("significance"),
             nb::arg("request"));
  module.def("radial_profile",
             &RadialProfile,
             nb::arg("scan"),
             nb::arg("origins").none(),
             nb::arg("first"),
             nb::arg("width"),
             nb::arg("rings"),
             nb::arg("variance"),
             nb::arg("request"));
  module.def("diffraction_tilt",
             &Tilt,
             nb::arg("scan"),
             nb::arg("places"),
             nb::arg("indices"),
             nb::arg("origins").none(),
             nb::arg("radius"),
             nb::arg("edge_width"),
             nb::arg("reach"),
             nb::arg("significance"),
             nb::arg("gain"),
             nb::arg("request"));
}
} // namespace fourdstem::python
