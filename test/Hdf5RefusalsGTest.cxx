// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"
#include "ScanFixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

const fourdstem::ScanShape Shape{ 3, 5, 6, 4 };
const std::vector<hsize_t> Extents{ 3, 5, 6, 4 };

class Hdf5Refusals : public ::testing::Test
{
protected:
  void
  WriteCounts(const Hdf5TestFile & file, const std::string & path, const std::vector<hsize_t> & extents = Extents) const
  {
    file.Array(path, extents, H5T_STD_U16LE, H5T_NATIVE_UINT16, m_Counts.data());
  }

  ScanFileOptions
  Named(const std::string & dataSet) const
  {
    ScanFileOptions options;
    options.dataSet = dataSet;
    return options;
  }

  std::vector<std::uint16_t>
  ReadNamed(const std::string & dataSet) const
  {
    return ReadAll<std::uint16_t>(*OpenScanFile(m_Path, this->Named(dataSet)));
  }

  /** A virtual data set of the file's scan that lies in data set `source` of `otherFile`. */
  void
  WriteVirtual(const Hdf5TestFile & file,
               const std::string &  path,
               const std::string &  otherFile,
               const std::string &  source) const
  {
    const hid_t space = H5Screate_simple(4, Extents.data(), nullptr);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_virtual(creation, space, otherFile.c_str(), source.c_str(), space);
    H5Dclose(H5Dcreate2(file.Id(), path.c_str(), H5T_STD_U16LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Pclose(creation);
    H5Sclose(space);
  }

  TemporaryFolder            m_Folder;
  std::vector<std::uint16_t> m_Counts = CountingScan<std::uint16_t>(Shape);
  std::string                m_Path = m_Folder.Path("scan.h5");
};

TEST_F(Hdf5Refusals, VirtualDataSetsOfPartsInOtherFilesAreNotReadAsZeros)
{
  {
    const Hdf5TestFile file(m_Path);
    this->WriteVirtual(file, "/v", "moved_away.h5", "/x");
  }
  ExpectMentions(ComplaintAbout(m_Path), { "scan.h5", "/v", "/x in moved_away.h5 (which is missing)", "not followed" });
  {
    const Hdf5TestFile other(m_Folder.Path("moved_away.h5"));
    this->WriteCounts(other, "/x");
  }
  ExpectMentions(ComplaintAbout(m_Path), { "/x in moved_away.h5;", "not followed" });
}

TEST_F(Hdf5Refusals, VirtualDataSetsOfPartsInTheSameFileAreRead)
{
  {
    const Hdf5TestFile file(m_Path);
    this->WriteCounts(file, "/x");
    this->WriteVirtual(file, "/v", ".", "/x");
    this->WriteVirtual(file, "/broken", ".", "/y");
    this->WriteVirtual(file, "/nested", ".", "/elsewhere");
    this->WriteVirtual(file, "/elsewhere", "gone.h5", "/x");
    this->WriteVirtual(file, "/linked", ".", "/link");
    H5Lcreate_external("gone.h5", "/x", file.Id(), "/link", H5P_DEFAULT, H5P_DEFAULT);
    this->WriteVirtual(file, "/loop", ".", "/loop");
  }
  EXPECT_EQ(this->ReadNamed("/v"), m_Counts);
  ExpectMentions(ComplaintAbout(m_Path, this->Named("/broken")), { "/broken", "part /y is missing" });
  ExpectMentions(ComplaintAbout(m_Path, this->Named("/nested")), { "/elsewhere", "gone.h5" });
  ExpectMentions(ComplaintAbout(m_Path, this->Named("/linked")), { "part /link is missing" });
  ExpectMentions(ComplaintAbout(m_Path, this->Named("/loop")), { "part /loop is missing" });
}

TEST_F(Hdf5Refusals, ValuesInOtherFilesAreNotRead)
{
  {
    const Hdf5TestFile file(m_Path);
    const hid_t        space = H5Screate_simple(4, Extents.data(), nullptr);
    const hid_t        creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "values.bin", 0, 720);
    H5Dclose(H5Dcreate2(file.Id(), "/data", H5T_STD_U16LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Pclose(creation);
    H5Sclose(space);
    H5Lcreate_external("other.h5", "/x", file.Id(), "/link", H5P_DEFAULT, H5P_DEFAULT);
    const Hdf5TestFile other(m_Folder.Path("other.h5"));
    this->WriteCounts(other, "/x");
  }
  ExpectMentions(ComplaintAbout(m_Path), { "/data", "values.bin (which is missing)", "not followed" });
  ExpectMentions(ComplaintAbout(m_Path, this->Named("/link")), { "/link", "other.h5:/x", "not followed" });
}

TEST_F(Hdf5Refusals, SayWhatWasFoundInstead)
{
  {
    const Hdf5TestFile file(m_Path);
    this->WriteCounts(file, "/five", { 3, 5, 2, 3, 4 });
    const hid_t complex = H5Tcreate(H5T_COMPOUND, 8);
    H5Tinsert(complex, "r", 0, H5T_IEEE_F32LE);
    H5Tinsert(complex, "i", 4, H5T_IEEE_F32LE);
    file.Array("/waves", Extents, complex, complex, nullptr);
    H5Tclose(complex);
    const hid_t twelve = H5Tcopy(H5T_STD_U16LE);
    H5Tset_precision(twelve, 12);
    file.Array("/twelve", Extents, twelve, twelve, nullptr);
    H5Tclose(twelve);
    H5Lcreate_external("other.h5", "/x", file.Id(), "/external", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nowhere", file.Id(), "/soft", H5P_DEFAULT, H5P_DEFAULT);
  }
  ExpectMentions(ComplaintAbout(m_Path),
                 { "no numeric data set of 4 dimensions",
                   "/five (3, 5, 2, 3, 4) of 5 dimensions",
                   "/waves (3, 5, 6, 4) of complex numbers",
                   "/twelve (3, 5, 6, 4) of integers of 12 bits in 2 bytes",
                   "/external is a link to other.h5:/x in another file",
                   "/soft is a link to /nowhere" });
  ExpectMentions(ComplaintAbout(m_Path, this->Named("/waves")), { "data set /waves (3, 5, 6, 4) of complex numbers" });
  ExpectMentions(ComplaintAbout(m_Path, this->Named("external/data")), { "/external is a link to other.h5:/x" });
  {
    const Hdf5TestFile file(m_Path);
    file.Number("/number", 3);
  }
  ExpectMentions(ComplaintAbout(m_Path), { "none of more than 1 dimension" });
}

TEST_F(Hdf5Refusals, ANamedDataSetIsOpenedWhereverItLies)
{
  std::string deep;
  {
    const Hdf5TestFile file(m_Path);
    file.Group("/z");
    this->WriteCounts(file, "/z/data");
    H5Lcreate_soft("/z/data", file.Id(), "/soft", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_hard(file.Id(), "/z/data", file.Id(), "/alias", H5P_DEFAULT, H5P_DEFAULT);
    for (int level = 0; level < 20; ++level)
    {
      deep += "/g";
      file.Group(deep);
    }
    this->WriteCounts(file, deep + "/data");
  }
  for (const std::string & name : std::vector<std::string>{ "/z/data", "z/data/", "/z", "z//", "soft", "/alias", deep })
  {
    EXPECT_EQ(this->ReadNamed(name), m_Counts) << name;
  }
  EXPECT_EQ(OpenScanFile(m_Path, this->Named("soft"))->Header().dataSet, "/z/data");
  ExpectMentions(ComplaintAbout(m_Path, this->Named("/g")), { "no data set /g of", "/alias (3, 5, 6, 4)" });
  ExpectMentions(ComplaintAbout(m_Path, this->Named("/")), { "no data set / of" });
}

TEST_F(Hdf5Refusals, FilesOfTooManyObjectsAskForAName)
{
  {
    const Hdf5TestFile file(m_Path);
    file.Group("/a");
    for (int i = 0; i < 10050; ++i)
    {
      file.Number("/a/" + std::to_string(i), 1);
    }
    this->WriteCounts(file, "/z");
  }
  ExpectMentions(ComplaintAbout(m_Path), { "more objects than are looked through", "named" });
  EXPECT_EQ(this->ReadNamed("/z"), m_Counts);
}

TEST_F(Hdf5Refusals, UserBlocksOfEverySizeArePassedOver)
{
  for (const hsize_t size : { 512U, 2048U, 4096U, 65536U })
  {
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_userblock(creation, size);
    H5Fclose(H5Fcreate(m_Path.c_str(), H5F_ACC_TRUNC, creation, H5P_DEFAULT));
    H5Pclose(creation);
    const hid_t file = H5Fopen(m_Path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(4, Extents.data(), nullptr);
    const hid_t data = H5Dcreate2(file, "/d", H5T_STD_U16LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(data, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, m_Counts.data());
    H5Dclose(data);
    H5Sclose(space);
    H5Fclose(file);
    EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(m_Path)), m_Counts) << size;
  }
}

TEST_F(Hdf5Refusals, ExtentsOfZeroHaveNoPatterns)
{
  {
    const Hdf5TestFile file(m_Path);
    file.Array("/d", { 0, 5, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, nullptr);
  }
  ExpectMentions(ComplaintAbout(m_Path), { "has no patterns", "0 x 5" });
}

TEST_F(Hdf5Refusals, ChunksThatWereNeverWrittenAreNotedAndReadAsTheFillValue)
{
  constexpr std::int64_t          side = 256;
  const std::vector<std::uint8_t> ones(side * side, 1);
  {
    const Hdf5TestFile file(m_Path);
    file.Array("/data", { 64, 64, side, side }, H5T_STD_U8LE, H5T_NATIVE_UINT8, nullptr, { 1, 1, side, side }, 1);
    const hid_t   data = H5Dopen2(file.Id(), "/data", H5P_DEFAULT);
    const hsize_t start[] = { 1, 2, 0, 0 };
    const hsize_t count[] = { 1, 1, side, side };
    const hid_t   space = H5Dget_space(data);
    const hid_t   memory = H5Screate_simple(4, count, nullptr);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr);
    H5Dwrite(data, H5T_NATIVE_UINT8, memory, space, H5P_DEFAULT, ones.data());
    H5Sclose(memory);
    H5Sclose(space);
    H5Dclose(data);
  }
  const auto              scan = OpenScanFile(m_Path);
  fourdstem::PatternLease lease;
  const auto              block = scan->Read(1, 1, 2, lease);
  EXPECT_EQ(block.Row<std::uint8_t>(0, 255)[255], 0);
  EXPECT_EQ(block.Row<std::uint8_t>(1, 255)[255], 1);
  ASSERT_EQ(scan->Header().notes.size(), 1U);
  ExpectMentions(scan->Header().notes[0], { "Only 1 of 4096 chunks were written", "fill value" });
}
} // namespace
