// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/MrcHeader.h"

#include "Formats/HeaderBytes.h"
#include "Formats/Text.h"

#include <algorithm>
#include <iterator>

namespace fourdstem
{
namespace
{
constexpr std::int64_t HeaderSize = 1024;

/** A pixel type by its number in the header. */
struct Mode
{
  std::int32_t number;
  /** Bits of a pixel, by which byte orders are told apart. */
  std::int32_t bits;
  /** Why it is not read; null where it is. */
  const char * objection;
  StoredType   type;
};

const Mode Modes[] = {
  { 0, 8, nullptr, { StoredType::Kind::Signed, 1, ByteOrder::Little } },
  { 1, 16, nullptr, { StoredType::Kind::Signed, 2, ByteOrder::Little } },
  { 2, 32, nullptr, { StoredType::Kind::Float, 4, ByteOrder::Little } },
  { 3, 32, "complex int16", {} },
  { 4, 64, "complex float32", {} },
  { 6, 16, nullptr, { StoredType::Kind::Unsigned, 2, ByteOrder::Little } },
  { 12, 16, nullptr, { StoredType::Kind::Float, 2, ByteOrder::Little } },
  { 16, 24, "colours", {} },
  { 101, 4, "4 bits", {} },
};

const Mode *
FindMode(std::int32_t number)
{
  const auto * found =
    std::find_if(std::begin(Modes), std::end(Modes), [number](const Mode & mode) { return mode.number == number; });
  return found == std::end(Modes) ? nullptr : found;
}

/** How much sense the numbers make in a byte order: 0 none, 1 some, 2 the file is long enough for them too. */
int
SenseOf(const FileProbe & probe, ByteOrder order)
{
  const HeaderBytes bytes(probe.head, order);
  const Mode *      mode = FindMode(bytes.Get<std::int32_t>(12));
  double            bits = mode ? static_cast<double>(mode->bits) : 0;
  for (const std::size_t at : { 0U, 4U, 8U })
  {
    bits *= std::max(bytes.Get<std::int32_t>(at), 0);
  }
  const double size = static_cast<double>(probe.file->Size());
  return !(bits > 0) ? 0 : bits / 8 <= size ? 2 : 1;
}

std::optional<ByteOrder>
StampedOrder(const FileProbe & probe)
{
  return probe.head[212] == 0x44   ? std::optional<ByteOrder>(ByteOrder::Little)
         : probe.head[212] == 0x11 ? std::optional<ByteOrder>(ByteOrder::Big)
                                   : std::nullopt;
}

/** The stamp is missing or wrong in many files, so what makes sense goes before it. */
ByteOrder
OrderOf(const FileProbe & probe)
{
  const ByteOrder stamped = StampedOrder(probe).value_or(ByteOrder::Little);
  const ByteOrder other = stamped == ByteOrder::Little ? ByteOrder::Big : ByteOrder::Little;
  return SenseOf(probe, other) > SenseOf(probe, stamped) ? other : stamped;
}

MrcHeader::Sign
SignOfBytes(const HeaderBytes & bytes)
{
  constexpr std::int32_t imod = 1146047817;
  if (bytes.Get<std::int32_t>(152) == imod)
  {
    return (bytes.Get<std::uint32_t>(156) & 1U) != 0 ? MrcHeader::Sign::Signed : MrcHeader::Sign::Unsigned;
  }
  const auto least = bytes.Get<float>(76);
  const auto most = bytes.Get<float>(80);
  const bool isKnown = least < most; // a writer that does not look sets them the other way round, or both to 0
  return isKnown && least < 0    ? MrcHeader::Sign::Signed
         : isKnown && most > 127 ? MrcHeader::Sign::Unsigned
                                 : MrcHeader::Sign::Unknown;
}

void
NoteAxes(const HeaderBytes & bytes, std::vector<std::string> & notes)
{
  std::vector<std::string> axes;
  bool                     isUsual = true;
  for (std::int32_t axis = 1; axis <= 3; ++axis)
  {
    const auto stored = bytes.Get<std::int32_t>(60 + 4 * static_cast<std::size_t>(axis));
    isUsual = isUsual && (stored == axis || stored == 0);
    axes.push_back(std::to_string(stored));
  }
  if (!isUsual)
  {
    notes.push_back("The header calls columns, rows and patterns the axes " + Join(axes, ", ") +
                    " instead of 1, 2, 3; they are read as they are stored.");
  }
}
} // namespace

bool
IsNamedMrc(const FileProbe & probe)
{
  return probe.extension == ".mrc" || probe.extension == ".mrcs";
}

bool
IsMrc(const FileProbe & probe)
{
  return static_cast<std::int64_t>(probe.head.size()) >= HeaderSize &&
         (probe.BeginsWith("MAP", 208) || (IsNamedMrc(probe) && SenseOf(probe, OrderOf(probe)) > 0));
}

MrcHeader
ReadMrcHeader(const FileProbe & probe)
{
  const std::string & path = probe.file->Path();
  MrcHeader           header;
  header.order = OrderOf(probe);
  const HeaderBytes bytes(probe.head, header.order);
  header.columns = bytes.Get<std::int32_t>(0);
  header.rows = bytes.Get<std::int32_t>(4);
  header.sections = bytes.Get<std::int32_t>(8);
  if (std::min({ header.columns, header.rows, header.sections }) < 1)
  {
    throw FileError(path,
                    "has no patterns: its MRC header says " + std::to_string(header.sections) + " of " +
                      FormatExtent(header.rows, header.columns) + " pixels; every extent must be at least 1");
  }
  const auto   number = bytes.Get<std::int32_t>(12);
  const Mode * mode = FindMode(number);
  if (!mode || mode->objection)
  {
    throw FileError(path,
                    "has pixels of MRC mode " + std::to_string(number) +
                      (mode ? std::string(" (") + mode->objection + ")" : std::string()) +
                      "; read are 0 (8 bits), 1 (int16), 2 (float32), 6 (uint16) and 12 (float16)");
  }
  header.type = mode->type;
  header.type.order = header.order;
  const std::int64_t extended = bytes.Get<std::int32_t>(92);
  header.dataOffset = HeaderSize + extended;
  if (extended < 0 || header.dataOffset >= probe.file->Size())
  {
    throw FileError(path,
                    "has " + std::to_string(probe.file->Size()) + " bytes; its MRC header says that an extended " +
                      "header of " + std::to_string(extended) + " bytes follows; is it cut off?");
  }
  if (const auto stamped = StampedOrder(probe); stamped && *stamped != header.order)
  {
    header.notes.emplace_back("The machine stamp says the other byte order, in which the header makes no sense.");
  }
  header.bytesSign = SignOfBytes(bytes);
  header.metadata["MrcMode"] = std::to_string(number);
  NoteAxes(bytes, header.notes);
  return header;
}
} // namespace fourdstem
