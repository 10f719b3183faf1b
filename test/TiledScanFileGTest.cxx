// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/ScanFormat.h"
#include "Formats/TiledScanFile.h"
#include "Hdf5Fixtures.h"
#include "PatternFixtures.h"
#include "ScanFixtures.h"

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

namespace
{
int chunksDecoded = 0;

/** A filter of HDF5 that changes nothing and counts. */
std::size_t
CountChunk(unsigned flags, std::size_t, const unsigned *, std::size_t bytes, std::size_t *, void **)
{
  chunksDecoded += (flags & H5Z_FLAG_REVERSE) != 0 ? 1 : 0;
  return bytes;
}
} // namespace

TEST(TiledScanFile, ChunksOfHdf5AreDecodedOnce)
{
  constexpr H5Z_filter_t filter = 300;
  const H5Z_class2_t     counting{ H5Z_CLASS_T_VERS, filter, 1, 1, "counting", nullptr, nullptr, CountChunk };
  ASSERT_GE(H5Zregister(&counting), 0);
  // Chunks are larger than what HDF5 itself keeps, 1 MiB; those of the stack cross the ends of scan rows.
  const ScanShape            shape{ 8, 16, 256, 256 };
  const auto                 counts = CountingScan<std::uint16_t>(shape);
  const TemporaryFolder      folder;
  const std::string          path = folder.Path("scan.h5");
  const auto                 expected = MeanPattern(MemoryPatternSource(counts.data(), shape), 1, { 1, {} });
  const std::vector<hsize_t> stack{ 128, 256, 256 };
  const std::vector<hsize_t> scan{ 8, 16, 256, 256 };
  for (const auto & [extents, chunk, chunks] :
       { std::tuple<std::vector<hsize_t>, std::vector<hsize_t>, int>{ stack, { 10, 256, 256 }, 13 },
         { stack, { 40, 128, 256 }, 8 },
         { scan, { 3, 5, 256, 256 }, 12 },
         { scan, { 1, 16, 128, 256 }, 16 } })
  {
    {
      const Hdf5TestFile file(path);
      const hid_t        space = H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr);
      const hid_t        creation = H5Pcreate(H5P_DATASET_CREATE);
      H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
      H5Pset_filter(creation, filter, H5Z_FLAG_MANDATORY, 0, nullptr);
      const hid_t dataSet = H5Dcreate2(file.Id(), "/data", H5T_STD_U16LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
      H5Dwrite(dataSet, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, counts.data());
      H5Dclose(dataSet);
      H5Pclose(creation);
      H5Sclose(space);
    }
    ScanFileOptions options;
    options.scanShape = { shape.ry, shape.rx };
    const auto file = OpenScanFile(path, options);
    chunksDecoded = 0;
    EXPECT_EQ(MeanPattern(*file, 1, { 1, {} }), expected);
    EXPECT_EQ(chunksDecoded, chunks) << extents.size() << " dimensions, chunks of " << chunk[0];
  }
  H5Zunregister(filter);
}
