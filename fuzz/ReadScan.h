// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ReadScan_h
#define fourdstem_ReadScan_h

#include "TemporaryFolder.h"

#include "fourdstem/ScanFile.h"

namespace fourdstem::fuzz
{
/** Ends the program, as a fault that the fuzzer has found. */
[[noreturn]] void
Fault(const std::string & what);

/** The folder that files of every input are written to; in memory, where TMPDIR says so. */
const TemporaryFolder &
Folder();

/** A Fault unless steps are above 0 and the unit is one of `units`. */
void
CheckAxes(const AxesCalibration & axes, const std::vector<std::string> & units, const char * whose);

/** A Fault unless the text of an exception names a file in Folder() and can be read. */
void
CheckComplaint(const std::string & text);

/** Opens the file and reads patterns of it: the first, the last, one in the middle, and whole scan rows where they are
 * small, those of electron events with zeros and without. Refusing it is good, with a reason that names a file in
 * Folder(); anything else is a Fault: another exception, a header without sense, pixels that depend on how they are
 * asked for. */
void
ReadScan(const std::string & path, const ScanFileOptions & options);
} // namespace fourdstem::fuzz

#endif
