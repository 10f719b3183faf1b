// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DiskFixtures.h"

#include "fourdstem/DiffractionTilt.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <map>

namespace
{
using namespace fourdstem;
using namespace fixtures;

constexpr double degree = 3.14159265358979323846 / 180.;

/** Six disks at 13 pixels and six at 22.5; g1 along +x, g2 at 60 degrees from it. */
BraggSearch
Rosette(std::vector<MillerIndex> & indices)
{
  BraggSearch search;
  search.disk = Disk;
  search.places.emplace_back();
  for (int h = -2; h <= 2; ++h)
  {
    for (int k = -2; k <= 2; ++k)
    {
      const double x = 13. * (h + 0.5 * k);
      const double y = 13. * std::sqrt(0.75) * k;
      if (const double length = std::hypot(x, y); length > 1. && length < 25.)
      {
        search.places[0].push_back({ x, y });
        indices.push_back({ h, k });
      }
    }
  }
  return search;
}

using Values = std::map<std::string, double>;

Values
Take(const DiskPatterns & patterns, const Feature & feature, std::size_t position = 0)
{
  const auto         names = feature.Names();
  const auto         shape = patterns.Source().Shape();
  std::vector<float> out(static_cast<std::size_t>(shape.Positions()) * names.size());
  std::vector<float> origins;
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    origins.insert(origins.end(), { 31.F, 32.F });
  }
  GatherFeatures(patterns.Source(), 0, 1, origins.data(), feature, out.data(), {});
  Values values;
  for (std::size_t i = 0; i < names.size(); ++i)
  {
    values[names[i]] = static_cast<double>(out[position * names.size() + i]);
  }
  EXPECT_EQ(values.size(), names.size()) << "names are unique";
  return values;
}

TEST(DiffractionTilt, ReadsAsymmetriesAndHarmonicsThatAreThere)
{
  std::vector<MillerIndex> indices;
  const BraggSearch        search = Rosette(indices);
  ASSERT_EQ(indices.size(), 12U);
  const auto   feature = MakeDiffractionTilt(search, indices);
  DiskPatterns patterns(1, 2.F);
  const double tilt[] = { 0.15, -0.1 };
  for (const BraggPlace & place : search.places[0])
  {
    const double length = std::hypot(place.x, place.y);
    const double angle = std::atan2(place.y, place.x);
    const double even = 1. + (length < 20. ? 0.2 * std::cos(2. * (angle - 20. * degree)) : 0.);
    const double odd = (tilt[0] * place.x + tilt[1] * place.y) / length;
    patterns.AddDisk(0, 31. + place.x, 32. + place.y, 50. * even * (1. + odd));
  }
  const Values values = Take(patterns, *feature);
  EXPECT_NEAR(values.at("Friedel asymmetry 1 0"), tilt[0], 0.01);
  EXPECT_NEAR(values.at("tilt x"), tilt[0], 0.005);
  EXPECT_NEAR(values.at("tilt y"), tilt[1], 0.005);
  EXPECT_NEAR(values.at("ring 1 cos 2"), 0.2 * std::cos(40. * degree), 0.01);
  EXPECT_NEAR(values.at("ring 1 sin 2"), 0.2 * std::sin(40. * degree), 0.01);
  EXPECT_NEAR(values.at("ring 2 cos 2"), 0., 0.01);
  EXPECT_NEAR(values.at("disk broadening"), 0., 0.02);
  EXPECT_EQ(values.count("ring 1 cos 6"), 0U) << "three pairs do not tell";
}

TEST(DiffractionTilt, ReadsTheBroadeningOfDisks)
{
  BraggSearch search;
  search.disk = Disk;
  search.places = { { { 14., 3. }, { -14., -3. } } };
  const auto feature = MakeDiffractionTilt(search, { { 1, 0 }, { -1, 0 } });
  const auto names = feature->Names();
  EXPECT_EQ(names, (std::vector<std::string>{ "Friedel asymmetry 1 0", "disk broadening" }));
  // Blurred by a distribution of three points along each axis, of the variance and kurtosis of a Gaussian's
  for (const double variance : { 0.02, 0.1 })
  {
    DiskPatterns patterns(1, 2.F);
    const double step = std::sqrt(3. * variance);
    for (const int i : { -1, 0, 1 })
    {
      for (const int j : { -1, 0, 1 })
      {
        const double weight = (i == 0 ? 2. / 3. : 1. / 6.) * (j == 0 ? 2. / 3. : 1. / 6.);
        for (const BraggPlace & place : search.places[0])
        {
          patterns.AddDisk(0, 31. + place.x + step * i, 32. + place.y + step * j, 60. * weight);
        }
      }
    }
    EXPECT_NEAR(Take(patterns, *feature).at("disk broadening"), variance, 0.1 * variance);
  }
}

TEST(DiffractionTilt, HasNoValuesWhereDisksAreCutOrNone)
{
  BraggSearch search;
  search.disk = Disk;
  search.places = { { { 14., 0. }, { -14., 0. }, { 0., 14. }, { 0., -14. } } };
  const std::vector<MillerIndex> indices{ { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } };
  const auto                     feature = MakeDiffractionTilt(search, indices);
  DiskPatterns                   patterns(3, 2.F);
  for (const std::int64_t p : { 1, 2 })
  {
    patterns.AddDisk(p, 45., 32., 50.);
  }
  patterns.At(2, 32, 17) = none; // about an opposite
  for (const auto & [name, value] : Take(patterns, *feature, 0))
  {
    EXPECT_TRUE(std::isnan(value)) << name;
  }
  const Values one = Take(patterns, *feature, 1);
  EXPECT_EQ(one.at("Friedel asymmetry 1 0"), 1.);
  EXPECT_TRUE(std::isnan(one.at("Friedel asymmetry 0 1")));
  patterns.AddDisk(2, 31., 46., 50.);
  const Values two = Take(patterns, *feature, 2);
  EXPECT_TRUE(std::isnan(two.at("Friedel asymmetry 1 0")));
  EXPECT_EQ(two.at("Friedel asymmetry 0 1"), 1.);
  EXPECT_TRUE(std::isnan(two.at("tilt x"))) << "one pair does not tell";
  search.places[0].pop_back();
  EXPECT_THROW(MakeDiffractionTilt(search, indices), std::invalid_argument);
  search.places = { { { 14., 0. } } };
  EXPECT_THROW(MakeDiffractionTilt(search, { { 1, 0 } }), std::invalid_argument) << "no pair";
}
} // namespace
