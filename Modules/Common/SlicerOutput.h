// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_SlicerOutput_h
#define fourdstem_cli_SlicerOutput_h

#include "Common/ClusterView.h"
#include "Common/NrrdOutput.h"

namespace fourdstem::cli
{
/** What 3D Slicer opens with names and colours, beside the plain images. Names and places of its fields:
 * slicer.readthedocs.io, developer guide, Segmentations, Sequences and Colors. */

/** The path of node ids from the root: "0/2/5". */
std::string
PathFromRoot(const ClusterView & view, int node);

/** A leaf as it is named in the map, and its place in the tree: "3 (0/2/5)". */
std::string
SegmentName(const ClusterView & view, int leaf);

/** The labels as a segmentation (.seg.nrrd): a volume [Rx, Ry, 1] of unsigned short with name and colour of every leaf
 * in its header. Where Slicer shows it, it lies on the 2-D images over the scan. */
void
WriteSegmentation(const ClusterView & view, const std::string & fileName, const Notes & notes = {});

/** Names and colours of the labels as Slicer's colour table (.ctbl); 0 is transparent. Throws std::runtime_error naming
 * the file. */
void
WriteColorTable(const ClusterView & view, const std::string & fileName);

/** The mean pattern of every node as a sequence (.seq.nrrd) [Qx, Qy, 1, node] of float. */
void
WriteNodeSequence(const ClusterView & view, const std::string & fileName, const Notes & notes = {});
} // namespace fourdstem::cli

#endif
