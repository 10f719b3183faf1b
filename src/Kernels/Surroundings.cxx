// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Surroundings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace fourdstem
{
namespace
{
constexpr std::int64_t reach = 2;
constexpr double       factor = 2.5;

/** A few numbers, without a heap. */
struct Few
{
  std::array<double, 48> values;
  std::size_t            count = 0;

  void
  Add(double value)
  {
    values[count++] = value;
  }
  double *
  end()
  {
    return values.data() + count;
  }
  void
  Sort()
  {
    std::sort(values.data(), this->end());
  }
  double
  Median()
  {
    if (count == 0)
    {
      return std::numeric_limits<double>::quiet_NaN();
    }
    double * const middle = values.data() + count / 2;
    std::nth_element(values.data(), middle, this->end());
    return *middle;
  }
};

/** Calls visit(dy, dx, value) for the finite others within reach. */
template <typename TVisit>
void
VisitOthers(const DetectorMap & map, std::int64_t y, std::int64_t x, TVisit && visit)
{
  for (std::int64_t dy = -std::min(reach, y); dy <= std::min(reach, map.qy - 1 - y); ++dy)
  {
    for (std::int64_t dx = -std::min(reach, x); dx <= std::min(reach, map.qx - 1 - x); ++dx)
    {
      const double value = map.At(y + dy, x + dx);
      if ((dy != 0 || dx != 0) && std::isfinite(value))
      {
        visit(dy, dx, value);
      }
    }
  }
}

enum class Line
{
  None,
  Row,
  Column
};

constexpr std::size_t leastOthers = 8;

/** Place of the third from the end among `count` sorted others, from 0; of the last where few are there. */
std::size_t
Third(std::size_t count)
{
  return count >= 14 ? 2 : 0;
}

struct Split
{
  Few onLine;
  Few offLine;
};

Split
SplitOthers(const DetectorMap & map, std::int64_t y, std::int64_t x, Line line)
{
  Split split;
  VisitOthers(map, y, x, [&](std::int64_t dy, std::int64_t dx, double value) {
    const bool isOn = (line == Line::Row && dy == 0) || (line == Line::Column && dx == 0);
    (isOn ? split.onLine : split.offLine).Add(value);
  });
  split.offLine.Sort();
  return split;
}

/** Whether three others are in the way whatever the median is. */
bool
IsHidden(const DetectorMap & map, std::int64_t y, std::int64_t x, double value)
{
  int hiding = 0;
  // The others of a line cannot hide one another.
  VisitOthers(map, y, x, [&](std::int64_t dy, std::int64_t dx, double other) {
    hiding += dy != 0 && dx != 0 && std::max(other, factor * other) >= value ? 1 : 0;
  });
  return hiding >= 3;
}
} // namespace

bool
StandsOut(const DetectorMap & map, std::int64_t y, std::int64_t x)
{
  const double value = map.At(y, x);
  if (!std::isfinite(value) || IsHidden(map, y, x, value))
  {
    return false;
  }
  Split all = SplitOthers(map, y, x, Line::None);
  Few & others = all.offLine;
  if (others.count < leastOthers)
  {
    return false;
  }
  const double base = std::min(0., others.values[others.count / 2]);
  const auto   isAbove = [base](double bright, double dim) { return bright - base > factor * (dim - base); };
  if (isAbove(value, others.values[others.count - 1 - Third(others.count)]))
  {
    return true;
  }
  for (const Line line : { Line::Row, Line::Column })
  {
    Split        split = SplitOthers(map, y, x, line);
    const double largest = split.offLine.count > 0 ? split.offLine.values[split.offLine.count - 1] : value;
    const auto   like = std::count_if(
      split.onLine.values.data(), split.onLine.end(), [&](double other) { return isAbove(other, largest); });
    if (split.offLine.count >= leastOthers && isAbove(value, largest) && like >= 2)
    {
      return true;
    }
  }
  return false;
}

bool
IsAmong(const DetectorMap & map, std::int64_t y, std::int64_t x, double value)
{
  Split all = SplitOthers(map, y, x, Line::None);
  if (all.offLine.count < leastOthers)
  {
    return false;
  }
  if (all.offLine.values[Third(all.offLine.count)] >= value)
  {
    return true;
  }
  for (const Line line : { Line::Row, Line::Column })
  {
    Split      split = SplitOthers(map, y, x, line);
    const auto like = std::count(split.onLine.values.data(), split.onLine.end(), 0.);
    if (split.offLine.count >= leastOthers && split.offLine.values[0] >= value && like >= 2)
    {
      return true;
    }
  }
  return false;
}

double
MedianAbout(const DetectorMap & map, std::int64_t y, std::int64_t x)
{
  Few others;
  VisitOthers(map, y, x, [&](std::int64_t, std::int64_t, double value) { others.Add(value); });
  return others.Median();
}

double
ScatterAbout(const DetectorMap & map, std::int64_t y, std::int64_t x)
{
  Few steps;
  VisitOthers(map, y, x, [&](std::int64_t dy, std::int64_t dx, double value) {
    const auto step = [&](std::int64_t toY, std::int64_t toX) {
      if (toY <= reach && toX <= reach && (toY != 0 || toX != 0) && y + toY < map.qy && x + toX < map.qx &&
          std::isfinite(map.At(y + toY, x + toX)))
      {
        steps.Add(std::abs(map.At(y + toY, x + toX) - value));
      }
    };
    step(dy + 1, dx);
    step(dy, dx + 1);
  });
  const double median = steps.Median();
  return std::isfinite(median) ? median / (0.6745 * std::sqrt(2.)) : 0.;
}
} // namespace fourdstem
