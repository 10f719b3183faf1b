// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef EventFixtures_h
#define EventFixtures_h

#include "InstrumentFixtures.h"

#include <random>

namespace fixtures
{
/** A file as stempy writes it, one fault at a time. */
struct EventFile
{
  std::vector<std::vector<std::uint32_t>> frames;
  std::vector<std::int64_t>               positions;
  double                                  version = 3; // 0: none is written, as in version 1
  double                                  scanNy = 3;
  double                                  scanNx = 5;
  double                                  frameNx = 6; // rows
  double                                  frameNy = 7;
  hid_t                                   element = H5T_STD_U32LE;
  hsize_t                                 userBlock = 0;
  std::vector<hsize_t>                    chunk;

  void
  Write(const std::string & path) const
  {
    const Hdf5TestFile file(path, userBlock);
    file.Group("/electron_events");
    std::vector<hvl_t> lists;
    for (const std::vector<std::uint32_t> & frame : frames)
    {
      lists.push_back({ frame.size(), const_cast<std::uint32_t *>(frame.data()) });
    }
    const hid_t stored = H5Tvlen_create(element);
    const hid_t memory = H5Tvlen_create(H5T_NATIVE_UINT32);
    file.Array("/electron_events/frames", { lists.size() }, stored, memory, lists.data(), chunk);
    H5Tclose(memory);
    H5Tclose(stored);
    file.Array(
      "/electron_events/scan_positions", { positions.size() }, H5T_STD_I64LE, H5T_NATIVE_INT64, positions.data());
    instruments::Attribute(file, "/electron_events/frames", "Nx", frameNx, H5T_STD_I64LE);
    instruments::Attribute(file, "/electron_events/frames", "Ny", frameNy, H5T_STD_I64LE);
    instruments::Attribute(file, "/electron_events/scan_positions", "Nx", scanNx, H5T_STD_I64LE);
    instruments::Attribute(file, "/electron_events/scan_positions", "Ny", scanNy, H5T_STD_I64LE);
    if (version > 0)
    {
      instruments::Attribute(file, "/", "version", version, H5T_STD_I64LE);
    }
  }
};

/** Two frames for each position of a scan of `shape`, in versions 1 and 2 from the last position to the first, with up
 * to `most` electrons: most of them near the middle, pixels in any order, some there several times; every fifth
 * position has none, and in versions 1 and 2 the first position no frame either. */
inline EventFile
RandomEvents(const fourdstem::ScanShape & shape, int version, std::uint64_t most)
{
  EventFile file;
  file.version = version;
  file.scanNy = static_cast<double>(shape.ry);
  file.scanNx = static_cast<double>(shape.rx);
  file.frameNx = static_cast<double>(shape.qy);
  file.frameNy = static_cast<double>(shape.qx);
  std::mt19937_64 random(static_cast<std::uint64_t>(version));
  const auto      below = [&random](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
  };
  for (std::int64_t i = 0; i < 2 * shape.Positions(); ++i)
  {
    const std::int64_t p = version == 3 ? i / 2 : shape.Positions() - 1 - i / 2;
    if (version != 3 && p == 0 && shape.Positions() > 1)
    {
      continue;
    }
    std::vector<std::uint32_t> list;
    const std::uint64_t        electrons = p % 5 == 4 ? 0 : random() % (most / 2);
    for (std::uint64_t k = 0; k < electrons; ++k)
    {
      const bool         isNear = k % 3 != 0;
      const std::int64_t y = isNear ? shape.qy / 3 + below(shape.qy / 3) : below(shape.qy);
      const std::int64_t x = isNear ? shape.qx / 3 + below(shape.qx / 3) : below(shape.qx);
      list.push_back(static_cast<std::uint32_t>(y * shape.qx + x));
      if (k % 7 == 0)
      {
        list.push_back(list.back());
      }
    }
    file.frames.push_back(std::move(list));
    file.positions.push_back(p);
  }
  if (version == 3)
  {
    file.positions.resize(static_cast<std::size_t>(shape.Positions()));
    for (std::size_t p = 0; p < file.positions.size(); ++p)
    {
      file.positions[p] = static_cast<std::int64_t>(p);
    }
  }
  return file;
}

/** Another source's patterns, of which nobody knows that they are sparse. */
class DensePatterns : public fourdstem::PatternSource
{
public:
  explicit DensePatterns(const fourdstem::PatternSource & source)
    : PatternSource(source.Shape(), source.Type())
    , m_Source(source)
  {}

  fourdstem::ScanRows
  RowsTogether(std::int64_t ry) const override
  {
    return m_Source.RowsTogether(ry);
  }

protected:
  fourdstem::PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, fourdstem::PatternLease & lease) const override
  {
    return m_Source.Read(ry, rx, count, lease);
  }

private:
  const fourdstem::PatternSource & m_Source;
};
} // namespace fixtures

#endif
