// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_StrainOutput_h
#define fourdstem_cli_StrainOutput_h

#include "Common/NrrdOutput.h"
#include "Common/ReportPage.h"
#include "Common/ResultFolder.h"

#include "fourdstem/PeakLists.h"
#include "fourdstem/ScanFile.h"
#include "fourdstem/StrainAnalysis.h"

#include <nlohmann/json.hpp>

#include <array>
#include <optional>

namespace fourdstem::cli
{
/** The scan, what was found, and how to speak of it. */
struct StrainOutput
{
  const StrainResult & result;
  const ScanHeader &   header;
  /** What was scanned, e.g. the file's name. */
  std::string title;
  std::string reference;
  std::string axes;
  /** Of lengths on the detector. */
  std::string unit = "detector pixels";
};

/** Values of every position or pixel, C order with the components fastest, and the components' names. */
struct NamedValues
{
  std::vector<std::string> names;
  std::vector<float>       values;
};

/** The maps over the scan that are written, whatever they were made from. */
struct StrainMaps
{
  Grid                      scan;
  NamedValues               strain;
  NamedValues               lattice;
  NamedValues               disks;
  std::vector<std::uint8_t> mask;    // 1 where a lattice was fitted
  std::vector<float>        origins; // [positions][2]
  std::string               reference;
  std::string               axes;
  std::string               unit; // of lengths on the detector
  /** The disks as lists; none where a folder has none. */
  std::optional<PeakLists> peaks;
};

StrainMaps
MapsOf(const StrainOutput & output);

/** The maps of a result folder and, in `notes`, what its images say beside. Throws std::runtime_error naming the file
 * that is missing or does not fit the others. */
StrainMaps
ReadStrainMaps(const std::string & folder, Notes & notes);

/** strain.nrrd, lattice.nrrd, disks.nrrd, mask.nrrd, origin.nrrd and peaks.h5. Throws Aborted once the monitor asks to
 * stop. */
void
WriteStrainMaps(const StrainMaps & maps, const ResultFolder & folder, const Notes & notes, const Monitor & monitor);

/** strain.png, errors.png and lattice.png. */
void
WriteStrainPictures(const StrainOutput & output, const ResultFolder & folder, const Monitor & monitor);

/** index.html: the pictures that are in the folder, the numbers, and further tables. `record`: the run's. */
void
WriteStrainReport(const StrainMaps &                     maps,
                  const std::string &                    title,
                  const nlohmann::ordered_json &         record,
                  const std::vector<ReportPage::Table> & tables,
                  const ResultFolder &                   folder);

/** One of the `components` of values in which they are the fastest axis. */
std::vector<float>
ComponentOf(const std::vector<float> & values, std::size_t components, std::size_t component);

/** Values at 5, 50 and 95 % of those that are numbers; NaN without any. */
std::array<double, 3>
Quantiles(std::vector<float> values);

/** What peak lists say of their scan. */
ScanHeader
HeaderOf(const PeakLists & lists);

/** In which unit lengths on the detector are, where disks come from lists. */
std::string
UnitOf(const PeakLists & lists);

/** What FourDSTEMStrain does once AnalyseStrain is through with the scan: in the record all choices, warnings and
 * numbers (median and the middle 90 % of each component), of which the user is told. */
void
ConcludeStrain(const StrainResult & result, const ScanHeader & header, CommandContext & context, RunRecord & record);
} // namespace fourdstem::cli

#endif
