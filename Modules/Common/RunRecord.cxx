// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/RunRecord.h"

#include "Common/ParameterCheck.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <thread>

#ifdef _WIN32
#  define NOMINMAX
#  include <windows.h>
#  include <psapi.h>
#else
#  include <sys/resource.h>
#  include <sys/stat.h>
#endif

namespace fourdstem::cli
{
namespace
{
nlohmann::ordered_json
ValueOf(const Arguments & arguments, const Parameter & parameter)
{
  const std::string & name = parameter.name;
  if (parameter.type == ParameterType::Boolean)
  {
    return arguments.Switch(name);
  }
  if (!arguments.Has(name))
  {
    return nullptr;
  }
  if (parameter.type == ParameterType::IntegerList)
  {
    return arguments.Integers(name);
  }
  if (parameter.type == ParameterType::NumberList)
  {
    return arguments.Numbers(name);
  }
  if (parameter.multiple || parameter.type == ParameterType::StringList)
  {
    return arguments.Texts(name);
  }
  if (parameter.type == ParameterType::Integer)
  {
    return arguments.Integer(name);
  }
  if (parameter.IsPath() && arguments.Given(name) == nullptr)
  {
    return std::filesystem::absolute(std::filesystem::u8path(arguments.Text(name))).lexically_normal().u8string();
  }
  return parameter.type == ParameterType::Number ? nlohmann::ordered_json(arguments.Number(name))
                                                 : nlohmann::ordered_json(arguments.Text(name));
}

std::int64_t
ModificationTime(const std::string & path)
{
#ifdef _WIN32
  struct _stat64 status;
  return _stat64(path.c_str(), &status) == 0 ? static_cast<std::int64_t>(status.st_mtime) : 0;
#else
  struct stat status;
  return stat(path.c_str(), &status) == 0 ? static_cast<std::int64_t>(status.st_mtime) : 0;
#endif
}
} // namespace

nlohmann::ordered_json
FileRecord(const std::string & path)
{
  namespace fs = std::filesystem;
  std::error_code     error;
  const fs::path      file = fs::u8path(path);
  const std::uint64_t bytes = fs::file_size(file, error);
  return { { "path", fs::absolute(file).lexically_normal().u8string() },
           { "bytes", error ? 0 : bytes },
           { "modified", UtcTime(ModificationTime(path)) } };
}
std::string
UtcTime(std::int64_t secondsSince1970)
{
  const auto time = static_cast<std::time_t>(secondsSince1970);
  std::tm    utc{};
#ifdef _WIN32
  gmtime_s(&utc, &time);
#else
  gmtime_r(&time, &utc);
#endif
  char text[32];
  std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

int
ThreadsUsed(const Arguments & arguments)
{
  const bool isGiven = arguments.Description().Find("threads") != nullptr && arguments.Integer("threads") > 0;
  return isGiven ? static_cast<int>(arguments.Integer("threads"))
                 : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::int64_t
PeakMemory()
{
#ifdef _WIN32
  PROCESS_MEMORY_COUNTERS counters{};
  return K32GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof(counters))
           ? static_cast<std::int64_t>(counters.PeakWorkingSetSize)
           : 0;
#else
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0)
  {
    return 0;
  }
#  ifdef __APPLE__
  return usage.ru_maxrss;
#  else
  return usage.ru_maxrss * std::int64_t{ 1024 };
#  endif
#endif
}

RunRecord::RunRecord(const CommandContext & context)
{
  const CommandDescription & description = context.arguments.Description();
  m_Head["program"] = context.program;
  m_Head["version"] = description.version;
  m_Head["commandLine"] = context.commandLine;
  m_Head["started"] = UtcTime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  m_Head["input"] = nullptr;
  auto parameters = nlohmann::ordered_json::object();
  auto changed = nlohmann::ordered_json::array();
  for (const ParameterGroup & group : description.groups)
  {
    for (const Parameter & parameter : group.parameters)
    {
      if (parameter.IsReturned())
      {
        continue;
      }
      parameters[parameter.name] = ValueOf(context.arguments, parameter);
      if (context.arguments.IsChanged(parameter.name))
      {
        changed.push_back(parameter.name);
      }
    }
  }
  m_Head["parameters"] = std::move(parameters);
  m_Head["changed"] = std::move(changed);
  m_Threads = ThreadsUsed(context.arguments);
}

void
RunRecord::SetInput(const std::string & path, const std::string & data)
{
  m_Head["input"] = FileRecord(path);
  if (!data.empty() && data != path)
  {
    m_Head["input"]["data"] = FileRecord(data);
  }
}

void
RunRecord::AddAutomatic(const std::string &            parameter,
                        const nlohmann::ordered_json & value,
                        const std::string &            how,
                        const std::string &            unit)
{
  nlohmann::ordered_json & choice = m_Automatic[parameter];
  choice["value"] = value;
  if (!unit.empty())
  {
    choice["unit"] = unit;
  }
  choice["how"] = how;
}

void
RunRecord::Warn(const std::string & warning)
{
  m_Warnings.push_back(warning);
}

nlohmann::ordered_json
RunRecord::ToJson(const Progress & progress) const
{
  nlohmann::ordered_json record = m_Head;
  record["automatic"] = m_Automatic;
  record["warnings"] = m_Warnings;
  record["results"] = m_Results;
  double seconds = 0;
  record["timings"] = nlohmann::ordered_json::array();
  for (const StageTime & stage : progress.Times())
  {
    record["timings"].push_back({ { "stage", stage.name }, { "seconds", stage.seconds } });
    seconds += stage.seconds;
  }
  record["seconds"] = seconds;
  record["peakMemoryBytes"] = PeakMemory();
  record["threads"] = m_Threads;
  return record;
}
} // namespace fourdstem::cli
