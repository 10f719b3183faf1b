// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ClusterPictures.h"

#include <functional>
#include <utility>

namespace fourdstem::cli
{
ClusterPictures::ClusterPictures(const ClusterView & view, const ResultFolder & folder, int threads)
{
  const auto when = threads == 1 ? std::launch::deferred : std::launch::async;
  for (const auto & [write, name] : { std::pair{ &WriteDifferencesPicture, "differences.png" },
                                      { &WriteTreePicture, "tree.png" },
                                      { &WriteMapPicture, "map.png" },
                                      { &WriteLevelsPicture, "levels.png" } })
  {
    m_Pictures.push_back(std::async(when, write, std::cref(view), folder.File(name)));
  }
}

void
ClusterPictures::Finish(const Monitor & monitor)
{
  double done = 0.;
  for (std::future<void> & picture : m_Pictures)
  {
    picture.get();
    done += 1. / static_cast<double>(m_Pictures.size());
    if (monitor.report && !monitor.report(done))
    {
      throw Aborted();
    }
  }
}
} // namespace fourdstem::cli
