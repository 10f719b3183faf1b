// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef PassFixtures_h
#define PassFixtures_h

#include "EventFixtures.h"
#include "PatternFixtures.h"

#include "fourdstem/Feature.h"
#include "fourdstem/NodePatterns.h"
#include "fourdstem/Statistics.h"

#include <map>

/** Every pass over a scan, and what it gives. */
namespace fixtures
{
using namespace fourdstem;

/** What a pass gave, by name, as bytes: NaN is like NaN, and 0 is not like -0. */
using Results = std::map<std::string, std::string>;

template <typename T>
inline void
Keep(Results & results, const std::string & name, const std::vector<T> & values)
{
  results[name].append(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
}

/** Origins off the whole pixels, on them along one axis or both, far off, and none. */
inline std::vector<float>
OriginsFor(const ScanShape & shape)
{
  std::vector<float> origins(static_cast<std::size_t>(2 * shape.Positions()));
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    float * origin = origins.data() + 2 * p;
    DescannedOrigin(shape, p, origin);
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

inline void
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

inline std::vector<VirtualDetector>
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

inline void
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

inline void
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

inline void
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

inline void
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

inline Results
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

inline void
ExpectSameBits(const PatternSource & source, const std::string & what)
{
  ASSERT_TRUE(source.IsSparse()) << what;
  const std::int64_t ry = source.Shape().ry;
  for (const Rows & rows : { Rows{ 0, ry }, Rows{ ry / 2, ry - ry / 2 } })
  {
    const Results dense = RunAll(DensePatterns(source), rows, 1);
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
} // namespace fixtures

#endif
