// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5Choice_h
#define fourdstem_Hdf5Choice_h

#include "Formats/Hdf5Layout.h"

namespace fourdstem
{
/** As the option takes them. */
std::vector<ScanCandidate>
ToCandidates(const std::vector<Hdf5Candidate> & dataSets);

/** The data set that `options` name, wherever it lies and by whatever links inside the file it is reached; else the
 * only one of `candidates` that can be meant. Throws ScanChoiceNeeded where several can, and FileError with what was
 * found instead, and what is wrong with it, where none can. */
Hdf5Candidate
ChooseDataSet(const std::string &                path,
              hid_t                              file,
              const std::vector<Hdf5Candidate> & candidates,
              const ScanFileOptions &            options);
} // namespace fourdstem

#endif
