// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/MerlinFolder.h"

#include "Formats/MerlinPixels.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
/** A name without extension, as what is common to a series and the number behind that; 0 where there is none. */
struct NumberedName
{
  explicit NumberedName(const std::string & stem)
  {
    constexpr std::size_t mostDigits = 9;
    std::size_t           begin = stem.size();
    while (begin > 0 && stem.size() - begin < mostDigits && stem[begin - 1] >= '0' && stem[begin - 1] <= '9')
    {
      --begin;
    }
    prefix = stem.substr(0, begin);
    number = ParseInteger(stem.substr(begin)).value_or(0);
  }

  std::string  prefix;
  std::int64_t number = 0;
};

class PartsFinder
{
public:
  PartsFinder(const InputFile & mib, const std::string & hdrPath, bool isPatient)
    : m_Mib(mib)
    , m_IsPatient(isPatient)
    , m_Prefix(NumberedName(StemOf(FileNameOf(mib.Path()))).prefix)
  {
    m_Found.hdrPath = hdrPath;
  }

  MerlinParts
  Find()
  {
    m_Found.frame = ReadMerlinFrame(m_Mib, 0);
    this->FindHdr({ StemOf(FileNameOf(m_Mib.Path())) });
    this->CompleteDepth();
    m_Found.frameBytes = m_Found.frame.headerBytes + MerlinPixels(m_Mib.Path(), m_Found.frame).StoredBytes();
    m_Found.parts = { this->PartOf(m_Mib, m_Found.frame) };
    if (ExtensionOf(m_Mib.Path()) == ".mib")
    {
      this->FindNeighbours();
    }
    return std::move(m_Found);
  }

private:
  MerlinPart
  PartOf(const InputFile & file, const MerlinFrame & first) const
  {
    MerlinPart part{ file.Path(), first.number, file.Size() / m_Found.frameBytes, file.Size() };
    if (part.frames == 0)
    {
      throw FileError(file.Path(),
                      "has " + std::to_string(file.Size()) + " bytes, too few for one frame of " +
                        std::to_string(m_Found.frameBytes) + " bytes (" + FormatExtent(first.height, first.width) +
                        " pixels of type " + first.pixelType + "); is it cut off?");
    }
    return part;
  }

  void
  FindHdr(const std::vector<std::string> & stems)
  {
    if (!m_Found.hdrPath.empty())
    {
      return;
    }
    const auto names = NamesBeside(m_Mib.Path(), ".hdr");
    for (const std::string & stem : stems)
    {
      const auto found =
        std::find_if(names.begin(), names.end(), [&stem](const std::string & name) { return StemOf(name) == stem; });
      if (m_Found.hdrPath.empty() && found != names.end())
      {
        m_Found.hdrPath = BesideFile(m_Mib.Path(), *found);
      }
    }
  }

  /** The .hdr knows the counters' depth where frames of old software do not. */
  void
  CompleteDepth()
  {
    if (m_Found.frame.depth == 0 && !m_Found.hdrPath.empty())
    {
      try
      {
        m_Found.frame.depth = ReadMerlinHdr(InputFile(m_Found.hdrPath)).Count("Counter Depth (number)");
      }
      catch (const FileError &) // the format complains about it
      {}
    }
  }

  void
  FindNeighbours()
  {
    for (const std::string & name : NamesBeside(m_Mib.Path(), ".mib"))
    {
      const NumberedName numbered(StemOf(name));
      if (numbered.prefix == m_Prefix)
      {
        m_Names.emplace(numbered.number, name);
      }
    }
    const std::int64_t      own = NumberedName(StemOf(FileNameOf(m_Mib.Path()))).number;
    std::vector<MerlinPart> before;
    MerlinPart              first = m_Found.parts.front();
    for (std::int64_t number = own - 1; first.number > 1; --number)
    {
      const auto part = this->PartBefore(first, number);
      if (!part)
      {
        break;
      }
      before.push_back(*part);
      first = *part;
    }
    m_Found.parts.insert(m_Found.parts.begin(), before.rbegin(), before.rend());
    for (std::int64_t number = own + 1; this->Append(number);)
    {
      ++number;
    }
    std::vector<std::string> stems{ StemOf(FileNameOf(m_Found.parts.front().path)) };
    if (m_Names.size() == m_Found.parts.size())
    {
      stems.push_back(m_Prefix);
    }
    this->FindHdr(stems);
  }

  /** The files of that number that hold frames as ours, with their first frames' numbers. */
  std::vector<MerlinPart>
  PartsNumbered(std::int64_t number) const
  {
    std::vector<MerlinPart> parts;
    const auto              range = m_Names.equal_range(number);
    for (auto name = range.first; name != range.second; ++name)
    {
      try
      {
        const InputFile file(BesideFile(m_Mib.Path(), name->second));
        MerlinFrame     frame = ReadMerlinFrame(file, 0);
        frame.depth = frame.depth == 0 ? m_Found.frame.depth : frame.depth;
        if (frame.IsLike(m_Found.frame))
        {
          parts.push_back(this->PartOf(file, frame));
        }
      }
      catch (const FileError &) // what is no Merlin file belongs to no series
      {}
    }
    return parts;
  }

  /** The one that begins with the frame `first`. */
  static std::optional<MerlinPart>
  OneOf(std::vector<MerlinPart> parts, std::int64_t first)
  {
    parts.erase(
      std::remove_if(parts.begin(), parts.end(), [first](const MerlinPart & part) { return part.number != first; }),
      parts.end());
    if (parts.size() > 1)
    {
      throw FileError(parts[0].path,
                      "and " + FileNameOf(parts[1].path) + " both begin with frame " + std::to_string(first) +
                        " of the same series; move one of them away");
    }
    return parts.empty() ? std::nullopt : std::optional<MerlinPart>(parts[0]);
  }

  std::optional<MerlinPart>
  PartBefore(const MerlinPart & part, std::int64_t number) const
  {
    const auto parts = this->PartsNumbered(number);
    const auto found = std::find_if(parts.begin(), parts.end(), [&part](const MerlinPart & other) {
      return other.number + other.frames == part.number;
    });
    return found == parts.end() ? std::nullopt : OneOf(parts, found->number);
  }

  bool
  Append(std::int64_t number)
  {
    const MerlinPart & last = m_Found.parts.back();
    const std::int64_t next = last.number + last.frames;
    const auto         parts = this->PartsNumbered(number);
    const auto         stray = std::find_if(
      parts.begin(), parts.end(), [next](const MerlinPart & part) { return part.number > 1 && part.number != next; });
    if (stray != parts.end())
    {
      const std::string problem = FileNameOf(stray->path) + " begins with frame " + std::to_string(stray->number) +
                                  ", but " + FileNameOf(last.path) + " before it holds frames up to " +
                                  std::to_string(next - 1);
      if (!m_IsPatient)
      {
        throw FileError(last.path,
                        "belongs to a series that does not fit together: " + problem +
                          ". Move one of them away, or give the scan shape");
      }
      m_Found.notes.push_back(problem + ": it and what follows are not read.");
    }
    const auto following = OneOf(parts, next);
    if (following)
    {
      m_Found.parts.push_back(*following);
    }
    return following.has_value();
  }

  const InputFile &                        m_Mib;
  bool                                     m_IsPatient;
  std::string                              m_Prefix;
  std::multimap<std::int64_t, std::string> m_Names;
  MerlinParts                              m_Found;
};
} // namespace

MerlinParts
FindMerlinParts(const InputFile & mib, const std::string & hdrPath, bool isPatient)
{
  return PartsFinder(mib, hdrPath, isPatient).Find();
}

std::string
MibBesideHdr(const std::string & hdrPath)
{
  const std::string                                   stem = StemOf(FileNameOf(hdrPath));
  std::optional<std::pair<std::int64_t, std::string>> best;
  for (const std::string & name : NamesBeside(hdrPath, ".mib"))
  {
    const std::string  itsStem = StemOf(name);
    const std::string  rest = itsStem.compare(0, stem.size(), stem) == 0 ? itsStem.substr(stem.size()) : "no";
    const std::int64_t number = rest.empty() ? -1 : ParseInteger(rest).value_or(-2);
    const bool         isNumber = rest.find_first_not_of("0123456789") == std::string::npos;
    if (isNumber && number >= -1 && (!best || number < best->first))
    {
      best = { number, name };
    }
  }
  if (!best)
  {
    throw FileError(hdrPath,
                    "is a Merlin header, but its patterns are not beside it: neither " + stem + ".mib nor " + stem +
                      "1.mib or the like");
  }
  return BesideFile(hdrPath, best->second);
}
} // namespace fourdstem
