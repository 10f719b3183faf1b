// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "FileSizeLimit.h"
#include "Hdf5Fixtures.h"
#include "RealData.h"
#include "RunProgram.h"

#include "fourdstem/BraggVectors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace
{
using namespace fourdstem;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/** Position p has p % 5 peaks, all numbers different. */
PeakLists
ListsOf(const ScanShape & shape)
{
  PeakLists lists;
  lists.shape = shape;
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    for (std::int64_t i = 0; i < p % 5; ++i)
    {
      const auto at = static_cast<double>(lists.peaks.size());
      lists.peaks.push_back({ 1. + at / 7., 100. + at / 3., 1e4 - at });
    }
    lists.offsets.push_back(static_cast<std::int64_t>(lists.peaks.size()));
    lists.origins.push_back(30.5F + static_cast<float>(p));
    lists.origins.push_back(60.25F - static_cast<float>(p));
  }
  lists.scan.spacing[0] = lists.scan.spacing[1] = 1.5;
  lists.scan.unit = "nm";
  lists.scan.source = "test";
  lists.detector.spacing[0] = lists.detector.spacing[1] = 0.2;
  lists.detector.unit = "1/nm";
  lists.detector.source = "test";
  return lists;
}

void
ExpectSame(const PeakLists & expected, const PeakLists & lists)
{
  EXPECT_EQ(lists.shape, expected.shape);
  EXPECT_EQ(lists.offsets, expected.offsets);
  ASSERT_EQ(lists.peaks.size(), expected.peaks.size());
  for (std::size_t i = 0; i < lists.peaks.size(); ++i)
  {
    EXPECT_EQ(lists.peaks[i].x, expected.peaks[i].x);
    EXPECT_EQ(lists.peaks[i].y, expected.peaks[i].y);
    EXPECT_EQ(lists.peaks[i].intensity, expected.peaks[i].intensity);
  }
  EXPECT_EQ(lists.origins, expected.origins);
}

/** What `read` throws. */
template <typename TRead>
std::string
ErrorOf(TRead read)
{
  try
  {
    read();
  }
  catch (const std::exception & error)
  {
    return error.what();
  }
  return "nothing thrown";
}

class BraggVectors : public ::testing::Test
{
protected:
  std::string
  Path(const std::string & name = "peaks.h5") const
  {
    return m_Folder.Path(name);
  }
  std::string
  Content(const std::string & name) const
  {
    return FileContent(std::filesystem::u8path(this->Path(name)));
  }

  /** An array of `extents` lists, of which each but the first has two peaks (1, 2, 3), (4, 5, 6) with the fields in
   * another order, in big-endian float32 and uint16. */
  void
  AddForeign(const Hdf5TestFile & file, const std::string & path, const std::vector<hsize_t> & extents) const
  {
    struct Peak
    {
      double qy, extra, qx, intensity;
    };
    Peak       peaks[] = { { 2., 9., 1., 3. }, { 5., 9., 4., 6. } };
    const auto make = [](hid_t real, hid_t whole, std::size_t size, std::vector<std::size_t> places) {
      const hid_t type = H5Tcreate(H5T_COMPOUND, size);
      H5Tinsert(type, "qy", places[0], real);
      H5Tinsert(type, "extra", places[1], real);
      H5Tinsert(type, "qx", places[2], real);
      H5Tinsert(type, "intensity", places[3], whole);
      const hid_t list = H5Tvlen_create(type);
      H5Tclose(type);
      return list;
    };
    const hid_t        stored = make(H5T_IEEE_F32BE, H5T_STD_U16BE, 14, { 0, 4, 8, 12 });
    const hid_t        memory = make(H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, sizeof(Peak), { 0, 8, 16, 24 });
    std::vector<hvl_t> lists(static_cast<std::size_t>(extents[0] * extents[1]), hvl_t{ 2, peaks });
    lists[0].len = 0;
    file.Array(path, extents, stored, memory, lists.data());
    H5Tclose(stored);
    H5Tclose(memory);
  }

  TemporaryFolder m_Folder;
};

TEST_F(BraggVectors, ComeBackAsTheyWereWritten)
{
  for (const ScanShape shape : { ScanShape{ 5, 7, 64, 80 }, ScanShape{ 1, 1, 64, 80 }, ScanShape{ 1, 300, 0, 0 } })
  {
    const PeakLists lists = ListsOf(shape);
    WriteBraggVectors(this->Path(), lists, true);
    const PeakLists read = ReadBraggVectors(this->Path());
    ExpectSame(lists, read);
    EXPECT_DOUBLE_EQ(read.scan.spacing[0], 1.5);
    EXPECT_EQ(read.scan.unit, "nm");
    EXPECT_DOUBLE_EQ(read.detector.spacing[1], 0.2);
    EXPECT_EQ(read.detector.unit, "1/nm");
  }
}

TEST_F(BraggVectors, HaveRowsForQxAndColumnsForQy)
{
  const PeakLists lists = ListsOf({ 2, 3, 64, 80 });
  WriteBraggVectors(this->Path(), lists);
  const hid_t file = H5Fopen(this->Path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  const hid_t data = H5Dopen2(file, "/braggvectors_root/braggvectors/_v_uncal/data", H5P_DEFAULT);
  const hid_t row = H5Tcreate(H5T_COMPOUND, sizeof(double));
  H5Tinsert(row, "qx", 0, H5T_NATIVE_DOUBLE);
  const hid_t        memory = H5Tvlen_create(row);
  std::vector<hvl_t> elements(6);
  ASSERT_GE(H5Dread(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements.data()), 0);
  EXPECT_EQ(elements[4].len, 4U);
  EXPECT_EQ(static_cast<const double *>(elements[4].p)[1], lists.Begin(4)[1].y);
  const hid_t space = H5Dget_space(data);
  H5Dvlen_reclaim(memory, space, H5P_DEFAULT, elements.data());
  const hid_t origin = H5Dopen2(file, "/braggvectors_root/metadatabundle/calibration/qx0", H5P_DEFAULT);
  const hid_t originSpace = H5Dget_space(origin);
  hsize_t     extents[2] = {};
  double      values[6] = {};
  ASSERT_EQ(H5Sget_simple_extent_dims(originSpace, extents, nullptr), 2);
  EXPECT_EQ(extents[1], 3U);
  H5Dread(origin, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  EXPECT_EQ(values[4], 56.25);
  for (const hid_t id : { originSpace, origin, space, memory, row, data, file })
  {
    H5Idec_ref(id);
  }
}

TEST_F(BraggVectors, AreTheSameBytesForTheSameLists)
{
  WriteBraggVectors(this->Path("a.h5"), ListsOf({ 9, 11, 64, 80 }), false, { { "FourDSTEM_Program", "test" } });
  WriteBraggVectors(this->Path("b.h5"), ListsOf({ 9, 11, 64, 80 }), false, { { "FourDSTEM_Program", "test" } });
  EXPECT_EQ(this->Content("a.h5"), this->Content("b.h5"));
}

TEST_F(BraggVectors, AppearWholeOrNotAtAll)
{
  m_Folder.Write("peaks.h5", "mine");
  EXPECT_THROW(WriteBraggVectors(this->Path(), ListsOf({ 2, 2, 8, 8 })), std::runtime_error);
  EXPECT_EQ(this->Content("peaks.h5"), "mine");
  PeakLists lists = ListsOf({ 2, 2, 8, 8 });
  lists.offsets.pop_back();
  EXPECT_THROW(WriteBraggVectors(this->Path(), lists, true), std::invalid_argument);
  EXPECT_EQ(this->Content("peaks.h5"), "mine");
  EXPECT_THROW(WriteBraggVectors(this->Path("no/peaks.h5"), ListsOf({ 2, 2, 8, 8 })), std::runtime_error);
  WriteBraggVectors(this->Path(), ListsOf({ 2, 2, 8, 8 }), true);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_Folder.Get()), std::filesystem::directory_iterator()),
            1);
}

TEST_F(BraggVectors, OfOthersAreReadWhateverTheirNumbersAndNames)
{
  for (const hsize_t userBlock : { 0, 512 })
  {
    {
      const Hdf5TestFile file(this->Path(), userBlock);
      file.Group("/4DSTEM");
      file.Group("/4DSTEM/any name");
      this->AddForeign(file, "/4DSTEM/any name/data", { 2, 3 });
    }
    const PeakLists lists = ReadBraggVectors(this->Path());
    EXPECT_EQ(lists.shape, (ScanShape{ 2, 3, 0, 0 }));
    EXPECT_EQ(lists.Count(0), 0);
    EXPECT_EQ(lists.Count(5), 2);
    EXPECT_EQ(lists.Begin(5)[1].y, 4.);
    EXPECT_EQ(lists.Begin(5)[1].x, 5.);
    EXPECT_EQ(lists.Begin(5)[1].intensity, 6.);
    EXPECT_TRUE(lists.origins.empty());
    EXPECT_TRUE(lists.scan.source.empty());
  }
}

TEST_F(BraggVectors, OfSeveralTheRawOnesAreReadUnlessOneIsNamed)
{
  {
    const Hdf5TestFile file(this->Path());
    for (const char * group : { "/root", "/root/v", "/root/v/_v_uncal", "/root/v/_v_cal" })
    {
      file.Group(group);
    }
    this->AddForeign(file, "/root/v/_v_uncal/data", { 2, 3 });
    this->AddForeign(file, "/root/v/_v_cal/data", { 1, 4 });
  }
  EXPECT_EQ(ReadBraggVectors(this->Path()).shape.rx, 3);
  EXPECT_EQ(ReadBraggVectors(this->Path(), "/root/v/_v_cal").shape.rx, 4);
  EXPECT_EQ(ReadBraggVectors(this->Path(), "root/v/_v_cal/data").shape.rx, 4);
  EXPECT_NE(ErrorOf([&] { ReadBraggVectors(this->Path(), "/root/x"); }).find("/root/v/_v_cal/data"), std::string::npos);
  {
    const Hdf5TestFile file(this->Path());
    file.Group("/a");
    file.Group("/b");
    this->AddForeign(file, "/a/data", { 2, 3 });
    this->AddForeign(file, "/b/data", { 2, 3 });
  }
  const std::string error = ErrorOf([&] { ReadBraggVectors(this->Path()); });
  EXPECT_NE(error.find(this->Path()), std::string::npos);
  EXPECT_NE(error.find("/a/data, /b/data"), std::string::npos) << error;
}

TEST_F(BraggVectors, WithPlacesBelowZeroCountFromTheOriginAndPeaksWithoutNumbersAreLeftOut)
{
  PeakLists lists = ListsOf({ 2, 3, 0, 0 });
  lists.origins.clear();
  lists.detector = {};
  for (ListedPeak & peak : lists.peaks)
  {
    peak.y -= 101.;
  }
  lists.peaks[3].intensity = nan;
  WriteBraggVectors(this->Path(), lists);
  const PeakLists read = ReadBraggVectors(this->Path());
  EXPECT_EQ(read.origins, std::vector<float>(12, 0.F));
  EXPECT_EQ(read.peaks.size(), lists.peaks.size() - 1);
  EXPECT_EQ(read.notes.size(), 2U);
}

TEST_F(BraggVectors, ThatAreNoneAreRefused)
{
  EXPECT_NE(ErrorOf([&] { ReadBraggVectors(this->Path()); }).find(this->Path()), std::string::npos);
  for (const std::string & bytes : { std::string(), std::string("no HDF5"), std::string(4096, '\0') })
  {
    m_Folder.Write("peaks.h5", bytes);
    EXPECT_NE(ErrorOf([&] { ReadBraggVectors(this->Path()); }).find(this->Path()), std::string::npos);
  }
  {
    const Hdf5TestFile file(this->Path());
    const double       values[] = { 1., 2., 3., 4. };
    file.Array("/numbers", { 2, 2 }, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, values);
  }
  EXPECT_NE(ErrorOf([&] { ReadBraggVectors(this->Path()); }).find("no peak lists"), std::string::npos);
}

TEST_F(BraggVectors, ThatAreDamagedAreRefusedOrRead)
{
  // No texts: HDF5 itself may search a damaged heap for one for ever.
  {
    const Hdf5TestFile file(this->Path("whole.h5"));
    file.Group("/lists");
    this->AddForeign(file, "/lists/data", { 4, 5 });
  }
  const std::string whole = this->Content("whole.h5");
  for (std::size_t length = 0; length < whole.size(); length += 97)
  {
    m_Folder.Write("cut.h5", whole.substr(0, length));
    EXPECT_NE(ErrorOf([&] { ReadBraggVectors(this->Path("cut.h5")); }), "nothing thrown") << length;
  }
  // Any byte may change without more than an error, and no list becomes longer than the file.
  for (std::size_t at = 0; at < whole.size(); at += 5)
  {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0xff);
    m_Folder.Write("changed.h5", changed);
    ErrorOf([&] { EXPECT_LT(ReadBraggVectors(this->Path("changed.h5")).peaks.size(), whole.size()); });
  }
}

TEST_F(BraggVectors, WithAbsurdCountsAndAddressesAreRefused)
{
  const PeakLists lists = ListsOf({ 1, 2, 64, 80 });
  WriteBraggVectors(this->Path("whole.h5"), lists);
  const std::string whole = this->Content("whole.h5");
  // The second of two references: count 1, then the heap's address and the index.
  const std::size_t heap = whole.find(std::string("GCOL\1", 5));
  ASSERT_NE(heap, std::string::npos);
  std::string reference("\1\0\0\0", 4);
  for (int i = 0; i < 8; ++i)
  {
    reference.push_back(static_cast<char>(heap >> (8 * i) & 0xff));
  }
  const std::size_t at = whole.find(reference);
  ASSERT_NE(at, std::string::npos);
  const auto refused = [&](std::size_t place, const std::string & bytes) {
    std::string changed = whole;
    changed.replace(place, bytes.size(), bytes);
    m_Folder.Write("changed.h5", changed);
    const std::string error = ErrorOf([&] { ReadBraggVectors(this->Path("changed.h5")); });
    EXPECT_NE(error.find("damaged"), std::string::npos) << error;
  };
  refused(at, std::string(4, '\xff'));            // 4e9 peaks
  refused(at, std::string("\2\0\0\0", 4));        // one more than the heap holds
  refused(at + 4, std::string(8, '\xff'));        // beyond the file
  refused(at + 4, std::string(8, '\0'));          // the superblock
  refused(at + 12, std::string("\x77\0\0\0", 4)); // no such object
  refused(heap + 8, std::string(8, '\xff'));      // a heap larger than the file
  refused(heap + 8, std::string(8, '\0'));
}

TEST_F(BraggVectors, WhoseBytesExceed64BitsAreRefused)
{
  haddr_t at = HADDR_UNDEF;
  {
    const Hdf5TestFile file(this->Path("whole.h5"));
    const hid_t        peak = H5Tcreate(H5T_COMPOUND, 0xfffffff0U);
    H5Tinsert(peak, "qx", 0, H5T_NATIVE_DOUBLE);
    H5Tinsert(peak, "qy", 8, H5T_NATIVE_DOUBLE);
    H5Tinsert(peak, "intensity", 16, H5T_NATIVE_DOUBLE);
    const hid_t   lists = H5Tvlen_create(peak);
    const hsize_t extents[] = { 1, 2 };
    const hid_t   space = H5Screate_simple(2, extents, nullptr);
    const hid_t   creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
    const hid_t data = H5Dcreate2(file.Id(), "/data", lists, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    at = H5Dget_offset(data);
    for (const hid_t id : { data, creation, space, lists, peak })
    {
      H5Idec_ref(id);
    }
  }
  ASSERT_NE(at, HADDR_UNDEF);
  std::string whole = this->Content("whole.h5");
  whole.replace(static_cast<std::size_t>(at), 4, 4, '\xff');
  m_Folder.Write("changed.h5", whole);
  const std::string error = ErrorOf([&] { ReadBraggVectors(this->Path("changed.h5")); });
  EXPECT_NE(error.find("claim 4294967295 peaks of 4294967280 bytes"), std::string::npos) << error;
}

TEST_F(BraggVectors, OfARealScanAreRead)
{
  SKIP_WITHOUT_REAL_FILE(path, "braggpeaks_80x58.h5");
  const PeakLists lists = ReadBraggVectors(path);
  ValidatePeakLists(lists);
  EXPECT_EQ(lists.shape, (ScanShape{ 80, 58, 0, 0 }));
  EXPECT_EQ(lists.peaks.size(), 121390U);
  EXPECT_NEAR(lists.peaks[1].y, 0.28412798, 1e-8);
  EXPECT_NEAR(lists.peaks[1].x, 0.04605133, 1e-8);
  EXPECT_NEAR(lists.peaks[1].intensity, 0.66002109, 1e-8);
  EXPECT_EQ(lists.origins, std::vector<float>(static_cast<std::size_t>(2 * lists.shape.Positions()), 0.F));
}
} // namespace
