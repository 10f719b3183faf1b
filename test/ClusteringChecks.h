// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef ClusteringChecks_h
#define ClusteringChecks_h

#include "ClusterFixtures.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace fixtures
{
using namespace fourdstem;

inline DivisiveOptions
ByNeighbours()
{
  DivisiveOptions options;
  options.selection = FeatureSelection::Neighbour;
  return options;
}

inline DivisiveResult
Divide(const Features & features, const DivisiveOptions & options = ByNeighbours(), int threads = 0)
{
  return RunDivisive(*features.store, features.grid, options, { threads, {} });
}

inline void
ExpectOneLeaf(const DivisiveResult & result, StopReason reason)
{
  ASSERT_EQ(result.nodes.size(), 1u) << "Lambda " << result.nodes.front().lambda;
  EXPECT_STREQ(NameOf(result.nodes.front().stop), NameOf(reason)) << result.nodes.front().note;
  const auto confidence = result.leafOfPosition;
  EXPECT_EQ(std::count(confidence.begin(), confidence.end(), 0), result.nodes.front().size);
}

inline void
ExpectEqual(const DivisiveResult & a, const DivisiveResult & b)
{
  EXPECT_EQ(a.leafOfPosition, b.leafOfPosition);
  EXPECT_EQ(a.weights, b.weights);
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  for (std::size_t i = 0; i < a.nodes.size(); ++i)
  {
    EXPECT_EQ(a.nodes[i].centroid, b.nodes[i].centroid) << "node " << i;
    EXPECT_EQ(a.nodes[i].features, b.nodes[i].features) << "node " << i;
    EXPECT_EQ(a.nodes[i].loading, b.nodes[i].loading) << "node " << i;
    EXPECT_EQ(a.nodes[i].inertia, b.nodes[i].inertia) << "node " << i;
    EXPECT_EQ(a.nodes[i].lambda, b.nodes[i].lambda) << "node " << i;
    EXPECT_EQ(a.nodes[i].gain, b.nodes[i].gain) << "node " << i;
  }
}
} // namespace fixtures

#endif
