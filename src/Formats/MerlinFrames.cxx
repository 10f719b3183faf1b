// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/MerlinFrames.h"

#include "Formats/InputFile.h"
#include "Formats/Text.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace fourdstem
{
namespace
{
/** Frames that begin behind a gap of more than `threshold`; empty when gaps do not stand out. */
std::vector<std::int64_t>
FramesBehindGaps(const std::vector<std::int64_t> & steps, double threshold)
{
  std::vector<std::int64_t> frames;
  std::int64_t              shortestGap = std::numeric_limits<std::int64_t>::max();
  std::int64_t              longest = std::numeric_limits<std::int64_t>::min();
  std::int64_t              shortest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < steps.size(); ++i)
  {
    if (static_cast<double>(steps[i]) > threshold)
    {
      frames.push_back(static_cast<std::int64_t>(i) + 1);
      shortestGap = std::min(shortestGap, steps[i]);
    }
    else
    {
      longest = std::max(longest, steps[i]);
      shortest = std::min(shortest, steps[i]);
    }
  }
  const bool standOut = !frames.empty() && longest >= shortest && shortestGap - longest >= longest - shortest;
  return standOut ? frames : std::vector<std::int64_t>();
}

/** Mean of the steps up to `most`. */
double
MeanUpTo(const std::vector<std::int64_t> & steps, double most)
{
  double sum = 0;
  double count = 0;
  for (const std::int64_t step : steps)
  {
    if (static_cast<double>(step) <= most)
    {
      sum += static_cast<double>(step);
      ++count;
    }
  }
  return count > 0 ? sum / count : 0;
}

/** Lines from the longest run of equal distances between the frames that begin them. */
std::optional<MerlinLines>
LinesFrom(const std::vector<std::int64_t> & begins, std::int64_t examined, std::int64_t frames)
{
  if (begins.size() == 1)
  {
    const std::int64_t perLine = begins[0];
    return frames == 2 * perLine && perLine > 1 ? std::optional<MerlinLines>({ 0, perLine, 2 }) : std::nullopt;
  }
  std::size_t runBegin = 0;
  std::size_t runSize = 0;
  for (std::size_t begin = 0; begin + 1 < begins.size();)
  {
    const std::int64_t distance = begins[begin + 1] - begins[begin];
    std::size_t        end = begin + 1;
    while (end + 1 < begins.size() && begins[end + 1] - begins[end] == distance)
    {
      ++end;
    }
    if (end - begin > runSize)
    {
      runBegin = begin;
      runSize = end - begin;
    }
    begin = end;
  }
  if (runSize == 0)
  {
    return std::nullopt;
  }
  MerlinLines lines;
  lines.first = begins[runBegin];
  lines.perLine = begins[runBegin + 1] - begins[runBegin];
  if (runBegin == 0 && lines.first >= lines.perLine)
  {
    lines.first -= lines.perLine; // no gap is seen before the first line
  }
  const std::size_t  runEnd = runBegin + runSize;
  const std::int64_t end = runEnd + 1 == begins.size() ? frames : std::min(begins[runEnd + 1], frames);
  const std::int64_t lastLine = begins[runEnd];
  lines.lines = runEnd + 1 == begins.size()
                  ? (frames - lines.first) / lines.perLine
                  : (lastLine - lines.first) / lines.perLine + (end - lastLine >= lines.perLine ? 1 : 0);
  const bool isMost = lines.perLine > 1 && lines.lines > 1 && lines.lines >= examined / lines.perLine / 2;
  return isMost ? std::optional<MerlinLines>(lines) : std::nullopt;
}
} // namespace

std::optional<MerlinLines>
FindMerlinLines(const std::vector<std::int64_t> & times, std::int64_t frames)
{
  if (times.size() < 3)
  {
    return std::nullopt;
  }
  std::vector<std::int64_t> steps(times.size());
  std::adjacent_difference(times.begin(), times.end(), steps.begin());
  steps.erase(steps.begin());
  // One long pause may hide the lines from the mean of all.
  double threshold = MeanUpTo(steps, std::numeric_limits<double>::infinity());
  for (int attempt = 0; attempt < 2; ++attempt)
  {
    const auto lines = LinesFrom(FramesBehindGaps(steps, threshold), static_cast<std::int64_t>(times.size()), frames);
    if (lines)
    {
      return lines;
    }
    threshold = MeanUpTo(steps, threshold);
  }
  return std::nullopt;
}

namespace
{
/** One way to take the frames for positions. */
struct Arrangement
{
  ShapeCandidate promised;
  /** Positions that have a frame, from the first on. */
  std::int64_t held = 0;
  std::int64_t first = 0;
  std::int64_t perLine = 0;
  bool         isComplete = false;
  std::string  note;
};

class Resolver
{
public:
  Resolver(const std::string & path, const MerlinCounts & counts, const ScanFileOptions & options)
    : m_Path(path)
    , m_Counts(counts)
    , m_Options(options)
  {}

  MerlinFrames
  Resolve(std::vector<std::string> & notes)
  {
    std::vector<ShapeCandidate> candidates = m_Counts.candidates;
    if (m_Options.scanShape)
    {
      candidates = { { m_Options.scanShape->first, m_Options.scanShape->second, "option" } };
    }
    std::optional<Arrangement> best;
    for (const ShapeCandidate & candidate : candidates)
    {
      const auto arrangement = this->Arrange(candidate);
      if (arrangement && (!best || (arrangement->isComplete && !best->isComplete)))
      {
        best = arrangement;
      }
    }
    if (m_Question && !(best && best->isComplete))
    {
      throw ScanChoiceNeeded(*m_Question);
    }
    if (!best && !m_Options.scanShape)
    {
      best = this->ByTimes();
    }
    if (!best)
    {
      HeldScan scan;
      if (this->IsWhole())
      {
        scan.promised = ResolveScanShape(m_Path, m_Counts.frames, m_Options, candidates);
        scan.rows = scan.promised.ry;
      }
      else
      {
        scan = ResolveHeldScan(m_Path, m_Counts.frames, m_Options, candidates, notes);
      }
      return { scan, 0, scan.promised.rx };
    }
    this->CheckBeginning(*best);
    const HeldScan scan = KeepWholeRows(
      m_Path, best->promised, best->held, m_Options, notes, "a scan shape of the whole lines there reads them too");
    if (!best->note.empty())
    {
      notes.push_back(best->note);
    }
    return { scan, best->first, best->perLine };
  }

private:
  const std::optional<MerlinLines> &
  Lines()
  {
    if (!m_AreLinesKnown)
    {
      m_AreLinesKnown = true;
      m_Lines = FindMerlinLines(m_Counts.times(), m_Counts.frames);
    }
    return m_Lines;
  }

  /** Whether the acquisition is known to be complete. */
  bool
  IsWhole() const
  {
    return m_Counts.statedFrames == m_Counts.frames;
  }

  /** Rows x columns with `perLine` frames each are all frames. */
  bool
  AreAll(std::int64_t rows, std::int64_t perLine) const
  {
    return m_Counts.frames % perLine == 0 && m_Counts.frames / perLine == rows;
  }

  std::optional<Arrangement>
  Arrange(const ShapeCandidate & wanted)
  {
    constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
    if (wanted.ry < 1 || wanted.rx < 1 || wanted.ry > largest || wanted.rx > largest)
    {
      return std::nullopt;
    }
    const std::int64_t trigger = m_Counts.framesPerTrigger;
    const std::int64_t stated = m_Counts.statedFrames;
    const bool         isSkipTold =
      trigger > wanted.rx && trigger < 2 * wanted.rx && (stated == 0 || stated / trigger == wanted.ry);
    if (this->AreAll(wanted.ry, wanted.rx) && (m_Options.scanShape || !isSkipTold))
    {
      return Arrangement{ wanted, m_Counts.frames, 0, wanted.rx, true, {} };
    }
    if (isSkipTold)
    {
      return this->Fit(wanted, 0, trigger, "frames per trigger");
    }
    const auto & lines = this->Lines();
    if (lines && lines->perLine >= wanted.rx && lines->perLine < 2 * wanted.rx)
    {
      const std::int64_t first = this->AreAll(wanted.ry, lines->perLine) ? 0 : lines->first;
      return this->Fit(wanted, first, lines->perLine, "gaps between the frames' times");
    }
    if (wanted.rx > 1 && this->AreAll(wanted.ry, wanted.rx + 1))
    {
      auto fit = this->Fit(wanted, 0, wanted.rx + 1, "number of frames");
      fit->note += " Where the frames too many lie elsewhere, give the scan shape with them and a region.";
      return fit;
    }
    return this->IsClear(wanted) ? this->Fit(wanted, 0, wanted.rx, {}) : std::nullopt;
  }

  /** `perLine` frames in each line from `first` on, as far as they reach. */
  std::optional<Arrangement>
  Fit(const ShapeCandidate & wanted, std::int64_t first, std::int64_t perLine, const std::string & why) const
  {
    const std::int64_t skipped = perLine - wanted.rx;
    // The frames skipped in the last line need not be there.
    const std::int64_t whole = (m_Counts.frames - first + skipped) / perLine;
    const bool         isInterrupted = whole < wanted.ry;
    const bool         isRefuted = m_Options.scanShape && this->IsWhole();
    if (whole == 0 || whole / 2 >= wanted.ry || (isInterrupted && isRefuted))
    {
      return std::nullopt;
    }
    Arrangement        fit;
    const std::int64_t rows = std::min(whole, wanted.ry);
    const std::int64_t behind = std::max(std::int64_t{ 0 }, m_Counts.frames - first - rows * perLine);
    fit.promised = wanted;
    fit.held = rows * wanted.rx + (isInterrupted ? std::min(behind, wanted.rx - 1) : 0);
    fit.first = first;
    fit.perLine = perLine;
    fit.isComplete = this->AreAll(wanted.ry, perLine);
    const auto sentence = [&fit](const std::string & text) { fit.note += (fit.note.empty() ? "" : " ") + text; };
    if (skipped > 0)
    {
      sentence("Each line has " + std::to_string(perLine) + " frames for " + std::to_string(wanted.rx) +
               " positions (" + why + "): the last " + std::to_string(skipped) + " of each are left out.");
    }
    if (first > 0)
    {
      sentence(std::to_string(first) + " frames before the first line are left out (" + why + ").");
    }
    if (behind > 0)
    {
      sentence(std::to_string(behind) + " frames behind the last line are left out" +
               (why.empty() && !isInterrupted ? "; nothing says whether some came before the scan." : "."));
    }
    return fit;
  }

  std::optional<Arrangement>
  ByTimes()
  {
    const auto & lines = this->Lines();
    if (!lines)
    {
      return std::nullopt;
    }
    const std::string why = "gaps between the frames' times";
    auto              fit = this->Fit({ lines->lines, lines->perLine, why }, lines->first, lines->perLine, why);
    if (fit)
    {
      // Lines are those of the frames that are there.
      const std::int64_t stated = (m_Counts.statedFrames - lines->first) / lines->perLine;
      fit->promised.ry = std::max(lines->lines, m_Counts.statedFrames > m_Counts.frames ? stated : 0);
      fit->note = "The scan shape, " + FormatExtent(lines->lines, lines->perLine) + ", follows from the " + why + "." +
                  (fit->note.empty() ? "" : " ") + fit->note;
    }
    return fit;
  }

  /** Several frames too many in each line, or whole lines too many: nobody said which. */
  bool
  IsClear(const ShapeCandidate & wanted)
  {
    const std::int64_t frames = m_Counts.frames;
    const std::int64_t inLine = frames / wanted.ry - wanted.rx;
    if (frames % wanted.ry != 0 || inLine < 1 || inLine >= wanted.rx)
    {
      return true;
    }
    std::vector<ScanCandidate> choices{ ToCandidate(
      { wanted.ry, wanted.rx + inLine, std::to_string(inLine) + " too many in each line" }) };
    if (frames % wanted.rx == 0)
    {
      choices.push_back(ToCandidate({ frames / wanted.rx, wanted.rx, "whole lines too many" }));
    }
    if (!m_Question)
    {
      m_Question = ScanChoiceNeeded(m_Path + ": holds " + std::to_string(frames) + " frames for a scan of " +
                                      FormatExtent(wanted.ry, wanted.rx) + " (" + wanted.source +
                                      "), and nothing says which are too many; give the scan shape with them, rows x "
                                      "columns (" +
                                      FormatCandidates(choices) + "), and the region without them",
                                    "scan shape",
                                    choices);
    }
    return false;
  }

  void
  CheckBeginning(const Arrangement & best) const
  {
    if (m_Counts.firstNumber > 1 && !best.isComplete && !m_Options.scanShape)
    {
      throw FileError(m_Path,
                      "begins with frame " + std::to_string(m_Counts.firstNumber) + " and holds " +
                        std::to_string(m_Counts.frames) +
                        ": which positions these are is not known. Put the other files of the series beside it, or "
                        "give the scan shape");
    }
  }

  const std::string &        m_Path;
  const MerlinCounts &       m_Counts;
  const ScanFileOptions &    m_Options;
  bool                       m_AreLinesKnown = false;
  std::optional<MerlinLines> m_Lines;
  /** What would have to be asked if nothing fits all frames. */
  std::optional<ScanChoiceNeeded> m_Question;
};
} // namespace

MerlinFrames
ResolveMerlinFrames(const std::string &        path,
                    const MerlinCounts &       counts,
                    const ScanFileOptions &    options,
                    std::vector<std::string> & notes)
{
  return Resolver(path, counts, options).Resolve(notes);
}
} // namespace fourdstem
