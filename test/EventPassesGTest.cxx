// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "EventFixtures.h"
#include "PatternFixtures.h"

#include "fourdstem/Feature.h"
#include "fourdstem/NodePatterns.h"
#include "fourdstem/RepairedPatternSource.h"
#include "fourdstem/Statistics.h"

#include <map>

/** Passes over electron events give the bits of the same passes over the dense patterns. */
namespace
{
using namespace fourdstem;
using fixtures::EventFile;

/** What a pass gave, by name, as bytes: NaN is like NaN, and 0 is not like -0. */
using Results = std::map<std::string, std::string>;

template <typename T>
void
Keep(Results & results, const std::string & name, const std::vector<T> & values)
{
  results[name].append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
}

/** Origins off the whole pixels, on them along one axis or both, far off, and none. */
std::vector<float>
OriginsFor(const ScanShape & shape)
{
  std::vector<float> origins(static_cast<std::size_t>(2 * shape.Positions()));
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    float * origin = origins.data() + 2 * p;
    fixtures::DescannedOrigin(shape, p, origin);
    origin[0] = p % 4 == 1 ? std::round(origin[0]) : origin[0];
    origin[1] = p % 3 == 1 ? std::round(origin[1]) : origin[1];
    origin[1] = p % 11 == 10 ? 1.5F * static_cast<float>(shape.qy) : origin[1];
    origin[0] = p % 7 == 6 ? std::numeric_limits<float>::quiet_NaN() : origin[0];
  }
  return origins;
}

struct Rows
{
  std::int64_t first;
  std::int64_t count;
};

void
FindAll(const PatternSource & source, const Rows & rows, const Execution & execution, Results & results)
{
  const ScanShape &         shape = source.Shape();
  const std::vector<double> mean = MeanPattern(source, 1, execution);
  Keep(results, "mean pattern", mean);
  const Probe  probe = EstimateProbe(mean.data(), shape.qy, shape.qx);
  OriginSearch raised = OriginSearch::FixedDisk(shape);
  raised.lowest = 1.F;
  OriginSearch edge = OriginSearch::Recentred(probe);
  edge.startX = 0.3;
  edge.startY = static_cast<double>(shape.qy) - 1.7;
  OriginSearch outside = OriginSearch::FixedDisk(shape);
  outside.startX = -100.;
  int number = 0;
  for (const OriginSearch & search :
       { OriginSearch::FixedDisk(shape), OriginSearch::Recentred(probe), raised, edge, outside })
  {
    std::vector<float> origins(static_cast<std::size_t>(2 * rows.count * shape.rx), -1.F);
    FindOrigins(source, rows.first, rows.count, search, origins.data(), execution);
    Keep(results, "origins " + std::to_string(number++), origins);
  }
}

std::vector<VirtualDetector>
Detectors(const ScanShape & shape)
{
  using Quantity = VirtualDetector::Quantity;
  const double       all = std::numeric_limits<double>::infinity();
  std::vector<float> bars;
  std::vector<float> smooth;
  std::vector<float> wild;
  for (std::int64_t i = 0; i < shape.PatternPixels(); ++i)
  {
    bars.push_back(i % 5 < 2 ? 0.5F : 0.F);
    smooth.push_back(std::exp(-0.01F * static_cast<float>(i % shape.qx)));
    // Sums of these are not exact.
    wild.push_back(std::pow(10.F, static_cast<float>(i % 30 - 15)));
  }
  const double q = static_cast<double>(std::min(shape.qy, shape.qx));
  return { { "disk", Quantity::Sum, 0., q / 5., {} },
           { "ring", Quantity::Sum, q / 5., q / 2.5, {} },
           { "all", Quantity::Sum, 0., all, {} },
           { "centre", Quantity::CentreOfMass, 0., all, {} },
           { "ring's", Quantity::CentreOfMass, 2., q / 3., {} },
           { "bars", Quantity::Sum, 0., all, bars },
           { "smooth", Quantity::CentreOfMass, 0., all, smooth },
           { "wild", Quantity::CentreOfMass, 0., all, wild } };
}

void
MeasureAll(const PatternSource & source, const Rows & rows, const Execution & execution, Results & results)
{
  const ScanShape & shape = source.Shape();
  const auto        origins = OriginsFor(shape);
  const auto        detectors = Detectors(shape);
  const auto        count = detectors.size();
  for (std::size_t d = 0; d <= count; ++d)
  {
    // Each alone, since one whose sums are not exact decides for all; then all.
    const VirtualDetectorSet set(d < count ? std::vector<VirtualDetector>{ detectors[d] } : detectors,
                                 shape.qy,
                                 shape.qx,
                                 0.5 * static_cast<double>(shape.qx) + 0.2,
                                 static_cast<double>(shape.qy / 2));
    for (const float * given : { static_cast<const float *>(nullptr), origins.data() + 2 * rows.first * shape.rx })
    {
      std::vector<double> values(static_cast<std::size_t>(rows.count * shape.rx * set.Components()), -1.);
      const auto          nonFinite =
        MeasureVirtualDetectors(source, rows.first, rows.count, set, given, values.data(), execution);
      const std::string name = "detector " + std::to_string(d) + (given ? " about origins" : "");
      Keep(results, name, values);
      Keep(results, name, std::vector<std::int64_t>{ nonFinite });
    }
  }
}

void
KeepSums(Results & results, const std::string & name, const PatternSums & sums)
{
  Keep(results, name + " mean", sums.Mean());
  Keep(results, name + " maximum", sums.Maximum());
  Keep(results, name + " deviation", sums.StandardDeviation());
  Keep(results, name + " log-std", sums.LogStandardDeviation());
  Keep(results, name + " Fano", sums.Fano());
  Keep(results, name + " counts", sums.Counts());
  Keep(results, name + " patterns", std::vector<std::int64_t>{ sums.Patterns(), sums.NonFinitePixels() });
  if (sums.Kind() == Deviation::Nested)
  {
    Keep(results, name + " nested", sums.StandardDeviation(Deviation::Nested));
  }
}

void
AddAll(const PatternSource & source, const Rows & rows, const Execution & execution, Results & results)
{
  const ScanShape &         shape = source.Shape();
  const auto                origins = OriginsFor(shape);
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(shape.Positions()), 1);
  for (std::size_t p = 2; p < mask.size(); p += 6)
  {
    mask[p] = 0;
  }
  for (const float lowest : { -std::numeric_limits<float>::infinity(), 1.F })
  {
    for (const Deviation deviation : { Deviation::Global, Deviation::Nested })
    {
      const std::string name = std::to_string(lowest) + (deviation == Deviation::Nested ? " nested" : " global");
      PatternSums       asTheyLie(shape, deviation);
      AddPatterns(source, rows.first, rows.count, { lowest, nullptr }, nullptr, asTheyLie, execution);
      KeepSums(results, name, asTheyLie);
      PatternSums aligned(shape, deviation);
      AddPatterns(source,
                  rows.first,
                  rows.count,
                  { lowest, mask.data() },
                  origins.data() + 2 * rows.first * shape.rx,
                  aligned,
                  execution);
      KeepSums(results, name + " aligned", aligned);
      PatternSums        fused(shape, deviation);
      std::vector<float> found(static_cast<std::size_t>(2 * rows.count * shape.rx));
      FindOriginsAndAddPatterns(source,
                                rows.first,
                                rows.count,
                                OriginSearch::FixedDisk(shape),
                                { lowest, mask.data() },
                                found.data(),
                                fused,
                                execution);
      KeepSums(results, name + " fused", fused);
      Keep(results, name + " found", found);
    }
    std::vector<std::uint16_t> labels(static_cast<std::size_t>(rows.count * shape.rx));
    for (std::size_t p = 0; p < labels.size(); ++p)
    {
      labels[p] = static_cast<std::uint16_t>(p * 7 % 4);
    }
    NodePatternSums sums(3, shape.qy, shape.qx);
    AccumulatePatterns(source,
                       rows.first,
                       rows.count,
                       origins.data() + 2 * rows.first * shape.rx,
                       labels.data(),
                       sums,
                       execution,
                       lowest);
    for (std::int64_t set = 0; set < 3; ++set)
    {
      std::vector<float> values(static_cast<std::size_t>(2 * shape.PatternPixels()));
      sums.Mean(set, values.data());
      sums.Variance(set, values.data() + shape.PatternPixels());
      Keep(results, "node patterns " + std::to_string(lowest), values);
    }
  }
}

void
GatherAll(const PatternSource & source, const Rows & rows, const Execution & execution, Results & results)
{
  const ScanShape &        shape = source.Shape();
  const auto               origins = OriginsFor(shape);
  std::vector<SamplePoint> points;
  for (std::int32_t y = -4; y <= 4; ++y)
  {
    for (std::int32_t x = -5; x <= 6; ++x)
    {
      points.push_back({ x, y });
    }
  }
  RadialOptions rings;
  rings.rings = 8;
  rings.variance = true;
  const VirtualDetectorSet              set(Detectors(shape), shape.qy, shape.qx, 0., 0.);
  std::vector<std::unique_ptr<Feature>> features;
  features.push_back(MakeMaskedPixels(points, { Sampler::Bilinear, 0., 1.F }, Transform::Log));
  features.push_back(MakeMaskedPixels(points, { Sampler::BSpline, 1.2 }));
  features.push_back(MakeRadialProfile(rings));
  features.push_back(MakeVirtualDetectors(set));
  for (std::size_t f = 0; f < features.size(); ++f)
  {
    for (const float * given : { static_cast<const float *>(nullptr), origins.data() + 2 * rows.first * shape.rx })
    {
      std::vector<float> values(static_cast<std::size_t>(rows.count * shape.rx * features[f]->Components()));
      const auto report = GatherFeatures(source, rows.first, rows.count, given, *features[f], values.data(), execution);
      Keep(results, "feature " + std::to_string(f), values);
      Keep(results, "feature " + std::to_string(f), std::vector<std::int64_t>{ report.uncovered, report.missing });
    }
  }
}

Results
RunAll(const PatternSource & source, const Rows & rows, int threads)
{
  Results         results;
  const Execution execution{ threads, {} };
  FindAll(source, rows, execution, results);
  MeasureAll(source, rows, execution, results);
  AddAll(source, rows, execution, results);
  GatherAll(source, rows, execution, results);
  return results;
}

void
ExpectSameBits(const PatternSource & source, const std::string & what)
{
  ASSERT_TRUE(source.IsSparse()) << what;
  const std::int64_t ry = source.Shape().ry;
  for (const Rows & rows : { Rows{ 0, ry }, Rows{ ry / 2, ry - ry / 2 } })
  {
    const Results dense = RunAll(fixtures::DensePatterns(source), rows, 1);
    for (const int threads : { 1, 2, 3, 16 })
    {
      const Results sparse = RunAll(source, rows, threads);
      ASSERT_EQ(sparse.size(), dense.size());
      for (const auto & [name, bytes] : dense)
      {
        EXPECT_TRUE(sparse.at(name) == bytes) << what << ", " << name << ", " << threads << " threads";
      }
    }
  }
}

class EventPassesOverFile : public ::testing::Test
{
protected:
  std::unique_ptr<ScanFile>
  Open(const EventFile & file, const ScanFileOptions & options = {}) const
  {
    file.Write(m_Path);
    return OpenScanFile(m_Path, options);
  }

  TemporaryFolder m_Folder;
  std::string     m_Path = m_Folder.Path("events.h5");
};

/** For versions of the format. */
class EventPasses
  : public EventPassesOverFile
  , public ::testing::WithParamInterface<int>
{};

constexpr ScanShape Shape{ 6, 7, 40, 37 };

DetectorMask
BadPixels(const ScanShape & shape)
{
  DetectorMask bad = DetectorMask::Filled(shape.qy, shape.qx, 0);
  const auto set = [&](std::int64_t y, std::int64_t x) { bad.pixels[static_cast<std::size_t>(y * shape.qx + x)] = 1; };
  set(0, 0);
  set(shape.qy - 1, 5);
  set(shape.qy / 2, shape.qx / 2);
  set(shape.qy / 2, shape.qx / 2 + 1);
  set(shape.qy / 2 + 3, shape.qx / 2);
  return bad;
}

TEST_P(EventPasses, AsStored)
{
  ExpectSameBits(*this->Open(fixtures::RandomEvents(Shape, this->GetParam(), 60)), "as stored");
}

TEST_P(EventPasses, FlippedTransposedAndInPart)
{
  const EventFile file = fixtures::RandomEvents(Shape, this->GetParam(), 60);
  file.Write(m_Path);
  for (int flips = 0; flips < 32; ++flips)
  {
    ScanFileOptions options;
    options.transposeDetector = (flips & 1) != 0;
    options.flipDetectorRows = (flips & 2) != 0;
    options.flipDetectorColumns = (flips & 4) != 0;
    options.flipScanRows = (flips & 8) != 0;
    options.flipScanColumns = (flips & 16) != 0;
    options.region = { 1, 2, 4, 3 };
    const auto scan = OpenScanFile(m_Path, options);
    ASSERT_TRUE(scan->IsSparse());
    // Every pixel of every position.
    SparseBlock  block;
    PatternLease lease;
    for (std::int64_t ry = 0; ry < 4; ++ry)
    {
      const PatternBlock dense = scan->Read(ry, 0, 3, lease);
      scan->ReadSparse(ry, 0, 3, block);
      ASSERT_EQ(block.Count(), 3);
      for (std::int64_t p = 0; p < 3; ++p)
      {
        std::vector<double> read(static_cast<std::size_t>(Shape.PatternPixels()));
        for (std::int64_t i = 0; i < block[p].count; ++i)
        {
          read[block[p].pixels[i]] = block[p].values[i];
        }
        std::vector<double> expected;
        for (std::int64_t y = 0; y < scan->Shape().qy; ++y)
        {
          VisitElementType(dense.type, [&](auto zero) {
            const auto * row = dense.Row<decltype(zero)>(p, y);
            expected.insert(expected.end(), row, row + scan->Shape().qx);
          });
        }
        EXPECT_EQ(read, expected) << flips;
      }
    }
    if (flips == 31 || flips == 13)
    {
      ExpectSameBits(*scan, "flips " + std::to_string(flips));
    }
  }
}

TEST_P(EventPasses, WithBadPixels)
{
  const auto                  scan = this->Open(fixtures::RandomEvents(Shape, this->GetParam(), 60));
  const DetectorMask          bad = BadPixels(Shape);
  const RepairedPatternSource repaired(*scan, bad);
  ExpectSameBits(repaired, "repaired");
  ExpectSameBits(RepairedPatternSource(repaired, bad), "repaired twice");
  DetectorMask hole = bad;
  for (std::int64_t y = 4; y < 12; ++y)
  {
    std::fill_n(hole.pixels.begin() + y * Shape.qx + 6, 8, std::uint8_t{ 1 });
  }
  // Pixels in its middle have no good neighbour: no data.
  ExpectSameBits(RepairedPatternSource(*scan, hole), "with a hole");
  ExpectSameBits(RepairedPatternSource(*scan, DetectorMask::Filled(Shape.qy, Shape.qx, 1)), "without a good pixel");
}

TEST_P(EventPasses, SmallScans)
{
  for (const ScanShape & shape : { ScanShape{ 1, 1, 40, 37 }, ScanShape{ 1, 7, 21, 50 }, ScanShape{ 7, 1, 50, 21 } })
  {
    const auto scan = this->Open(fixtures::RandomEvents(shape, this->GetParam(), 50));
    ExpectSameBits(*scan, "small");
    ExpectSameBits(RepairedPatternSource(*scan, BadPixels(shape)), "small, repaired");
  }
}

TEST_P(EventPasses, WithoutElectrons)
{
  EventFile file = fixtures::RandomEvents(Shape, this->GetParam(), 60);
  for (auto & frame : file.frames)
  {
    frame.clear();
  }
  ExpectSameBits(*this->Open(file), "empty");
}

TEST_P(EventPasses, HowListsAreStoredDoesNotMatter)
{
  const EventFile stored = fixtures::RandomEvents(Shape, this->GetParam(), 60);
  const Results   expected = RunAll(*this->Open(stored), { 0, Shape.ry }, 1);
  EventFile       chunked = stored;
  chunked.chunk = { 5 };
  EventFile bigEndian = stored;
  bigEndian.element = H5T_STD_U32BE;
  EventFile narrow = stored;
  narrow.element = H5T_STD_U16LE;
  EventFile userBlock = stored;
  userBlock.userBlock = 1024;
  for (const EventFile * file : { &chunked, &bigEndian, &narrow, &userBlock })
  {
    const auto scan = this->Open(*file);
    EXPECT_TRUE(scan->IsSparse());
    EXPECT_TRUE(RunAll(*scan, { 0, Shape.ry }, 3) == expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, EventPasses, ::testing::Values(1, 2, 3));

TEST_F(EventPassesOverFile, ManyElectronsAreReadAsPatterns)
{
  EXPECT_FALSE(this->Open(fixtures::RandomEvents(Shape, 3, 400))->IsSparse());
}

TEST_F(EventPassesOverFile, DamageIsNamed)
{
  const EventFile file = fixtures::RandomEvents(Shape, 3, 60);
  file.Write(m_Path);
  const hid_t   id = H5Fopen(m_Path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t   data = H5Dopen2(id, "/electron_events/frames", H5P_DEFAULT);
  const haddr_t references = H5Dget_offset(data);
  H5Dclose(data);
  H5Fclose(id);
  // Of the third frame, which has electrons: address and number of its list.
  const auto damage = [&](std::streamoff at, const std::string & bytes) {
    file.Write(m_Path);
    std::fstream stream(std::filesystem::u8path(m_Path), std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(references) + 32 + at);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  };
  const auto expect = [&](const std::vector<std::string> & words) {
    const auto  scan = OpenScanFile(m_Path);
    SparseBlock block;
    try
    {
      scan->ReadSparse(0, 0, 7, block);
      FAIL() << words.front();
    }
    catch (const std::runtime_error & error)
    {
      ExpectMentions(error.what(), words);
    }
  };
  ASSERT_FALSE(file.frames[2].empty());
  damage(4, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F");
  expect({ "events.h5", "damaged", "outside the file" });
  damage(4, std::string(8, '\0'));
  expect({ "events.h5", "damaged", "no heap" });
  damage(12, "\xFF\xFF\xFF\xFF");
  expect({ "events.h5", "damaged", "no object 4294967295" });
  damage(0, std::string("\xFF\x03\0\0", 4));
  expect({ "events.h5", "damaged", "4092 bytes" });
}
} // namespace
