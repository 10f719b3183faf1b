// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/PatternSource.h"

#include <gtest/gtest.h>

#include <numeric>

TEST(PatternSource, MemoryBlocksPointIntoTheScanInCOrder)
{
  const fourdstem::ScanShape shape{ 2, 3, 4, 5 };
  std::vector<std::uint16_t> scan(2 * 3 * 4 * 5);
  std::iota(scan.begin(), scan.end(), std::uint16_t{ 0 });
  const fourdstem::MemoryPatternSource source(scan.data(), shape);
  fourdstem::PatternLease              lease;

  const auto block = source.Read(1, 1, 2, lease);

  ASSERT_EQ(block.count, 2);
  EXPECT_EQ(block.Row<std::uint16_t>(1, 3)[4], ((1 * 3 + 2) * 4 + 3) * 5 + 4);
  EXPECT_THROW(source.Read(1, 2, 2, lease), std::out_of_range);
  EXPECT_THROW(source.Read(2, 0, 1, lease), std::out_of_range);
}
