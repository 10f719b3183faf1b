// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef TvipsFixtures_h
#define TvipsFixtures_h

#include "HeaderWriter.h"
#include "ScanFixtures.h"

namespace tvips
{
constexpr fourdstem::ScanShape Shape{ 3, 5, 6, 4 };
constexpr std::size_t          Pixels = 24;

/** The parts of a TVIPS recording. */
template <typename T>
struct Recording
{
  explicit Recording(std::uint32_t version = 2, std::uint32_t frameHeader = 64)
    : header(256, 'T')
    , frameHeaderBytes(version == 1 ? 12 : frameHeader)
    , isIndexed(version == 2 && frameHeader >= 52)
  {
    const std::uint32_t numbers[] = { 256, version, 4, 6, 8 * sizeof(T), 0, 0, 2, 2, 15600, 200, 1200, frameHeader };
    for (std::size_t i = 0; i < 13; ++i)
    {
      Put(header, 4 * i, numbers[i]);
    }
  }

  /** A frame with the pixels of the pattern `number` of `values`. */
  std::string
  Frame(const std::vector<T> & values, std::size_t number, std::uint32_t index) const
  {
    std::string frame(frameHeaderBytes, '\7');
    if (isIndexed)
    {
      Put(frame, 48, index);
    }
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(number * Pixels);
    return frame + BytesOf(std::vector<T>(first, first + Pixels));
  }

  /** One frame for each index, of the patterns 0, 1, 2... over and over. */
  std::string
  Frames(const std::vector<T> & values, const std::vector<std::uint32_t> & indices) const
  {
    std::string bytes;
    for (std::size_t i = 0; i < indices.size(); ++i)
    {
      bytes += this->Frame(values, i % (values.size() / Pixels), indices[i]);
    }
    return bytes;
  }

  std::string header;
  std::size_t frameHeaderBytes;
  bool        isIndexed;
};

/** first, first + 1... */
inline std::vector<std::uint32_t>
Counted(std::uint32_t first, std::uint32_t count)
{
  std::vector<std::uint32_t> indices;
  for (std::uint32_t i = 0; i < count; ++i)
  {
    indices.push_back(first + i);
  }
  return indices;
}
} // namespace tvips

#endif
