// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "ReadPeaks.h"

#include "ReadScan.h"

#include "fourdstem/BraggVectors.h"

#include <cmath>

namespace fourdstem::fuzz
{
namespace
{
void
CheckLists(const PeakLists & lists, const std::string & path)
{
  try
  {
    ValidatePeakLists(lists);
  }
  catch (const std::invalid_argument & error)
  {
    Fault(error.what());
  }
  // A peak has three numbers of a byte each, or more.
  if (lists.peaks.size() > std::filesystem::file_size(std::filesystem::u8path(path)) / 3)
  {
    Fault("more peaks than the file has room for");
  }
  for (const ListedPeak & peak : lists.peaks)
  {
    if (!std::isfinite(peak.x) || !std::isfinite(peak.y) || !std::isfinite(peak.intensity))
    {
      Fault("a peak that is not finite");
    }
  }
  CheckAxes(lists.scan, { "nm", "px" }, "scan");
  CheckAxes(lists.detector, { "1/nm", "mrad", "px" }, "detector");
}
} // namespace

void
ReadPeaks(const std::string & path, const ScanFileOptions & options)
{
  try
  {
    CheckLists(ReadBraggVectors(path, options.dataSet), path);
  }
  catch (const std::exception & error)
  {
    CheckComplaint(error.what());
  }
}
} // namespace fourdstem::fuzz
