// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ClusterRun_h
#define fourdstem_cli_ClusterRun_h

#include "Common/ClusterResults.h"

#include "fourdstem/DomainAnalysis.h"
#include "fourdstem/ScanFile.h"

namespace fourdstem::cli
{
/** What FourDSTEMCluster does once AnalyseDomains is through with the scan: results to be shown and edited, and in the
 * record all choices, warnings and numbers, of which the user is told. */
ClusterResults
ConcludeClustering(const DomainResult &  found,
                   const ScanHeader &    header,
                   const DomainOptions & options,
                   CommandContext &      context,
                   RunRecord &           record);

/** What only the raw data gives, and edits of the tree leave as it is. All but the statistics' names may be empty where
 * it is not known. */
struct Measurements
{
  std::vector<float>        confidence;     // [Ry][Rx]
  Membership                membership;     // only where asked for
  std::vector<float>        origins;        // [Ry][Rx][2], x then y, detector pixels
  std::vector<std::uint8_t> featureMask;    // [Qy][Qx], aligned
  std::vector<float>        statistics;     // [Qy][Qx][names], aligned
  std::vector<std::string>  statisticNames; // mean, max, ...
};

/** The images of leaves' probabilities, which no edit of the tree leaves as they are. */
inline const std::vector<std::string> MembershipFiles{ "membership.nrrd", "membership-summary.nrrd" };

/** The names of the images of measurements and of the dark field that the folder has so far. */
std::vector<std::string>
MeasurementFilesIn(const ResultFolder & folder);

Measurements
MeasurementsOf(const DomainResult & found, const ScanShape & shape);

/** Those of a result folder; empty where a file is not there. Throws std::runtime_error naming a file that does not fit
 * the results. */
Measurements
ReadMeasurements(const std::string & folder, const ClusterResults & results);

/** confidence.nrrd, MembershipFiles, adf.nrrd, origin.nrrd, feature-mask.nrrd and statistics.nrrd, as far as they are
 * known. Throws
 * Aborted once the monitor asks to stop. */
void
WriteMeasurements(const Measurements &   measurements,
                  const ClusterResults & results,
                  const ResultFolder &   folder,
                  const Notes &          notes,
                  const Monitor &        monitor);
} // namespace fourdstem::cli

#endif
