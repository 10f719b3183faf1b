// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_StrainOutput_h
#define fourdstem_cli_StrainOutput_h

#include "Common/NrrdOutput.h"
#include "Common/ReportPage.h"
#include "Common/ResultFolder.h"

#include "fourdstem/ScanFile.h"
#include "fourdstem/StrainAnalysis.h"

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
};

/** strain.nrrd, lattice.nrrd, disks.nrrd, mask.nrrd and origin.nrrd. */
void
WriteStrainImages(const StrainOutput & output,
                  const ResultFolder & folder,
                  const Notes &        notes,
                  const Monitor &      monitor);

/** strain.png, errors.png and lattice.png. */
void
WriteStrainPictures(const StrainOutput & output, const ResultFolder & folder, const Monitor & monitor);

/** index.html. */
void
WriteStrainReport(const StrainOutput &                   output,
                  const RunRecord &                      record,
                  const std::vector<ReportPage::Table> & tables,
                  const ResultFolder &                   folder);

/** Median and the middle 90 % of each component, for run.json. */
nlohmann::ordered_json
StrainSummary(const StrainResult & result);
} // namespace fourdstem::cli

#endif
