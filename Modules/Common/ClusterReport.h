// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ClusterReport_h
#define fourdstem_cli_ClusterReport_h

#include "Common/ClusterResults.h"
#include "Common/ReportPage.h"

#include <nlohmann/json.hpp>

namespace fourdstem::cli
{
/** Values of a run's record as a table of options, named by their flags. */
ReportPage::Table
ParameterTable(const std::string &            title,
               const CommandDescription &     description,
               const nlohmann::ordered_json & values);

/** Automatic choices of a run's record as a table. */
ReportPage::Table
AutomaticTable(const nlohmann::ordered_json & automatic);

/** index.html: the pictures with the numbers of leaves and splits, the run's warnings, and further tables. */
void
WriteClusterReport(const ClusterResults &                 results,
                   const std::vector<std::string> &       warnings,
                   const std::vector<ReportPage::Table> & tables,
                   const std::vector<std::string> &       files,
                   const ResultFolder &                   folder);
} // namespace fourdstem::cli

#endif
