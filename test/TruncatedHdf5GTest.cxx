// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "InstrumentFixtures.h"
#include "ScanFixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;
using fourdstem::ScanShape;

/** The first rows of a data set (4, 5, 6, 7) are written, in such chunks. */
class TruncatedHdf5 : public ::testing::Test
{
protected:
  void
  Write(const std::vector<hsize_t> & extents, const std::vector<hsize_t> & chunk, hsize_t written) const
  {
    const Hdf5TestFile file(m_Path);
    file.Array("/data", extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, nullptr, chunk);
    const hid_t                data = H5Dopen2(file.Id(), "/data", H5P_DEFAULT);
    const std::vector<hsize_t> start(extents.size(), 0);
    auto                       count = extents;
    count[0] = written;
    const hid_t space = H5Dget_space(data);
    const hid_t memory = H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
    if (written > 0)
    {
      H5Dwrite(data, H5T_NATIVE_UINT16, memory, space, H5P_DEFAULT, m_Values.data());
    }
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(data);
  }

  std::vector<std::uint16_t>
  First(std::ptrdiff_t patterns) const
  {
    return { m_Values.begin(), m_Values.begin() + patterns * 42 };
  }

  TemporaryFolder            m_Folder;
  std::string                m_Path = m_Folder.Path("scan.h5");
  std::vector<std::uint16_t> m_Values = CountingScan<std::uint16_t>({ 4, 5, 6, 7 });
};

TEST_F(TruncatedHdf5, RowsBeforeTheFirstMissingChunk)
{
  for (const auto & chunk : { std::vector<hsize_t>{ 1, 1, 6, 7 },
                              std::vector<hsize_t>{ 1, 2, 6, 7 },
                              std::vector<hsize_t>{ 1, 5, 3, 4 },
                              std::vector<hsize_t>{ 3, 5, 6, 7 } })
  {
    this->Write({ 4, 5, 6, 7 }, chunk, 3);
    const auto padded = OpenScanFile(m_Path);
    EXPECT_EQ(padded->Shape().ry, 4);
    ExpectMentions(padded->Header().notes.at(0), { "chunks were written", "fill value" });
    const auto scan = OpenScanFile(m_Path, Allowed());
    EXPECT_EQ(scan->Shape().ry, 3);
    EXPECT_TRUE((scan->Header().storedShape == ScanShape{ 4, 5, 6, 7 }));
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), this->First(15));
    ExpectMentions(scan->Header().notes.at(0), { "4 x 5 patterns are promised", "3 whole scan rows are read" });
    ExpectMentions(scan->Header().notes.at(1), { "first chunk", "never written" });
  }
}

TEST_F(TruncatedHdf5, StacksAndNothingWritten)
{
  auto options = Allowed();
  options.scanShape = { 4, 5 };
  this->Write({ 20, 6, 7 }, { 1, 6, 7 }, 13);
  {
    const auto scan = OpenScanFile(m_Path, options);
    EXPECT_EQ(ReadAll<std::uint16_t>(*scan), this->First(10));
    ExpectMentions(scan->Header().notes.at(0), { "13 whole patterns", "the last 3 patterns" });
  }
  this->Write({ 20, 6, 7 }, { 1, 6, 7 }, 4);
  ExpectMentions(ComplaintAbout(m_Path, options), { "not one whole scan row" });
  this->Write({ 4, 5, 6, 7 }, {}, 0);
  ExpectMentions(OpenScanFile(m_Path)->Header().notes.at(0), { "No value", "fill value" });
  ExpectMentions(ComplaintAbout(m_Path, Allowed()), { "not one whole scan row" });
  this->Write({ 4, 5, 6, 7 }, { 2, 2, 6, 7 }, 4);
  EXPECT_TRUE(OpenScanFile(m_Path, Allowed())->Header().notes.empty());
}

TEST_F(TruncatedHdf5, FilesThatAreCutOffAreRefusedByHdf5Itself)
{
  this->Write({ 4, 5, 6, 7 }, {}, 4);
  std::filesystem::resize_file(std::filesystem::u8path(m_Path), 3000);
  for (const auto & options : { ScanFileOptions(), Allowed() })
  {
    ExpectMentions(ComplaintAbout(m_Path, options),
                   { "scan.h5", "truncated file", "HDF5 itself refuses", "--allow-truncated", "not help" });
  }
}

TEST_F(TruncatedHdf5, FilesThatAnotherProgramIsWriting)
{
  const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST);
  const hid_t file = H5Fcreate(m_Path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
  H5Fflush(file, H5F_SCOPE_GLOBAL);
  const std::string seen = m_Folder.Path("seen.h5");
  std::filesystem::copy_file(std::filesystem::u8path(m_Path), std::filesystem::u8path(seen));
  H5Fclose(file);
  H5Pclose(access);
  ExpectMentions(ComplaintAbout(seen, Allowed()), { "seen.h5", "another program is writing it" });
}

TEST_F(TruncatedHdf5, FilesThatChangeAreRefusedAllTheSame)
{
  this->Write({ 4, 5, 6, 7 }, { 1, 1, 6, 7 }, 3);
  const auto scan = OpenScanFile(m_Path, Allowed());
  std::ofstream(std::filesystem::u8path(m_Path), std::ios::binary | std::ios::app) << "more";
  EXPECT_THROW(ReadAll<std::uint16_t>(*scan), std::runtime_error);
}

class TruncatedDectris : public TruncatedHdf5
{
protected:
  std::string
  WriteData(int number, std::size_t first, std::size_t count) const
  {
    const std::string name = "scan_data_00000" + std::to_string(number) + ".h5";
    instruments::WriteFrames(m_Folder.Path(name),
                             { count, 6, 7 },
                             H5T_NATIVE_UINT16,
                             m_Values.data() + first * 42,
                             static_cast<int>(first) + 1);
    return name;
  }

  /** Of 20 frames the last file, of 7, is missing. */
  std::string
  WriteMaster() const
  {
    const std::string path = m_Folder.Path("scan_master.h5");
    instruments::WriteMaster(path,
                             { { "data_000001", this->WriteData(1, 0, 6), "/entry/data/data" },
                               { "data_000002", this->WriteData(2, 6, 7), "/entry/data/data" },
                               { "data_000003", "scan_data_000003.h5", "/entry/data/data" } });
    return path;
  }
};

TEST_F(TruncatedDectris, LastDataFilesAreMissing)
{
  const std::string path = this->WriteMaster();
  ExpectMentions(ComplaintAbout(path), { "data_000003", "scan_data_000003.h5, which is missing", "13 frames" });
  auto options = Allowed();
  ExpectMentions(ComplaintAbout(path, options), { "13 patterns", "give it, rows x columns" });
  instruments::WriteSideFile(m_Folder.Path("scan.h5"), 4, 5, 2.5);
  ExpectMentions(ComplaintAbout(path),
                 { "4 x 5 patterns are promised", "2 whole scan rows", "--allow-truncated", "which is missing" });
  const auto scan = OpenScanFile(path, options);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), this->First(10));
  EXPECT_TRUE((scan->Header().storedShape == ScanShape{ 4, 5, 6, 7 }));
  options.scanShape = { 1, 13 };
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options)), this->First(13));
  options.allowTruncated = false;
  ExpectMentions(ComplaintAbout(path, options), { "which is missing", "--allow-truncated" });
}

TEST_F(TruncatedDectris, FewerFramesThanTheSideFileSays)
{
  const std::string path = m_Folder.Path("scan_master.h5");
  instruments::WriteMaster(path, { { "data_000001", this->WriteData(1, 0, 13), "/entry/data/data" } });
  instruments::WriteSideFile(m_Folder.Path("scan.h5"), 4, 5, 2.5);
  ExpectMentions(ComplaintAbout(path), { "4 x 5 patterns are promised", "13 whole patterns", "2 whole scan rows" });
  EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, Allowed())), this->First(10));
}

TEST_F(TruncatedDectris, FirstOrAllDataFilesAreMissing)
{
  const std::string path = this->WriteMaster();
  instruments::WriteSideFile(m_Folder.Path("scan.h5"), 4, 5, 2.5);
  std::filesystem::remove(std::filesystem::u8path(m_Folder.Path("scan_data_000001.h5")));
  ExpectMentions(ComplaintAbout(path, Allowed()), { "scan_data_000001.h5, which is missing" });
  std::filesystem::remove(std::filesystem::u8path(m_Folder.Path("scan_data_000002.h5")));
  ExpectMentions(ComplaintAbout(path, Allowed()), { "scan_data_000001.h5, which is missing" });
}
} // namespace
