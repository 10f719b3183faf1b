// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DectrisScanFile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourdstem
{
namespace
{
/** Counts of `frames` frames as float; NaN where a pixel is bad or has the type's largest value. */
void
MarkNoData(ElementType                       type,
           const std::byte *                 counts,
           const std::vector<std::uint8_t> & isBad,
           std::int64_t                      frames,
           float *                           to)
{
  VisitElementType(type, [&](auto zero) {
    using Count = decltype(zero);
    const auto * from = reinterpret_cast<const Count *>(counts);
    for (std::int64_t frame = 0; frame < frames; ++frame)
    {
      for (const std::uint8_t bad : isBad)
      {
        const Count count = *from++;
        *to++ = bad != 0 || count == std::numeric_limits<Count>::max() ? std::numeric_limits<float>::quiet_NaN()
                                                                       : static_cast<float>(count);
      }
    }
  });
}

/** Of each pixel whether the detector says it is none to be used: gap, dead, noisy and so on, the lower 16 bits of the
 * mask. Upper bits tell of pixels whose value is good, such as interpolated ones between chips. */
std::vector<std::uint8_t>
ReadPixelMask(hid_t file, const ScanShape & frame, std::vector<std::string> & notes)
{
  std::vector<std::uint8_t> isBad(static_cast<std::size_t>(frame.PatternPixels()), 0);
  for (const std::string & place :
       { DectrisDetectorGroup + "/detectorSpecific/pixel_mask", DectrisDetectorGroup + "/pixel_mask" })
  {
    const hdf5::Id mask = hdf5::OpenDataSet(file, place);
    if (!mask)
    {
      continue;
    }
    const auto values = hdf5::Extents(mask) == std::vector<std::int64_t>{ frame.qy, frame.qx }
                          ? hdf5::Numbers(mask, frame.PatternPixels())
                          : std::vector<double>();
    for (std::size_t i = 0; i < values.size(); ++i)
    {
      const double value = values[i] < 0 ? values[i] + 4294967296. : values[i];
      isBad[i] = value >= 0 && std::fmod(std::floor(value), 65536.) != 0 ? 1 : 0;
    }
    if (values.empty())
    {
      notes.push_back("The pixel mask (" + place +
                      ") cannot be read, or is of other extents than the frames, and is not used.");
    }
    return isBad;
  }
  notes.emplace_back("The master has no pixel mask.");
  return isBad;
}
} // namespace

DectrisScanFile::DectrisScanFile(ScanHeader                             header,
                                 std::unique_ptr<const Hdf5FrameSeries> series,
                                 std::vector<std::uint8_t>              isBad,
                                 const std::string &                    path)
  : TiledScanFile(std::move(header), isBad.empty() ? series->Type().ReadAs() : ElementType::Float32, 1, 1, path)
  , m_Series(std::move(series))
  , m_IsBad(std::move(isBad))
{}

void
DectrisScanFile::DecodeTile(const ScanRegion & tile, std::byte * patterns) const
{
  const std::int64_t pixels = this->Shape().PatternPixels();
  for (std::int64_t row = 0; row < tile.rows; ++row)
  {
    const std::int64_t first = (tile.ry + row) * this->Shape().rx + tile.rx;
    std::byte *        to = patterns + row * tile.columns * pixels * static_cast<std::int64_t>(SizeOf(this->Type()));
    if (m_IsBad.empty())
    {
      m_Series->Read(first, tile.columns, to);
    }
    else
    {
      this->ReadMarked(first, tile.columns, reinterpret_cast<float *>(to));
    }
  }
}

void
DectrisScanFile::ReadMarked(std::int64_t first, std::int64_t count, float * to) const
{
  const ElementType      type = m_Series->Type().ReadAs();
  std::vector<std::byte> counts(static_cast<std::size_t>(count * this->Shape().PatternPixels()) * SizeOf(type));
  m_Series->Read(first, count, counts.data());
  MarkNoData(type, counts.data(), m_IsBad, count, to);
}

std::vector<std::uint8_t>
FindDectrisNoData(hid_t file, const Hdf5FrameSeries & series, std::vector<std::string> & notes)
{
  auto                   isBad = ReadPixelMask(file, series.Shape(), notes);
  const auto             masked = std::count(isBad.begin(), isBad.end(), std::uint8_t{ 1 });
  const ElementType      type = series.Type().ReadAs();
  std::vector<float>     first(isBad.size());
  std::vector<std::byte> counts(isBad.size() * SizeOf(type));
  series.Read(0, 1, counts.data());
  MarkNoData(type, counts.data(), std::vector<std::uint8_t>(isBad.size(), 0), 1, first.data());
  const auto        largest = std::count_if(first.begin(), first.end(), [](float count) { return std::isnan(count); });
  const std::string value = std::to_string((std::uint64_t{ 1 } << (8 * series.Type().bytes)) - 1);
  if (masked == 0 && largest == 0)
  {
    notes.push_back("Neither the pixel mask nor the first frame has pixels without data; counts are read as stored, " +
                    value + " too.");
    return {};
  }
  notes.push_back("No data (NaN) are the " + std::to_string(masked) +
                  " pixels that the pixel mask marks, and wherever a pixel is " + value + ", as " +
                  std::to_string(largest) + " of the first frame are; counts are read as float32.");
  return isBad;
}
} // namespace fourdstem
