// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_TvipsSeries_h
#define fourdstem_TvipsSeries_h

#include "Formats/FrameSeries.h"
#include "Formats/ScanFormat.h"
#include "Formats/StoredType.h"

namespace fourdstem
{
/** What the files of a TVIPS recording say: X_000.tvips, with a header of 256 bytes, X_001.tvips... without. */
struct TvipsSeries
{
  std::vector<FramePart> parts;
  /** The first part. */
  std::shared_ptr<const InputFile> first;
  /** 1 or 2. */
  int                                version = 0;
  StoredType                         type;
  std::int64_t                       rows = 0;
  std::int64_t                       columns = 0;
  std::int64_t                       frameHeaderBytes = 0;
  std::int64_t                       frameBytes = 0;
  std::map<std::string, std::string> metadata;
  std::vector<std::string>           notes;
};

/** The recording to which a file belongs, whichever of its files that is. Throws FileError where its first file is
 * missing, one between others is missing or cut off, or the header makes no sense. */
TvipsSeries
FindTvipsSeries(const std::shared_ptr<const InputFile> & opened);

/** Frames of a scan by the index of the rotator, which counts positions from 1. */
struct TvipsScan
{
  std::int64_t positions = 0;
  /** Of each position the number of its frame; -1 where none was recorded. */
  std::vector<std::int64_t> order;
};

/** The scan that the indices of all frames tell of, as rosettasciio reads them: it begins with the first frame whose
 * index is counted, and ends with the first of the last index. Where an index stays for several frames, these are the
 * positions up to the next index; those too many are left out. Nothing where the indices are no such count. */
std::optional<TvipsScan>
ScanOfIndices(const std::vector<std::int64_t> & indices);
} // namespace fourdstem

#endif
