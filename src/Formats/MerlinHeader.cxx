// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/MerlinHeader.h"

#include "Formats/Text.h"

#include <algorithm>
#include <limits>

namespace fourdstem
{
namespace
{
constexpr std::int64_t LargestHeader = 65536;
constexpr std::int64_t LargestExtent = 65536;

std::string
Trimmed(const std::string & text)
{
  const auto begin = text.find_first_not_of(" \t\r");
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/** What stands between the commas, up to the padding. */
std::vector<std::string>
FieldsOf(const std::string & header)
{
  std::vector<std::string> fields;
  const std::string        text = header.substr(0, header.find('\0'));
  for (std::size_t begin = 0; begin <= text.size();)
  {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    fields.push_back(Trimmed(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  return fields;
}

std::string
FieldAt(const std::vector<std::string> & fields, std::size_t index)
{
  return index < fields.size() ? fields[index] : std::string();
}

/** Where the second part of the header begins, which older software does not write. */
std::size_t
SecondPart(const std::vector<std::string> & fields)
{
  return static_cast<std::size_t>(std::find(fields.begin(), fields.end(), "MQ1A") - fields.begin());
}

std::int64_t
DepthFrom(const std::string & text)
{
  const auto depth = ParseInteger(text);
  return depth && (*depth == 1 || *depth == 6 || *depth == 12 || *depth == 24) ? *depth : 0;
}

std::int64_t
CounterDepth(const std::vector<std::string> & fields)
{
  if (const std::int64_t depth = DepthFrom(FieldAt(fields, SecondPart(fields) + 3)))
  {
    return depth;
  }
  const auto last =
    std::find_if(fields.rbegin(), fields.rend(), [](const std::string & field) { return !field.empty(); });
  return last == fields.rend() ? 0 : DepthFrom(*last);
}

/** Days from 1970-01-01 to a day of the Gregorian calendar. */
std::int64_t
DaysTo(std::int64_t year, std::int64_t month, std::int64_t day)
{
  // Years that begin in March end with the leap day.
  const std::int64_t y = month > 2 ? year : year - 1;
  const std::int64_t m = month > 2 ? month - 3 : month + 9;
  return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 719469;
}

/** From "2021-05-07T16:51:10.905800928Z", or with a space and fewer digits. */
std::optional<std::int64_t>
ParseTime(const std::string & text)
{
  constexpr char form[] = "0000-00-00T00:00:00.";
  constexpr auto length = sizeof(form) - 1;
  if (text.size() < length)
  {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < length; ++i)
  {
    const bool isDigit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !isDigit : (form[i] != text[i] && !(form[i] == 'T' && text[i] == ' ')))
    {
      return std::nullopt;
    }
  }
  const auto number = [&text](std::size_t begin, std::size_t digits) {
    return ParseInteger(text.substr(begin, digits)).value_or(0);
  };
  const std::int64_t year = number(0, 4);
  if (year < 1970 || year > 2200)
  {
    return std::nullopt;
  }
  std::int64_t fraction = 0;
  std::size_t  at = length;
  for (int digit = 0; digit < 9; ++digit)
  {
    const bool isDigit = at < text.size() && text[at] >= '0' && text[at] <= '9';
    fraction = fraction * 10 + (isDigit ? text[at++] - '0' : 0);
  }
  const std::int64_t minutes = (DaysTo(year, number(5, 2), number(8, 2)) * 24 + number(11, 2)) * 60 + number(14, 2);
  return (minutes * 60 + number(17, 2)) * 1000000000 + fraction;
}

std::string
TimestampOf(const std::vector<std::string> & fields)
{
  const std::string exact = FieldAt(fields, SecondPart(fields) + 1);
  return exact.empty() ? FieldAt(fields, 9) : exact;
}
} // namespace

bool
MerlinFrame::IsLike(const MerlinFrame & other) const
{
  return headerBytes == other.headerBytes && chips == other.chips && width == other.width && height == other.height &&
         pixelType == other.pixelType && layout == other.layout && depth == other.depth;
}

MerlinFrame
ReadMerlinFrame(const InputFile & file, std::int64_t offset)
{
  const std::string where = "the frame at offset " + std::to_string(offset);
  const auto        textOf = [&](std::int64_t bytes) {
    std::string text(static_cast<std::size_t>(std::min(bytes, file.Size() - offset)), '\0');
    file.Read(offset, text.data(), static_cast<std::int64_t>(text.size()));
    return text;
  };
  std::vector<std::string> fields = FieldsOf(textOf(64));
  if (fields.front() != "MQ1")
  {
    throw FileError(file.Path(), "is damaged: " + where + " does not begin with MQ1, as every Merlin frame does");
  }
  const auto number =
    [&](std::size_t index, const std::string & what, std::int64_t least, std::int64_t most) -> std::int64_t {
    const auto value = ParseInteger(FieldAt(fields, index));
    if (!value || *value < least || *value > most)
    {
      throw FileError(file.Path(),
                      "is no Merlin file or damaged: the " + what + " of " + where + " is '" +
                        FieldAt(fields, index).substr(0, 40) + "'; it must be a number from " + std::to_string(least) +
                        " to " + std::to_string(most));
    }
    return *value;
  };
  MerlinFrame frame;
  frame.headerBytes = number(2, "size of the header", 64, LargestHeader);
  fields = FieldsOf(textOf(frame.headerBytes));
  frame.number = number(1, "number", 0, std::numeric_limits<std::int32_t>::max());
  frame.chips = number(3, "number of chips", 1, 1024);
  frame.width = number(4, "width", 1, LargestExtent);
  frame.height = number(5, "height", 1, LargestExtent);
  frame.pixelType = FieldAt(fields, 6);
  frame.layout = FieldAt(fields, 7);
  frame.colourMode = ParseInteger(FieldAt(fields, 12)).value_or(0);
  frame.depth = CounterDepth(fields);
  frame.timestamp = TimestampOf(fields);
  frame.exposure = FieldAt(fields, SecondPart(fields) + 2);
  if (frame.exposure.empty())
  {
    frame.exposure = FieldAt(fields, 10);
  }
  return frame;
}

std::optional<std::int64_t>
MerlinTime(const std::string & header)
{
  return ParseTime(TimestampOf(FieldsOf(header)));
}

std::string
MerlinHdr::Text(const std::string & key) const
{
  const auto found = items.find(key);
  return found == items.end() ? std::string() : found->second;
}

std::int64_t
MerlinHdr::Count(const std::string & key)
{
  const std::string text = this->Text(key);
  const auto        count = ParseInteger(text);
  if (count && *count >= 0)
  {
    return *count;
  }
  if (!text.empty())
  {
    notes.push_back("'" + text.substr(0, 40) + "' of the .hdr's " + key + " is no number and is ignored.");
  }
  return 0;
}

MerlinHdr
ReadMerlinHdr(const InputFile & file)
{
  const auto        head = file.Head(LargestHeader);
  const std::string text(head.begin(), head.end());
  if (text.compare(0, sizeof(MerlinHdrSignature) - 1, MerlinHdrSignature) != 0)
  {
    throw FileError(file.Path(), "is no Merlin header: it does not begin with HDR,");
  }
  MerlinHdr hdr;
  for (std::size_t begin = 0; begin < text.size();)
  {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    const std::size_t tab = line.find('\t');
    begin = end + 1;
    if (line.compare(0, 3, "End") == 0)
    {
      break;
    }
    if (tab != std::string::npos)
    {
      std::string key = Trimmed(line.substr(0, tab));
      if (!key.empty() && key.back() == ':')
      {
        key.pop_back();
      }
      hdr.items.emplace(key, Trimmed(line.substr(tab + 1)));
    }
  }
  return hdr;
}
} // namespace fourdstem
