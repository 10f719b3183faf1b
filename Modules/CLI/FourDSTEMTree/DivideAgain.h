// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef DivideAgain_h
#define DivideAgain_h

#include "TreeFolder.h"

#include "Common/ClusterReport.h"

namespace fourdstem::cli
{
/** Which node to divide, and how. */
struct Division
{
  int node = 0;
  /** Into so many; 0: by the rule of the run, as often as it finds. */
  int k = 0;
};

/** What only the raw data gives, beside the tree itself. */
struct DivisionResult
{
  std::vector<float>                    confidence;
  itk::Image<unsigned char, 2>::Pointer featureMask;
};

/** Divides a node anew. The features are taken again from the scan, with the parameters of the run that made the
 * folder; nodes, labels, patterns and the pictures' data are replaced. Throws std::runtime_error when the scan is not
 * where it was, or has changed since in size or time; std::invalid_argument when the node cannot be divided so. */
DivisionResult
DivideAgain(TreeFolder & tree, const Division & division, int threads, Progress & progress);

/** The options of the run that made the folder. */
ReportPage::Table
AnalysisTable(const TreeFolder & tree);

/** confidence.nrrd and feature-mask.nrrd. */
void
WriteDivision(const ClusterResults & results,
              const DivisionResult & division,
              ResultFolder &         folder,
              const Notes &          notes);

/** Copies a file of the result folder `source` that an edit leaves as it is; nothing to do in place. Returns whether
 * it exists. */
bool
CopyResult(const std::string & source, const std::string & name, bool isNew, const ResultFolder & folder);
} // namespace fourdstem::cli

#endif
