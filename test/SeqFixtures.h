// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef SeqFixtures_h
#define SeqFixtures_h

#include "HeaderWriter.h"
#include "ScanFixtures.h"

namespace seq
{
constexpr fourdstem::ScanShape Shape{ 3, 5, 6, 4 };
constexpr std::size_t          Pixels = 24;

/** A StreamPix sequence whose frames begin `frameBytes` apart. */
template <typename T>
std::string
Sequence(std::int32_t version, std::uint32_t frameBytes, const std::vector<T> & values)
{
  std::string bytes(version >= 5 ? 8192 : 1024, '\0');
  Put<std::uint32_t>(bytes, 0, 0xFEED);
  Put(bytes, 28, version);
  Put<std::int32_t>(bytes, 32, 1024);
  const std::uint32_t numbers[] = { 4,
                                    6,
                                    8 * sizeof(T),
                                    8 * sizeof(T),
                                    Pixels * sizeof(T),
                                    100,
                                    static_cast<std::uint32_t>(values.size() / Pixels),
                                    0,
                                    frameBytes };
  for (std::size_t i = 0; i < 9; ++i)
  {
    Put(bytes, 548 + 4 * i, numbers[i]);
  }
  for (std::size_t frame = 0; frame < values.size() / Pixels; ++frame)
  {
    const auto  first = values.begin() + static_cast<std::ptrdiff_t>(frame * Pixels);
    std::string pixels = BytesOf(std::vector<T>(first, first + Pixels));
    pixels.resize(frameBytes, '\3');
    bytes += pixels;
  }
  return bytes;
}
} // namespace seq

#endif
