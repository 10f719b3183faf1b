// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ClusterPictures_h
#define fourdstem_cli_ClusterPictures_h

#include "Common/ClusterView.h"
#include "Common/ResultFolder.h"

#include "fourdstem/Monitor.h"

#include <future>
#include <vector>

namespace fourdstem::cli
{
/** map.png, levels.png, tree.png and differences.png, drawn side by side while the caller goes on. */
class ClusterPictures
{
public:
  /** With `threads` of 1 nothing is drawn before Finish(), and then one picture after the other: up to 100 MB each. The
   * view must live as long. */
  ClusterPictures(const ClusterView & view, const ResultFolder & folder, int threads);
  ~ClusterPictures() = default; // waits
  ClusterPictures(const ClusterPictures &) = delete;
  ClusterPictures &
  operator=(const ClusterPictures &) = delete;

  /** Waits until all are written; throws what went wrong, or Aborted once the monitor asks to stop. */
  void
  Finish(const Monitor & monitor);

private:
  std::vector<std::future<void>> m_Pictures;
};
} // namespace fourdstem::cli

#endif
