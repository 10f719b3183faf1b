// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EmpadRecords_h
#define fourdstem_EmpadRecords_h

#include "Formats/InputFile.h"
#include "Formats/WholeRows.h"

namespace fourdstem
{
/** Bytes of a pattern of 128 x 128 float32 with its footer of two rows, and without. */
constexpr std::int64_t EmpadRecordSizes[] = { 66560, 65536 };

/** How the records of an EMPAD .raw are read. */
struct EmpadRecords
{
  /** Of one record. */
  std::int64_t bytes = 0;
  HeldScan     scan;
};

/** Records of the option's scan shape or the first of those that were `said` with which the file is a whole number of
 * them; else those of the first of these that has more, of which the file is cut off; else a square number; else
 * ScanChoiceNeeded. Throws FileError when the size is that of no whole records and nothing says how many they should
 * be, and as KeepWholeRows does. */
EmpadRecords
ResolveEmpadRecords(const InputFile &                   file,
                    const ScanFileOptions &             options,
                    const std::vector<ShapeCandidate> & said,
                    std::vector<std::string> &          notes);

/** For a file of which only `evidence`, as "the size is a multiple of 65536 bytes", says that it holds records: throws
 * FileError unless the values, a sample of them, can be float32 counts; notes that they are taken for that. */
void
CheckEmpadValues(const InputFile & file, const std::string & evidence, std::vector<std::string> & notes);
} // namespace fourdstem

#endif
