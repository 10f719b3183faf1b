// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_SplitSignatures_h
#define fourdstem_SplitSignatures_h

#include "fourdstem/ClusterNodes.h"
#include "fourdstem/StrainAnalysis.h"

namespace fourdstem
{
/** \file
 * What a split of a cluster tree means: which physical quantity tells its children apart, by how much, and how sure
 * that is. Everything is measured at each position by AnalyseStrain, with the leaves as its labels; children are
 * compared by their means, errors follow from the scatter within them. The method: docs/method.md, "Signatures". */

/** The features of every position, [positions][DeformationFeatures]; all but the first NaN where there is no lattice.
 *
 * `disks`: indices (h, k) that are looked at, those of `found` that all its lattices have; a disk that was not found
 * where the lattice was counts with no intensity. Strain as in `found`. */
FourDSTEM_EXPORT std::vector<float>
                 MeasureDeformationFeatures(const StrainResult & found);

/** Sets the signature of every node but the root: what tells it from all its siblings together. Of two siblings each
 * has the other's with opposite signs.
 *
 * `leafOfPosition`: the leaf's node of every position, -1 for none; `features` of MeasureDeformationFeatures. Throws
 * std::invalid_argument where sizes do not fit the scan. */
FourDSTEM_EXPORT void
ExplainSplits(const std::vector<std::int32_t> & leafOfPosition,
              const StrainResult &              found,
              const std::vector<float> &        features,
              ClusterNodes &                    nodes);

/** Sets the deformation of every node; NaN where no position has the feature. */
FourDSTEM_EXPORT void
MeasureMeans(const std::vector<std::int32_t> & leafOfPosition,
             const std::vector<float> &        features,
             ClusterNodes &                    nodes);
/** The deformation of a clustered scan. */
struct DomainExplanation
{
  StrainResult       strain;
  std::vector<float> features;
};

/** Everything: strain with the leaves as labels and one reference for all, features, and the nodes' means and
 * signatures.
 *
 * `measurement`: what AnalyseDomains measured of the same source, which then is read for the disks only. Throws what
 * AnalyseStrain throws, std::runtime_error where no leaf has a lattice. */
FourDSTEM_EXPORT DomainExplanation
ExplainDomains(const PatternSource &          source,
               const DiffractionMeasurement & measurement,
               const StrainAnalysisOptions &  options,
               DivisiveResult &               clusters,
               int                            threads,
               const BeginStep &              beginStep);
} // namespace fourdstem

#endif
