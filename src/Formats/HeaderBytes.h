// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_HeaderBytes_h
#define fourdstem_HeaderBytes_h

#include "Formats/InputFile.h"
#include "fourdstem/ScanFile.h"

#include <cstring>
#include <type_traits>

namespace fourdstem
{
/** Numbers at fixed places of a binary header, on any machine. */
class HeaderBytes
{
public:
  HeaderBytes(std::vector<unsigned char> bytes, ByteOrder order)
    : m_Bytes(std::move(bytes))
    , m_Order(order)
  {}

  /** The number at `offset`; throws std::out_of_range where the header ends before it does. */
  template <typename T>
  T
  Get(std::size_t offset) const
  {
    using Word =
      std::conditional_t<sizeof(T) == 8,
                         std::uint64_t,
                         std::conditional_t<sizeof(T) == 4,
                                            std::uint32_t,
                                            std::conditional_t<sizeof(T) == 2, std::uint16_t, std::uint8_t>>>;
    Word word = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
    {
      const std::size_t byte = m_Order == ByteOrder::Little ? sizeof(T) - 1 - i : i;
      word = static_cast<Word>((static_cast<std::uint64_t>(word) << 8U) | m_Bytes.at(offset + byte));
    }
    T value;
    std::memcpy(&value, &word, sizeof(T));
    return value;
  }

private:
  std::vector<unsigned char> m_Bytes;
  ByteOrder                  m_Order;
};
} // namespace fourdstem

#endif
