// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_StrainSteps_h
#define fourdstem_StrainSteps_h

#include "fourdstem/StrainAnalysis.h"

#include <functional>

namespace fourdstem
{
/** \file
 * What the ways to strain have in common, whether they begin with patterns or with peaks. */

/** Throws std::invalid_argument for labels and masks that do not fit the scan. */
void
CheckStrainOptions(const ScanShape & shape, const StrainAnalysisOptions & options);

/** The peaks within options.outerRadius that lie on options.lattice, or on the lattice that is found; in the basis
 * nearest to `like`, if that is given. Nothing where there is none. */
IndexedPeaks
IndexOnLattice(std::vector<BraggPeak>        peaks,
               const StrainAnalysisOptions & options,
               double                        tolerance,
               const Lattice *               like);

/** Finds result.lattices of `count` sets by find(set, like), all in the basis of that of the most frequent label.
 * Returns whether there is any. */
bool
FindLatticesOfSets(const std::vector<std::uint16_t> &                                         labels,
                   std::size_t                                                                count,
                   const std::function<IndexedPeaks(std::size_t set, const Lattice * like)> & find,
                   StrainResult &                                                             result);

/** From result.lattices: places of the search, and which set each position has, NoSet where `mask` is 0. */
void
AssignSets(const std::vector<std::uint8_t> & mask, const std::vector<std::uint16_t> & labels, StrainResult & result);

/** Gives every position that has a set the one whose lattice explains most of it (HeightOnLattice), with its disks:
 * find gives those of the sets that it is told. */
void
ChooseSets(const StrainAnalysisOptions &                                              options,
           int                                                                        threads,
           const std::function<void(const std::uint16_t * sets, BraggDisk * disks)> & find,
           StrainResult &                                                             result);

/** From result.disks: fits, references and strain. */
void
FitAndMeasureStrain(const ScanShape & shape, const StrainAnalysisOptions & options, int threads, StrainResult & result);
} // namespace fourdstem

#endif
