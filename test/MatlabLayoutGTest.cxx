// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

const std::vector<std::uint16_t> Counts = CountingScan<std::uint16_t>({ 3, 5, 6, 4 });

class MatlabLayout : public ::testing::Test
{
protected:
  /** The 512 bytes in front of HDF5's. */
  static std::string
  UserBlock()
  {
    std::string text =
      "MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Fri Feb 07 02:29:00 2014 HDF5 schema 1.00 .";
    text.resize(116, ' ');
    text.resize(124, '\0');
    text += std::string("\0\2IM", 4);
    text.resize(512, '\0');
    return text;
  }

  template <typename TWrite>
  void
  Write(TWrite && write) const
  {
    {
      const Hdf5TestFile file(m_Path, 512);
      write(file);
    }
    std::fstream      file(m_Path, std::ios::binary | std::ios::in | std::ios::out);
    const std::string block = UserBlock();
    file.write(block.data(), static_cast<std::streamsize>(block.size()));
  }

  static void
  WriteVariable(const Hdf5TestFile &         file,
                const std::string &          path,
                const std::vector<hsize_t> & extents,
                const std::vector<hsize_t> & chunk = {})
  {
    file.Array(path, extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, Counts.data(), chunk, chunk.empty() ? 0 : 3);
    file.Attribute(path, "MATLAB_class", "uint16", false);
  }

  TemporaryFolder   m_Folder;
  const std::string m_Path = m_Folder.Path("scan.mat");
};

TEST_F(MatlabLayout, TheFirstIndexRunsAlongDetectorColumns)
{
  for (const std::vector<hsize_t> & chunk : { std::vector<hsize_t>{}, { 1, 2, 6, 4 } })
  {
    // zeros(4, 6, 5, 3) in MATLAB.
    this->Write([&](const Hdf5TestFile & file) { WriteVariable(file, "/dp", { 3, 5, 6, 4 }, chunk); });
    const auto   scan = OpenScanFile(m_Path);
    const auto & header = scan->Header();
    EXPECT_EQ(header.format, "MATLAB 7.3");
    EXPECT_TRUE((scan->Shape() == fourdstem::ScanShape{ 3, 5, 6, 4 }));
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), Counts);
    EXPECT_EQ(header.metadata.at("MatlabClass"), "uint16");
    EXPECT_TRUE(header.scan.source.empty());
    ASSERT_EQ(header.notes.size(), 1U);
    ExpectMentions(header.notes[0], { "first index along detector columns", "fourth along scan rows" });
  }
}

TEST_F(MatlabLayout, TheLargestArrayIsTheScanAlsoInAStruct)
{
  this->Write([](const Hdf5TestFile & file) {
    WriteVariable(file, "/a", { 2, 5, 6, 4 });
    WriteVariable(file, "/b", { 5, 6, 4 });
    file.Group("/experiment");
    file.Attribute("/experiment", "MATLAB_class", "struct", false);
    WriteVariable(file, "/experiment/dp", { 3, 5, 6, 4 });
    file.Group("/#refs#");
    file.Array("/#refs#/c", { 9, 5, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, nullptr);
    file.Group("/#subsystem#");
    file.Array("/#subsystem#/MCOS", { 9, 5, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, nullptr);
  });
  const auto scan = OpenScanFile(m_Path);
  EXPECT_EQ(scan->Header().dataSet, "/experiment/dp");
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), Counts);
  EXPECT_EQ(scan->Header().candidates.size(), 3U);
  ExpectMentions(scan->Header().notes.at(1), { "/experiment/dp", "largest of 2 arrays" });
  ScanFileOptions options;
  options.dataSet = "/a";
  EXPECT_EQ(OpenScanFile(m_Path, options)->Shape().ry, 2);
  EXPECT_EQ(OpenScanFile(m_Path, options)->Header().notes.size(), 1U);
}

TEST_F(MatlabLayout, TwoArraysOfOneSizeAreAChoice)
{
  this->Write([](const Hdf5TestFile & file) {
    WriteVariable(file, "/a", { 3, 5, 6, 4 });
    WriteVariable(file, "/b", { 5, 3, 6, 4 });
  });
  ExpectMentions(ComplaintAbout(m_Path), { "/a (3, 5, 6, 4), /b (5, 3, 6, 4)" });
}

TEST_F(MatlabLayout, StacksTakeAScanShape)
{
  // MATLAB drops last extents of 1, too.
  this->Write([](const Hdf5TestFile & file) { WriteVariable(file, "/dp", { 15, 6, 4 }); });
  ExpectMentions(ComplaintAbout(m_Path), { "15 patterns", "3x5", "15x1" });
  ScanFileOptions options;
  options.scanShape = { 3, 5 };
  const auto scan = OpenScanFile(m_Path, options);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), Counts);
  ExpectMentions(scan->Header().notes.at(0), { "third along positions" });
}

TEST_F(MatlabLayout, LogicalIsReadAndComplexIsNamed)
{
  const std::vector<std::uint8_t> truths = CountingScan<std::uint8_t>({ 3, 5, 6, 4 });
  this->Write([&](const Hdf5TestFile & file) {
    file.Array("/mask", { 3, 5, 6, 4 }, H5T_STD_U8LE, H5T_NATIVE_UINT8, truths.data());
    file.Attribute("/mask", "MATLAB_class", "logical", false);
    file.Attribute("/mask", "MATLAB_int_decode", 1);
  });
  const auto scan = OpenScanFile(m_Path);
  EXPECT_EQ(ReadAll<std::uint8_t>(*scan), truths);
  EXPECT_EQ(scan->Header().metadata.at("MatlabClass"), "logical");
  this->Write([](const Hdf5TestFile & file) {
    const hid_t complex = H5Tcreate(H5T_COMPOUND, 16);
    H5Tinsert(complex, "real", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(complex, "imag", 8, H5T_NATIVE_DOUBLE);
    file.Array("/wave", { 3, 5, 6, 4 }, complex, complex, nullptr);
    H5Tclose(complex);
    const std::uint64_t empty[] = { 0, 0, 0, 0 };
    file.Array("/empty", { 4 }, H5T_STD_U64LE, H5T_NATIVE_UINT64, empty);
    file.Attribute("/empty", "MATLAB_empty", 1);
  });
  ExpectMentions(ComplaintAbout(m_Path), { "/wave (3, 5, 6, 4)", "complex numbers", "not read" });
}

TEST_F(MatlabLayout, OlderVersionsAreRefusedWithAdvice)
{
  std::string text = "MATLAB 5.0 MAT-file, Platform: PCWIN64, Created on: Mon Jan 01 00:00:00 2024";
  text.resize(124, ' ');
  const std::string version5 = m_Folder.Write("old.mat", text + std::string("\0\1IM", 4) + std::string(1000, '\1'));
  ExpectMentions(ComplaintAbout(version5), { "old.mat", "MATLAB file of version 5", "save(..., '-v7.3')" });
  const std::string version4 = m_Folder.Write("older.mat", std::string(1000, '\1'));
  ExpectMentions(ComplaintAbout(version4), { "named .mat but no HDF5", "save(..., '-v7.3')" });
}

TEST_F(MatlabLayout, FilesThatAreCutOffAreRefused)
{
  this->Write([](const Hdf5TestFile & file) { WriteVariable(file, "/dp", { 3, 5, 6, 4 }); });
  const auto size = std::filesystem::file_size(m_Path);
  for (const auto left : { size - 100, std::uintmax_t{ 600 } })
  {
    std::filesystem::resize_file(m_Path, left);
    ExpectMentions(ComplaintAbout(m_Path), { "scan.mat", "cannot be opened" });
  }
  std::filesystem::resize_file(m_Path, 300);
  ExpectMentions(ComplaintAbout(m_Path), { "scan.mat", "no known format", "-v7.3" });
}
} // namespace
