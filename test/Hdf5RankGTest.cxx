// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5Fixtures.h"

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanShape;

const ScanShape                  Shape{ 3, 5, 6, 4 };
const std::vector<std::uint16_t> Counts = CountingScan<std::uint16_t>(Shape);

TEST(Hdf5Rank, AxesOfExtentOneAreLeftOut)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("scan.h5");
  for (std::size_t place = 0; place < 5; ++place)
  {
    for (const bool isChunked : { false, true })
    {
      std::vector<hsize_t> extents{ 3, 5, 6, 4 };
      std::vector<hsize_t> chunk{ 2, 2, 6, 3 };
      extents.insert(extents.begin() + static_cast<std::ptrdiff_t>(place), 1);
      chunk.insert(chunk.begin() + static_cast<std::ptrdiff_t>(place), 1);
      {
        const Hdf5TestFile file(path);
        file.Array("/data",
                   extents,
                   H5T_STD_U16BE,
                   H5T_NATIVE_UINT16,
                   Counts.data(),
                   isChunked ? chunk : std::vector<hsize_t>(),
                   isChunked ? 4 : 0);
      }
      const auto scan = OpenScanFile(path);
      EXPECT_TRUE(scan->Shape() == Shape);
      EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 3), Counts);
      ASSERT_EQ(scan->Header().notes.size(), 1U);
      ExpectMentions(scan->Header().notes[0], { "5 axes", "Ry, Rx, Qy, Qx", "of extent 1, are left out" });
    }
  }
}

TEST(Hdf5Rank, OfSeveralAxesOfExtentOneTheFirstIsLeftOut)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("line.h5");
  {
    const Hdf5TestFile file(path);
    file.Array("/data", { 1, 15, 1, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, Counts.data());
  }
  const auto scan = OpenScanFile(path);
  EXPECT_TRUE((scan->Shape() == ScanShape{ 15, 1, 6, 4 }));
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan), Counts);
  ExpectMentions(scan->Header().notes.at(0), { "numbers 2, 3, 4, 5" });
  // Where the axes in front are too few, the detector's go too.
  {
    const Hdf5TestFile file(path);
    file.Array("/data", { 1, 3, 5, 6, 4, 1, 1 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, Counts.data());
  }
  EXPECT_TRUE((OpenScanFile(path)->Shape() == Shape));
  {
    const Hdf5TestFile file(path);
    file.Array("/data", { 1, 1, 1, 1, 1 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, Counts.data());
  }
  EXPECT_TRUE((OpenScanFile(path)->Shape() == ScanShape{ 1, 1, 1, 1 }));
}

TEST(Hdf5Rank, ChunksThatReachBeyondAnAxisOfExtentOne)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("growing.h5");
  {
    const Hdf5TestFile         file(path);
    const std::vector<hsize_t> extents{ 3, 5, 1, 6, 4 };
    const std::vector<hsize_t> most(5, H5S_UNLIMITED);
    const std::vector<hsize_t> chunk{ 2, 2, 3, 6, 3 };
    const hid_t                space = H5Screate_simple(5, extents.data(), most.data());
    const hid_t                creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 5, chunk.data());
    const hid_t dataSet = H5Dcreate2(file.Id(), "/data", H5T_STD_U16LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Dwrite(dataSet, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, Counts.data());
    H5Dclose(dataSet);
    H5Pclose(creation);
    H5Sclose(space);
  }
  const auto scan = OpenScanFile(path);
  EXPECT_TRUE(scan->Shape() == Shape);
  EXPECT_EQ(ReadAll<std::uint16_t>(*scan, 4), Counts);
}

TEST(Hdf5Rank, SeriesOfScansAreRefused)
{
  const TemporaryFolder folder;
  const std::string     path = folder.Path("series.h5");
  {
    const Hdf5TestFile file(path);
    file.Array("/data", { 3, 5, 2, 3, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, Counts.data());
  }
  ExpectMentions(ComplaintAbout(path), { "/data (3, 5, 2, 3, 4)", "of 5 dimensions instead of 4 or 3" });
  fourdstem::ScanFileOptions options;
  options.dataSet = "/data";
  ExpectMentions(ComplaintAbout(path, options), { "/data (3, 5, 2, 3, 4)", "of 5 dimensions instead of 4 or 3" });
}
} // namespace
