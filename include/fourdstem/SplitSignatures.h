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
 * where the lattice was counts with no intensity. Pairs of disks that the detector's rim cuts at more than 1 % of the
 * positions are not looked at; where it cuts one of the others, intensities are NaN. Strain as in `found`. */
FourDSTEM_EXPORT std::vector<float>
                 MeasureDeformationFeatures(const StrainResult & found);

/** The standard errors of these features in their units, as the lattice's fit states them: of strain and rotation; NaN
 * for the others. */
FourDSTEM_EXPORT std::vector<float>
                 MeasureDeformationErrors(const StrainResult & found);

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
  std::vector<float> errors;
};

/** Positions by their label: 0 none, 1, 2, ...; empty for one label everywhere. */
struct LabelledPatterns
{
  std::vector<std::uint16_t> labels;
  /** As StrainAnalysisOptions::labelMeans. */
  std::vector<std::vector<double>> means;
};

/** Strain with one lattice for each label and one reference for all, features and their errors.
 *
 * `measurement`: what AnalyseDomains measured of the same source with the same options; the source is read for the
 * disks and, where they are not known, for the labels' mean patterns. Throws what AnalyseStrain throws,
 * std::runtime_error where no label has a lattice. */
FourDSTEM_EXPORT DomainExplanation
MeasureDeformation(const PatternSource &          source,
                   const DiffractionMeasurement & measurement,
                   const DomainOptions &          options,
                   LabelledPatterns               labelled,
                   int                            threads,
                   const BeginStep &              beginStep);

/** Sets the nodes' deformation and signatures. */
FourDSTEM_EXPORT void
ExplainDomains(const DomainExplanation & explanation, DivisiveResult & clusters);
} // namespace fourdstem

#endif
