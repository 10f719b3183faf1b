// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ScanFile_h
#define fourdstem_ScanFile_h

#include "fourdstem/PatternSource.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace fourdstem
{
enum class ByteOrder : std::uint8_t
{
  Little,
  Big
};

/** How a headerless file is laid out: a file header, then for each position (C order of the scan) a frame header, the
 * pixels of one pattern (C order of the detector) and a frame footer. Sizes in bytes. */
struct RawDescription
{
  /** NumPy's name: uint8, int8, ... uint64, int64, float16, float32, float64, bool, or in short u1, ... f8, b1. A byte
   * order before it, as in ">u2", goes before byteOrder. */
  std::string  type = "float32";
  ByteOrder    byteOrder = ByteOrder::Little;
  ScanShape    shape;
  std::int64_t fileHeader = 0;
  std::int64_t frameHeader = 0;
  std::int64_t frameFooter = 0;
};

/** A rectangle of scan positions. */
struct ScanRegion
{
  std::int64_t ry = 0;
  std::int64_t rx = 0;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
};

/** How the four axes of a Gatan image are stored. */
enum class DmOrder : std::uint8_t
{
  /** Each pattern lies together, one after the other. */
  Patterns,
  /** For each detector pixel, what it saw all over the scan lies together. */
  Images
};

/** What the user knows better than the file, or wants differently from how it is stored.
 *
 * Applied in this order: scan shape, the format's own flip, detector transpose, flips, region. So a region counts
 * positions of the flipped scan, and a flip of rows reverses the rows of the transposed pattern. */
struct ScanFileOptions
{
  /** Scan rows and columns, for files which hold a sequence of patterns or say the wrong shape. */
  std::optional<std::pair<std::int64_t, std::int64_t>> scanShape;

  /** Path of the data set inside the file (of a Gatan file ImageList.2 or the like), where there are several. Empty:
   * the only one. */
  std::string dataSet;

  /** The layout of a headerless file. Set: the file is read as that, whatever its name. */
  std::optional<RawDescription> raw;

  /** The positions to read. Unset: all. */
  std::optional<ScanRegion> region;

  /** Exchanges detector rows and columns. */
  bool transposeDetector = false;
  bool flipDetectorRows = false;
  bool flipDetectorColumns = false;
  /** The last scan row becomes the first. */
  bool flipScanRows = false;
  /** The last position of each scan row becomes the first. */
  bool flipScanColumns = false;

  /** Distance of positions in nm, in place of the file's. */
  std::optional<double> scanSpacing;
  /** Distance of detector pixels in detectorUnit, in place of the file's. */
  std::optional<double> detectorSpacing;
  /** "1/nm", "mrad" or "px": unit of detectorSpacing. */
  std::string detectorUnit = "1/nm";

  /** Leaves detector rows in the file's order where the format would turn them over (Merlin, TIA). */
  bool noFlip = false;

  /** EMPAD software 1.2: the field of view also shrinks by scan_size. Default: as the file's field of view says. */
  bool empadScanSize = false;

  /** Gatan .dm3 and .dm4: the order of the axes, in place of the file's. */
  std::optional<DmOrder> dmOrder;

  /** Dectris masters: data files outside the master's folder are read too. Default: links that leave it are refused. */
  bool allowOutsideLinks = false;

  /** A file that holds less than its header, or the description, promises, because it was cut off, is still being
   * written, met a full disk or is of a scan that was interrupted: its whole scan rows are read, which a note says, as
   * far as they were there when it was opened. Default: that is an error, which tells how many there are. */
  bool allowTruncated = false;

  /** Threads that may decode one piece of a compressed file side by side; 0: all that the machine has. */
  int threads = 0;
};

/** Distance of neighbouring pixels and coordinate of pixel 0 along the rows' axis (first) and the columns' axis. */
struct AxesCalibration
{
  double spacing[2] = { 1, 1 };
  double offset[2] = { 0, 0 };
  /** Scan: "nm" or "px". Detector: "1/nm", "mrad" or "px". */
  std::string unit = "px";
  /** What in the file, or which option, said so; empty when nothing did and 1 px is assumed. */
  std::string source;
};

/** One way to read a file that can be read in several. */
struct ScanCandidate
{
  /** What the option takes: the path of a data set, a scan shape such as 64x128, or an order of axes. */
  std::string value;
  /** For people: the data set's shape, or who says so. May be empty. */
  std::string about;
};

/** In one line: "/scan/data (64, 128, 256, 256)", "64x128 (file name)". */
FourDSTEM_EXPORT std::string
                 FormatCandidate(const ScanCandidate & candidate);

/** What a file says about itself, after the options were applied. */
struct ScanHeader
{
  /** For people, e.g. "EMPAD" or "EMD 1.0 (py4DSTEM)". */
  std::string format;
  /** Shape as read. */
  ScanShape shape;
  /** Where the scan shape came from, e.g. "pix_x, pix_y". */
  std::string shapeSource;
  /** Shape in the file, before transpose and region; of a file that is cut off, the shape that it promises. */
  ScanShape storedShape;
  /** NumPy's name of the type in the file; it is read as PatternSource::Type(), which is wider for float16 and bool. */
  std::string storedType;
  ByteOrder   storedByteOrder = ByteOrder::Little;
  /** Size of the file that holds the patterns (of a series: of all), and its path where that is another one than was
   * opened (EMPAD's .raw). */
  std::int64_t fileSize = 0;
  std::string  dataFile;
  /** What else is read: other files of a series, a header beside them. */
  std::vector<std::string> otherFiles;
  /** Path of the data set inside the file; empty for formats that hold one array. */
  std::string dataSet;

  AxesCalibration scan;
  AxesCalibration detector;

  /** What else the file tells, name with unit → value, e.g. "HighVoltage_V" → "300000". Numbers in C notation. */
  std::map<std::string, std::string> metadata;
  /** What could have been chosen instead: data sets or scan shapes. */
  std::vector<ScanCandidate> candidates;
  /** Remarks for the user, one sentence each: flips applied, patterns ignored at the end of the file... */
  std::vector<std::string> notes;
};

/** An open 4D-STEM file: patterns and header. Opened by OpenScanFile.
 *
 * Patterns are read block by block, or decoded a few scan rows at a time: the memory in use does not grow with the
 * file. */
class FourDSTEM_EXPORT ScanFile : public PatternSource
{
public:
  const ScanHeader &
  Header() const
  {
    return m_Header;
  }

protected:
  ScanFile(ScanHeader header, ElementType type)
    : PatternSource(header.shape, type)
    , m_Header(std::move(header))
  {}

private:
  ScanHeader m_Header;
};

/** Thrown by OpenScanFile when the file can be read in more than one way and an option has to say in which. */
class FourDSTEM_EXPORT ScanChoiceNeeded : public std::runtime_error
{
public:
  /** `choice` is "scan shape", "data set" or "axis order". */
  ScanChoiceNeeded(const std::string & message, std::string choice, std::vector<ScanCandidate> candidates)
    : std::runtime_error(message)
    , m_Choice(std::move(choice))
    , m_Candidates(std::move(candidates))
  {}

  const std::string &
  Choice() const
  {
    return m_Choice;
  }
  const std::vector<ScanCandidate> &
  Candidates() const
  {
    return m_Candidates;
  }

private:
  std::string                m_Choice;
  std::vector<ScanCandidate> m_Candidates;
};

/** Opens a 4D-STEM file: NanoMEGAS .blo, Gatan .dm3 or .dm4, EMPAD .raw or .xml, Merlin .mib or .hdr, TVIPS .tvips, TIA
 * .ser, StreamPix .seq, NumPy .npy, HDF5 (py4DSTEM, HyperSpy, EMD, MATLAB, instruments' layouts, any with one data set
 * of rank 4), MRC with a scan shape or Direct Electron's info file, headerless with a description. `path` is UTF-8.
 *
 * Only the header is read. Throws std::runtime_error whose text has the file's name, the value found and what would
 * have been accepted: when the file is missing, empty, unreadable, cut or of no known format; when a scan shape or a
 * data set does not follow from it, with the possibilities; when an option does not fit it. */
FourDSTEM_EXPORT std::unique_ptr<ScanFile>
                 OpenScanFile(const std::string & path, const ScanFileOptions & options = {});

/** Whether OpenScanFile would take the file for one of its formats, by a look at its first bytes; true does not promise
 * that it is sound. Never throws, prints nothing. Files that belong to ITK's other readers are left to them. */
FourDSTEM_EXPORT bool
CanOpenScanFile(const std::string & path, const ScanFileOptions & options = {}) noexcept;

/** a * b for sizes that came from a file: throws std::runtime_error saying `what` overflows or is negative. */
FourDSTEM_EXPORT std::int64_t
                 CheckedMultiply(std::int64_t a, std::int64_t b, const std::string & what);
} // namespace fourdstem

#endif
