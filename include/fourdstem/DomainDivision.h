// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_DomainDivision_h
#define fourdstem_DomainDivision_h

#include "fourdstem/SplitSignatures.h"

namespace fourdstem
{
/** \file
 * Division by features of deformation: strain, rotation, tilt, ripple and intensity of the disks at every position, in
 * units of their errors. The method: docs/method.md, "Division by the lattice". */

/** The features of deformation as columns that a tree can be divided by. */
struct DeformationColumns
{
  DomainExplanation found;
  /** Why there is no lattice anywhere; empty where there is one. Then all positions are without one. */
  std::string notFound;
  /** [positions][DeformationFeatures], a view of found.features. */
  std::unique_ptr<RowStore> own;
  /** The pixels' columns, which must outlive it, then these; null where there are no pixels. */
  std::unique_ptr<RowStore> joined;
  /** For DivisiveOptions: where the columns begin, and the standard errors of strain and rotation. */
  std::shared_ptr<const MeasuredColumns> measured;

  /** What is divided. */
  const RowStore &
  Store() const
  {
    return joined ? *joined : *own;
  }
};

/** Measures them, in one pass beside that for the labels' mean patterns, where these are not known, and two samples of
 * rows.
 *
 * `labelled`: each label has a lattice of its own, found in its mean pattern; empty: one for all, in the mean of the
 * scan, and a division by them begins with where there is a lattice. `pixels`: the columns that lie before them in the
 * store that is divided; null for none. Throws what the source and the monitor throw; no lattice is no error. */
FourDSTEM_EXPORT DeformationColumns
MeasureDeformationColumns(const PatternSource &          source,
                          const DiffractionMeasurement & measurement,
                          const DomainOptions &          options,
                          LabelledPatterns               labelled,
                          const RowStore *               pixels,
                          const Execution &              execution);

/** The labels that the pixels' levels of a tree give: 1, 2, ... for the nodes below which no pixels divide, 0 for none.
 */
FourDSTEM_EXPORT std::vector<std::uint16_t>
                 LabelsOfPixels(const DivisiveResult & clusters);

/** Tries the leaves of a tree that pixels made again by measured columns. Every node then says by what it was compared;
 * a leaf that both refuse keeps the numbers of the pixels, unless only the lattice found something significant, and its
 * note says what both found. `store`: the pixels' columns, then the measured ones. */
FourDSTEM_EXPORT void
DivideFurther(DivisiveResult &        clusters,
              const RowStore &        store,
              const PositionGrid &    grid,
              const DivisiveOptions & options,
              const Execution &       execution);

/** Says of every node of a tree, or of those that do not say yet, that the lattice's columns were compared. */
FourDSTEM_EXPORT void
MarkAsLattice(ClusterNodes & nodes);
} // namespace fourdstem

#endif
