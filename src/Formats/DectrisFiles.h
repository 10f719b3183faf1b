// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DectrisFiles_h
#define fourdstem_DectrisFiles_h

#include "Formats/Hdf5.h"

namespace fourdstem
{
/** A data set of frames that a master names. */
struct DectrisPart
{
  /** Of the link: 1 for data_000001. */
  std::int64_t number = 0;
  std::string  path;
  std::string  dataSet;
};

/** What a master leads to. */
struct DectrisParts
{
  /** By number. */
  std::vector<DectrisPart> parts;
  /** What to say of the first of the files that are missing at the end; empty where none is. */
  std::string missing;
};

/** What data_000001, data_000002, ... of the master at `path` lead to. Throws FileError, which names the file, where
 * one is missing that is followed by another, or all are, and where one lies outside the master's folder unless
 * `allowOutside`. */
DectrisParts
FindDectrisParts(const std::string & path, hid_t master, bool allowOutside);

/** Whether the master has a link data_N. */
bool
HasDectrisLinks(hid_t master);

/** The file X.h5 of the STEM controller beside X_master.h5. */
struct DectrisSideFile
{
  std::string                        path;
  std::int64_t                       rows = 0;
  std::int64_t                       columns = 0;
  std::optional<double>              stepNm;
  bool                               isCalibrated = true;
  std::map<std::string, std::string> metadata;
};

/** Nothing where there is none; where there is one that tells nothing, a note says so. */
std::optional<DectrisSideFile>
ReadDectrisSideFile(const std::string & masterPath, std::vector<std::string> & notes);

/** Path of the master that belongs to the side file at `path`. */
std::string
DectrisMasterOf(const std::string & path);

/** Whether the file is such a side file. */
bool
IsDectrisSideFile(hid_t file);
} // namespace fourdstem

#endif
