// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "PatternFixtures.h"
#include "RawFixtures.h"
#include "ScanFixtures.h"
#include "TiaFixtures.h"

#include "fourdstem/VirtualDetector.h"

#include <cmath>
#include <limits>

namespace
{
using namespace fourdstem;
using Quantity = VirtualDetector::Quantity;

constexpr ScanShape Patterns{ 2, 3, 80, 64 };

/** Whether wanted rows hold what they hold when all are read, wherever they lie in the pattern. */
template <typename T>
void
ExpectTheSameRows(const ScanFile & scan, const std::string & what)
{
  const ScanShape & shape = scan.Shape();
  for (const DetectorRows wanted : { DetectorRows{ 0, shape.qy },
                                     DetectorRows{ 0, 1 },
                                     DetectorRows{ 9, 30 },
                                     DetectorRows{ 3, shape.qy - 2 },
                                     DetectorRows{ shape.qy - 1, shape.qy },
                                     DetectorRows{ 5, 5 } })
  {
    PatternLease whole;
    PatternLease rows;
    // What was there before must not pass for what was asked for.
    scan.Read(0, 0, 3, rows);
    const PatternBlock expected = scan.Read(1, 1, 2, whole);
    const PatternBlock found = scan.ReadRows(1, 1, 2, wanted, rows);
    for (std::int64_t p = 0; p < 2; ++p)
    {
      for (std::int64_t qy = wanted.begin; qy < wanted.end; ++qy)
      {
        EXPECT_TRUE(std::equal(found.Row<T>(p, qy), found.Row<T>(p, qy) + shape.qx, expected.Row<T>(p, qy)))
          << what << ", row " << qy << " of " << wanted.begin << " to " << wanted.end;
      }
    }
  }
}

/** Patterns in memory whose unwanted rows are NaN. */
class WantedRowsOnly : public PatternSource
{
public:
  explicit WantedRowsOnly(const fixtures::Scan<float> & scan)
    : PatternSource(scan.shape, ElementType::Float32)
    , m_Source(scan.Source())
  {}

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override
  {
    return m_Source.Read(ry, rx, count, lease);
  }

  PatternBlock
  DoReadRows(std::int64_t ry, std::int64_t rx, std::int64_t count, DetectorRows wanted, PatternLease & lease)
    const override
  {
    PatternBlock block = m_Source.Read(ry, rx, count, lease.Inner());
    auto * const rows = reinterpret_cast<float *>(lease.Buffer(static_cast<std::size_t>(count * block.patternStride)));
    float *      to = rows;
    for (std::int64_t p = 0; p < count; ++p)
    {
      for (std::int64_t qy = 0; qy < this->Shape().qy; ++qy, to += this->Shape().qx)
      {
        const bool isWanted = wanted.begin <= qy && qy < wanted.end;
        std::fill_n(to, this->Shape().qx, std::numeric_limits<float>::quiet_NaN());
        std::copy_n(block.Row<float>(p, qy), isWanted ? this->Shape().qx : 0, to);
      }
    }
    block.data = reinterpret_cast<const std::byte *>(rows);
    return block;
  }

private:
  MemoryPatternSource m_Source;
};
} // namespace

TEST(DetectorRows, ReadAsInTheWholePatternHoweverTheScanIsLookedAt)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Write("scan.bin", BytesOf(CountingScan<std::uint16_t>(Patterns)));
  for (const std::string type : { "<u2", ">u2" })
  {
    for (int which = 0; which < 16; ++which)
    {
      ScanFileOptions options = fixtures::Described(type);
      options.raw->shape = Patterns;
      options.transposeDetector = (which & 1) != 0;
      options.flipDetectorRows = (which & 2) != 0;
      options.flipDetectorColumns = (which & 4) != 0;
      options.flipScanColumns = (which & 8) != 0;
      ExpectTheSameRows<std::uint16_t>(*OpenScanFile(path, options), type + ", options " + std::to_string(which));
    }
  }
}

TEST(DetectorRows, ReadAsInTheWholePatternWhereFilesHaveTheLowestRowFirst)
{
  const TemporaryFolder folder;
  tia::Series           series;
  series.total = 6;
  series.rows = 80;
  series.columns = 64;
  series.dimensions = { { 3, 2e-9, "meters" }, { 2, 4e-9, "meters" } };
  series.hasPositions = false;
  // Between the images lie 58 other bytes: with two more, pixels are aligned and read as they lie in the file.
  for (const std::size_t padding : { 0U, 2U })
  {
    series.padding = padding;
    const std::string path = folder.Write("scan_1.ser", series.Bytes(CountingScan<float>(Patterns)));
    for (const bool isLeft : { false, true })
    {
      ScanFileOptions options;
      options.noFlip = isLeft;
      ExpectTheSameRows<float>(*OpenScanFile(path, options), isLeft ? "as stored" : "turned over");
    }
  }
}

TEST(DetectorRows, VirtualDetectorsNeedNoOtherThanThoseTheySayTheyCover)
{
  const auto           scan = fixtures::RandomScan<float>({ 3, 7, 24, 20 }, 1000);
  const WantedRowsOnly source(scan);
  std::vector<float>   mask(24 * 20, 0.f);
  std::fill_n(mask.begin() + 9 * 20, 3 * 20, 0.5f);
  const std::vector<VirtualDetector> disk{ { "disk", Quantity::Sum, 0., 3.5, {} } };
  const std::vector<VirtualDetector> ring{ { "ring", Quantity::CentreOfMass, 2., 5., {} } };
  const std::vector<VirtualDetector> masked{ { "mask", Quantity::Sum, 0., 0., mask } };
  std::vector<float>                 origins;
  for (int p = 0; p < 21; ++p)
  {
    origins.push_back(9.3f + 0.37f * static_cast<float>(p % 5));
    origins.push_back(p == 4 ? std::numeric_limits<float>::quiet_NaN() : 1.9f * static_cast<float>(p) - 6.f);
  }
  for (const auto & detectors : { disk, ring, masked, { disk[0], masked[0] } })
  {
    const VirtualDetectorSet set(detectors, 24, 20, 10., 12.5);
    for (const float * where : { static_cast<const float *>(nullptr), static_cast<const float *>(origins.data()) })
    {
      std::vector<double> expected(static_cast<std::size_t>(21 * set.Components()));
      std::vector<double> found(expected.size());
      MeasureVirtualDetectors(scan.Source(), 0, 3, set, where, expected.data(), {});
      EXPECT_EQ(MeasureVirtualDetectors(source, 0, 3, set, where, found.data(), {}), 0);
      for (std::size_t i = 0; i < found.size(); ++i)
      {
        EXPECT_TRUE(found[i] == expected[i] || (std::isnan(found[i]) && std::isnan(expected[i]))) << i;
      }
    }
  }
}

TEST(DetectorRows, OfADetectorAreThoseItsPixelsLieIn)
{
  const VirtualDetectorSet set({ { "disk", Quantity::Sum, 0., 3., {} } }, 24, 20, 10., 12.);
  const DetectorRows       own = set.CoveredRows(nullptr, 5);
  EXPECT_LE(own.begin, 10);
  EXPECT_GE(own.begin, 9);
  EXPECT_GE(own.end, 15);
  EXPECT_LE(own.end, 16);
  const float        missing[] = { 3.f, std::numeric_limits<float>::quiet_NaN() };
  const DetectorRows none = set.CoveredRows(missing, 1);
  EXPECT_EQ(none.begin, none.end);
}

TEST(DetectorRows, OutsideThePatternAreRefused)
{
  const auto   scan = fixtures::RandomScan<float>({ 1, 2, 8, 6 }, 100);
  const auto   source = scan.Source();
  PatternLease lease;
  EXPECT_THROW(source.ReadRows(0, 0, 1, { -1, 3 }, lease), std::out_of_range);
  EXPECT_THROW(source.ReadRows(0, 0, 1, { 3, 9 }, lease), std::out_of_range);
  EXPECT_THROW(source.ReadRows(0, 0, 1, { 5, 4 }, lease), std::out_of_range);
}
