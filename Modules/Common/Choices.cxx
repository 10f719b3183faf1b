// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Choices.h"

#include "Common/Measures.h"
#include "Common/ParameterCheck.h"

#include <algorithm>

namespace fourdstem::cli
{
std::string
ShownValue(const nlohmann::ordered_json & value)
{
  if (value.is_null())
  {
    return "—";
  }
  if (value.is_number_float())
  {
    return FormatNumber(value.get<double>());
  }
  return value.is_string() ? value.get<std::string>()
                           : value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void
AddChoice(CommandContext &               context,
          RunRecord &                    record,
          const std::string &            name,
          const nlohmann::ordered_json & value,
          const std::string &            how,
          const std::string &            unit)
{
  record.AddAutomatic(name, value, how, unit);
  context.progress.Say(
    Printable("  " + name + ": " + ShownValue(value) + (unit.empty() ? "" : " " + unit) + " (" + how + ")"));
}

void
AddCalibration(CommandContext & context, RunRecord & record, const std::string & name, const AxesCalibration & axes)
{
  const std::string how = axes.source.empty() ? "not calibrated" : axes.source;
  if (axes.spacing[0] == axes.spacing[1])
  {
    AddChoice(context, record, name, axes.spacing[0], how, axes.unit);
    return;
  }
  AddChoice(context, record, name, nlohmann::ordered_json::array({ axes.spacing[0], axes.spacing[1] }), how, axes.unit);
}

void
AddChoice(CommandContext & context, RunRecord & record, const DomainChoice & choice)
{
  const std::size_t space = std::min(choice.value.find(' '), choice.value.size());
  const std::string first = choice.value.substr(0, space);
  const std::string unit = choice.value.substr(std::min(space + 1, choice.value.size()));
  std::int64_t      integer = 0;
  double            number = 0;
  if (ParseInteger(first, integer))
  {
    AddChoice(context, record, choice.name, integer, choice.how, unit);
  }
  else if (ParseNumber(first, number))
  {
    AddChoice(context, record, choice.name, number, choice.how, unit);
  }
  else
  {
    AddChoice(context, record, choice.name, choice.value, choice.how);
  }
}
} // namespace fourdstem::cli
