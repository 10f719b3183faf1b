// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_DivideAgain_h
#define fourdstem_cli_DivideAgain_h

#include "Common/Arguments.h"
#include "Common/TreeFolder.h"

#include "fourdstem/DomainAnalysis.h"
#include "fourdstem/ScanFile.h"

#include "itkImage.h"

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

/** The scan that a tree was made from, open as it was then, and how it was analysed. */
struct AnalysedScan
{
  std::unique_ptr<ScanFile> scan;
  DomainOptions             options;
};

/** Opens the scan again with the parameters of the run that made the folder; `description` is that of
 * FourDSTEMCluster. Throws std::runtime_error when the scan is not where it was, or has changed since in size or time.
 */
AnalysedScan
OpenAgain(const TreeFolder & tree, const CommandDescription & description);

/** Divides a node anew. The features are taken again from the scan; nodes, labels, patterns and the pictures' data of
 * `results` are replaced. Throws std::invalid_argument when the node cannot be divided so. */
DivisionResult
Divide(ClusterResults &      results,
       const ScanFile &      scan,
       const DomainOptions & options,
       const Division &      division,
       int                   threads,
       const BeginStep &     beginStep);

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
