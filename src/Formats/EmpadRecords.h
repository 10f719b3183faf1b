// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EmpadRecords_h
#define fourdstem_EmpadRecords_h

#include "Formats/InputFile.h"
#include "Formats/ScanExtents.h"

namespace fourdstem
{
/** Bytes of a pattern of 128 x 128 float32 with its footer of two rows, and without. */
constexpr std::int64_t EmpadRecordSizes[] = { 66560, 65536 };

/** Bytes of one record of an EMPAD .raw, and the scan shape: the option's or the first of those that were `said` with
 * which the file is a whole number of records; else a square; else ScanChoiceNeeded. Throws FileError when the size is
 * that of no whole records. */
std::pair<std::int64_t, ShapeCandidate>
ResolveEmpadRecords(const InputFile &                   file,
                    const ScanFileOptions &             options,
                    const std::vector<ShapeCandidate> & said,
                    std::vector<std::string> &          notes);
/** For a file of which only the size says that it holds records without footers: throws FileError unless the values, a
 * sample of them, can be float32 counts; notes that they are taken for that. */
void
CheckEmpadValues(const InputFile & file, std::vector<std::string> & notes);
} // namespace fourdstem

#endif
