// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_Clusters_h
#define fourdstem_python_Clusters_h

#include "Common/ClusterRun.h"
#include "Common/TreeFolder.h"

#include "Scan.h"

#include <nanobind/nanobind.h>

namespace fourdstem::python
{
/** A cluster tree with all that FourDSTEMCluster writes of it; edits make new ones. */
struct Clusters : cli::TreeFolder
{
  cli::Measurements measurements;

  /** What a node is divided again with; of a result that was loaded, nothing: the scan is opened again. */
  std::shared_ptr<const ScanFile>      scan;
  std::shared_ptr<const DomainOptions> options;
};

void
BindClusters(nanobind::module_ & module);
} // namespace fourdstem::python

#endif
