// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Peaks.h"

#include "Arrays.h"
#include "Call.h"
#include "Errors.h"
#include "Scan.h"

#include "FourDSTEMStrainXml.h"

#include "Common/ScanArguments.h"
#include "Common/StrainOutput.h"

#include "fourdstem/BraggVectors.h"
#include "fourdstem/DiskDetection.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

namespace fourdstem::python
{
namespace
{
Peaks
FindAll(const Scan &                       scan,
        const std::optional<OptionImage> & origins,
        const DiskDetection &              detection,
        const Request &                    request)
{
  Call  call("FourDSTEMStrain", FourDSTEMStrainXml, request, {}, { "", "" });
  Peaks found;
  found.lists = call.Run([&] {
    return DetectDisks(
      *scan.file, 0, scan.file->Shape().ry, detection, { call.Threads(), call.Context().progress.Begin("peaks", 1.) });
  });
  if (origins)
  {
    found.lists.origins.assign(origins->data(), origins->data() + origins->size());
  }
  found.lists.scan = scan.file->Header().scan;
  found.lists.detector = scan.file->Header().detector;
  return found;
}

Peaks
Read(const std::string & path, const std::string & dataset)
{
  const nb::gil_scoped_release unlocked;
  return WithFile([&] { return Peaks{ ReadBraggVectors(path, dataset), path }; });
}

void
Write(const Peaks & peaks, const std::string & path, bool overwrite)
{
  const nb::gil_scoped_release unlocked;
  WithFile([&] { WriteBraggVectors(path, peaks.lists, overwrite); });
}

/** [peaks][3]: x, y, intensity. */
nb::object
Values(const Peaks & peaks)
{
  std::vector<double> values;
  values.reserve(3 * peaks.lists.peaks.size());
  for (const ListedPeak & peak : peaks.lists.peaks)
  {
    values.insert(values.end(), { peak.x, peak.y, peak.intensity });
  }
  return ArrayOf(std::move(values), { static_cast<std::int64_t>(peaks.lists.peaks.size()), 3 });
}

nb::object
OriginArray(const Peaks & peaks)
{
  const ScanShape & shape = peaks.lists.shape;
  return peaks.lists.origins.empty() ? nb::object(nb::none()) : ArrayOf(peaks.lists.origins, { shape.ry, shape.rx, 2 });
}
} // namespace

void
BindPeaks(nb::module_ & module)
{
  nb::class_<DiskDetection>(module, "DiskDetection")
    .def("__init__",
         [](DiskDetection * self, double radius, double edgeWidth) {
           new (self) DiskDetection();
           self->disk = { radius, edgeWidth, {} };
         })
    .def_rw("minimum_height", &DiskDetection::minimumHeight)
    .def_rw("minimum_share", &DiskDetection::minimumShare)
    .def_rw("minimum_distance", &DiskDetection::minimumDistance)
    .def_rw("edge", &DiskDetection::edge)
    .def_rw("significance", &DiskDetection::significance)
    .def_rw("minimum_likeness", &DiskDetection::minimumLikeness)
    .def_rw("gain", &DiskDetection::gain)
    .def_rw("most", &DiskDetection::most);
  nb::class_<Peaks>(module, "Peaks")
    .def_prop_ro("shape",
                 [](const Peaks & self) {
                   const ScanShape & shape = self.lists.shape;
                   return nb::make_tuple(shape.ry, shape.rx, shape.qy, shape.qx);
                 })
    .def_prop_ro("offsets",
                 [](const Peaks & self) {
                   const auto count = static_cast<std::int64_t>(self.lists.offsets.size());
                   return ArrayOf(self.lists.offsets, { count });
                 })
    .def_prop_ro("values", &Values)
    .def_prop_ro("origins", &OriginArray)
    .def_prop_ro("scan_grid", [](const Peaks & self) { return GridOf(cli::ScanGrid(cli::HeaderOf(self.lists))); })
    .def_ro("path", &Peaks::path)
    .def("save", &Write, nb::arg("path"), nb::arg("overwrite"));
  module.def(
    "find_peaks", &FindAll, nb::arg("scan"), nb::arg("origins").none(), nb::arg("detection"), nb::arg("request"));
  module.def("read_peaks", &Read);
}
} // namespace fourdstem::python
