// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "BlockfileFixtures.h"

#include <cmath>
#include <limits>

namespace
{
using namespace blockfile;
using fourdstem::OpenScanFile;

TEST(BlockfileLimits, HostileHeadersAreRefused)
{
  const TemporaryFolder folder;
  const std::string     sound = Blockfile().Bytes(Counts<std::uint8_t>());
  const auto            refused = [&folder](const std::string & bytes, const std::vector<std::string> & words) {
    const std::string path = folder.Write("bad.blo", bytes);
    const std::string complaint = ComplaintAbout(path);
    ExpectMentions(complaint, words);
    EXPECT_EQ(complaint.find(path + ": "), 0U) << complaint;
    EXPECT_LT(complaint.size(), 1000U);
  };
  const auto with = [&sound](std::size_t offset, auto value) {
    std::string bytes = sound;
    Put(bytes, offset, value);
    return bytes;
  };
  refused(sound.substr(0, 6), { "cut off inside its header", "6 bytes" });
  refused(sound.substr(0, 239), { "cut off inside its header" });
  refused(sound.substr(0, 0x1010), { "begin at 4112", "cut off" });
  refused(sound.substr(0, 0x1013), { "no pattern at byte 4112" });
  refused(sound.substr(0, 0x1010 + 20), { "inside its first pattern", "42" });
  refused(with(20, std::uint16_t{ 0 }), { "no patterns", "at least 1" });
  refused(with(24, std::uint16_t{ 0 }), { "no patterns", "3 x 0" });
  refused(with(26, std::uint16_t{ 0 }), { "no patterns", "0 x 5" });
  refused(with(12, std::uint32_t{ 0 }), { "begin at 0" });
  refused(with(12, std::uint32_t{ 0xFFFFFFFF }), { "begin at 4294967295" });
  refused(with(12, std::uint32_t{ 0x1011 }), { "no pattern at byte 4113", "AA 55" });
  refused(with(20, std::uint16_t{ 7 }), { "no second pattern" });
  refused(with(20, std::uint16_t{ 65535 }), { "inside its first pattern" });
  std::string wide = with(24, std::uint16_t{ 65535 });
  Put<std::uint16_t>(wide, 26, 65535);
  refused(wide, { "15 whole patterns", "65535 x 65535", "not one whole scan row" });
}

TEST(BlockfileLimits, DamagedHeadersNeverCrash)
{
  const TemporaryFolder folder;
  const std::string     sound = Blockfile(0x0103).Bytes(Counts<std::uint16_t>());
  std::mt19937          random(11);
  const auto            draw = [&random](std::size_t most) { return random() % most; };
  int                   opened = 0;
  for (int i = 0; i < 600; ++i)
  {
    std::string bytes = sound;
    for (std::size_t change = draw(4); change < 4; ++change)
    {
      bytes[draw(2) == 0 ? draw(64) : draw(bytes.size())] = static_cast<char>(draw(256));
    }
    if (draw(4) == 0)
    {
      bytes.resize(draw(bytes.size() - 1) + 1);
    }
    try
    {
      const auto              scan = OpenScanFile(folder.Write("damaged.blo", bytes));
      const auto &            shape = scan->Shape();
      fourdstem::PatternLease lease;
      for (const std::int64_t row : { std::int64_t{ 0 }, shape.ry / 2, shape.ry - 1 })
      {
        const auto block = scan->Read(row, 0, std::min<std::int64_t>(shape.rx, 100), lease);
        EXPECT_NE(block.data, nullptr);
      }
      ++opened;
    }
    catch (const std::runtime_error & error)
    {
      EXPECT_NE(std::string(error.what()).find("damaged.blo"), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(opened, 50);
}

#ifndef _WIN32
TEST(BlockfileLimits, BeyondFourGibibytes)
{
  const TemporaryFolder folder;
  constexpr auto        patternBytes = std::uintmax_t{ 6 } + 2048 * 2048;
  constexpr auto        positions = std::uintmax_t{ 33 } * 32;
  Blockfile             file;
  Put<std::uint16_t>(file.header, 20, 2048);
  Put<std::uint16_t>(file.header, 24, 32);
  Put<std::uint16_t>(file.header, 26, 33);
  const std::string path = folder.Write("large.blo", file.header);
  std::filesystem::resize_file(std::filesystem::u8path(path), file.header.size() + positions * patternBytes); // sparse
  {
    std::fstream out(std::filesystem::u8path(path), std::ios::binary | std::ios::in | std::ios::out);
    for (const std::uint32_t number : { 0U, 1U, static_cast<std::uint32_t>(positions - 1) })
    {
      std::string frame(6, '\0');
      Put<std::uint16_t>(frame, 0, 0x55AA);
      Put<std::uint32_t>(frame, 2, number);
      out.seekp(static_cast<std::streamoff>(file.header.size() + number * patternBytes));
      out << frame << std::string(3, static_cast<char>(number % 100 + 1));
    }
  }
  const auto scan = OpenScanFile(path);
  EXPECT_TRUE(scan->Header().notes.empty());
  fourdstem::PatternLease lease;
  EXPECT_EQ(scan->Read(32, 31, 1, lease).Row<std::uint8_t>(0, 0)[2], (positions - 1) % 100 + 1);
  EXPECT_EQ(scan->Read(32, 31, 1, lease).Row<std::uint8_t>(0, 2047)[2047], 0);
  EXPECT_EQ(scan->Read(0, 1, 1, lease).Row<std::uint8_t>(0, 0)[0], 2);
}
#endif
} // namespace
