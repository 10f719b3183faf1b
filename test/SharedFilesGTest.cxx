// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "EventFixtures.h"
#include "MerlinFixtures.h"

#include "fourdstem/BraggVectors.h"
#include "fourdstem/EmpadWriter.h"
#include "fourdstem/NpyWriter.h"

#ifndef _WIN32
#  include <sys/file.h>
#  include <sys/stat.h>
#  include <sys/wait.h>

#  include <fcntl.h>
#  include <unistd.h>

namespace
{
using fourdstem::OpenScanFile;

/** Files of every way of reading, flat, mapped and through HDF5, as data of others lie on a server: they may be read
 * but not written, and other programs hold locks on them. */
class SharedFiles : public ::testing::Test
{
protected:
  SharedFiles()
  {
    const fourdstem::ScanShape shape{ 3, 5, 128, 128 };
    const auto                 counts = CountingScan<float>(shape);
    const std::vector<hsize_t> extents{ 3, 5, 128, 128 };
    const fourdstem::ScanShape small{ 3, 5, 6, 7 };
    const auto                 frames = CountingScan<std::uint16_t>(small);
    fourdstem::EmpadWriter     empad(m_Folder.Path("empad"), shape, {});
    fourdstem::NpyWriter       npy(m_Folder.Path("scan.npy"), shape);
    fourdstem::PeakLists       peaks;
    fixtures::EventFile        events;
    empad.Write(counts.data(), 15);
    empad.Close();
    npy.Write(counts.data(), 15);
    npy.Close();
    for (const bool isCompressed : { false, true })
    {
      const Hdf5TestFile file(m_Folder.Path(isCompressed ? "chunks.h5" : "flat.h5"));
      file.Array("/scan",
                 extents,
                 H5T_IEEE_F32LE,
                 H5T_NATIVE_FLOAT,
                 counts.data(),
                 isCompressed ? std::vector<hsize_t>{ 1, 5, 128, 128 } : std::vector<hsize_t>{},
                 isCompressed ? 1 : 0);
    }
    instruments::WriteFrames(m_Folder.Path("arina_data_000001.h5"), { 15, 6, 7 }, H5T_NATIVE_UINT16, frames.data(), 1);
    instruments::WriteMaster(m_Folder.Path("arina_master.h5"),
                             { { "data_000001", "arina_data_000001.h5", "/entry/data/data" } });
    instruments::WriteSideFile(m_Folder.Path("arina.h5"), 3, 5, 1.);
    events.frames.assign(15, { 1, 2, 3 });
    events.Write(m_Folder.Path("events.h5"));
    peaks.shape = { 3, 5, 128, 128 };
    peaks.peaks.assign(15, { 1., 2., 3. });
    for (std::int64_t p = 1; p <= 15; ++p)
    {
      peaks.offsets.push_back(p);
    }
    fourdstem::WriteBraggVectors(m_Folder.Path("peaks.h5"), peaks);
  }

  /** What is wrong with reading all of them; nothing where all is well. */
  std::string
  ReadThemAll() const
  {
    try
    {
      for (const char * name : { "empad.raw", "scan.npy", "flat.h5", "chunks.h5", "arina_master.h5", "events.h5" })
      {
        const auto              scan = OpenScanFile(m_Folder.Path(name));
        fourdstem::PatternLease lease;
        if (scan->Shape().ry != 3 || scan->Read(2, 0, 5, lease).count != 5)
        {
          return std::string(name) + " is another scan";
        }
      }
      return fourdstem::ReadBraggVectors(m_Folder.Path("peaks.h5")).peaks.size() == 15 ? "" : "other peaks";
    }
    catch (const std::exception & error)
    {
      return error.what();
    }
  }

  /** The same in a process of a user who owns nothing here. */
  std::string
  ReadThemAllAsNobody() const
  {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0)
    {
      const bool        isOther = ::geteuid() != 0 || (::setgid(65534) == 0 && ::setuid(65534) == 0);
      const std::string complaint = isOther ? this->ReadThemAll() : "cannot become another user";
      const auto        written = ::write(ends[1], complaint.data(), complaint.size());
      ::_exit(written == static_cast<ssize_t>(complaint.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    std::string complaint;
    char        buffer[4096];
    for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    {
      complaint.append(buffer, static_cast<std::size_t>(count));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    return complaint;
  }

  /** Name, size and time of change of every file. */
  std::vector<std::string>
  Listing() const
  {
    std::vector<std::string> lines;
    for (const auto & entry : std::filesystem::directory_iterator(m_Folder.Get()))
    {
      lines.push_back(entry.path().filename().string() + " " + std::to_string(entry.file_size()) + " " +
                      std::to_string(entry.last_write_time().time_since_epoch().count()));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  TemporaryFolder m_Folder;
};

TEST_F(SharedFiles, AreReadWithoutTheRightToWriteAndNothingIsWrittenBesideThem)
{
  const auto before = this->Listing();
  for (const auto & entry : std::filesystem::directory_iterator(m_Folder.Get()))
  {
    ASSERT_EQ(::chmod(entry.path().c_str(), 0444), 0);
  }
  ASSERT_EQ(::chmod(m_Folder.Get().c_str(), 0555), 0);
  EXPECT_EQ(this->ReadThemAllAsNobody(), "");
  EXPECT_EQ(this->Listing(), before);
  ASSERT_EQ(::chmod(m_Folder.Get().c_str(), 0755), 0);
}

TEST_F(SharedFiles, AreReadWhileOtherProgramsHoldLocks)
{
  // HDF5 locks by flock() what it has open: shared for reading, exclusively for writing. Others use fcntl().
  for (const int operation : { LOCK_SH, LOCK_EX })
  {
    std::vector<int> held;
    for (const auto & entry : std::filesystem::directory_iterator(m_Folder.Get()))
    {
      held.push_back(::open(entry.path().c_str(), O_RDWR));
      ASSERT_EQ(::flock(held.back(), operation | LOCK_NB), 0);
      struct flock whole = {};
      whole.l_type = static_cast<short>(operation == LOCK_EX ? F_WRLCK : F_RDLCK);
      whole.l_whence = SEEK_SET;
      ASSERT_EQ(::fcntl(held.back(), F_SETLK, &whole), 0);
    }
    EXPECT_EQ(this->ReadThemAll(), "");
    EXPECT_EQ(this->ReadThemAllAsNobody(), "");
    std::for_each(held.begin(), held.end(), [](int file) { ::close(file); });
  }
}
} // namespace
#endif
