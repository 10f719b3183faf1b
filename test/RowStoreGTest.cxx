// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/RowStore.h"

#include <gtest/gtest.h>

TEST(RowStore, MemoryGivesBackWhatWasWritten)
{
  const auto          store = fourdstem::MakeMemoryRowStore(4, 2);
  const float         written[] = { 1, 2, 3, 4 };
  const std::int64_t  wanted[] = { 2, 0, 1 };
  fourdstem::RowLease lease;

  store->Write(1, 2, written);
  const float * const * rows = store->Read(wanted, 3, lease);

  EXPECT_EQ(rows[0][1], 4);
  EXPECT_EQ(rows[1][0], 0);
  EXPECT_EQ(rows[2][0], 1);
}
