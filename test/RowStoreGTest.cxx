// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/RowStore.h"

#include "ScanFixtures.h"

#include <gtest/gtest.h>

#include <numeric>

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

TEST(RowStore, ScratchGivesTheSameAsMemory)
{
  const TemporaryFolder folder;
  const auto            scratch = fourdstem::MakeScratchRowStore(50, 7, folder.Path(""));
  const auto            memory = fourdstem::MakeMemoryRowStore(50, 7);
  std::vector<float>    values(20 * 7);
  std::iota(values.begin(), values.end(), 1.F);
  const std::vector<std::int64_t> wanted = { 3, 4, 5, 6, 30, 2, 29, 10, 11, 49 };
  for (fourdstem::RowStore * store : { scratch.get(), memory.get() })
  {
    store->Write(4, 20, values.data());
    store->Write(29, 2, values.data() + 30);
  }

  fourdstem::RowLease leases[2];
  const auto          count = static_cast<std::int64_t>(wanted.size());
  const auto          fromScratch = scratch->Read(wanted.data(), count, leases[0]);
  const auto          fromMemory = memory->Read(wanted.data(), count, leases[1]);
  for (std::size_t i = 0; i < wanted.size(); ++i)
  {
    EXPECT_TRUE(std::equal(fromMemory[i], fromMemory[i] + 7, fromScratch[i])) << "row " << wanted[i];
  }
  EXPECT_THROW(scratch->Write(49, 2, values.data()), std::out_of_range);
}

TEST(RowStore, ScratchLeavesNoFileAndNamesTheFolderThatHasNoRoom)
{
  const TemporaryFolder folder;
  {
    const auto scratch = fourdstem::MakeScratchRowStore(10, 10, folder.Path(""));
    scratch.get();
  }
  EXPECT_TRUE(std::filesystem::is_empty(std::filesystem::u8path(folder.Path(""))));
  const auto complaint = [](std::int64_t rows, std::int64_t components, const std::string & where) -> std::string {
    try
    {
      fourdstem::MakeScratchRowStore(rows, components, where);
    }
    catch (const std::exception & error)
    {
      return error.what();
    }
    return {};
  };
  ExpectMentions(complaint(1, 1, folder.Path("missing")), { "missing", "scratch" });
  ExpectMentions(complaint(std::int64_t{ 1 } << 40, 1 << 15, folder.Path("")), { "no room", "bytes" });
  ExpectMentions(complaint(std::int64_t{ 1 } << 40, std::int64_t{ 1 } << 40, folder.Path("")), { "impossible" });
  EXPECT_THROW(fourdstem::MakeScratchRowStore(-1, 1, folder.Path("")), std::invalid_argument);
}
