// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef BlockfileFixtures_h
#define BlockfileFixtures_h

#include "HeaderWriter.h"
#include "ScanFixtures.h"

namespace blockfile
{
constexpr fourdstem::ScanShape Shape{ 3, 5, 6, 6 };
constexpr std::size_t          Positions = 15;
constexpr std::size_t          Pixels = 36;

/** A blockfile of the shape above, as the layout has it; what is written otherwise is put into its parts. */
struct Blockfile
{
  explicit Blockfile(std::uint16_t version = 0x0102, std::uint32_t patternsOffset = 0x1010)
    : header(patternsOffset, '\0')
  {
    header.replace(0, 6, "IMGBLO");
    Put<std::uint16_t>(header, 6, version);
    Put<std::uint32_t>(header, 8, 0x1000);
    Put<std::uint32_t>(header, 12, patternsOffset);
    Put<std::uint32_t>(header, 16, 131141);
    Put<std::uint16_t>(header, 20, 6);
    Put<std::uint16_t>(header, 22, 4500);
    Put<std::uint16_t>(header, 24, 5);
    Put<std::uint16_t>(header, 26, 3);
    Put<std::uint16_t>(header, 28, 1250);
    Put<double>(header, 30, 12.5);
    Put<double>(header, 38, 10.0);
    Put<std::uint32_t>(header, 46, 200000);
    Put<std::uint16_t>(header, 50, 5000); // 50 pixels to a centimetre: 0.2 mm each
    Put<std::uint32_t>(header, 52, 2500); // 250 mm
    Put<double>(header, 56, 36526.5);     // noon of the first day of 2000
    this->Note("Precession angle : 0.5\xB0\r\n\r\nCamera gamma : on");
  }

  void
  Note(const std::string & text)
  {
    header.replace(240, text.size() + 1, text + '\0');
  }

  template <typename T>
  std::string
  Bytes(const std::vector<T> & values, std::uint32_t firstNumber = 0) const
  {
    std::string bytes = header;
    for (std::size_t p = 0; p < values.size() / Pixels; ++p)
    {
      std::string frame(6, '\0');
      Put<std::uint16_t>(frame, 0, 0x55AA);
      Put<std::uint32_t>(frame, 2, firstNumber + static_cast<std::uint32_t>(p));
      for (std::size_t i = 0; i < Pixels; ++i)
      {
        std::string pixel(sizeof(T), '\0');
        Put<T>(pixel, 0, values[p * Pixels + i]);
        frame += pixel;
      }
      bytes += frame;
    }
    return bytes;
  }

  std::string header;
};

/** Values of which those of 16 bits need both bytes. */
template <typename T>
std::vector<T>
Counts()
{
  auto values = CountingScan<T>(Shape);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = static_cast<T>(values[i] * 571);
  }
  return values;
}
} // namespace blockfile

#endif
