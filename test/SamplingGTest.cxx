// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FeatureFixtures.h"

#include <gtest/gtest.h>

using namespace fixtures;
using fourdstem::SamplePoint;
using fourdstem::Sampler;
using fourdstem::SamplingOptions;

namespace
{
const fourdstem::ScanShape & shape = featureShape;

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

} // namespace

TEST(Sampling, SamplersKeepConstantsAndRamps)
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

TEST(Sampling, BlurOfTheSplineDoesNotDependOnThePhase)
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

TEST(Sampling, GatherEqualsTheDefinition)
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

TEST(Sampling, PointsOffTheDetectorAreFilledAndThoseAtTheRimRenormalised)
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

TEST(Sampling, PixelsThatAreNotFiniteHaveNoWeight)
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

TEST(Sampling, ALostPixelWithoutWeightIsNotMissed)
{
  std::vector<float>         pattern{ 1, 2, noValue, noValue, noValue, noValue };
  const fourdstem::ScanShape one{ 1, 1, 2, 3 };
  const float                origin[] = { 1, 0 };
  const auto result = Gather(pattern, one, origin, *fourdstem::MakeMaskedPixels({ { 0, 0 }, { -1, 0 }, { 1, 0 } }));
  EXPECT_EQ(result.values, (std::vector<float>{ 2, 1, 0 }));
  EXPECT_EQ(result.report.missing, 1);
  EXPECT_EQ(result.report.renormalised, 0);
}
