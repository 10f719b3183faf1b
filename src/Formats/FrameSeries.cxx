// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FrameSeries.h"

#include <algorithm>

namespace fourdstem
{
FrameSeries::FrameSeries(std::vector<FramePart>                   parts,
                         std::int64_t                             frameBytes,
                         const std::shared_ptr<const InputFile> & opened)
  : m_Parts(std::move(parts))
  , m_FrameBytes(frameBytes)
  , m_Growth(opened->MayGrow())
  , m_Begins{ 0 }
{
  for (std::size_t i = 0; i < m_Parts.size(); ++i)
  {
    m_Begins.push_back(m_Begins.back() + m_Parts[i].frames);
    if (m_Parts[i].path == opened->Path())
    {
      m_Open.push_back({ i, std::make_shared<FileWindows>(opened) });
    }
  }
}

std::shared_ptr<const FileWindows>
FrameSeries::Open(std::size_t part) const
{
  constexpr std::size_t             most = 32;
  OpenPart                          dropped; // closed after the lock is released
  const std::lock_guard<std::mutex> lock(m_Mutex);
  const auto                        found =
    std::find_if(m_Open.begin(), m_Open.end(), [part](const OpenPart & open) { return open.part == part; });
  if (found != m_Open.end())
  {
    std::rotate(found, found + 1, m_Open.end());
    return m_Open.back().windows;
  }
  const FramePart & wanted = m_Parts[part];
  auto              file = std::make_shared<const InputFile>(wanted.path, m_Growth);
  if (m_Growth == FileGrowth::Allowed ? file->Size() < wanted.size : file->Size() != wanted.size)
  {
    throw FileError(wanted.path,
                    "changed while the series was read: it had " + std::to_string(wanted.size) + " bytes and has " +
                      std::to_string(file->Size()) + " now");
  }
  m_Open.push_back({ part, std::make_shared<FileWindows>(std::move(file)) });
  if (m_Open.size() > most)
  {
    dropped = std::move(m_Open.front());
    m_Open.erase(m_Open.begin());
  }
  return m_Open.back().windows;
}

FrameSeries::Run
FrameSeries::Read(std::int64_t first, std::int64_t count) const
{
  const auto part =
    static_cast<std::size_t>(std::upper_bound(m_Begins.begin(), m_Begins.end(), first) - m_Begins.begin() - 1);
  const FramePart & its = m_Parts[part];
  const auto        windows = this->Open(part);

  Run run;
  run.path = &its.path;
  run.index = first - m_Begins[part];
  run.offset = its.begin + run.index * m_FrameBytes;
  run.count = std::min(count, its.frames - run.index);
  run.window = windows->Covering(run.offset, run.count * m_FrameBytes);
  run.frames = run.window->data + (run.offset - run.window->offset);
  return run;
}
} // namespace fourdstem
