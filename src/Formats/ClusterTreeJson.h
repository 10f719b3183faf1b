// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ClusterTreeJson_h
#define fourdstem_ClusterTreeJson_h

#include "FourDSTEMExport.h"
#include "fourdstem/ClusterNodes.h"

#include <string>
#include <vector>

namespace fourdstem
{
struct ClusterTreeDocument
{
  std::string              mode;
  std::vector<std::string> featureNames;
  ClusterNodes             nodes;
};

/** The document as JSON, schema "FourDSTEM.ClusterTree", version 1. Floats have nine digits, columns are ranges. */
FourDSTEM_EXPORT std::string
                 ClusterTreeToJson(const ClusterTreeDocument & document);

/** The document in `text`. Throws std::runtime_error naming the value that is missing or wrong and what it must be. */
FourDSTEM_EXPORT ClusterTreeDocument
ClusterTreeFromJson(const std::string & text);
} // namespace fourdstem

#endif
