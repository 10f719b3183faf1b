// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Cepstrum.h"

#include "CepstrumTransform.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr int    Values = 4; // of a peak
constexpr double gridStep = 0.5;

/** The places to look at, of every pair of opposites the first, and the waves of the grids about them. */
struct PeakGrids
{
  std::vector<BraggPlace>  places;
  std::vector<std::size_t> first;    // numbers of those that are looked at
  std::vector<std::size_t> opposite; // of each of these
  int                      half = 0; // steps to either side
  Eigen::MatrixXf          wavesX;   // [side][2 x all grids' columns]
  Eigen::MatrixXf          wavesY;
};

PeakGrids
MakeGrids(const std::vector<BraggPlace> & places, const CepstrumTransform & transform, double reach)
{
  PeakGrids grids;
  grids.places = places;
  grids.half = static_cast<int>(std::ceil(reach / gridStep)) + 1;
  std::vector<bool>   isTaken(places.size(), false);
  std::vector<double> columns;
  std::vector<double> rows;
  for (std::size_t i = 0; i < places.size(); ++i)
  {
    if (isTaken[i])
    {
      continue;
    }
    std::size_t other = i + 1;
    while (other < places.size() &&
           !(std::hypot(places[other].x + places[i].x, places[other].y + places[i].y) < 0.5 && !isTaken[other]))
    {
      ++other;
    }
    if (other == places.size())
    {
      throw std::invalid_argument("the place (" + std::to_string(places[i].x) + ", " + std::to_string(places[i].y) +
                                  ") in a cepstrum has no opposite");
    }
    isTaken[other] = true;
    grids.first.push_back(i);
    grids.opposite.push_back(other);
    for (int k = -grids.half; k <= grids.half; ++k)
    {
      columns.push_back(places[i].x + gridStep * k);
      rows.push_back(places[i].y + gridStep * k);
    }
  }
  grids.wavesX = transform.Waves(columns);
  grids.wavesY = transform.Waves(rows);
  return grids;
}

/** The vertex of the parabola through three values one step apart, from the middle one; at most a step away. */
double
Vertex(double before, double middle, double after)
{
  const double curvature = before - 2. * middle + after;
  return curvature < 0. ? std::clamp(0.5 * (before - after) / curvature, -1., 1.) : 0.;
}

class PeakWorker : public Feature::Worker
{
public:
  PeakWorker(const PeakGrids & grids, std::int64_t side, const CepstrumOptions & options)
    : m_Grids(grids)
    , m_Options(options)
    , m_Transform(side, options.offset)
  {}

  void
  Extract(const FloatPattern & pattern, float originX, float originY, float * out, FeatureReport & report) override
  {
    std::fill_n(out, Values * m_Grids.places.size(), std::numeric_limits<float>::quiet_NaN());
    if (!std::isfinite(originX) || !std::isfinite(originY))
    {
      report.missing += static_cast<std::int64_t>(m_Grids.first.size());
      return;
    }
    m_Transform.Take(pattern.pixels,
                     pattern.rowStride,
                     pattern.qy,
                     pattern.qx,
                     static_cast<double>(originX),
                     static_cast<double>(originY));
    m_Columns.noalias() = m_Transform.Windowed() * m_Grids.wavesX;
    for (std::size_t i = 0; i < m_Grids.first.size(); ++i)
    {
      this->FindPeak(i, out);
    }
  }

private:
  void
  FindPeak(std::size_t number, float * out)
  {
    const int  steps = 2 * m_Grids.half + 1;
    const auto begin = static_cast<Eigen::Index>(number) * 2 * steps;
    // [rows: cos, -sin of y][columns: cos, -sin of x]
    m_Products.noalias() =
      m_Grids.wavesY.middleCols(begin, 2 * steps).transpose() * m_Columns.middleCols(begin, 2 * steps);
    const auto power = [this](int y, int x) {
      const double real =
        static_cast<double>(m_Products(2 * y, 2 * x)) - static_cast<double>(m_Products(2 * y + 1, 2 * x + 1));
      const double imaginary =
        static_cast<double>(m_Products(2 * y + 1, 2 * x)) + static_cast<double>(m_Products(2 * y, 2 * x + 1));
      return real * real + imaginary * imaginary;
    };
    int    row = 1;
    int    column = 1;
    double highest = -1.;
    for (int y = 0; y < steps; ++y)
    {
      for (int x = 0; x < steps; ++x)
      {
        if (const double value = power(y, x); value > highest)
        {
          highest = value;
          row = y;
          column = x;
        }
      }
    }
    const double height = std::sqrt(highest);
    const auto   noise = static_cast<double>(m_Transform.Noise());
    if (row == 0 || column == 0 || row + 1 == steps || column + 1 == steps || !(highest > 0.) ||
        height < m_Options.significance * noise)
    {
      return;
    }
    const auto   logarithm = [&power](int y, int x) { return 0.5 * std::log(std::max(power(y, x), 1e-300)); };
    const double dx =
      Vertex(logarithm(row, column - 1), logarithm(row, column), logarithm(row, column + 1)) + column - m_Grids.half;
    const double dy =
      Vertex(logarithm(row - 1, column), logarithm(row, column), logarithm(row + 1, column)) + row - m_Grids.half;
    if (std::hypot(dx, dy) * gridStep > m_Options.reach)
    {
      return;
    }
    const BraggPlace & place = m_Grids.places[m_Grids.first[number]];
    // A Hann window's peak falls off as exp(-x^2 / (2 * 0.85^2)) does; the opposite peak says the same once more.
    constexpr double width = 0.85;
    constexpr double rootOfTwo = 1.41421356237309505;
    const auto       x = static_cast<float>(place.x + gridStep * dx);
    const auto       y = static_cast<float>(place.y + gridStep * dy);
    const float      sigma = static_cast<float>(rootOfTwo * width * std::max(noise / height, 1e-6));
    const float      values[2][Values] = { { x, y, static_cast<float>(height), sigma },
                                           { -x, -y, static_cast<float>(height), sigma } };
    std::copy_n(values[0], Values, out + Values * m_Grids.first[number]);
    std::copy_n(values[1], Values, out + Values * m_Grids.opposite[number]);
  }

  const PeakGrids &       m_Grids;
  const CepstrumOptions & m_Options;
  CepstrumTransform       m_Transform;
  Eigen::MatrixXf         m_Columns;
  Eigen::MatrixXf         m_Products;
};

class CepstrumPeaks : public Feature
{
public:
  CepstrumPeaks(const std::vector<BraggPlace> & places, std::int64_t side, const CepstrumOptions & options)
    : m_Side(side)
    , m_Options(options)
    , m_Grids(MakeGrids(places, CepstrumTransform(side, options.offset), options.reach))
  {}

  std::int64_t
  Components() const override
  {
    return Values * static_cast<std::int64_t>(m_Grids.places.size());
  }

  std::vector<std::string>
  Names() const override
  {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < m_Grids.places.size(); ++i)
    {
      for (const char * what : { " x", " y", " height", " sigma" })
      {
        names.push_back("peak " + std::to_string(i + 1) + what);
      }
    }
    return names;
  }

  std::unique_ptr<Worker>
  MakeWorker() const override
  {
    return std::make_unique<PeakWorker>(m_Grids, m_Side, m_Options);
  }

private:
  std::int64_t    m_Side;
  CepstrumOptions m_Options;
  PeakGrids       m_Grids;
};
} // namespace

std::unique_ptr<Feature>
MakeCepstrumPeaks(const std::vector<BraggPlace> & places, std::int64_t side, const CepstrumOptions & options)
{
  if (places.empty() || side < 16 || !(options.offset > 0.) || !(options.reach > 0. && options.reach <= 16.))
  {
    throw std::invalid_argument(
      "peaks of a cepstrum need places, a side of at least 16 pixels, an offset above 0 and a "
      "reach of up to 16 pixels, not " +
      std::to_string(places.size()) + " places, " + std::to_string(side) + ", " + std::to_string(options.offset) +
      " and " + std::to_string(options.reach));
  }
  return std::make_unique<CepstrumPeaks>(places, side, options);
}
} // namespace fourdstem
