// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "DmFixtures.h"

namespace
{
using namespace dm;
using fourdstem::OpenScanFile;

constexpr fourdstem::ScanShape Shape{ 3, 5, 6, 4 };

std::string
Sound(int version)
{
  const TagWriter writer(version);
  return writer.File({ writer.Group(
    "ImageList",
    { Image(writer, { 4, 6, 5, 3 }, CountingScan<std::uint16_t>(Shape), {}, { Swapped(writer, true) }) }) });
}

void
ExpectRefused(const TemporaryFolder & folder, const std::string & bytes, const std::vector<std::string> & words)
{
  const std::string path = folder.Write("bad.dm4", bytes);
  const std::string complaint = ComplaintAbout(path);
  ExpectMentions(complaint, words);
  EXPECT_EQ(complaint.find(path + ": "), 0U) << complaint;
  EXPECT_LT(complaint.size(), 1000U);
}

TEST(DmLimits, FilesCutAnywhereAreRefused)
{
  const TemporaryFolder folder;
  for (const int version : { 3, 4 })
  {
    const std::string sound = Sound(version);
    for (std::size_t size = 1; size < sound.size() - 8; size += size < 200 ? 1 : 13)
    {
      const std::string complaint = ComplaintAbout(folder.Write("cut.dm4", sound.substr(0, size)));
      EXPECT_NE(complaint.find("cut.dm4: "), std::string::npos) << size << " bytes: " << complaint;
    }
    ExpectMentions(ComplaintAbout(folder.Write("data.dm4", sound.substr(0, sound.size() / 2))),
                   { "is cut off", "720 bytes" });
  }
  ExpectRefused(folder, "DM4", { "no known format", "named .dm4" });
  ExpectRefused(folder, std::string(64, '\5'), { "named .dm4 but without version 3 or 4" });
}

TEST(DmLimits, GroupsInGroupsWithoutEnd)
{
  const TemporaryFolder folder;
  for (const int version : { 3, 4 })
  {
    const TagWriter writer(version);
    const auto      nested = [&writer](int depth) {
      std::string group = writer.Group("", {});
      for (int i = 0; i < depth; ++i)
      {
        group = writer.Group("g", { group });
      }
      return writer.File({ group });
    };
    ExpectRefused(folder, nested(60), { "there are no images" });
    ExpectRefused(folder, nested(5000), { "more than 64 groups in each other" });
  }
}

TEST(DmLimits, CountsAndSizesBeyondTheFile)
{
  const TemporaryFolder   folder;
  const TagWriter         writer(4);
  constexpr std::uint64_t huge = std::uint64_t{ 1 } << 62;
  std::string             root = writer.File({});
  root.replace(18, 8, writer.Size(huge));
  ExpectRefused(folder, root.substr(0, 26), { "is cut off" });
  root.replace(18, 8, writer.Size(huge * 2));
  ExpectRefused(folder, root, { "a size of -9223372036854775808" });

  const auto value = [&writer](const std::vector<std::uint64_t> & description, const std::string & bytes = {}) {
    return writer.File({ writer.Value("v", description, bytes) });
  };
  ExpectRefused(folder, value({ 20, 7, huge }), { "size of a tag's value is impossible" });
  ExpectRefused(folder, value({ 20, 7, huge / 8 }), { "is cut off or damaged" });
  ExpectRefused(folder, value({ 18, huge }), { "is cut off or damaged" });
  ExpectRefused(folder, value({ 15, 0, huge }), { "a structure of 4611686018427387904 fields" });
  ExpectRefused(folder, value({ 15, 0, 3, 0, 18, huge, 0, 18, huge, 0, 18, huge }), { "more than 2^61 bytes" });
  ExpectRefused(folder, value({ 99 }), { "unknown type 99" });
  ExpectRefused(folder, value({ 13 }), { "unknown type 13" });
  ExpectRefused(folder, value(std::vector<std::uint64_t>(50, 20)), { "more than 8 types in each other" });
  ExpectRefused(folder, writer.File({ writer.Tag(7, "x", "") }), { "a tag of kind 7" });
  ExpectRefused(folder, writer.File({ writer.Tag(21, "x", "%%%!" + std::string(40, '\0')) }), { "%%%% is missing" });
  ExpectRefused(folder, value({ 20, 15, 0, 2, 0, 2, 0, 7, 3 }, std::string(30, '\1')), { "there are no images" });
  ExpectRefused(folder, value({ 20, 20, 4, 5, 3 }, std::string(30, '\1')), { "there are no images" });
}

TEST(DmLimits, ExtentsThatTheDataDoNotHave)
{
  const TemporaryFolder folder;
  const TagWriter       writer(4);
  const auto            file = [&writer](const std::vector<std::uint32_t> & extents) {
    return writer.File({ writer.Group(
      "ImageList", { Image(writer, extents, std::vector<std::uint16_t>(360), {}, { Swapped(writer, true) }) }) });
  };
  ExpectRefused(folder, file({ 4, 6, 5, 4 }), { "(4, 5, 6, 4) pixels of uint16 need 960 bytes", "Data has 720" });
  ExpectRefused(folder, file({ 0, 6, 5, 3 }), { "without extents" });
  ExpectRefused(folder, file({}), { "without extents" });
  ExpectRefused(folder, file({ 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF }), { "is impossible" });
  ExpectRefused(folder, file({ 0xFFFFFFFF, 1, 1, 1 }), { "need 8589934590 bytes" });
  ExpectRefused(folder, file({ 2, 2, 2, 3, 5, 3 }), { "of 6 axes" });
  const auto short4d = OpenScanFile(folder.Write("short.dm4", file({ 4, 6, 5, 2 })));
  ExpectMentions(short4d->Header().notes.at(0), { "240 bytes after the image's last pixel" });
}

TEST(DmLimits, DamagedFilesNeverCrash)
{
  const TemporaryFolder folder;
  std::mt19937          random(17);
  const auto            draw = [&random](std::size_t most) { return random() % most; };
  int                   opened = 0;
  for (int i = 0; i < 600; ++i)
  {
    std::string bytes = Sound(3 + i % 2);
    for (std::size_t change = draw(4); change < 4; ++change)
    {
      bytes[draw(bytes.size())] = static_cast<char>(draw(256));
    }
    if (draw(6) == 0)
    {
      bytes.resize(draw(bytes.size() - 1) + 1);
    }
    try
    {
      const auto              scan = OpenScanFile(folder.Write("damaged.dm4", bytes));
      fourdstem::PatternLease lease;
      EXPECT_NE(scan->Read(scan->Shape().ry - 1, 0, 1, lease).data, nullptr);
      ++opened;
    }
    catch (const std::runtime_error & error)
    {
      EXPECT_NE(std::string(error.what()).find("damaged.dm4"), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(opened, 50);
}
} // namespace
