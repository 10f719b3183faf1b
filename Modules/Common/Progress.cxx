// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/Progress.h"

#include "Common/Interrupt.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#ifdef _WIN32
#  include <io.h>
#else
#  include <unistd.h>
#endif

namespace fourdstem::cli
{
namespace
{
bool
IsTerminal(std::FILE * stream)
{
#ifdef _WIN32
  return _isatty(_fileno(stream)) != 0;
#else
  return isatty(fileno(stream)) != 0;
#endif
}

std::string
ForTags(const std::string & text)
{
  std::string escaped;
  for (const char c : text)
  {
    escaped += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  }
  return escaped;
}
} // namespace

ProgressStyle
AutomaticProgressStyle()
{
  if (IsTerminal(stderr))
  {
    return ProgressStyle::Bar;
  }
  return std::getenv("SLICER_HOME") != nullptr && !IsTerminal(stdout) ? ProgressStyle::Tags : ProgressStyle::None;
}

Progress::Progress(ProgressStyle style)
  : m_Style(style)
{}

Progress::Progress(Observer observer)
  : m_Style(ProgressStyle::None)
  , m_Observer(std::move(observer))
{}

Progress::~Progress()
{
  this->ClearBar();
}

Monitor
Progress::Begin(const std::string & stage, double end)
{
  this->EndStage();
  CheckAbort();
  m_Stage = stage;
  m_StageBegin = Clock::now();
  m_Begin = m_Done = m_End;
  m_End = std::clamp(end, m_Begin, 1.0);
  if (m_Style == ProgressStyle::Tags)
  {
    std::cout << "<filter-start>\n<filter-name>" << ForTags(stage) << "</filter-name>\n</filter-start>" << std::endl;
  }
  this->Draw(true);
  return { [this](double done) { return this->Report(done); } };
}

bool
Progress::Report(double done)
{
  m_Done = std::max(m_Done, m_Begin + (m_End - m_Begin) * std::clamp(done, 0.0, 1.0));
  this->Draw(false);
  return Interrupt::Signal() == 0 && (!m_Observer || m_Observer(m_Done, m_Stage));
}

void
Progress::Finish()
{
  m_End = 1;
  this->EndStage();
}

void
Progress::EndStage()
{
  if (m_Stage.empty())
  {
    return;
  }
  m_Times = this->Times();
  m_Done = m_End;
  if (m_Style == ProgressStyle::Tags)
  {
    this->Draw(true);
    std::cout << "<filter-end>\n<filter-name>" << ForTags(m_Stage) << "</filter-name>\n<filter-time>"
              << m_Times.back().seconds << "</filter-time>\n</filter-end>" << std::endl;
  }
  this->ClearBar();
  m_Stage.clear();
}

std::vector<StageTime>
Progress::Times() const
{
  std::vector<StageTime> times = m_Times;
  if (!m_Stage.empty())
  {
    times.push_back({ m_Stage, std::chrono::duration<double>(Clock::now() - m_StageBegin).count() });
  }
  return times;
}

void
Progress::Say(const std::string & line)
{
  if (m_Observer)
  {
    return;
  }
  this->ClearBar();
  std::cout << line << std::endl;
  CheckOutput();
  this->Draw(true);
}

void
Progress::CheckOutput()
{
  if (!std::cout && !Interrupt::IsPipeClosed())
  {
    throw std::runtime_error("cannot write to the standard output");
  }
}

void
Progress::CheckAbort()
{
  if (Interrupt::Signal() != 0)
  {
    throw Aborted();
  }
}

void
Progress::Draw(bool force)
{
  const auto now = Clock::now();
  if (m_Style == ProgressStyle::None || m_Stage.empty() ||
      (!force && now - m_LastDrawn < std::chrono::milliseconds(100)))
  {
    return;
  }
  m_LastDrawn = now;
  if (m_Style == ProgressStyle::Tags)
  {
    std::cout << "<filter-progress>" << m_Done << "</filter-progress>" << std::endl;
    return;
  }
  constexpr int     width = 30;
  const int         filled = static_cast<int>(std::lround(m_Done * width));
  const std::string bar =
    std::string(static_cast<std::size_t>(filled), '#') + std::string(static_cast<std::size_t>(width - filled), '.');
  std::fprintf(
    stderr, "\r\033[K[%s] %3ld %%  %s", bar.c_str(), std::lround(100 * m_Done), m_Stage.substr(0, 40).c_str());
  std::fflush(stderr);
  m_BarVisible = true;
}

void
Progress::ClearBar()
{
  if (m_BarVisible)
  {
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
    m_BarVisible = false;
  }
}
} // namespace fourdstem::cli
