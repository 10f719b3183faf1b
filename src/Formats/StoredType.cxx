// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/StoredType.h"

#include "Kernels/HotLoops/Dispatch.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace fourdstem
{
namespace
{
ByteOrder
MachineByteOrder()
{
  const std::uint16_t one = 1;
  unsigned char       first = 0;
  std::memcpy(&first, &one, 1);
  return first == 1 ? ByteOrder::Little : ByteOrder::Big;
}

template <typename TWord>
FourDSTEM_HOT TWord
Swapped(TWord word)
{
  TWord result = 0;
  for (std::size_t i = 0; i < sizeof(TWord); ++i)
  {
    result = static_cast<TWord>((result << 8U) | ((word >> (8U * i)) & 0xFFU));
  }
  return result;
}

/** Words that follow one another. */
template <typename TWord>
struct SwapRow
{
  static FourDSTEM_HOT void
  Run(const std::byte * from, std::int64_t count, std::byte * to)
  {
    constexpr auto size = static_cast<std::ptrdiff_t>(sizeof(TWord));
    FourDSTEM_SIMD() for (std::int64_t i = 0; i < count; ++i)
    {
      TWord word;
      std::memcpy(&word, from + i * size, sizeof(TWord));
      word = Swapped(word);
      std::memcpy(to + i * size, &word, sizeof(TWord));
    }
  }
};

template <typename TWord>
void
CopyWords(const std::byte * from, std::ptrdiff_t step, std::int64_t count, std::byte * to, bool swap)
{
  if (step == static_cast<std::ptrdiff_t>(sizeof(TWord)) && count > 0)
  {
    swap ? RunHotLoop<SwapRow<TWord>>(from, count, to)
         : static_cast<void>(std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(TWord)));
    return;
  }
  for (std::int64_t i = 0; i < count; ++i)
  {
    TWord word;
    std::memcpy(&word, from + i * step, sizeof(TWord));
    if (swap)
    {
      word = Swapped(word);
    }
    std::memcpy(to + i * static_cast<std::ptrdiff_t>(sizeof(TWord)), &word, sizeof(TWord));
  }
}

float
FromHalf(std::uint16_t half)
{
  const int   exponent = (half >> 10) & 0x1F;
  const int   fraction = half & 0x3FF;
  const float sign = (half & 0x8000) ? -1.0F : 1.0F;
  if (exponent == 0x1F)
  {
    return fraction ? std::numeric_limits<float>::quiet_NaN() : sign * std::numeric_limits<float>::infinity();
  }
  return exponent == 0 ? sign * std::ldexp(static_cast<float>(fraction), -24)
                       : sign * std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
}
} // namespace

ElementType
StoredType::ReadAs() const
{
  if (kind == Kind::Float)
  {
    return bytes == 8 ? ElementType::Float64 : ElementType::Float32;
  }
  const bool isSigned = kind == Kind::Signed;
  return bytes == 1   ? (isSigned ? ElementType::Int8 : ElementType::UInt8)
         : bytes == 2 ? (isSigned ? ElementType::Int16 : ElementType::UInt16)
         : bytes == 4 ? (isSigned ? ElementType::Int32 : ElementType::UInt32)
                      : (isSigned ? ElementType::Int64 : ElementType::UInt64);
}

bool
StoredType::IsNative() const
{
  return (bytes == 1 || order == MachineByteOrder()) && !(kind == Kind::Float && bytes == 2);
}

std::string
StoredType::Name() const
{
  if (kind == Kind::Bool)
  {
    return "bool";
  }
  return kind == Kind::Float && bytes == 2 ? "float16" : NameOf(this->ReadAs());
}

std::optional<StoredType>
StoredTypeFromName(const std::string & text, ByteOrder order)
{
  using Kind = StoredType::Kind;
  std::string name = text;
  if (!name.empty() && std::strchr("<>|=", name.front()) != nullptr)
  {
    order = name.front() == '<'   ? ByteOrder::Little
            : name.front() == '>' ? ByteOrder::Big
            : name.front() == '=' ? MachineByteOrder()
                                  : order;
    name.erase(0, 1);
  }
  for (const Kind kind : { Kind::Bool, Kind::Unsigned, Kind::Signed, Kind::Float })
  {
    for (const int bytes : { 1, 2, 4, 8 })
    {
      const bool isType = kind == Kind::Bool ? bytes == 1 : (kind != Kind::Float || bytes > 1);
      if (const StoredType type{ kind, bytes, order }; isType && type.Name() == name)
      {
        return type;
      }
    }
  }
  auto type = StoredTypeFromDescr('|' + name);
  if (type)
  {
    type->order = order;
  }
  return type;
}

std::optional<StoredType>
StoredTypeFromDescr(const std::string & descr)
{
  if (descr.size() != 3 || std::strchr("<>|=", descr[0]) == nullptr || std::strchr("1248", descr[2]) == nullptr)
  {
    return std::nullopt;
  }
  const int       bytes = descr[2] - '0';
  const ByteOrder order = descr[0] == '<' ? ByteOrder::Little : descr[0] == '>' ? ByteOrder::Big : MachineByteOrder();
  switch (descr[1])
  {
    case 'b':
      return bytes == 1 ? std::optional<StoredType>({ StoredType::Kind::Bool, 1, order }) : std::nullopt;
    case 'u':
      return StoredType{ StoredType::Kind::Unsigned, bytes, order };
    case 'i':
      return StoredType{ StoredType::Kind::Signed, bytes, order };
    case 'f':
      return bytes > 1 ? std::optional<StoredType>({ StoredType::Kind::Float, bytes, order }) : std::nullopt;
    default:
      return std::nullopt;
  }
}

void
DecodePixels(const StoredType & type, const std::byte * from, std::ptrdiff_t step, std::int64_t count, std::byte * to)
{
  const bool swap = type.order != MachineByteOrder();
  if (type.kind == StoredType::Kind::Float && type.bytes == 2)
  {
    for (std::int64_t i = 0; i < count; ++i)
    {
      std::uint16_t half = 0;
      CopyWords<std::uint16_t>(from + i * step, step, 1, reinterpret_cast<std::byte *>(&half), swap);
      const float value = FromHalf(half);
      std::memcpy(to + i * 4, &value, 4);
    }
    return;
  }
  switch (type.bytes)
  {
    case 1:
      return CopyWords<std::uint8_t>(from, step, count, to, false);
    case 2:
      return CopyWords<std::uint16_t>(from, step, count, to, swap);
    case 4:
      return CopyWords<std::uint32_t>(from, step, count, to, swap);
    default:
      return CopyWords<std::uint64_t>(from, step, count, to, swap);
  }
}
} // namespace fourdstem
