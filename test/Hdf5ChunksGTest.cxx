// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ChunkFixtures.h"
#include "Formats/ByteShuffle.h"
#include "Formats/ChunkDecoder.h"

#include <functional>

namespace
{
using fourdstem::OpenScanFile;
using fourdstem::ScanFileOptions;

constexpr fourdstem::ScanShape Shape{ 5, 7, 6, 9 };

/** Filters as they go into a data set's creation properties. */
using Pipeline = std::function<void(hid_t creation, unsigned elementBytes)>;

void
Add(hid_t creation, int filter, const std::vector<unsigned> & values)
{
  ASSERT_GE(H5Pset_filter(creation, filter, H5Z_FLAG_OPTIONAL, values.size(), values.data()), 0);
}

std::vector<std::pair<std::string, Pipeline>>
Pipelines()
{
  std::vector<std::pair<std::string, Pipeline>> all;
  all.emplace_back("none", [](hid_t, unsigned) {});
  all.emplace_back("shuffle", [](hid_t creation, unsigned) { H5Pset_shuffle(creation); });
  all.emplace_back("fletcher32", [](hid_t creation, unsigned) { H5Pset_fletcher32(creation); });
  all.emplace_back("fletcher32, shuffle, deflate", [](hid_t creation, unsigned) {
    H5Pset_fletcher32(creation);
    H5Pset_shuffle(creation);
    H5Pset_deflate(creation, 4);
  });
  all.emplace_back("shuffle, deflate, fletcher32", [](hid_t creation, unsigned) {
    H5Pset_shuffle(creation);
    H5Pset_deflate(creation, 9);
    H5Pset_fletcher32(creation);
  });
  all.emplace_back("bitshuffle", [](hid_t creation, unsigned bytes) {
    Add(creation, 32008, { 0, 3, bytes, 16, chunks::Nothing });
  });
#ifdef FourDSTEM_WITH_LZ4
  all.emplace_back("LZ4", [](hid_t creation, unsigned) { Add(creation, 32004, { 100 }); });
  all.emplace_back("bitshuffle, LZ4", [](hid_t creation, unsigned bytes) {
    Add(creation, 32008, { 0, 3, bytes, 24, chunks::Lz4 });
  });
  all.emplace_back("bitshuffle, LZ4, one block", [](hid_t creation, unsigned bytes) {
    Add(creation, 32008, { 0, 3, bytes, 4096, chunks::Lz4 });
  });
#endif
#ifdef FourDSTEM_WITH_ZSTD
  all.emplace_back("bitshuffle, Zstandard", [](hid_t creation, unsigned bytes) {
    Add(creation, 32008, { 0, 4, bytes, 64, chunks::Zstandard });
  });
#endif
#ifdef FourDSTEM_WITH_BLOSC
  all.emplace_back("Blosc", [](hid_t creation, unsigned bytes) { Add(creation, 32001, { 2, 2, bytes, 0 }); });
#endif
  return all;
}

void
WriteChunked(const std::string &          path,
             const std::vector<hsize_t> & extents,
             const std::vector<hsize_t> & chunk,
             hid_t                        stored,
             hid_t                        memory,
             const void *                 values,
             const Pipeline &             addFilters)
{
  chunks::Register<32001>();
  chunks::Register<32004>();
  chunks::Register<32008>();
  const Hdf5TestFile file(path);
  const hid_t        space = H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr);
  const hid_t        creation = H5Pcreate(H5P_DATASET_CREATE);
  H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
  addFilters(creation, static_cast<unsigned>(H5Tget_size(stored)));
  const hid_t dataSet = H5Dcreate2(file.Id(), "/data", stored, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  ASSERT_GE(dataSet, 0);
  ASSERT_GE(H5Dwrite(dataSet, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), 0);
  H5Dclose(dataSet);
  H5Pclose(creation);
  H5Sclose(space);
}

TEST(Hdf5Chunks, EveryFilterGivesWhatWasWritten)
{
  const auto                              counts = CountingScan<std::uint16_t>(Shape);
  const std::vector<hsize_t>              extents{ 5, 7, 6, 9 };
  const TemporaryFolder                   folder;
  const std::string                       path = folder.Path("scan.h5");
  const std::vector<std::vector<hsize_t>> chunkings{ { 1, 1, 6, 9 }, { 1, 7, 6, 9 }, { 2, 3, 4, 5 }, { 5, 7, 6, 9 } };
  for (const auto & [name, addFilters] : Pipelines())
  {
    for (const auto & chunk : chunkings)
    {
      SCOPED_TRACE(name + " in chunks of " + std::to_string(chunk[0]) + " rows");
      for (const hid_t stored : { H5T_STD_U16LE, H5T_STD_U16BE })
      {
        WriteChunked(path, extents, chunk, stored, H5T_NATIVE_UINT16, counts.data(), addFilters);
        EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path)), counts);
      }
    }
  }
}

TEST(Hdf5Chunks, EveryElementSize)
{
  const TemporaryFolder      folder;
  const std::string          path = folder.Path("scan.h5");
  const std::vector<hsize_t> extents{ 5, 7, 6, 9 };
  const std::vector<hsize_t> chunk{ 1, 2, 6, 9 };
  const auto                 check = [&](auto zero, hid_t type) {
    using T = decltype(zero);
    const auto counts = CountingScan<T>(Shape);
    for (const auto & [name, addFilters] : Pipelines())
    {
      SCOPED_TRACE(name + " of " + std::to_string(sizeof(T)) + " bytes");
      WriteChunked(path, extents, chunk, type, type, counts.data(), addFilters);
      EXPECT_EQ(ReadAll<T>(*OpenScanFile(path)), counts);
    }
  };
  check(std::uint8_t{}, H5T_NATIVE_UINT8);
  check(std::uint32_t{}, H5T_NATIVE_UINT32);
  check(float{}, H5T_NATIVE_FLOAT);
  check(double{}, H5T_NATIVE_DOUBLE);
}

TEST(Hdf5Chunks, AStackInChunksOfAnyLength)
{
  const auto            counts = CountingScan<std::uint32_t>(Shape);
  const TemporaryFolder folder;
  const std::string     path = folder.Path("stack.h5");
  ScanFileOptions       options;
  options.scanShape = { 5, 7 };
  for (const hsize_t length : { 1, 3, 7, 10, 14, 35 })
  {
    for (const auto & [name, addFilters] : Pipelines())
    {
      SCOPED_TRACE(name + " in chunks of " + std::to_string(length));
      WriteChunked(path, { 35, 6, 9 }, { length, 6, 5 }, H5T_STD_U32LE, H5T_NATIVE_UINT32, counts.data(), addFilters);
      EXPECT_EQ(ReadAll<std::uint32_t>(*OpenScanFile(path, options)), counts);
    }
  }
}

TEST(Hdf5Chunks, ThreadsReadTheSame)
{
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  const TemporaryFolder folder;
  const std::string     path = folder.Path("scan.h5");
  WriteChunked(
    path, { 5, 7, 6, 9 }, { 2, 2, 3, 9 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data(), [](hid_t p, unsigned) {
      H5Pset_deflate(p, 4);
    });
  for (const int threads : { 1, 2, 16 })
  {
    ScanFileOptions options;
    options.threads = threads;
    EXPECT_EQ(ReadAll<std::uint16_t>(*OpenScanFile(path, options)), counts);
  }
}

TEST(Hdf5Chunks, DamagedChunksAreNamed)
{
  const auto            counts = CountingScan<std::uint16_t>(Shape);
  const TemporaryFolder folder;
  const std::string     path = folder.Path("scan.h5");
  for (const auto & [name, addFilters] : Pipelines())
  {
    if (name == "none" || name == "shuffle" || name == "bitshuffle")
    {
      continue; // no damage shows
    }
    SCOPED_TRACE(name);
    WriteChunked(path, { 5, 7, 6, 9 }, { 5, 7, 6, 9 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data(), addFilters);
    {
      const hid_t   file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
      const hid_t   dataSet = H5Dopen2(file, "/data", H5P_DEFAULT);
      const hsize_t corner[] = { 0, 0, 0, 0 };
      hsize_t       size = 0;
      std::uint32_t skipped = 0;
      H5Dget_chunk_storage_size(dataSet, corner, &size);
      std::string bytes(size, '\0');
      H5Dread_chunk(dataSet, H5P_DEFAULT, corner, &skipped, bytes.data());
      bytes.resize(bytes.size() / 2);
      H5Dwrite_chunk(dataSet, H5P_DEFAULT, 0, corner, bytes.size(), bytes.data());
      H5Dclose(dataSet);
      H5Fclose(file);
    }
    try
    {
      ReadAll<std::uint16_t>(*OpenScanFile(path));
      ADD_FAILURE() << "was read";
    }
    catch (const std::exception & error)
    {
      ExpectMentions(error.what(), { "scan.h5", "/data", "(0, 0, 0, 0)" });
    }
  }
}

TEST(Hdf5Chunks, AnUnknownFilterIsNamedWithItsNumber)
{
  const fourdstem::ChunkDecoder::Bytes none;
  EXPECT_FALSE(fourdstem::ChunkDecoder({ { 32013, {} } }, 8, 2).CanDecode());
  EXPECT_FALSE(fourdstem::ChunkDecoder({ { 2, { 2 } }, { 32000, {} } }, 8, 2).CanDecode());
  EXPECT_FALSE(fourdstem::ChunkDecoder({ { 32008, { 0, 3, 2, 0, 7 } } }, 8, 2).CanDecode());
  EXPECT_TRUE(fourdstem::ChunkDecoder({ { 2, { 2 } } }, 8, 2).CanDecode());
}

TEST(Hdf5Chunks, BitsComeBackFromTheirPlanes)
{
  for (const std::size_t elementBytes : { 1, 2, 3, 4, 8 })
  {
    std::string elements(24 * elementBytes, '\0');
    for (std::size_t i = 0; i < elements.size(); ++i)
    {
      elements[i] = static_cast<char>(i * 37 + i / 5);
    }
    const std::string shuffled = chunks::BitShuffled(elements, elementBytes);
    std::string       planes(elements.size(), '\0');
    std::string       found(elements.size(), '\0');
    fourdstem::UnshuffleBits(reinterpret_cast<const std::byte *>(shuffled.data()),
                             24,
                             elementBytes,
                             reinterpret_cast<std::byte *>(planes.data()),
                             reinterpret_cast<std::byte *>(found.data()));
    EXPECT_EQ(found, elements) << elementBytes;
  }
}
} // namespace
