// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PeakStrain_h
#define fourdstem_PeakStrain_h

#include "fourdstem/PeakLists.h"
#include "fourdstem/StrainAnalysis.h"

namespace fourdstem
{
/** The way from peak lists, found by whomever, to strain: what AnalyseStrain does once it has the disks.
 *
 * The peaks of all positions (with labels, of each label) are laid over each other about their origins; the maxima of
 * that density are the expected places, and their lattice is found. At each position the peak nearest to a place,
 * within the reach (a quarter of the smallest distance of two places), is its disk; all disks weigh the same, their
 * errors follow from what they deviate by. Lattice, disks and residuals are in the lists' unit.
 *
 * Lists without origins: a position's is its peak nearest to the median place of the brightest peaks of all.
 *
 * Of the options those count that speak of labels, lattice (in the lists' unit), scan mask, minimum height, reach, fit,
 * reference and strain. Throws as AnalyseStrain, and std::invalid_argument as ValidatePeakLists. */
FourDSTEM_EXPORT StrainResult
AnalysePeakStrain(const PeakLists &             lists,
                  const StrainAnalysisOptions & options,
                  int                           threads,
                  const BeginStep &             beginStep);
} // namespace fourdstem

#endif
