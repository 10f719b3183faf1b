// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/LeafTable.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <locale>
#include <stdexcept>

namespace fourdstem::cli
{
void
WriteLeafTable(const ClusterResults & results, const std::string & path)
{
  std::ofstream file(std::filesystem::u8path(path), std::ios::binary);
  file.imbue(std::locale::classic());
  file.precision(9);
  const bool isCalibrated = results.scan.unit != "px";
  file << "label,node,positions,area" << (isCalibrated ? " (" + results.scan.unit + "^2)" : "");
  for (const char * name : DeformationFeatureNames())
  {
    file << ',' << name << ',' << name << " error";
  }
  file << '\n';
  const auto put = [&file](double value) {
    file << ',';
    if (std::isfinite(value))
    {
      file << value;
    }
  };
  int label = 0;
  for (const int leaf : LeavesInOrder(results.nodes))
  {
    const ClusterNode & node = results.nodes[static_cast<std::size_t>(leaf)];
    file << ++label << ',' << leaf << ',' << node.size;
    const double area = static_cast<double>(node.size) * results.scan.stepX * results.scan.stepY;
    put(isCalibrated ? area : std::nan(""));
    for (std::size_t f = 0; f < DeformationFeatures; ++f)
    {
      put(node.deformation.isMeasured ? node.deformation.mean[f] : std::nan(""));
      put(node.deformation.isMeasured ? node.deformation.error[f] : std::nan(""));
    }
    file << '\n';
  }
  file.close();
  if (!file)
  {
    throw std::runtime_error(path + ": cannot be written; is the disk full?");
  }
}
} // namespace fourdstem::cli
