// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// The stages that read a scan, on its mapped file: origins with aligned statistics, an annular detector, the centre of
// mass, gathering of features, node patterns.
// usage: FourDSTEMScanStages FILE [REPEATS] [THREADS] [FEATURES]
#include "Benchmark.h"

#include "fourdstem/DomainAnalysis.h"
#include "fourdstem/ScanFile.h"

#include <cstdlib>
#include <exception>

namespace
{
using namespace fourdstem;

/** The first `count` points of an annulus around the origin, all of it where it has fewer. */
std::vector<SamplePoint>
FeaturePoints(const ScanShape & shape, std::size_t count)
{
  auto points = PointsOfMask(MakeAnnulusMask(shape.qy, shape.qx, { 24., 57., AnnulusConvention::Published }));
  points.resize(std::min(points.size(), count));
  return points;
}

void
Run(const char * path, int repeats, int threads, std::size_t features)
{
  const auto         file = OpenScanFile(path);
  const ScanShape    shape = file->Shape();
  const std::int64_t bytes =
    shape.Positions() * shape.PatternPixels() * static_cast<std::int64_t>(SizeOf(file->Type()));
  Execution execution;
  execution.threads = threads;
  std::vector<float> origins(static_cast<std::size_t>(2 * shape.Positions()));

  const auto statistics = [&](const char * name, const OriginSearch & search, Deviation deviation) {
    Benchmark(name, bytes, repeats, [&] {
      PatternSums sums(shape, deviation);
      FindOriginsAndAddPatterns(*file, 0, shape.ry, search, {}, origins.data(), sums, execution);
    });
  };
  const std::vector<double> mean = MeanPattern(*file, std::max<std::int64_t>(shape.ry / 16, 1), execution);
  statistics("statistics, nested", OriginSearch::FixedDisk(shape), Deviation::Nested);
  statistics("statistics, re-centred",
             OriginSearch::Recentred(EstimateProbe(mean.data(), shape.qy, shape.qx)),
             Deviation::Global);
  statistics("statistics", OriginSearch::FixedDisk(shape), Deviation::Global);

  const double        centreX = static_cast<double>(shape.qx / 2);
  const double        centreY = static_cast<double>(shape.qy / 2);
  std::vector<double> components(static_cast<std::size_t>(2 * shape.Positions()));
  const auto detector = [&](const char * name, VirtualDetector::Quantity quantity, double inner, double outer) {
    const VirtualDetectorSet set({ { "detector", quantity, inner, outer, {} } }, shape.qy, shape.qx, centreX, centreY);
    Benchmark(name, bytes, repeats, [&] {
      MeasureVirtualDetectors(*file, 0, shape.ry, set, nullptr, components.data(), execution);
    });
  };
  detector("annulus", VirtualDetector::Quantity::Sum, 24., 57.);
  detector("centre-of-mass", VirtualDetector::Quantity::CentreOfMass, 0., std::numeric_limits<double>::infinity());

  const auto gather = [&](const char * name, const SamplingOptions & sampling) {
    const auto         feature = MakeMaskedPixels(FeaturePoints(shape, features), sampling);
    std::vector<float> rows(static_cast<std::size_t>(shape.Positions() * feature->Components()));
    Benchmark(name, bytes, repeats, [&] {
      GatherFeatures(*file, 0, shape.ry, origins.data(), *feature, rows.data(), execution);
    });
  };
  gather("gather", { Sampler::Bilinear, 0., 1.F });
  gather("gather, B-spline", { Sampler::BSpline, 2. });

  std::vector<std::uint16_t> labels(static_cast<std::size_t>(shape.Positions()));
  for (std::size_t p = 0; p < labels.size(); ++p)
  {
    labels[p] =
      static_cast<std::uint16_t>(1 + p % static_cast<std::size_t>(shape.rx) * 6 / static_cast<std::size_t>(shape.rx));
  }
  Benchmark("node patterns, 6 leaves", bytes, repeats, [&] {
    NodePatternSums sums(6, shape.qy, shape.qx);
    AccumulatePatterns(*file, 0, shape.ry, origins.data(), labels.data(), sums, execution);
  });
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc < 2)
  {
    std::fprintf(stderr, "usage: %s FILE [REPEATS] [THREADS] [FEATURES]\n", argv[0]);
    return EXIT_FAILURE;
  }
  try
  {
    Run(argv[1],
        argc > 2 ? std::atoi(argv[2]) : 5,
        argc > 3 ? std::atoi(argv[3]) : 0,
        argc > 4 ? static_cast<std::size_t>(std::atoll(argv[4])) : 3000);
  }
  catch (const std::exception & error)
  {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
