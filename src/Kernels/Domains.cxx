// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "NodeExamination.h"
#include "Parallel.h"
#include "Text.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
/** Gain is counted from what two-means finds in a normal distribution: between-class inertia of n * 2/pi. */
constexpr double ChanceGain = 0.6366197723675814;

/** A way to divide a node in two. */
struct Candidate
{
  Classes classes;
  Profile profile;
  double  valley = 1.0;
  double  sharpness = 0.0;
  bool    tooSmall = true; // every way tried leaves a child that is too small

  double
  Between() const
  {
    const auto   upper = static_cast<double>(CountUpper(classes));
    const auto   count = static_cast<double>(classes.size());
    const double distance = MeansOf(profile, classes).Distance();
    return upper * (count - upper) / count * distance * distance;
  }
};

class DomainSearch
{
public:
  DomainSearch(const SignificantComponents & components, const NeighbourPairs & pairs, const DivisiveOptions & options)
    : m_Components(components)
    , m_Pairs(pairs)
    , m_Options(options)
  {}

  bool
  LargeEnough(const Classes & classes) const
  {
    const std::int64_t upper = CountUpper(classes);
    return std::min(upper, static_cast<std::int64_t>(classes.size()) - upper) >= m_Options.minimumSize;
  }

  bool
  IsDomain(double valley, double sharpness) const
  {
    return valley < m_Options.maximumValley && sharpness > m_Options.minimumSharpness;
  }

  /** Two-means along one component, on the values and on their means with the neighbours; in the valley where that
   * makes the wall sharper: with three classes in a row, two-means would cut the middle one. */
  Candidate
  Along(const Profile & profile) const
  {
    const Profile smooth = AverageWithNeighbours(profile, m_Pairs);
    Candidate     best;
    best.profile = profile;
    best.classes = Above(profile, TwoMeansBorder(profile));
    if (this->LargeEnough(best.classes))
    {
      best.valley = FindValley(profile, best.classes).depth;
      best.tooSmall = false;
    }
    Classes smoothClasses = Above(smooth, TwoMeansBorder(smooth));
    if (this->LargeEnough(smoothClasses))
    {
      best.tooSmall = false;
      const double valley = FindValley(smooth, smoothClasses).depth;
      if (valley < best.valley)
      {
        best.valley = valley;
        best.classes = smoothClasses;
      }
    }
    best.sharpness = WallSharpness(profile, best.classes, m_Pairs);
    if (best.valley < m_Options.maximumValley && best.sharpness <= m_Options.minimumSharpness)
    {
      for (const Profile * seen : { &smooth, &profile })
      {
        const Classes halves = Above(*seen, TwoMeansBorder(*seen));
        Classes       classes = Above(*seen, FindValley(*seen, halves).place);
        const double  sharpness = WallSharpness(profile, classes, m_Pairs);
        if (this->LargeEnough(classes) && sharpness > best.sharpness)
        {
          best.classes = std::move(classes);
          best.sharpness = sharpness;
        }
      }
    }
    return best;
  }

  /** Lloyd in all significant components, from the two classes of `start`. */
  Candidate
  Refined(const Candidate & start) const
  {
    Candidate refined = start;
    refined.profile = this->Axis(start.classes);
    refined.classes = Above(refined.profile, TwoMeansBorder(refined.profile));
    constexpr int rounds = 100;
    for (int round = 0; round < rounds; ++round)
    {
      const std::int64_t upper = CountUpper(refined.classes);
      if (upper == 0 || upper == static_cast<std::int64_t>(refined.classes.size()))
      {
        return start;
      }
      refined.profile = this->Axis(refined.classes);
      Classes next = Above(refined.profile, MeansOf(refined.profile, refined.classes).Middle());
      if (next == refined.classes)
      {
        break;
      }
      refined.classes = std::move(next);
    }
    if (!this->LargeEnough(refined.classes))
    {
      return start;
    }
    refined.profile = this->Axis(refined.classes);
    const Profile smooth = AverageWithNeighbours(refined.profile, m_Pairs);
    refined.valley =
      std::min(FindValley(refined.profile, refined.classes).depth, FindValley(smooth, refined.classes).depth);
    refined.sharpness = WallSharpness(refined.profile, refined.classes, m_Pairs);
    const bool holds = this->IsDomain(refined.valley, refined.sharpness) &&
                       Coherence(refined.classes, m_Pairs) >= m_Options.minimumCoherence;
    return holds ? refined : start;
  }

  /** Where noise blurs the border, each position is judged half by itself and half by its neighbourhood. */
  void
  Regularise(Candidate & candidate) const
  {
    constexpr double clearSeparation = 6.0;
    const ClassMeans means = MeansOf(candidate.profile, candidate.classes);
    if (means.Distance() >= clearSeparation)
    {
      return;
    }
    const Profile smooth = AverageWithNeighbours(candidate.profile, m_Pairs);
    Profile       mixed(smooth.size());
    std::transform(smooth.begin(), smooth.end(), candidate.profile.begin(), mixed.begin(), [](double a, double b) {
      return 0.5 * (a + b);
    });
    Classes classes = Above(mixed, means.Middle());
    if (this->LargeEnough(classes))
    {
      candidate.classes = std::move(classes);
    }
  }

private:
  /** Coordinates along the line from the lower class's mean to the upper's. */
  Profile
  Axis(const Classes & classes) const
  {
    std::vector<double> direction;
    double              length = 0.0;
    for (const Profile & profile : m_Components.profiles)
    {
      direction.push_back(MeansOf(profile, classes).Distance());
      length += direction.back() * direction.back();
    }
    length = std::max(std::sqrt(length), 1e-12);
    Profile axis(classes.size(), 0.0);
    for (std::size_t c = 0; c < direction.size(); ++c)
    {
      const double factor = direction[c] / length;
      std::transform(
        axis.begin(), axis.end(), m_Components.profiles[c].begin(), axis.begin(), [factor](double sum, double value) {
          return sum + factor * value;
        });
    }
    return axis;
  }

  const SignificantComponents & m_Components;
  const NeighbourPairs &        m_Pairs;
  const DivisiveOptions &       m_Options;
};

void
Describe(const Candidate & candidate, const NeighbourPairs & pairs, ClusterNode & node)
{
  node.separation = MeansOf(candidate.profile, candidate.classes).Distance();
  node.valley = FindValley(candidate.profile, candidate.classes).depth;
  node.sharpness = WallSharpness(candidate.profile, candidate.classes, pairs);
  node.coherence = Coherence(candidate.classes, pairs);
  node.gain = candidate.Between() - static_cast<double>(candidate.classes.size()) * ChanceGain;
}
} // namespace

Examination
FindDomains(const SignificantComponents & components,
            const NeighbourPairs &        pairs,
            const DivisiveOptions &       options,
            const Execution &             execution,
            ClusterNode &                 node)
{
  const DomainSearch     search(components, pairs, options);
  std::vector<Candidate> candidates(static_cast<std::size_t>(components.eligible));
  ParallelFor(components.eligible, { execution.threads, {} }, [&](std::int64_t c) {
    candidates[static_cast<std::size_t>(c)] = search.Along(components.profiles[static_cast<std::size_t>(c)]);
  });

  double best = -1.0;
  bool   tooSmall = true;
  for (int c = 0; c < components.eligible; ++c)
  {
    const Candidate & candidate = candidates[static_cast<std::size_t>(c)];
    tooSmall = tooSmall && candidate.tooSmall;
    if (!candidate.tooSmall && search.IsDomain(candidate.valley, candidate.sharpness) && candidate.Between() > best)
    {
      best = candidate.Between();
      node.component = c;
    }
  }

  const bool isGradient = node.component < 0;
  Candidate  chosen = isGradient ? candidates.front() : candidates[static_cast<std::size_t>(node.component)];
  if (isGradient)
  {
    chosen.classes = Above(chosen.profile, TwoMeansBorder(chosen.profile));
    node.component = 0;
  }
  else
  {
    chosen = search.Refined(chosen);
    search.Regularise(chosen);
  }
  Describe(chosen, pairs, node);

  const std::int64_t upper = CountUpper(chosen.classes);
  const std::int64_t fewest = std::min(upper, pairs.Positions() - upper);
  if (isGradient && tooSmall)
  {
    node.stop = StopReason::TooSmall;
    node.note = Text("every class that stands apart has fewer than ", options.minimumSize, " positions");
  }
  else if (isGradient && !options.splitGradients)
  {
    node.stop = StopReason::Gradient;
    node.note = Text("smooth variation, Lambda ",
                     node.lambda,
                     ": valley ",
                     candidates.front().valley,
                     ", wall sharpness ",
                     candidates.front().sharpness);
  }
  else if (node.coherence < options.minimumCoherence)
  {
    node.stop = StopReason::NotCoherent;
    node.note = Text("coherence ", node.coherence, " is below ", options.minimumCoherence);
  }
  else if (fewest < options.minimumSize)
  {
    node.stop = StopReason::TooSmall;
    node.note = Text("a child of ", fewest, " positions is below the minimum of ", options.minimumSize);
  }
  else
  {
    return { true, std::move(chosen.classes) };
  }
  return {};
}
} // namespace fourdstem
