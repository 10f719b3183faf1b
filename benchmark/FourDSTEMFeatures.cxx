// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// What samplers, masks and strategies cost apart from any file: ROWS x 256 patterns of 130 x 128 float32 in memory,
// beside a plain sum over the same memory.
// usage: FourDSTEMFeatures [ROWS = 64] [REPEATS = 5] [THREADS = 0, all]
#include "Benchmark.h"

#include "fourdstem/Feature.h"
#include "fourdstem/NodePatterns.h"

#include <cmath>
#include <cstdlib>
#include <exception>
#include <string>
#include <thread>

namespace
{
using namespace fourdstem;

/** One step of a linear congruential generator; the upper byte is good enough for counts. */
std::uint32_t
NextByte(std::uint32_t & state)
{
  state = state * 1664525u + 1013904223u;
  return state >> 24;
}

float
Sum(const float * values, std::size_t count)
{
  float lanes[64] = {};
  for (std::size_t i = 0; i + 64 <= count; i += 64)
  {
    for (std::size_t k = 0; k < 64; ++k)
    {
      lanes[k] += values[i + k];
    }
  }
  float sum = 0;
  for (const float lane : lanes)
  {
    sum += lane;
  }
  return sum;
}

void
Run(std::int64_t rows, int repeats, int threads)
{
  Execution execution;
  execution.threads = threads > 0 ? threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  const ScanShape    shape{ rows, 256, 130, 128 };
  std::uint32_t      state = 1;
  std::vector<float> scan(static_cast<std::size_t>(shape.Positions() * shape.PatternPixels()));
  for (float & pixel : scan)
  {
    pixel = static_cast<float>(NextByte(state));
  }
  std::vector<float>         origins;
  std::vector<std::uint16_t> labels;
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    origins.push_back(64.f + 3.f * std::sin(0.01f * static_cast<float>(p)));
    origins.push_back(65.f + 3.f * std::cos(0.017f * static_cast<float>(p)));
    labels.push_back(static_cast<std::uint16_t>(1 + p % 256 / 32 + p / 4096 % 4));
  }
  const MemoryPatternSource source(scan.data(), shape);
  const std::int64_t        bytes = 4 * static_cast<std::int64_t>(scan.size());

  Benchmark("plain sum", bytes, repeats, [&] {
    std::vector<std::thread> helpers;
    std::vector<float>       sums(static_cast<std::size_t>(execution.threads));
    const std::size_t        share = scan.size() / sums.size();
    for (std::size_t t = 0; t < sums.size(); ++t)
    {
      helpers.emplace_back([&, t] { sums[t] = Sum(scan.data() + t * share, share); });
    }
    for (std::thread & helper : helpers)
    {
      helper.join();
    }
    volatile float total = sums.front();
    static_cast<void>(total);
  });

  const auto gather = [&](const char * name, const std::unique_ptr<Feature> & feature) {
    std::vector<float> out(static_cast<std::size_t>(shape.Positions() * feature->Components()));
    Benchmark((std::to_string(feature->Components()) + " " + name).c_str(), bytes, repeats, [&] {
      GatherFeatures(source, 0, rows, origins.data(), *feature, out.data(), execution);
    });
  };
  const auto annulus = [&shape](double inner, double outer, int step) {
    return PointsOfMask(MakeAnnulusMask(shape.qy, shape.qx, { inner, outer }), step);
  };
  std::vector<SamplePoint> scattered;
  for (const SamplePoint & point : annulus(24, 57, 1))
  {
    if (NextByte(state) < 92)
    {
      scattered.push_back(point);
    }
  }
  gather("bilinear pixels of a ring", MakeMaskedPixels(annulus(24, 39.2, 1)));
  gather("bilinear pixels, scattered", MakeMaskedPixels(scattered));
  gather("bilinear pixels, scattered, clamped", MakeMaskedPixels(scattered, { Sampler::Bilinear, 0, 1.f }));
  gather("B-spline pixels, sigma 2, every second", MakeMaskedPixels(annulus(11, 57, 2), { Sampler::BSpline, 2 }));
  gather("B-spline pixels, sigma 4, every second", MakeMaskedPixels(annulus(11, 57, 2), { Sampler::BSpline, 4 }));
  RadialOptions radial;
  radial.rings = 57;
  gather("rings", MakeRadialProfile(radial));
  Benchmark("node patterns, 11 labels", bytes, repeats, [&] {
    NodePatternSums sums(11, shape.qy, shape.qx);
    AccumulatePatterns(source, 0, rows, origins.data(), labels.data(), sums, execution);
  });
}
} // namespace

int
main(int argc, char * argv[])
{
  try
  {
    Run(argc > 1 ? std::atoll(argv[1]) : 64, argc > 2 ? std::atoi(argv[2]) : 5, argc > 3 ? std::atoi(argv[3]) : 0);
  }
  catch (const std::exception & error)
  {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
