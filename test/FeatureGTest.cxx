// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Feature.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace
{
using fourdstem::FeatureReport;
using fourdstem::SamplePoint;
using fourdstem::Sampler;
using fourdstem::SamplingOptions;
using fourdstem::Transform;

constexpr float noValue = std::numeric_limits<float>::quiet_NaN();
constexpr float endless = std::numeric_limits<float>::infinity();

const fourdstem::ScanShape shape{ 3, 5, 24, 33 };

template <typename T, typename TField>
std::vector<T>
MakeScan(const fourdstem::ScanShape & of, TField && field)
{
  std::vector<T> scan;
  for (std::int64_t p = 0; p < of.Positions(); ++p)
  {
    for (std::int64_t y = 0; y < of.qy; ++y)
    {
      for (std::int64_t x = 0; x < of.qx; ++x)
      {
        scan.push_back(static_cast<T>(field(p, static_cast<double>(y), static_cast<double>(x))));
      }
    }
  }
  return scan;
}

std::vector<float>
MakeOrigins(const fourdstem::ScanShape & of, double spread)
{
  std::mt19937_64    random(7);
  std::vector<float> origins;
  for (std::int64_t p = 0; p < of.Positions(); ++p)
  {
    const double u = static_cast<double>(random() >> 11) / 9007199254740992.0 - 0.5;
    const double v = static_cast<double>(random() >> 11) / 9007199254740992.0 - 0.5;
    origins.push_back(static_cast<float>(static_cast<double>(of.qx / 2) + 2 * spread * u));
    origins.push_back(static_cast<float>(static_cast<double>(of.qy / 2) + 2 * spread * v));
  }
  return origins;
}

struct Gathered
{
  std::vector<float> values;
  FeatureReport      report;
};

template <typename T>
Gathered
Gather(const std::vector<T> &     scan,
       const fourdstem::ScanShape of,
       const float *              origins,
       const fourdstem::Feature & feature,
       int                        threads = 2)
{
  const fourdstem::MemoryPatternSource source(scan.data(), of);
  Gathered result{ std::vector<float>(static_cast<std::size_t>(of.Positions() * feature.Components()), -77.f), {} };
  fourdstem::Execution execution;
  execution.threads = threads;
  result.report = fourdstem::GatherFeatures(source, 0, of.ry, origins, feature, result.values.data(), execution);
  return result;
}

std::vector<double>
Kernel(const SamplingOptions & options, double place, std::int64_t & first)
{
  if (options.sampler == Sampler::Bilinear)
  {
    first = static_cast<std::int64_t>(std::floor(place));
    const double f = place - std::floor(place);
    return { 1 - f, f };
  }
  const auto          reach = static_cast<int>(3 * options.gaussianSigma + 0.5);
  const double        nearest = std::floor(place + 0.5);
  const double        f = place - nearest;
  const double        spline[] = { (0.5 - f) * (0.5 - f) / 2, 0.75 - f * f, (0.5 + f) * (0.5 + f) / 2 };
  std::vector<double> gauss;
  double              total = 0;
  for (int i = -reach; i <= reach; ++i)
  {
    gauss.push_back(reach == 0 ? 1 : std::exp(-i * i / (2 * options.gaussianSigma * options.gaussianSigma)));
    total += gauss.back();
  }
  std::vector<double> taps(gauss.size() + 2);
  for (std::size_t i = 0; i < gauss.size(); ++i)
  {
    for (std::size_t a = 0; a < 3; ++a)
    {
      taps[i + a] += gauss[i] * spline[a] / total;
    }
  }
  first = static_cast<std::int64_t>(nearest) - reach - 1;
  return taps;
}

/** The definition in Sampling.h, point by point. */
template <typename T>
double
Naive(const T * pattern, const fourdstem::ScanShape & of, const SamplingOptions & options, double x, double y)
{
  if (!(x >= 0 && x <= static_cast<double>(of.qx - 1) && y >= 0 && y <= static_cast<double>(of.qy - 1)))
  {
    return 0;
  }
  std::int64_t firstX;
  std::int64_t firstY;
  const auto   tapsX = Kernel(options, x, firstX);
  const auto   tapsY = Kernel(options, y, firstY);
  double       sum = 0;
  double       weight = 0;
  for (std::size_t j = 0; j < tapsY.size(); ++j)
  {
    for (std::size_t i = 0; i < tapsX.size(); ++i)
    {
      const auto row = firstY + static_cast<std::int64_t>(j);
      const auto column = firstX + static_cast<std::int64_t>(i);
      if (row < 0 || row >= of.qy || column < 0 || column >= of.qx)
      {
        continue;
      }
      const auto value = static_cast<double>(pattern[row * of.qx + column]);
      if (std::isfinite(value))
      {
        sum += tapsX[i] * tapsY[j] * std::max(value, static_cast<double>(options.minimum));
        weight += tapsX[i] * tapsY[j];
      }
    }
  }
  return weight > 1e-6 ? sum / weight : 0;
}

template <typename T>
void
ExpectNaive(const std::vector<T> &           scan,
            const fourdstem::ScanShape &     of,
            const std::vector<float> &       origins,
            const std::vector<SamplePoint> & points,
            const SamplingOptions &          options,
            double                           tolerance)
{
  const auto feature = fourdstem::MakeMaskedPixels(points, options);
  const auto result = Gather(scan, of, origins.data(), *feature);
  for (std::int64_t p = 0; p < of.Positions(); ++p)
  {
    for (std::size_t k = 0; k < points.size(); ++k)
    {
      const double x = static_cast<double>(origins[static_cast<std::size_t>(2 * p)]) + points[k].dx;
      const double y = static_cast<double>(origins[static_cast<std::size_t>(2 * p + 1)]) + points[k].dy;
      ASSERT_NEAR(result.values[static_cast<std::size_t>(p) * points.size() + k],
                  Naive(scan.data() + p * of.PatternPixels(), of, options, x, y),
                  tolerance)
        << "position " << p << " point " << points[k].dx << ' ' << points[k].dy;
    }
  }
}

std::vector<SamplePoint>
Ring(double inner, double outer, int step)
{
  return fourdstem::PointsOfMask(fourdstem::MakeAnnulusMask(shape.qy, shape.qx, { inner, outer }), step);
}

double
Speckle(std::int64_t p, double y, double x)
{
  return 100 + 60 * std::sin(3.1 * y + static_cast<double>(p)) * std::cos(1.7 * x) + 20 * std::sin(x * y);
}
} // namespace

TEST(Feature, SamplersKeepConstantsAndRamps)
{
  const auto scan = MakeScan<float>(
    shape, [](std::int64_t p, double y, double x) { return 5 + static_cast<double>(p) + 2 * x - 3 * y; });
  const auto origins = MakeOrigins(shape, 1.5);
  const auto points = Ring(0, 6, 1);
  for (const auto & options : { SamplingOptions{}, SamplingOptions{ Sampler::BSpline, 0.8 } })
  {
    const auto result = Gather(scan, shape, origins.data(), *fourdstem::MakeMaskedPixels(points, options));
    for (std::size_t p = 0; p < 15; ++p)
    {
      for (std::size_t k = 0; k < points.size(); ++k)
      {
        const double x = static_cast<double>(origins[2 * p]) + points[k].dx;
        const double y = static_cast<double>(origins[2 * p + 1]) + points[k].dy;
        EXPECT_NEAR(
          result.values[p * points.size() + k], 5 + static_cast<double>(p) + 2 * x - 3 * y, 2e-5 * (100 + x + y));
      }
    }
    EXPECT_EQ(result.report.uncovered + result.report.missing + result.report.renormalised, 0);
  }
}

TEST(Feature, BlurOfTheSplineDoesNotDependOnThePhase)
{
  // second moment of the response to (x - x0)^2 is the blur: sigma^2 (cut, sampled) + 1/4 at every phase
  const auto parabola = MakeScan<double>(shape, [](std::int64_t, double, double x) { return (x - 16) * (x - 16); });
  const auto blurOf = [&parabola](const SamplingOptions & options, std::size_t position) {
    std::vector<float> origins;
    for (std::size_t p = 0; p < 15; ++p)
    {
      origins.push_back(16.f + static_cast<float>(p) / 15.f - 0.5f);
      origins.push_back(12.f + static_cast<float>(p) / 30.f);
    }
    const auto   result = Gather(parabola, shape, origins.data(), *fourdstem::MakeMaskedPixels({ { 2, 0 } }, options));
    const double distance = static_cast<double>(origins[2 * position]) + 2 - 16;
    return result.values[position] - distance * distance;
  };
  double least = 1e9;
  double most = 0;
  for (std::size_t p = 0; p < 15; ++p)
  {
    const double f = std::fmod(static_cast<double>(p) / 15 + 0.5, 1.0);
    EXPECT_NEAR(blurOf({}, p), f * (1 - f), 1e-5);
    EXPECT_NEAR(blurOf({ Sampler::BSpline, 0 }, p), 0.25, 1e-5);
    const double blur = blurOf({ Sampler::BSpline, 1.5 }, p);
    least = std::min(least, blur);
    most = std::max(most, blur);
  }
  EXPECT_NEAR(least, most, 1e-4);
  EXPECT_NEAR(most, 1.5 * 1.5 + 0.25, 0.1);
}

TEST(Feature, GatherEqualsTheDefinition)
{
  const auto floats = MakeScan<float>(shape, Speckle);
  const auto shorts = MakeScan<std::uint16_t>(shape, Speckle);
  const auto signedBytes =
    MakeScan<std::int8_t>(shape, [](std::int64_t p, double y, double x) { return Speckle(p, y, x) - 110; });
  const auto origins = MakeOrigins(shape, 2.5);
  ExpectNaive(floats, shape, origins, Ring(2, 8, 1), {}, 1e-3);
  ExpectNaive(shorts, shape, origins, Ring(2, 8, 2), {}, 1e-3);
  ExpectNaive(floats, shape, origins, Ring(2, 8, 2), { Sampler::BSpline, 1.2 }, 1e-3);
  ExpectNaive(signedBytes, shape, origins, Ring(2, 8, 1), { Sampler::BSpline, 0 }, 1e-3);
  ExpectNaive(signedBytes, shape, origins, Ring(2, 8, 1), { Sampler::Bilinear, 0, 1.f }, 1e-3);
  ExpectNaive(floats, shape, origins, { { 5, 3 }, { -4, -3 }, { 4, 3 }, { 0, 0 } }, { Sampler::BSpline, 2.4 }, 1e-3);
}

TEST(Feature, PointsOffTheDetectorAreFilledAndThoseAtTheRimRenormalised)
{
  const auto scan = MakeScan<float>(shape, Speckle);
  auto       origins = MakeOrigins(shape, 6);
  origins[0] = 0;
  origins[1] = 23;
  origins[2] = 32;
  origins[3] = 0;
  origins[4] = -500;
  origins[7] = 1e20f;
  const auto points = Ring(0, 40, 1);
  ExpectNaive(scan, shape, origins, points, {}, 1e-3);
  ExpectNaive(scan, shape, origins, points, { Sampler::BSpline, 1.4 }, 1e-3);
  ExpectNaive(scan, shape, origins, Ring(0, 40, 2), { Sampler::BSpline, 1.4 }, 1e-3);

  std::vector<float> fill(points.size());
  for (std::size_t k = 0; k < fill.size(); ++k)
  {
    fill[k] = -static_cast<float>(k + 1);
  }
  origins[8] = noValue;
  const auto   result = Gather(scan, shape, origins.data(), *fourdstem::MakeMaskedPixels(points, {}, {}, fill));
  std::int64_t filled = 0;
  for (std::size_t i = 0; i < result.values.size(); ++i)
  {
    filled += result.values[i] == fill[i % fill.size()];
  }
  EXPECT_EQ(result.report.uncovered, filled);
  for (std::size_t k = 0; k < points.size(); ++k)
  {
    EXPECT_EQ(result.values[2 * points.size() + k], fill[k]);
    EXPECT_EQ(result.values[3 * points.size() + k], fill[k]);
    EXPECT_EQ(result.values[4 * points.size() + k], fill[k]);
  }
}

TEST(Feature, PixelsThatAreNotFiniteHaveNoWeight)
{
  auto scan = MakeScan<float>(shape, Speckle);
  for (std::size_t p = 0; p < 15; p += 2)
  {
    for (std::size_t i = 0; i < 60; ++i)
    {
      scan[p * 24 * 33 + 33 * (i % 7 + 6) + (i * i) % 31] = i % 3 == 0 ? noValue : i % 3 == 1 ? endless : -endless;
    }
  }
  const auto origins = MakeOrigins(shape, 2.5);
  ExpectNaive(scan, shape, origins, Ring(0, 9, 1), {}, 1e-3);
  ExpectNaive(scan, shape, origins, Ring(0, 9, 2), { Sampler::BSpline, 1.2 }, 1e-3);

  std::fill(scan.begin(), scan.begin() + 24 * 33, noValue);
  const auto points = Ring(0, 3, 1);
  const auto result =
    Gather(scan, shape, nullptr, *fourdstem::MakeMaskedPixels(points, {}, {}, std::vector<float>(points.size(), 9.f)));
  EXPECT_EQ(result.values.front(), 9.f);
  EXPECT_EQ(result.report.uncovered, 0);
  EXPECT_GE(result.report.missing, static_cast<std::int64_t>(points.size()));
}

TEST(Feature, ALostPixelWithoutWeightIsNotMissed)
{
  std::vector<float>         pattern{ 1, 2, noValue, noValue, noValue, noValue };
  const fourdstem::ScanShape one{ 1, 1, 2, 3 };
  const float                origin[] = { 1, 0 };
  const auto result = Gather(pattern, one, origin, *fourdstem::MakeMaskedPixels({ { 0, 0 }, { -1, 0 }, { 1, 0 } }));
  EXPECT_EQ(result.values, (std::vector<float>{ 2, 1, 0 }));
  EXPECT_EQ(result.report.missing, 1);
  EXPECT_EQ(result.report.renormalised, 0);
}

TEST(Feature, Transforms)
{
  const std::vector<float> raw{ -2, 0, 3, 8 };
  const auto               transformed = [&raw](Transform transform) {
    auto values = raw;
    fourdstem::ApplyTransform(transform, values.data(), 4);
    return values;
  };
  EXPECT_EQ(transformed(Transform::Raw), raw);
  EXPECT_FLOAT_EQ(transformed(Transform::Anscombe)[0], 2 * std::sqrt(0.375f));
  EXPECT_FLOAT_EQ(transformed(Transform::Anscombe)[3], 2 * std::sqrt(8.375f));
  EXPECT_FLOAT_EQ(transformed(Transform::Log)[0], 0);
  EXPECT_FLOAT_EQ(transformed(Transform::Log)[2], std::log(4.f));
  EXPECT_FLOAT_EQ(transformed(Transform::L2)[3], 8 / std::sqrt(77.f));
  std::vector<float> zero{ 0, 0 };
  fourdstem::ApplyTransform(Transform::L2, zero.data(), 2);
  EXPECT_EQ(zero, (std::vector<float>{ 0, 0 }));
}

TEST(Feature, SameBitsForAnyThreadsRowRangesAndStore)
{
  const fourdstem::ScanShape wide{ 4, 37, 13, 16 };
  auto                       scan = MakeScan<float>(wide, Speckle);
  scan[5000] = noValue;
  const auto origins = MakeOrigins(wide, 2);
  const auto feature = fourdstem::MakeMaskedPixels(
    fourdstem::PointsOfMask(fourdstem::MakeAnnulusMask(13, 16, { 1, 6 }), 2), { Sampler::BSpline, 1.1 });
  const auto whole = Gather(scan, wide, origins.data(), *feature, 1);
  for (const int threads : { 2, 3, 16 })
  {
    const auto other = Gather(scan, wide, origins.data(), *feature, threads);
    EXPECT_EQ(other.values, whole.values);
    EXPECT_EQ(other.report.renormalised, whole.report.renormalised);
  }
  const fourdstem::MemoryPatternSource source(scan.data(), wide);
  const auto                           components = feature->Components();
  for (std::int64_t row = 0; row < 4; ++row)
  {
    const auto store = fourdstem::MakeMemoryRowStore(37, components);
    fourdstem::GatherFeatures(source, row, 1, origins.data() + 2 * 37 * row, *feature, *store, {});
    fourdstem::RowLease lease;
    for (std::int64_t rx = 0; rx < 37; ++rx)
    {
      const float * values = store->Read(&rx, 1, lease)[0];
      EXPECT_TRUE(std::equal(values, values + components, whole.values.data() + (row * 37 + rx) * components));
    }
  }
}

TEST(Feature, ScansOfOneRowAndOnePosition)
{
  for (const fourdstem::ScanShape & of : { fourdstem::ScanShape{ 1, 7, 9, 8 }, fourdstem::ScanShape{ 1, 1, 9, 8 } })
  {
    const auto scan = MakeScan<std::int32_t>(of, Speckle);
    const auto feature = fourdstem::MakeMaskedPixels({ { 0, 0 }, { 1, -1 } });
    const auto result = Gather(scan, of, nullptr, *feature);
    for (std::int64_t p = 0; p < of.rx; ++p)
    {
      EXPECT_EQ(result.values[static_cast<std::size_t>(2 * p)], static_cast<float>(scan[p * 72 + 4 * 8 + 4]));
      EXPECT_EQ(result.values[static_cast<std::size_t>(2 * p + 1)], static_cast<float>(scan[p * 72 + 3 * 8 + 5]));
    }
  }
}

TEST(Feature, BadArgumentsAreRefused)
{
  using fourdstem::MakeMaskedPixels;
  EXPECT_THROW(MakeMaskedPixels({}), std::invalid_argument);
  EXPECT_THROW(MakeMaskedPixels({ { 2000000, 0 } }), std::invalid_argument);
  EXPECT_THROW(MakeMaskedPixels({ { 0, 0 } }, { Sampler::BSpline, -1 }), std::invalid_argument);
  EXPECT_THROW(MakeMaskedPixels({ { 0, 0 } }, { Sampler::BSpline, std::nan("") }), std::invalid_argument);
  EXPECT_THROW(MakeMaskedPixels({ { 0, 0 } }, {}, {}, { 1, 2 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::MakeRadialProfile({ -1, 1, 3 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::MakeRadialProfile({ 0, 0, 3 }), std::invalid_argument);
  EXPECT_THROW(fourdstem::MakeRadialProfile({ 0, 1, 0 }), std::invalid_argument);

  const std::vector<float>             scan(static_cast<std::size_t>(shape.Positions() * shape.PatternPixels()));
  const fourdstem::MemoryPatternSource source(scan.data(), shape);
  const auto                           feature = MakeMaskedPixels({ { 0, 0 } });
  std::vector<float>                   out(15);
  EXPECT_THROW(fourdstem::GatherFeatures(source, 2, 2, nullptr, *feature, out.data(), {}), std::invalid_argument);
  const auto store = fourdstem::MakeMemoryRowStore(14, 1);
  EXPECT_THROW(fourdstem::GatherFeatures(source, 0, 3, nullptr, *feature, *store, {}), std::invalid_argument);
  fourdstem::Execution stop;
  stop.monitor.report = [](double) { return false; };
  EXPECT_THROW(fourdstem::GatherFeatures(source, 0, 3, nullptr, *feature, out.data(), stop), fourdstem::Aborted);
}

TEST(Feature, RadialProfileIsMeanAndVarianceOfRings)
{
  auto scan = MakeScan<float>(shape, Speckle);
  scan[12 * 33 + 17] = noValue;
  auto origins = MakeOrigins(shape, 4);
  origins[6] = noValue;
  fourdstem::RadialOptions options;
  options.first = 1.5;
  options.width = 1.25;
  options.rings = 12;
  options.variance = true;
  const auto feature = fourdstem::MakeRadialProfile(options);
  const auto result = Gather(scan, shape, origins.data(), *feature);
  ASSERT_EQ(feature->Components(), 24);
  EXPECT_EQ(feature->Names()[2], "radial mean 2");
  EXPECT_EQ(feature->Names()[14], "radial variance 2");
  for (std::size_t p = 0; p < 15; ++p)
  {
    for (std::size_t k = 0; k < 12; ++k)
    {
      double sum = 0;
      double squares = 0;
      double count = 0;
      for (std::size_t i = 0; i < 24 * 33; ++i)
      {
        const double dx = static_cast<double>(i % 33) - static_cast<double>(origins[2 * p]);
        const double dy = static_cast<double>(i / 33) - static_cast<double>(origins[2 * p + 1]);
        const double value = static_cast<double>(scan[p * 24 * 33 + i]);
        const double r = std::hypot(dx, dy);
        if (std::isfinite(value) && r >= 1.5 + 1.25 * static_cast<double>(k) &&
            r < 2.75 + 1.25 * static_cast<double>(k))
        {
          sum += value;
          squares += value * value;
          count += 1;
        }
      }
      const double mean = sum / std::max(count, 1.0);
      EXPECT_NEAR(result.values[24 * p + k], mean, 1e-4);
      EXPECT_NEAR(result.values[24 * p + 12 + k], squares / std::max(count, 1.0) - mean * mean, 1e-2);
    }
  }
  EXPECT_EQ(result.values[24 * 3], 0);
  EXPECT_GE(result.report.missing, 12);
}

TEST(Feature, VirtualDetectorsWithoutDataAreZeroAndMissing)
{
  auto scan = MakeScan<float>(shape, Speckle);
  std::fill(scan.begin(), scan.begin() + 24 * 33, 0.f);
  auto origins = MakeOrigins(shape, 1);
  origins[2] = noValue;
  using Detector = fourdstem::VirtualDetector;
  const fourdstem::VirtualDetectorSet detectors(
    { { "BF", Detector::Quantity::Sum, 0, 4, {} }, { "CoM", Detector::Quantity::CentreOfMass, 0, 6, {} } },
    24,
    33,
    16,
    12);
  const auto feature = fourdstem::MakeVirtualDetectors(detectors);
  const auto result = Gather(scan, shape, origins.data(), *feature);
  ASSERT_EQ(feature->Names(), (std::vector<std::string>{ "BF", "CoM x", "CoM y" }));
  EXPECT_EQ(result.report.missing, 2 + 3);
  EXPECT_EQ((std::vector<float>(result.values.begin(), result.values.begin() + 6)), std::vector<float>(6));
  std::vector<double>     expected(3);
  fourdstem::PatternLease lease;
  detectors.Measure(
    fourdstem::MemoryPatternSource(scan.data(), shape).Read(0, 2, 1, lease), 0, origins.data() + 4, expected.data());
  for (std::size_t k = 0; k < 3; ++k)
  {
    EXPECT_EQ(result.values[6 + k], static_cast<float>(expected[k]));
  }
}
