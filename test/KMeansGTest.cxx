// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/KMeans.h"

#include "ClusterFixtures.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

namespace
{
using namespace fourdstem;

/** Rows around k centres, in the order of the centres' turn. */
fixtures::Features
MakeBlobs(std::int64_t rows, std::int64_t columns, int k, double noise)
{
  return fixtures::MakeFeatures(
    { rows, 1, 1 }, columns, noise, [k, rows](std::int64_t x, std::int64_t, std::int64_t, std::int64_t j) {
      static_cast<void>(rows);
      return 100.0 + 10.0 * static_cast<double>((x % k) * (j + 1) % 5 + (j % k == x % k ? 4 : 0));
    });
}

std::vector<std::int64_t>
AllRows(const RowStore & store)
{
  std::vector<std::int64_t> rows(static_cast<std::size_t>(store.Rows()));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

/** Lloyd as it is written in textbooks, in double. */
std::vector<std::int32_t>
PlainLloyd(const fixtures::Features & features, std::vector<std::vector<double>> centroids)
{
  const auto                columns = static_cast<std::size_t>(features.columns);
  const std::size_t         rows = features.values.size() / columns;
  std::vector<std::int32_t> labels(rows, -1);
  for (bool changed = true; changed;)
  {
    changed = false;
    for (std::size_t i = 0; i < rows; ++i)
    {
      std::int32_t nearest = 0;
      double       least = std::numeric_limits<double>::infinity();
      for (std::size_t c = 0; c < centroids.size(); ++c)
      {
        double distance = 0;
        for (std::size_t j = 0; j < columns; ++j)
        {
          distance += std::pow(static_cast<double>(features.values[i * columns + j]) - centroids[c][j], 2);
        }
        if (distance < least)
        {
          least = distance;
          nearest = static_cast<std::int32_t>(c);
        }
      }
      changed = changed || nearest != labels[i];
      labels[i] = nearest;
    }
    for (std::size_t c = 0; c < centroids.size(); ++c)
    {
      std::vector<double> sum(columns, 0.0);
      double              count = 0;
      for (std::size_t i = 0; i < rows; ++i)
      {
        if (labels[i] == static_cast<std::int32_t>(c))
        {
          ++count;
          for (std::size_t j = 0; j < columns; ++j)
          {
            sum[j] += static_cast<double>(features.values[i * columns + j]);
          }
        }
      }
      for (std::size_t j = 0; count > 0 && j < columns; ++j)
      {
        centroids[c][j] = sum[j] / count;
      }
    }
  }
  return labels;
}
} // namespace

TEST(KMeans, EqualsPlainLloydFromTheSameStart)
{
  for (const int k : { 1, 2, 3, 5, 8, 11 })
  {
    const fixtures::Features features = MakeBlobs(700, 37, 4, 12.0);
    KMeansOptions            options;
    options.k = k;
    options.tolerance = 0;
    std::vector<std::vector<double>> start;
    for (int c = 0; c < k; ++c)
    {
      options.startRows.push_back(13 * c + 5);
      const auto row = features.values.begin() + (13 * c + 5) * features.columns;
      start.emplace_back(row, row + features.columns);
    }
    const KMeansResult result = KMeans(*features.store, AllRows(*features.store), options, {});
    EXPECT_EQ(result.labels, PlainLloyd(features, start)) << "k = " << k;
    EXPECT_TRUE(result.converged);
    EXPECT_EQ(result.startRows, options.startRows);
    EXPECT_EQ(std::accumulate(result.sizes.begin(), result.sizes.end(), std::int64_t{ 0 }), 700);
  }
}

TEST(KMeans, InertiaAndCentroidsAreThoseOfTheLabels)
{
  const fixtures::Features features = MakeBlobs(500, 21, 3, 3.0);
  KMeansOptions            options;
  options.k = 3;
  const KMeansResult result = KMeans(*features.store, AllRows(*features.store), options, {});
  double             inertia = 0;
  double             total = 0;
  for (std::size_t j = 0; j < 21; ++j)
  {
    std::vector<double> sum(3, 0.0);
    double              all = 0;
    for (std::size_t i = 0; i < 500; ++i)
    {
      sum[static_cast<std::size_t>(result.labels[i])] += static_cast<double>(features.values[21 * i + j]);
      all += static_cast<double>(features.values[21 * i + j]) / 500;
    }
    for (std::size_t c = 0; c < 3; ++c)
    {
      EXPECT_NEAR(result.centroids[21 * c + j], sum[c] / static_cast<double>(result.sizes[c]), 1e-4);
    }
    for (std::size_t i = 0; i < 500; ++i)
    {
      const auto value = static_cast<double>(features.values[21 * i + j]);
      inertia += std::pow(value - result.centroids[21 * static_cast<std::size_t>(result.labels[i]) + j], 2);
      total += std::pow(value - all, 2);
    }
  }
  EXPECT_NEAR(result.inertia, inertia, 1e-5 * inertia);
  EXPECT_NEAR(result.totalInertia, total, 1e-5 * total);
}

TEST(KMeans, PlusPlusFindsDistantClusters)
{
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
  {
    const fixtures::Features features = MakeBlobs(400, 12, 5, 1.0);
    KMeansOptions            options;
    options.k = 5;
    options.seed = seed;
    const KMeansResult result = KMeans(*features.store, AllRows(*features.store), options, {});
    std::vector<int>   truth;
    for (int i = 0; i < 400; ++i)
    {
      truth.push_back(i % 5);
    }
    EXPECT_DOUBLE_EQ(fixtures::AdjustedRandIndex(truth, result.labels), 1.0) << "seed " << seed;
  }
}

TEST(KMeans, EmptyClustersTakeTheFarthestRow)
{
  const std::vector<float> values{ 0, 0.1f, 0.2f, 10, 10.1f, 30 };
  const auto               store = ViewRows(values.data(), 6, 1);
  KMeansOptions            options;
  options.k = 3;
  options.startCentroids = { 0, 10, 500 };
  const KMeansResult result = KMeans(*store, AllRows(*store), options, {});
  EXPECT_EQ(result.labels, (std::vector<std::int32_t>{ 0, 0, 0, 1, 1, 2 }));

  const std::vector<float> alike(6, 3.0f);
  const auto               same = ViewRows(alike.data(), 6, 1);
  options.startCentroids = { 3, 3, 3 };
  const KMeansResult one = KMeans(*same, AllRows(*same), options, {});
  EXPECT_EQ(one.sizes, (std::vector<std::int64_t>{ 6, 0, 0 }));
  EXPECT_EQ(one.inertia, 0.0);
}

TEST(KMeans, TiesGoToTheLowerLabel)
{
  const std::vector<float> values{ 0, 1, 2 };
  const auto               store = ViewRows(values.data(), 3, 1);
  KMeansOptions            options;
  options.k = 2;
  options.maximumIterations = 1;
  options.startCentroids = { 0, 2 };
  EXPECT_EQ(KMeans(*store, AllRows(*store), options, {}).labels, (std::vector<std::int32_t>{ 0, 0, 1 }));
}

TEST(KMeans, ValuesThatAreNotFiniteCountAsTheMean)
{
  const float              missing = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> values{ 0, 0, 0, missing, 9, 9, 9, 9, missing, missing };
  const auto               store = ViewRows(values.data(), 5, 2);
  KMeansOptions            options;
  options.k = 2;
  options.startRows = { 0, 3 };
  const KMeansResult result = KMeans(*store, AllRows(*store), options, {});
  EXPECT_EQ(result.labels, (std::vector<std::int32_t>{ 0, 0, 1, 1, 1 })); // the last is (4.5, 6)
  EXPECT_TRUE(std::isfinite(result.inertia));
}

TEST(KMeans, SameBitsForAnyThreadsAndSubsetsOfRows)
{
  const fixtures::Features  features = MakeBlobs(900, 19, 4, 8.0);
  std::vector<std::int64_t> even;
  for (std::int64_t i = 0; i < 900; i += 2)
  {
    even.push_back(i);
  }
  KMeansOptions options;
  options.k = 4;
  const KMeansResult one = KMeans(*features.store, even, options, { 1, {} });
  for (const int threads : { 2, 3, 16 })
  {
    const KMeansResult many = KMeans(*features.store, even, options, { threads, {} });
    EXPECT_EQ(one.labels, many.labels);
    EXPECT_EQ(one.centroids, many.centroids);
    EXPECT_EQ(one.inertia, many.inertia);
  }
}

TEST(KMeans, WrongArgumentsAreNamed)
{
  const fixtures::Features features = MakeBlobs(9, 3, 2, 1.0);
  const auto               run = [&features](auto change) {
    KMeansOptions options;
    change(options);
    return KMeans(*features.store, AllRows(*features.store), options, {});
  };
  EXPECT_THROW(run([](KMeansOptions & o) { o.k = 0; }), std::invalid_argument);
  EXPECT_THROW(run([](KMeansOptions & o) { o.k = 10; }), std::invalid_argument);
  EXPECT_THROW(run([](KMeansOptions & o) { o.startRows = { 1 }; }), std::invalid_argument);
  EXPECT_THROW(run([](KMeansOptions & o) { o.startRows = { 1, 99 }; }), std::invalid_argument);
  EXPECT_THROW(run([](KMeansOptions & o) { o.startCentroids = { 1, 2, 3 }; }), std::invalid_argument);
  Execution stopped;
  stopped.monitor.report = [](double) { return false; };
  EXPECT_THROW(KMeans(*features.store, AllRows(*features.store), {}, stopped), Aborted);
}

TEST(KMeans, CriteriaSuggestTheNumberOfBlobs)
{
  const fixtures::Features features = MakeBlobs(300, 6, 3, 1.0);
  const auto               rows = AllRows(*features.store);
  for (const auto suggest : { SuggestByElbow, SuggestBySilhouette, SuggestByGap })
  {
    const ClusterSuggestion suggestion = suggest(*features.store, rows, 7, 1, {});
    EXPECT_EQ(suggestion.k, 3);
    ASSERT_EQ(suggestion.inertia.size(), 7u);
    EXPECT_TRUE(std::is_sorted(suggestion.inertia.rbegin(), suggestion.inertia.rend()));
  }
}

TEST(KMeans, CriteriaSuggestOneClusterForANormalCloud)
{
  const auto features = fixtures::MakeFeatures(
    { 400, 1, 1 }, 4, 1.0, [](std::int64_t, std::int64_t, std::int64_t, std::int64_t) { return 5; });
  const auto rows = AllRows(*features.store);
  EXPECT_EQ(SuggestByElbow(*features.store, rows, 8, 1, {}).k, 1);
  EXPECT_EQ(SuggestBySilhouette(*features.store, rows, 8, 1, {}).k, 1);
  EXPECT_EQ(SuggestByGap(*features.store, rows, 8, 1, {}).k, 1);
}
