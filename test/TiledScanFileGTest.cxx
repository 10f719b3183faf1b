// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ScanFormat.h"
#include "Formats/TiledScanFile.h"
#include "PatternFixtures.h"

#include "fourdstem/Statistics.h"

#include <gtest/gtest.h>

#include <mutex>

using namespace fourdstem;

namespace
{
const ScanShape        Scan{ 23, 12, 4, 4 };
constexpr std::int64_t PatternBytes = 16 * sizeof(float);
const fixtures::Scan<float> &
Counts()
{
  static const auto scan = fixtures::RandomScan<float>(Scan, 1000);
  return scan;
}

using Decodings = std::map<std::pair<std::int64_t, std::int64_t>, int>;

/** A scan in memory that is handed out in tiles, and how often each was decoded. */
class CountingScanFile : public TiledScanFile
{
public:
  CountingScanFile(std::int64_t chunkRows, std::int64_t chunkColumns, const TileMemory & memory, Decodings & decodings)
    : TiledScanFile(HeaderOf(Scan), ElementType::Float32, chunkRows, chunkColumns, "counting", memory)
    , m_Decodings(decodings)
  {}

protected:
  void
  DecodeTile(const ScanRegion & tile, std::byte * patterns) const override
  {
    {
      const std::lock_guard<std::mutex> lock(m_Mutex);
      ++m_Decodings[{ tile.ry, tile.rx }];
    }
    auto * out = reinterpret_cast<float *>(patterns);
    for (std::int64_t row = 0; row < tile.rows; ++row)
    {
      const auto first = ((tile.ry + row) * Scan.rx + tile.rx) * Scan.PatternPixels();
      out = std::copy_n(Counts().values.data() + first, tile.columns * Scan.PatternPixels(), out);
    }
  }

private:
  static ScanHeader
  HeaderOf(const ScanShape & shape)
  {
    ScanHeader header;
    header.shape = shape;
    return header;
  }

  mutable std::mutex m_Mutex;
  Decodings &        m_Decodings;
};

struct Tiling
{
  std::int64_t chunkRows;
  std::int64_t chunkColumns;
  TileMemory   memory;
  /** Whether the scan rows of a tile fit into `memory`. */
  bool rowsFit;
};

/** Scan rows of 12 patterns against memory for a few: tiles narrower than the scan, and more rows in a band of the
 * nested statistics than are kept. */
const std::vector<Tiling> &
Tilings()
{
  constexpr std::int64_t           p = PatternBytes;
  static const std::vector<Tiling> tilings = {
    { 1, 1, { 12 * p, 100 * p, 48 * p, 400 * p }, true },   // whole rows, four are kept
    { 1, 1, { 4 * p, 100 * p, 16 * p, 400 * p }, true },    // thirds of a row, four are kept
    { 1, 1, { 4 * p, 100 * p, 8 * p, 8 * p }, true },       // thirds of a row, two are kept
    { 5, 2, { 20 * p, 100 * p, 40 * p, 400 * p }, true },   // six across, and fewer would be kept
    { 20, 3, { 60 * p, 100 * p, 120 * p, 400 * p }, true }, // more rows than a band has elsewhere
    { 20, 3, { 60 * p, 100 * p, 120 * p, 120 * p }, false } // and more than is allowed to stay
  };
  return tilings;
}

void
ExpectOnce(const Decodings & decodings, const char * pass, std::size_t tiling)
{
  EXPECT_FALSE(decodings.empty());
  for (const auto & [place, times] : decodings)
  {
    EXPECT_EQ(times, 1) << pass << ", tile at " << place.first << ", " << place.second << ", tiling " << tiling;
  }
}

std::vector<double>
NestedDeviation(const PatternSource & source, int threads, std::int64_t rowsAtOnce)
{
  PatternSums sums(Scan, Deviation::Nested);
  for (std::int64_t row = 0; row < Scan.ry; row += rowsAtOnce)
  {
    AddPatterns(source, row, std::min(rowsAtOnce, Scan.ry - row), {}, nullptr, sums, { threads, {} });
  }
  return sums.StandardDeviation(Deviation::Nested);
}
} // namespace

TEST(TiledScanFile, NestedStatisticsDecodeEachTileOnce)
{
  const auto expected = NestedDeviation(Counts().Source(), 1, Scan.ry);
  for (std::size_t i = 0; i < Tilings().size(); ++i)
  {
    const Tiling & tiling = Tilings()[i];
    for (const int threads : { 1, 3 })
    {
      Decodings              decodings;
      const CountingScanFile scan(tiling.chunkRows, tiling.chunkColumns, tiling.memory, decodings);
      EXPECT_EQ(NestedDeviation(scan, threads, Scan.ry), expected) << i;
      if (threads == 1 || tiling.rowsFit)
      {
        ExpectOnce(decodings, "nested", i);
      }
    }
  }
}

TEST(TiledScanFile, PassesInTheOrderOfScanRowsDecodeEachTileOnce)
{
  for (std::size_t i = 0; i < Tilings().size(); ++i)
  {
    const Tiling & tiling = Tilings()[i];
    if (!tiling.rowsFit)
    {
      continue;
    }
    Decodings              decodings;
    const CountingScanFile scan(tiling.chunkRows, tiling.chunkColumns, tiling.memory, decodings);
    EXPECT_EQ(MeanPattern(scan, 1, { 1, {} }), MeanPattern(Counts().Source(), 1, { 1, {} }));
    ExpectOnce(decodings, "global", i);
  }
}

TEST(TiledScanFile, FlipsAndRegionsKeepRowsTogether)
{
  constexpr std::int64_t p = PatternBytes;
  const TileMemory       memory{ 20 * p, 100 * p, 40 * p, 400 * p };
  const std::int64_t     chunkRows = 5;
  for (const bool flip : { false, true })
  {
    Decodings       decodings;
    ScanFileOptions options;
    options.flipScanRows = flip;
    options.region = ScanRegion{ 2, 1, 19, 10 };
    const auto view =
      ApplyOptions(std::make_unique<CountingScanFile>(chunkRows, 2, memory, decodings), options, "counting");

    // Stored rows 2 to 20, or 20 to 2; tiles begin at rows 0, 5, 10, 15 and 20.
    const ScanRows first = view->RowsTogether(0);
    EXPECT_EQ(first.begin, 0);
    EXPECT_EQ(first.end, flip ? 1 : 3);
    const ScanRows second = view->RowsTogether(first.end);
    EXPECT_EQ(second.begin, first.end);
    EXPECT_EQ(second.end, first.end + chunkRows);

    PatternSums sums(view->Shape(), Deviation::Nested);
    AddPatterns(*view, 0, 19, {}, nullptr, sums, { 1, {} });
    EXPECT_EQ(sums.Patterns(), 190);
    ExpectOnce(decodings, "view", flip ? 1 : 0);
  }
}
