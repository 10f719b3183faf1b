// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ClusterReport_h
#define fourdstem_cli_ClusterReport_h

#include "Common/ClusterResults.h"
#include "Common/ReportPage.h"

#include <nlohmann/json.hpp>

namespace fourdstem::cli
{
/** A value of a run's record for people: numbers with six digits, a dash for none. */
std::string
ShownValue(const nlohmann::ordered_json & value);

/** Values of a run's record as a table of options, named by their flags. */
ReportPage::Table
ParameterTable(const std::string &            title,
               const CommandDescription &     description,
               const nlohmann::ordered_json & values);

/** Automatic choices of a run's record as a table. */
ReportPage::Table
AutomaticTable(const nlohmann::ordered_json & automatic);

/** The numbers of leaves and nodes, for run.json and --returnparameterfile, and the nodes' colours for later edits. */
void
AddCounts(const ClusterResults & results, CommandContext & context, RunRecord & record);

/** index.html: the pictures with the numbers of leaves and splits, the record's warnings, and further tables. */
void
WriteClusterReport(const ClusterResults &                 results,
                   const RunRecord &                      record,
                   const std::vector<ReportPage::Table> & tables,
                   const std::vector<std::string> &       files,
                   const ResultFolder &                   folder);
} // namespace fourdstem::cli

#endif
