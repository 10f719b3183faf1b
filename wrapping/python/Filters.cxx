// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Filters.h"

#include "Arrays.h"
#include "Call.h"
#include "Scan.h"

#include "FourDSTEMClusterXml.h"
#include "FourDSTEMInfoXml.h"
#include "FourDSTEMStrainXml.h"
#include "FourDSTEMVirtualDetectorXml.h"

#include "Common/DomainArguments.h"
#include "Common/VirtualImages.h"

#include <nanobind/stl/map.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

namespace fourdstem::python
{
namespace
{
nb::tuple
VirtualDetectors(const Scan & scan, const Request & request)
{
  Call         call("FourDSTEMVirtualDetector", FourDSTEMVirtualDetectorXml, request, scan.words, { scan.path, "" });
  auto         images = call.Run([&] { return cli::MeasureVirtualImages(*scan.file, call.Context()); });
  const auto   components = static_cast<std::int64_t>(images.names.size());
  const auto & shape = scan.file->Shape();
  return nb::make_tuple(ArrayOf(std::move(images.values), { shape.ry, shape.rx, components }), images.names);
}

/** The options of FourDSTEMCluster; scratch files go to the current folder. */
DomainOptions
ReadOptions(const Call & call, const Scan & scan)
{
  return cli::ReadDomainOptions(call.Arguments(), scan.file->Shape(), "fourdstem");
}

nb::list
NamesOfHealth()
{
  nb::list names;
  for (int i = 0; i <= static_cast<int>(PixelHealth::Given); ++i)
  {
    names.append(NameOf(static_cast<PixelHealth>(i)));
  }
  return names;
}

nb::object
HealthArray(const DetectorHealth & health)
{
  std::vector<std::uint8_t> codes;
  std::transform(health.pixels.begin(), health.pixels.end(), std::back_inserter(codes), [](PixelHealth pixel) {
    return static_cast<std::uint8_t>(pixel);
  });
  return ArrayOf(std::move(codes), { health.qy, health.qx });
}

/** Probe, origins and statistics as FourDSTEMCluster measures them. */
nb::dict
Measure(const Scan & scan, const Request & request)
{
  Call              call("FourDSTEMCluster", FourDSTEMClusterXml, request, scan.words, { scan.path, "" });
  const auto        options = ReadOptions(call, scan);
  const auto        found = call.Run([&] {
    return MeasureDiffraction(*scan.file, options, { call.Threads(), call.Context().progress.Begin("measuring", 1.) });
  });
  const ScanShape & shape = scan.file->Shape();
  nb::dict          result;
  result["origins"] = ArrayOf(found.origins, { shape.ry, shape.rx, 2 });
  result["probe"] = nb::make_tuple(found.probe.qx, found.probe.qy, found.probe.radius, found.probe.found);
  result["annulus"] = nb::make_tuple(found.annulus.inner, found.annulus.outer);
  nb::dict statistics;
  for (auto & [name, values] : StatisticsOf(found))
  {
    statistics[name.c_str()] = ArrayOf(std::vector<float>(values.begin(), values.end()), { shape.qy, shape.qx });
  }
  result["statistics"] = statistics;
  return result;
}

/** The feature matrix that FourDSTEMCluster divides. */
nb::tuple
Features(const Scan & scan, const Request & request)
{
  Call                     call("FourDSTEMCluster", FourDSTEMClusterXml, request, scan.words, { scan.path, "" });
  const auto               options = ReadOptions(call, scan);
  const ScanShape &        shape = scan.file->Shape();
  std::vector<std::string> names;
  std::vector<float>       values;
  call.Run([&] {
    cli::Progress & progress = call.Context().progress;
    const auto found = MeasureDiffraction(*scan.file, options, { call.Threads(), progress.Begin("measuring", 0.5) });
    const FeaturePlan plan = PlanFeatures(found, options);
    FeatureReport     report;
    const auto        store = GatherDomainFeatures(
      *scan.file, found, plan, options, report, { call.Threads(), progress.Begin("features", 1.) });
    names = FeatureNames(plan);
    values.resize(static_cast<std::size_t>(store->Rows()) * names.size());
    RowLease lease;
    for (std::int64_t row = 0; row < store->Rows(); ++row)
    {
      std::copy_n(
        store->Read(&row, 1, lease)[0], names.size(), values.data() + static_cast<std::size_t>(row) * names.size());
    }
  });
  const auto components = static_cast<std::int64_t>(names.size());
  return nb::make_tuple(ArrayOf(std::move(values), { shape.ry, shape.rx, components }), names);
}

/** What FourDSTEMInfo --check finds. */
nb::dict
Check(const Scan & scan, const Request & request)
{
  Call               call("FourDSTEMInfo", FourDSTEMInfoXml, request, scan.words, { scan.path });
  auto               found = call.Run([&] {
    return CheckDetector(*scan.file, { call.Threads(), call.Context().progress.Begin("checking", 1.) });
  });
  const std::int64_t qy = scan.file->Shape().qy;
  const std::int64_t qx = scan.file->Shape().qx;
  nb::dict           result;
  result["pixels"] = HealthArray(found.health);
  result["kinds"] = NamesOfHealth();
  result["summary"] = found.health.Summary();
  result["unjudged"] = found.health.unjudged;
  result["bad"] = ArrayOf(found.health.BadPixels().pixels, { qy, qx });
  result["saturated"] = ArrayOf(std::move(found.saturated.pixels), { qy, qx });
  result["counts"] = ArrayOf(std::move(found.statistics.counts), { qy, qx });
  result["mean"] = ArrayOf(std::move(found.statistics.mean), { qy, qx });
  result["variance"] = ArrayOf(std::move(found.statistics.variance), { qy, qx });
  result["max"] = ArrayOf(std::move(found.statistics.maximum), { qy, qx });
  result["minimum"] = found.minimum;
  result["maximum"] = found.maximum;
  result["non_finite_values"] = found.nonFiniteValues;
  result["non_finite_patterns"] = found.nonFinitePatterns;
  result["empty_patterns"] = found.emptyPatterns;
  result["patterns"] = found.statistics.patterns;
  return result;
}
} // namespace

void
BindFilters(nb::module_ & module)
{
  nb::class_<Request>(module, "Request")
    .def(
      "__init__",
      [](Request *                          self,
         std::vector<std::string>           words,
         std::map<std::string, OptionImage> images,
         std::string                        text,
         nb::object                         progress) {
        new (self) Request{ std::move(words), std::move(images), std::move(text), std::move(progress) };
      },
      nb::arg("words"),
      nb::arg("images"),
      nb::arg("text"),
      nb::arg("progress").none());
  module.def("options", [](const std::string & command) {
    return python::OptionsOf(command == "cluster"            ? FourDSTEMClusterXml
                             : command == "strain"           ? FourDSTEMStrainXml
                             : command == "virtual_detector" ? FourDSTEMVirtualDetectorXml
                                                             : FourDSTEMInfoXml);
  });
  module.def("virtual_detector", &VirtualDetectors);
  module.def("measure", &Measure);
  module.def("features", &Features);
  module.def("check", &Check);
}
} // namespace fourdstem::python
