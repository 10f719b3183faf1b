// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DmTags.h"

#include "Formats/HeaderBytes.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
/** UTF-8 of one UTF-16 unit; a surrogate, which no unit or name needs, becomes a question mark. */
std::string
Utf8(std::uint16_t unit)
{
  if (unit < 0x80)
  {
    return { static_cast<char>(unit) };
  }
  if (unit < 0x800)
  {
    return { static_cast<char>(0xC0U | (unit >> 6U)), static_cast<char>(0x80U | (unit & 0x3FU)) };
  }
  if (unit >= 0xD800 && unit < 0xE000)
  {
    return "?";
  }
  return { static_cast<char>(0xE0U | (unit >> 12U)),
           static_cast<char>(0x80U | ((unit >> 6U) & 0x3FU)),
           static_cast<char>(0x80U | (unit & 0x3FU)) };
}
} // namespace

// NOLINTNEXTLINE(misc-no-recursion)
const DmTag *
DmTag::Find(const std::string & path) const
{
  const auto        dot = path.find('.');
  const std::string first = path.substr(0, dot);
  const auto        found =
    std::find_if(children.begin(), children.end(), [&first](const DmTag & child) { return child.label == first; });
  return found == children.end() ? nullptr : dot == std::string::npos ? &*found : found->Find(path.substr(dot + 1));
}

std::optional<double>
DmTag::NumberAt(const std::string & path) const
{
  const DmTag * tag = this->Find(path);
  return tag && tag->kind == Kind::Number && std::isfinite(tag->number) ? std::optional<double>(tag->number)
                                                                        : std::nullopt;
}

std::string
DmTags::TextAt(const InputFile & file, const DmTag & tag, const std::string & path) const
{
  constexpr std::int64_t longest = 1024;
  const DmTag *          found = tag.Find(path);
  if (!found || found->kind != DmTag::Kind::Array || found->elementBytes != 2)
  {
    return {};
  }
  const std::int64_t count = std::min(found->count, longest);
  if (found->offset > file.Size() - 2 * count)
  {
    return {};
  }
  std::vector<unsigned char> bytes(static_cast<std::size_t>(2 * count));
  file.Read(found->offset, bytes.data(), 2 * count);
  const HeaderBytes units(std::move(bytes), order);
  std::string       text;
  for (std::int64_t i = 0; i < count; ++i)
  {
    const auto unit = units.Get<std::uint16_t>(static_cast<std::size_t>(2 * i));
    if (unit == 0)
    {
      break;
    }
    text += Utf8(unit);
  }
  return text;
}

bool
IsDm(const FileProbe & probe)
{
  constexpr std::size_t begin = 16;
  if (probe.head.size() < begin)
  {
    return false;
  }
  const HeaderBytes bytes(probe.head, ByteOrder::Big);
  const auto        version = bytes.Get<std::uint32_t>(0);
  const auto        order = bytes.Get<std::uint32_t>(version == 4 ? 12 : 8);
  if ((version != 3 && version != 4) || order > 1)
  {
    return false;
  }
  const std::size_t firstTag = version == 4 ? 26 : 18;
  const bool        hasTag =
    firstTag < probe.head.size() && (probe.head[firstTag] == GroupTag || probe.head[firstTag] == ValueTag);
  return hasTag || IsNamedDm(probe);
}

bool
IsNamedDm(const FileProbe & probe)
{
  return probe.extension == ".dm3" || probe.extension == ".dm4";
}
} // namespace fourdstem
