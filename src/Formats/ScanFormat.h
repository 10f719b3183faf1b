// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ScanFormat_h
#define fourdstem_ScanFormat_h

#include "Formats/InputFile.h"
#include "fourdstem/ScanFile.h"

namespace fourdstem
{
/** A file and its first bytes, as formats look at it to decide whether it is theirs. */
struct FileProbe
{
  FourDSTEM_EXPORT explicit FileProbe(const std::string & path, const ScanFileOptions & options = {});

  bool
  BeginsWith(const std::string & signature, std::size_t offset = 0) const;

  std::shared_ptr<const InputFile> file;
  std::string                      extension;
  std::vector<unsigned char>       head;
  /** Whether the scan shape is given. */
  bool isShapeGiven = false;
};

/** One file format: how its files are known, and how they are opened. A new format is a class of this kind and a line
 * in ScanFormats(). It opens the whole stored scan; flips, transpose, region and calibration of the options are not its
 * affair; scan shape, data set and whether its own flip is wanted are. */
class ScanFormat
{
public:
  virtual ~ScanFormat() = default;

  /** For messages: the name, and how files of this format are known. */
  virtual std::string
  Description() const = 0;

  virtual bool
  Claims(const FileProbe & probe) const = 0;

  /** Whether a file that is claimed is a scan by what it, or the options, say, and not only may be one. If not,
   * CanOpenScanFile leaves it to ITK's other readers. */
  virtual bool
  IsScan(const FileProbe &, const ScanFileOptions &) const
  {
    return true;
  }

  /** Whether its files hold several arrays, so that ScanFileOptions::dataSet means something. */
  virtual bool
  HasDataSets() const
  {
    return false;
  }

  /** Whether its detector rows are read in another order than the file's, so that ScanFileOptions::noFlip means
   * something. */
  virtual bool
  TurnsPatternsOver() const
  {
    return false;
  }

  /** Whether its axes may be stored in two orders, so that ScanFileOptions::dmOrder means something. */
  virtual bool
  HasAxisOrders() const
  {
    return false;
  }

  /** Why a file that is not claimed, but has the name of one of this format, is none; empty for others. */
  virtual std::string
  Objection(const FileProbe &) const
  {
    return {};
  }

  virtual std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const = 0;
};

/** All formats, in the order in which they are asked. */
const std::vector<const ScanFormat *> &
ScanFormats();

/** The one that `options.raw` describes. */
const ScanFormat &
RawFormat();

const ScanFormat &
BlockfileFormat();
const ScanFormat &
DmFormat();
const ScanFormat &
EmpadFormat();
const ScanFormat &
MerlinFormat();
const ScanFormat &
MrcFormat();
const ScanFormat &
NumpyFormat();
FourDSTEM_EXPORT const ScanFormat &
Hdf5Format();
const ScanFormat &
SeqFormat();
const ScanFormat &
TiaFormat();
const ScanFormat &
TvipsFormat();

/** `scan` with transpose, flips, region and calibration of the options. */
FourDSTEM_EXPORT std::unique_ptr<ScanFile>
ApplyOptions(std::unique_ptr<ScanFile> scan, const ScanFileOptions & options, const std::string & path);
} // namespace fourdstem

#endif
