// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Strains.h"

#include "Arrays.h"
#include "Call.h"
#include "Errors.h"
#include "Peaks.h"
#include "Scan.h"

#include "FourDSTEMStrainXml.h"

#include "Common/ClusterReport.h"
#include "Common/ScanArguments.h"
#include "Common/ScanJson.h"
#include "Common/StrainArguments.h"
#include "Common/StrainOutput.h"

#include "fourdstem/PeakStrain.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <filesystem>
#include <fstream>

namespace fourdstem::python
{
namespace
{
using Json = nlohmann::ordered_json;

/** What FourDSTEMStrain writes of a scan. */
struct Strains
{
  cli::StrainMaps          maps;
  cli::Notes               notes;
  Json                     record;
  std::vector<std::string> filesRead;
  std::string              title;
};

/** `analyse`: the analysis itself, given the options, threads and steps. */
template <typename TAnalyse>
Strains
Conclude(Call &              call,
         const ScanHeader &  header,
         const std::string & path,
         const std::string & unit,
         const TAnalyse &    analyse)
{
  const auto     options = cli::ReadStrainOptions(call.Arguments(), header.shape);
  cli::RunRecord record(call.Context());
  if (!path.empty())
  {
    record.SetInput(path, header.dataFile);
  }
  Strains strains;
  strains.title = path.empty() ? header.format : std::filesystem::u8path(path).filename().u8string();
  call.Run([&] {
    const StrainResult found = analyse(options, call.Threads(), [&call](const std::string & step, double end) {
      return call.Context().progress.Begin(step, end);
    });
    cli::ConcludeStrain(found, header, call.Context(), record);
    strains.maps = cli::MapsOf({ found,
                                 header,
                                 strains.title,
                                 cli::ReferenceChosen(call.Arguments()),
                                 cli::AxesChosen(call.Arguments()),
                                 unit });
  });
  strains.notes = cli::ProvenanceNotes(call.Context(), header);
  strains.record = record.ToJson(call.Context().progress);
  if (!path.empty())
  {
    strains.filesRead = cli::FilesRead(call.Arguments(), header);
  }
  return strains;
}

Strains
RunStrain(const Scan & scan, const Request & request)
{
  Call call("FourDSTEMStrain", FourDSTEMStrainXml, request, scan.words, { scan.path, "" });
  return Conclude(call,
                  scan.file->Header(),
                  scan.path,
                  "detector pixels",
                  [&](const StrainAnalysisOptions & options, int threads, const BeginStep & begin) {
                    return AnalyseStrain(*scan.file, options, threads, begin);
                  });
}

Strains
RunPeakStrain(const Peaks & peaks, const Request & request)
{
  Call call("FourDSTEMStrain", FourDSTEMStrainXml, request, { "--peaks=true" }, { peaks.path, "" });
  cli::CheckStrainUse(call.Arguments());
  return Conclude(call,
                  cli::HeaderOf(peaks.lists),
                  peaks.path,
                  cli::UnitOf(peaks.lists),
                  [&](const StrainAnalysisOptions & options, int threads, const BeginStep & begin) {
                    return AnalysePeakStrain(peaks.lists, options, threads, begin);
                  });
}

Strains
Load(const std::string & folder)
{
  const nb::gil_scoped_release unlocked;
  return WithFile([&folder] {
    Strains strains;
    strains.maps = cli::ReadStrainMaps(folder, strains.notes);
    const auto    path = std::filesystem::u8path(folder) / "run.json";
    std::ifstream file(path);
    strains.record = Json::parse(file, nullptr, false);
    if (!strains.record.is_object())
    {
      throw std::runtime_error(path.u8string() + " is not the record of a run; it is damaged, or of another program");
    }
    strains.title = std::filesystem::u8path(strains.notes["FourDSTEM_Input"]).filename().u8string();
    return strains;
  });
}

void
Save(const Strains & strains, const std::string & target, bool overwrite, const nb::object & draw)
{
  WithFile([&] {
    using cli::ResultFolder;
    cli::ResultFolder folder(
      target, overwrite ? ResultFolder::Existing::Replace : ResultFolder::Existing::Refuse, { "FourDSTEMStrain" });
    folder.Protect(strains.filesRead);
    {
      const nb::gil_scoped_release unlocked;
      cli::WriteStrainMaps(strains.maps, folder, strains.notes, {});
    }
    if (!draw.is_none())
    {
      draw(std::filesystem::u8path(folder.File("strain.png")).parent_path().u8string().c_str());
    }
    const Json none = Json::object();
    cli::WriteStrainReport(strains.maps,
                           strains.title,
                           strains.record,
                           { cli::AutomaticTable(strains.record.value("automatic", none)),
                             cli::ParameterTable("Parameters",
                                                 cli::CommandDescription::FromXml(FourDSTEMStrainXml),
                                                 strains.record.value("parameters", none)) },
                           folder);
    folder.Commit(strains.record);
  });
}

nb::tuple
Named(const Strains & strains, const cli::NamedValues & values)
{
  const cli::Grid & grid = strains.maps.scan;
  return nb::make_tuple(
    ArrayOf(values.values, { grid.rows, grid.columns, static_cast<std::int64_t>(values.names.size()) }), values.names);
}
} // namespace

void
BindStrains(nb::module_ & module)
{
  nb::class_<Strains>(module, "Strains")
    .def_prop_ro("strain", [](const Strains & self) { return Named(self, self.maps.strain); })
    .def_prop_ro("lattice", [](const Strains & self) { return Named(self, self.maps.lattice); })
    .def_prop_ro("disks", [](const Strains & self) { return Named(self, self.maps.disks); })
    .def_prop_ro("origins",
                 [](const Strains & self) {
                   return Named(self, { { "qx0", "qy0" }, self.maps.origins });
                 })
    .def_prop_ro("mask",
                 [](const Strains & self) {
                   return ArrayOf(self.maps.mask, { self.maps.scan.rows, self.maps.scan.columns });
                 })
    .def_prop_ro("reference", [](const Strains & self) { return self.maps.reference; })
    .def_prop_ro("axes", [](const Strains & self) { return self.maps.axes; })
    .def_prop_ro("title", [](const Strains & self) { return self.title; })
    .def_prop_ro("record_json", [](const Strains & self) { return cli::Dump(self.record, -1); })
    .def_prop_ro("scan_grid", [](const Strains & self) { return GridOf(self.maps.scan); })
    .def("save", &Save, nb::arg("folder"), nb::arg("overwrite"), nb::arg("draw").none());
  module.def("strain", &RunStrain);
  module.def("strain_of_peaks", &RunPeakStrain);
  module.def("load_strain", &Load);
}
} // namespace fourdstem::python
