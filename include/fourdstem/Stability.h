// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Stability_h
#define fourdstem_Stability_h

#include "fourdstem/Clustering.h"

namespace fourdstem
{
/** Divides every node with children again, from resampled blocks of its positions, and says in ClusterNode::stability
 * how alike the divisions are: the mean adjusted Rand index of both at the positions drawn, which is 1 where they agree
 * and 0 where they agree as by chance, or where a resample is not divided.
 *
 * Blocks are squares of a fixed tiling of the grid (cubes, segments), their edge (n/16)^(1/dimensions) of the n
 * positions of the node, within 2 ... 8; as many are drawn with replacement as hold positions of the node (block
 * bootstrap: neighbours stay neighbours; Kuensch, Ann. Stat. 17 (1989) 1217). Pairs are those inside blocks, and
 * between blocks side by side as often as both are drawn. Auto mode: the whole rule, by the same features, with half
 * the minimum size; paper mode: k-means with as many clusters.
 *
 * Nodes whose stability is known, and those that are compared by FeatureKind::Positions, are left as they are: a tree
 * that was grown by two kinds of features is measured after each. `resamples`: 0 does nothing. Random numbers are a
 * function of (options.seed, node, resample): the same bits for any number of threads. Cost: `resamples` times that of
 * the divisions. Throws std::invalid_argument for a negative number; Aborted. */
FourDSTEM_EXPORT void
MeasureStability(DivisiveResult &        result,
                 const RowStore &        store,
                 const PositionGrid &    grid,
                 const DivisiveOptions & options,
                 int                     resamples,
                 const Execution &       execution);
} // namespace fourdstem

#endif
