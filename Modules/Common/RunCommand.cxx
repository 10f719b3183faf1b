// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/RunCommand.h"

#include "Common/Help.h"
#include "Common/Interrupt.h"

#include "itkFourDSTEMImageIOFactory.h"
#include "itkMacro.h"
#include "itkNrrdImageIOFactory.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <new>
#include <system_error>

namespace fourdstem::cli
{
namespace
{
constexpr int Failed = 1;
constexpr int WrongUsage = 2;

/** The options that every command has beside those of its XML. */
struct CommonOptions
{
  bool        help = false;
  bool        version = false;
  bool        xml = false;
  std::string progress = "auto";
  std::string returnFile;
};

/** Takes the common options out of the words. */
CommonOptions
TakeCommonOptions(std::vector<std::string> & words)
{
  CommonOptions            options;
  std::vector<std::string> rest;
  std::size_t              i = 0;
  const auto               takeValue = [&](const std::string & flag, std::string & value) {
    if (words[i].compare(0, flag.size() + 1, flag + "=") == 0)
    {
      value = words[i].substr(flag.size() + 1);
      return true;
    }
    if (words[i] != flag)
    {
      return false;
    }
    if (++i == words.size())
    {
      throw UsageError(flag + ": a value must follow");
    }
    value = words[i];
    return true;
  };
  std::string ignored;
  for (; i < words.size() && words[i] != "--"; ++i)
  {
    bool * const toggle = words[i] == "--help" || words[i] == "-h" ? &options.help
                          : words[i] == "--version"                ? &options.version
                          : words[i] == "--xml"                    ? &options.xml
                                                                   : nullptr;
    if (toggle != nullptr)
    {
      *toggle = true;
    }
    else if (!takeValue("--progress", options.progress) && !takeValue("--returnparameterfile", options.returnFile) &&
             !takeValue("--processinformationaddress", ignored))
    {
      rest.push_back(words[i]);
    }
  }
  for (; i < words.size(); ++i)
  {
    rest.push_back(words[i]);
  }
  words = std::move(rest);
  return options;
}

ProgressStyle
Style(const CommonOptions & options)
{
  if (options.progress == "auto")
  {
    return AutomaticProgressStyle();
  }
  if (options.progress == "bar")
  {
    return ProgressStyle::Bar;
  }
  if (options.progress == "tags")
  {
    return ProgressStyle::Tags;
  }
  if (options.progress == "none")
  {
    return ProgressStyle::None;
  }
  throw UsageError("--progress: '" + options.progress + "' is not one of auto, bar, tags, none");
}

void
WriteReturned(const CommandContext & context, const std::string & path)
{
  std::ofstream file(std::filesystem::u8path(path));
  for (const auto & [name, value] : context.returned)
  {
    file << name << " = " << value << '\n';
  }
  file.close();
  if (!file)
  {
    throw std::runtime_error("cannot write " + path);
  }
}

/** Before the work, which may take long: whether the file can be written, and is none that is read. */
void
CheckReturnFile(const std::string & path, const Arguments & arguments)
{
  namespace fs = std::filesystem;
  if (path.empty())
  {
    return;
  }
  const fs::path  file = fs::u8path(path);
  std::error_code error;
  for (const std::string & input : arguments.InputPaths())
  {
    if (fs::equivalent(fs::u8path(input), file, error))
    {
      throw UsageError("--returnparameterfile: would replace the input " + input);
    }
  }
  const bool isNew = !fs::exists(file, error);
  if (!std::ofstream(file, std::ios::app))
  {
    throw std::runtime_error("cannot write " + path + ": " + std::generic_category().message(errno));
  }
  if (isNew)
  {
    fs::remove(file, error);
  }
}

std::string
Quoted(const std::string & word)
{
  constexpr const char * plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos)
  {
    return word;
  }
  std::string quoted = "'";
  for (const char c : word)
  {
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted + "'";
}

/** Results are written under hidden names such as ".map.partial-12-0.png", which mean nothing to the user. */
std::string
WithoutTemporaryNames(std::string line)
{
  const std::string  mark = ".partial-";
  const char * const digits = "0123456789";
  for (std::size_t at = line.find(mark); at != std::string::npos; at = line.find(mark, at + 1))
  {
    const std::size_t first = at + mark.size();
    const std::size_t dash = std::min(line.find_first_not_of(digits, first), line.size());
    const std::size_t end = std::min(line.find_first_not_of(digits, dash + 1), line.size());
    if (dash == first || dash + 1 >= end || line[dash] != '-')
    {
      continue;
    }
    std::size_t point = at > 0 ? line.rfind('.', at - 1) : std::string::npos;
    while (point != std::string::npos && point > 0 && std::strchr("/\\ '\"", line[point - 1]) == nullptr)
    {
      point = line.rfind('.', point - 1);
    }
    if (point != std::string::npos)
    {
      line.erase(at, end - at);
      line.erase(point, 1);
    }
  }
  return line;
}
} // namespace

std::string
OneLine(const std::exception & error)
{
  const auto * itkError = dynamic_cast<const itk::ExceptionObject *>(&error);
  std::string  text = itkError != nullptr ? itkError->GetDescription() : error.what();
  if (dynamic_cast<const std::bad_alloc *>(&error) != nullptr)
  {
    text = "not enough memory";
  }
  // ITK begins with "itk::ERROR: Class(0x55...): ", or "ITK ERROR: ".
  for (const char * prefix : { "itk::ERROR: ", "ITK ERROR: " })
  {
    if (text.rfind(prefix, 0) == 0)
    {
      text.erase(0, std::string(prefix).size());
      const std::size_t address = text.find("(0x");
      const std::size_t end = text.find("): ");
      if (address != std::string::npos && end != std::string::npos && text.find_first_of(" :") > address)
      {
        text.erase(0, end + 3);
      }
    }
  }
  std::string line;
  for (const char c : text)
  {
    const bool space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!space || (!line.empty() && line.back() != ' '))
    {
      line += space ? ' ' : c;
    }
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return WithoutTemporaryNames(Printable(line));
}

std::string
Printable(std::string text)
{
  constexpr std::size_t longest = 4000;
  if (text.size() > longest)
  {
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    {
      --end;
    }
    text = text.substr(0, end) + "...";
  }
  std::replace_if(
    text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U || c == '\x7F'; }, '?');
  return text;
}

int
RunCommand(const std::string &                           program,
           int                                           argc,
           char *                                        argv[],
           std::string_view                              xml,
           const std::function<void(CommandContext &)> & body)
{
  const auto fail = [&](const std::exception & error, int code) {
    std::cerr << program << ": " << OneLine(error) << std::endl;
    return code;
  };
  try
  {
    std::string commandLine = program;
    for (int i = 1; i < argc; ++i)
    {
      commandLine += ' ' + Quoted(argv[i]);
    }
    std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    const CommonOptions      options = TakeCommonOptions(words);
    if (options.xml)
    {
      std::cout << xml << std::flush;
      return 0;
    }
    const CommandDescription description = CommandDescription::FromXml(xml);
    if (options.help || options.version)
    {
      std::cout << (options.help ? HelpText(description, program, TerminalWidth())
                                 : program + " " + description.version + "\n")
                << std::flush;
      return 0;
    }
    const Arguments arguments(description, words);
    Interrupt::Catch();
    CheckReturnFile(options.returnFile, arguments);
    itk::NrrdImageIOFactory::RegisterOneFactory();
    itk::FourDSTEMImageIOFactory::RegisterOneFactory();
    Progress       progress(Style(options));
    CommandContext context{ arguments, progress, program, commandLine, {} };
    body(context);
    progress.Finish();
    if (!options.returnFile.empty())
    {
      WriteReturned(context, options.returnFile);
    }
    std::cout.flush();
    Progress::CheckOutput();
    return 0;
  }
  catch (const UsageError & error)
  {
    return fail(error, WrongUsage);
  }
  catch (const std::exception & error)
  {
    if (Interrupt::Signal() != 0)
    {
      std::cerr << program << ": stopped" << std::endl;
      return 128 + Interrupt::Signal();
    }
    return fail(error, Failed);
  }
}
} // namespace fourdstem::cli
