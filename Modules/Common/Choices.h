// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Choices_h
#define fourdstem_cli_Choices_h

#include "Common/RunRecord.h"

#include "fourdstem/DomainAnalysis.h"
#include "fourdstem/ScanFile.h"

namespace fourdstem::cli
{
/** A value of a run's record for people: numbers with six digits, a dash for none. */
std::string
ShownValue(const nlohmann::ordered_json & value);

/** Records what was chosen, and tells the user. */
void
AddChoice(CommandContext &               context,
          RunRecord &                    record,
          const std::string &            name,
          const nlohmann::ordered_json & value,
          const std::string &            how,
          const std::string &            unit = {});

/** The text of a choice as a number and its unit where it begins with a number: "3.2 px". */
void
AddChoice(CommandContext & context, RunRecord & record, const DomainChoice & choice);

void
AddCalibration(CommandContext & context, RunRecord & record, const std::string & name, const AxesCalibration & axes);
} // namespace fourdstem::cli

#endif
