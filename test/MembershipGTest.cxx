// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Membership.h"

#include "ClusterFixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

using namespace fourdstem;

namespace
{
/** A tree whose leaves are the truth: nodes 1, 2, ... below the root, with the means of their rows. */
DivisiveResult
TreeOf(const fixtures::Features & features, const std::vector<int> & truth, int leaves)
{
  const auto     columns = static_cast<std::size_t>(features.columns);
  DivisiveResult result;
  result.nodes.resize(static_cast<std::size_t>(leaves) + 1);
  result.weights.assign(columns, 1.0f);
  std::vector<std::vector<double>> sums(result.nodes.size(), std::vector<double>(columns, 0.0));
  for (std::size_t i = 0; i < truth.size(); ++i)
  {
    result.leafOfPosition.push_back(truth[i] + 1);
    for (const std::size_t node : { std::size_t{ 0 }, static_cast<std::size_t>(truth[i]) + 1 })
    {
      ++result.nodes[node].size;
      for (std::size_t j = 0; j < columns; ++j)
      {
        sums[node][j] += static_cast<double>(features.values[i * columns + j]);
      }
    }
  }
  for (std::size_t i = 0; i < result.nodes.size(); ++i)
  {
    ClusterNode & node = result.nodes[i];
    node.id = static_cast<int>(i);
    node.parent = i == 0 ? -1 : 0;
    for (const double sum : sums[i])
    {
      node.centroid.push_back(static_cast<float>(sum / static_cast<double>(node.size)));
    }
    if (i > 0)
    {
      result.nodes[0].children.push_back(node.id);
    }
  }
  return result;
}

/** `leaves` classes in turn, class c at (places[2 c], places[2 c + 1]) in the first two of `columns` columns. */
struct Classes
{
  fixtures::Features features;
  std::vector<int>   truth;
  DivisiveResult     result;
};

Classes
MakeClasses(const std::vector<double> & places, std::int64_t columns, std::int64_t side, double noise = 1.0)
{
  const int leaves = static_cast<int>(places.size() / 2);
  Classes   classes;
  classes.features =
    fixtures::MakeFeatures({ side, side, 1 }, columns, noise, [&](auto x, auto y, std::int64_t, std::int64_t j) {
      const auto c = static_cast<std::size_t>((x + side * y) % leaves);
      return j < 2 ? places[2 * c + static_cast<std::size_t>(j)] : 0.0;
    });
  for (int i = 0; i < static_cast<int>(side * side); ++i)
  {
    classes.truth.push_back(i % leaves);
  }
  classes.result = TreeOf(classes.features, classes.truth, leaves);
  return classes;
}

double
MeanMaximum(const Membership & membership)
{
  double sum = 0.0;
  for (std::size_t i = 0; i < membership.summary.size(); i += 3)
  {
    sum += static_cast<double>(membership.summary[i]);
  }
  return sum / static_cast<double>(membership.summary.size() / 3);
}
} // namespace

TEST(Membership, TwoNormalClassesAreALogisticCurve)
{
  // Of classes delta standard deviations apart, p(x) = 1/(1 + exp(-delta (x - middle))), and the mean of the larger
  // probability is the share that the best border gets right, Phi(delta / 2).
  for (const double delta : { 1.0, 2.0, 4.0 })
  {
    const Classes    classes = MakeClasses({ 0, 0, delta, 0 }, 2, 200);
    const Membership membership = ComputeMembership(classes.result, *classes.features.store, {});
    ASSERT_EQ(membership.leaves, 2u);
    double largest = 0;
    for (std::size_t i = 0; i < classes.truth.size(); ++i)
    {
      const auto   x = static_cast<double>(classes.features.values[2 * i]);
      const double expected = 1 / (1 + std::exp(-delta * (x - delta / 2)));
      largest = std::max(largest, std::abs(static_cast<double>(membership.probability[2 * i + 1]) - expected));
    }
    EXPECT_LT(largest, 0.05) << "means and covariance are measured";
    EXPECT_NEAR(MeanMaximum(membership), 0.5 * std::erfc(-delta / 2 / std::sqrt(2.0)), 0.005) << delta;
  }
}

TEST(Membership, IsThatOfTheCovarianceWithinLeaves)
{
  // Three leaves in a plane, with noise that is correlated there: by the formula, from the rows.
  Classes classes = MakeClasses({ 0, 0, 3, 0, 0, 3 }, 2, 40);
  auto &  values = classes.features.values;
  for (std::size_t i = 0; i < values.size(); i += 2)
  {
    values[i + 1] += 0.8f * values[i];
  }
  classes.result = TreeOf(classes.features, classes.truth, 3);
  const Membership      membership = ComputeMembership(classes.result, *classes.features.store, {});
  std::array<double, 3> w{}; // xx, xy, yy
  const auto            arm = [&](std::size_t i, std::size_t leaf) {
    const auto & centroid = classes.result.nodes[leaf + 1].centroid;
    return std::array<double, 2>{ static_cast<double>(values[2 * i]) - static_cast<double>(centroid[0]),
                                  static_cast<double>(values[2 * i + 1]) - static_cast<double>(centroid[1]) };
  };
  for (std::size_t i = 0; i < classes.truth.size(); ++i)
  {
    const auto a = arm(i, static_cast<std::size_t>(classes.truth[i]));
    w[0] += a[0] * a[0];
    w[1] += a[0] * a[1];
    w[2] += a[1] * a[1];
  }
  for (double & value : w)
  {
    value /= static_cast<double>(classes.truth.size() - 3);
  }
  const double determinant = w[0] * w[2] - w[1] * w[1];
  for (std::size_t i = 0; i < classes.truth.size(); ++i)
  {
    std::array<double, 3> p{};
    for (std::size_t c = 0; c < 3; ++c)
    {
      const auto a = arm(i, c);
      p[c] = std::exp(-0.5 * (w[2] * a[0] * a[0] - 2 * w[1] * a[0] * a[1] + w[0] * a[1] * a[1]) / determinant);
    }
    const double sum = p[0] + p[1] + p[2];
    double       entropy = 0;
    for (std::size_t c = 0; c < 3; ++c)
    {
      ASSERT_NEAR(static_cast<double>(membership.probability[3 * i + c]), p[c] / sum, 1e-4) << i;
      entropy -= p[c] > 0 ? p[c] / sum * std::log2(p[c] / sum) : 0;
    }
    std::sort(p.begin(), p.end());
    EXPECT_NEAR(static_cast<double>(membership.summary[3 * i]), p[2] / sum, 1e-4);
    EXPECT_NEAR(static_cast<double>(membership.summary[3 * i + 1]), (p[2] - p[1]) / sum, 1e-4);
    EXPECT_NEAR(static_cast<double>(membership.summary[3 * i + 2]), entropy, 1e-3);
  }
}

TEST(Membership, UnitsOffsetsAndNoiseElsewhereDoNotMatter)
{
  const Classes    plain = MakeClasses({ 0, 0, 2, 1 }, 2, 40);
  const Membership expected = ComputeMembership(plain.result, *plain.features.store, {});
  Classes          scaled = MakeClasses({ 0, 0, 2, 1 }, 2, 40);
  for (std::size_t i = 0; i < scaled.features.values.size(); ++i)
  {
    scaled.features.values[i] = i % 2 == 0 ? 100.f + 8.f * scaled.features.values[i] : scaled.features.values[i] - 5.f;
  }
  scaled.result = TreeOf(scaled.features, scaled.truth, 2);
  scaled.result.weights = { 1.f / 64.f, 1.f };
  const Membership found = ComputeMembership(scaled.result, *scaled.features.store, {});
  for (std::size_t i = 0; i < expected.probability.size(); ++i)
  {
    ASSERT_NEAR(found.probability[i], expected.probability[i], 1e-3f) << i;
  }

  // A column that no split used has no weight.
  Classes wide = MakeClasses({ 0, 0, 2, 1 }, 3, 40);
  for (std::size_t i = 0; i < wide.truth.size(); ++i)
  {
    wide.features.values[3 * i] = plain.features.values[2 * i];
    wide.features.values[3 * i + 1] = plain.features.values[2 * i + 1];
    wide.features.values[3 * i + 2] = static_cast<float>(i);
  }
  wide.result = TreeOf(wide.features, wide.truth, 2);
  wide.result.weights = { 1.f, 1.f, 0.f };
  EXPECT_EQ(ComputeMembership(wide.result, *wide.features.store, {}).probability, expected.probability);
}

TEST(Membership, SumsToOneAndIsUnknownWithoutALeaf)
{
  Classes classes = MakeClasses({ 0, 0, 2, 0, 0, 2, 9, 9 }, 20, 30);
  classes.result.leafOfPosition[17] = -1;
  const Membership membership = ComputeMembership(classes.result, *classes.features.store, {});
  for (std::size_t i = 0; i < classes.truth.size(); ++i)
  {
    const float * p = membership.probability.data() + 4 * i;
    if (i == 17)
    {
      EXPECT_TRUE(std::isnan(p[0]) && std::isnan(p[3]) && std::isnan(membership.summary[3 * i + 2]));
      continue;
    }
    EXPECT_NEAR(std::accumulate(p, p + 4, 0.0f), 1.0f, 1e-6f);
    EXPECT_LE(membership.summary[3 * i + 2], 2.0f);
  }
}

TEST(Membership, OneLeafIsCertain)
{
  const Classes    classes = MakeClasses({ 0, 0 }, 2, 4);
  const Membership membership = ComputeMembership(classes.result, *classes.features.store, {});
  EXPECT_EQ(membership.probability, std::vector<float>(16, 1.0f));
  EXPECT_EQ(std::vector<float>(membership.summary.begin(), membership.summary.begin() + 3),
            (std::vector<float>{ 1.0f, 1.0f, 0.0f }));
}

TEST(Membership, WithoutNoiseEveryPositionIsInItsLeaf)
{
  const Classes    classes = MakeClasses({ 0, 0, 1, 0, 0, 1 }, 2, 6, 0.0);
  const Membership membership = ComputeMembership(classes.result, *classes.features.store, {});
  for (std::size_t i = 0; i < classes.truth.size(); ++i)
  {
    EXPECT_NEAR(membership.probability[3 * i + static_cast<std::size_t>(classes.truth[i])], 1.0f, 1e-6f);
  }
}

TEST(Membership, LeavesThatAreAlikeShare)
{
  // No noise, and the same place: nothing but the place in the scan tells the leaves apart.
  const Classes    classes = MakeClasses({ 3, 1, 3, 1 }, 2, 6, 0.0);
  const Membership membership = ComputeMembership(classes.result, *classes.features.store, {});
  EXPECT_EQ(membership.probability, std::vector<float>(72, 0.5f));
  EXPECT_EQ(membership.summary[2], 1.0f) << "a bit";
}

TEST(Membership, IsTheSameForAnyNumberOfThreads)
{
  const Classes    classes = MakeClasses({ 0, 0, 2, 0, 0, 2 }, 40, 64);
  const Membership one = ComputeMembership(classes.result, *classes.features.store, { 1, {} });
  for (const int threads : { 2, 7 })
  {
    const Membership other = ComputeMembership(classes.result, *classes.features.store, { threads, {} });
    EXPECT_EQ(one.probability, other.probability);
    EXPECT_EQ(one.summary, other.summary);
  }
}
