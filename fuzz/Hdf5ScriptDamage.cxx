// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5ScriptDamage.h"

#include "Hdf5ScriptTypes.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace fourdstem::fuzz
{
void
Damage::Add(hid_t file, const std::string & dataSet, Line & line)
{
  const hdf5::Id opened = hdf5::OpenDataSet(file, dataSet);
  const haddr_t  begin = opened ? H5Dget_offset(opened) : HADDR_UNDEF;
  const auto     offset = NumberIn(line.Word());
  if (begin != HADDR_UNDEF && offset < H5Dget_storage_size(opened))
  {
    m_Changes.push_back({ false, 0, begin + offset, BytesIn(line.Word()) });
  }
}

void
Damage::AddHeap(std::size_t number, Line & line)
{
  const auto offset = NumberIn(line.Word());
  m_Changes.push_back({ true, number, offset, BytesIn(line.Word()) });
}

void
Damage::Apply(const std::string & path)
{
  if (m_Changes.empty())
  {
    return;
  }
  std::string content;
  {
    std::ifstream file(std::filesystem::u8path(path), std::ios::binary);
    content.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::vector<std::size_t> heaps;
  for (auto at = content.find("GCOL"); at != std::string::npos; at = content.find("GCOL", at + 1))
  {
    heaps.push_back(at);
  }
  for (const Change & change : m_Changes)
  {
    if (change.isInHeap && heaps.empty())
    {
      continue;
    }
    const std::size_t begin = change.isInHeap ? heaps[change.number % heaps.size()] : 0;
    if (change.offset < content.size() - begin)
    {
      const std::size_t at = begin + change.offset;
      const std::size_t bytes = std::min(change.bytes.size(), content.size() - at);
      content.replace(at, bytes, change.bytes, 0, bytes);
    }
  }
  std::ofstream(std::filesystem::u8path(path), std::ios::binary) << content;
  m_Changes.clear();
}
} // namespace fourdstem::fuzz
