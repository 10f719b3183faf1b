// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ReportPage_h
#define fourdstem_cli_ReportPage_h

#include <string>
#include <utility>
#include <vector>

namespace fourdstem::cli
{
/** One page of HTML that shows a run: pictures, tables, warnings. Text is plain; the page escapes it. */
struct ReportPage
{
  struct Picture
  {
    std::string file; // relative to the page
    std::string caption;
  };

  struct Table
  {
    std::string                           title;
    std::vector<std::string>              header;
    std::vector<std::vector<std::string>> rows;
    /** A colour, #rrggbb, shown before the first cell of each row; empty for none. */
    std::vector<std::string> colors;
  };

  std::string title;
  std::string subtitle;
  /** Figures at the top: what and how much, e.g. {"Leaves", "7"}. */
  std::vector<std::pair<std::string, std::string>> figures;
  std::vector<std::string>                         warnings;
  std::vector<Picture>                             pictures;
  std::vector<Table>                               tables;
  std::vector<std::string>                         files; // linked at the bottom, relative
};

void
WriteReportPage(const ReportPage & page, const std::string & path);

/** Text with & < > " ' replaced by entities. */
std::string
EscapeHtml(const std::string & text);
} // namespace fourdstem::cli

#endif
