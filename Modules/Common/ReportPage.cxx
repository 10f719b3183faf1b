// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/ReportPage.h"

#include "Common/ResultFolder.h"

namespace fourdstem::cli
{
namespace
{
constexpr char Style[] = R"css(
:root { color-scheme: light dark; --ink: #1c1d21; --pale: #63666d; --line: #d9dbdf; --sheet: #fff; --ground: #f6f6f7; --warn: #fff4d6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9eaec; --pale: #a0a4ac; --line: #3a3d43; --sheet: #1e2024; --ground: #16171a; --warn: #45390f; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
       font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", Helvetica, Arial, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 36px 24px 64px; }
h1 { font-size: 27px; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 40px 0 12px; }
.subtitle { color: var(--pale); margin: 6px 0 0; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 14px 36px; margin: 26px 0 0; padding: 0; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--pale); font-size: 13px; }
.figures dd { margin: 0; font-size: 21px; font-variant-numeric: tabular-nums; }
.warnings { background: var(--warn); border-radius: 8px; margin: 26px 0 0; padding: 12px 18px 12px 36px; }
figure { margin: 26px 0 0; background: #fff; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
figure a { display: block; overflow: auto; max-height: 92vh; text-align: center; }
figure img { display: inline-block; max-width: 100%; height: auto; vertical-align: top; }
figcaption { background: var(--sheet); color: var(--pale); border-top: 1px solid var(--line); padding: 10px 16px; font-size: 14px; }
.scroll { overflow-x: auto; background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { text-align: left; padding: 7px 14px; border-top: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { border-top: 0; color: var(--pale); font-weight: 600; white-space: nowrap; }
.swatch { display: inline-block; width: 22px; height: 14px; border-radius: 3px; margin-right: 10px; vertical-align: -2px; }
.files { color: var(--pale); font-size: 14px; }
.files a { margin-right: 16px; white-space: nowrap; }
a { color: inherit; }
)css";

std::string
List(const std::vector<std::string> & items)
{
  std::string html = "<ul class=\"warnings\">\n";
  for (const std::string & item : items)
  {
    html += "<li>" + EscapeHtml(item) + "</li>\n";
  }
  return html + "</ul>\n";
}

std::string
Figure(const ReportPage::Picture & picture)
{
  const std::string file = EscapeHtml(picture.file);
  return "<figure><a href=\"" + file + "\"><img src=\"" + file + "\" alt=\"" + EscapeHtml(picture.caption) +
         "\" loading=\"lazy\"></a><figcaption>" + EscapeHtml(picture.caption) + "</figcaption></figure>\n";
}

std::string
TableOf(const ReportPage::Table & table)
{
  std::string html = "<h2>" + EscapeHtml(table.title) + "</h2>\n<div class=\"scroll\"><table>\n";
  if (!table.header.empty())
  {
    html += "<thead><tr>";
    for (const std::string & cell : table.header)
    {
      html += "<th>" + EscapeHtml(cell) + "</th>";
    }
    html += "</tr></thead>\n";
  }
  html += "<tbody>\n";
  for (std::size_t row = 0; row < table.rows.size(); ++row)
  {
    html += "<tr>";
    for (std::size_t column = 0; column < table.rows[row].size(); ++column)
    {
      html += "<td>";
      if (column == 0 && row < table.colors.size() && !table.colors[row].empty())
      {
        html += "<span class=\"swatch\" style=\"background:" + EscapeHtml(table.colors[row]) + "\"></span>";
      }
      html += EscapeHtml(table.rows[row][column]) + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}
} // namespace

std::string
EscapeHtml(const std::string & text)
{
  std::string escaped;
  for (const char c : text)
  {
    switch (c)
    {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

void
WriteReportPage(const ReportPage & page, const std::string & path)
{
  std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
                     EscapeHtml(page.title) + "</title>\n<style>" + Style + "</style>\n</head>\n<body>\n<main>\n<h1>" +
                     EscapeHtml(page.title) + "</h1>\n";
  if (!page.subtitle.empty())
  {
    html += "<p class=\"subtitle\">" + EscapeHtml(page.subtitle) + "</p>\n";
  }
  if (!page.figures.empty())
  {
    html += "<dl class=\"figures\">\n";
    for (const auto & [name, value] : page.figures)
    {
      html += "<div><dt>" + EscapeHtml(name) + "</dt><dd>" + EscapeHtml(value) + "</dd></div>\n";
    }
    html += "</dl>\n";
  }
  html += page.warnings.empty() ? std::string() : List(page.warnings);
  for (const ReportPage::Picture & picture : page.pictures)
  {
    html += Figure(picture);
  }
  for (const ReportPage::Table & table : page.tables)
  {
    html += TableOf(table);
  }
  if (!page.files.empty())
  {
    html += "<h2>Files</h2>\n<p class=\"files\">";
    for (const std::string & file : page.files)
    {
      html += "<a href=\"" + EscapeHtml(file) + "\">" + EscapeHtml(file) + "</a> ";
    }
    html += "</p>\n";
  }
  WriteText(path, html + "</main>\n</body>\n</html>\n");
}
} // namespace fourdstem::cli
