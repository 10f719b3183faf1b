// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_LeafTable_h
#define fourdstem_cli_LeafTable_h

#include "Common/ClusterResults.h"

namespace fourdstem::cli
{
/** leaves.csv: a row for each leaf, in the order of labels: label, node, positions, area with its unit (empty where
 * the scan is not calibrated), and of each feature of Signature.h the mean and its standard error (empty where not
 * measured); commas between, points in numbers. */
void
WriteLeafTable(const ClusterResults & results, const std::string & path);
} // namespace fourdstem::cli

#endif
