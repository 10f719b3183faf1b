// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DiffractionTilt.h"

#include "DiskPlaces.h"
#include "FriedelPairs.h"
#include "LatticeMatrix.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
constexpr float noValue = std::numeric_limits<float>::quiet_NaN();

/** By least squares. */
Lattice
LatticeThrough(const std::vector<BraggPlace> & places, const std::vector<MillerIndex> & indices)
{
  const auto      count = static_cast<Eigen::Index>(places.size());
  Eigen::MatrixXd numbers(count, 2);
  Eigen::MatrixXd positions(count, 2);
  for (Eigen::Index i = 0; i < count; ++i)
  {
    const auto at = static_cast<std::size_t>(i);
    numbers.row(i) << indices[at].h, indices[at].k;
    positions.row(i) << places[at].x, places[at].y;
  }
  return LatticeOf(Eigen::Matrix2d(numbers.completeOrthogonalDecomposition().solve(positions).transpose()));
}

/** The pairs of one ring and what gives its harmonics from their sums. */
struct Ring
{
  std::vector<std::size_t> pairs;
  Eigen::MatrixXd          harmonics; // [2 or 4][pairs], or without elements
};

Ring
MakeRing(const std::vector<DiskPair> & pairs, std::size_t number)
{
  Ring ring;
  for (std::size_t i = 0; i < pairs.size(); ++i)
  {
    if (pairs[i].ring == number)
    {
      ring.pairs.push_back(i);
    }
  }
  const auto      count = static_cast<Eigen::Index>(ring.pairs.size());
  Eigen::MatrixXd design(count, 5);
  for (Eigen::Index i = 0; i < count; ++i)
  {
    const DiskPair & pair = pairs[ring.pairs[static_cast<std::size_t>(i)]];
    const double     angle = std::atan2(pair.uy, pair.ux);
    design.row(i) << 1., std::cos(2. * angle), std::sin(2. * angle), std::cos(6. * angle), std::sin(6. * angle);
  }
  ring.harmonics = EstimatorOfLast(4, design);
  if (ring.harmonics.size() == 0)
  {
    ring.harmonics = EstimatorOfLast(2, design.leftCols(3));
  }
  return ring;
}

class DiffractionTilt : public Feature
{
public:
  DiffractionTilt(const BraggSearch & search, const std::vector<MillerIndex> & indices)
    : m_Search(search)
    , m_Places(std::make_unique<DiskPlaces>(m_Search, m_Search.noise))
  {
    const auto & places = search.places.at(0);
    if (places.size() != indices.size())
    {
      throw std::invalid_argument("there are " + std::to_string(places.size()) + " places of disks and " +
                                  std::to_string(indices.size()) + " pairs of indices");
    }
    std::size_t rings = 0;
    m_Pairs = CommonPairs({ { LatticeThrough(places, indices), places, indices, 1. } }, rings);
    if (m_Pairs.empty())
    {
      throw std::invalid_argument("of " + std::to_string(places.size()) +
                                  " disks none has its opposite among them: tilt needs Friedel pairs");
    }
    Eigen::MatrixXd directions(static_cast<Eigen::Index>(m_Pairs.size()), 2);
    for (std::size_t i = 0; i < m_Pairs.size(); ++i)
    {
      directions.row(static_cast<Eigen::Index>(i)) << m_Pairs[i].ux, m_Pairs[i].uy;
    }
    m_HasTilt = EstimatorOfLast(2, directions).size() > 0;
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t i = 0; i < rings; ++i)
    {
      const auto first =
        std::find_if(m_Pairs.begin(), m_Pairs.end(), [i](const DiskPair & pair) { return pair.ring == i; });
      const BraggPlace & place = places[first->first[0]];
      order.emplace_back(std::hypot(place.x, place.y), i);
    }
    std::sort(order.begin(), order.end());
    for (const auto & [distance, number] : order)
    {
      m_Rings.push_back(MakeRing(m_Pairs, number));
    }
  }

  std::int64_t
  Components() const override
  {
    return static_cast<std::int64_t>(this->Names().size());
  }

  std::vector<std::string>
  Names() const override
  {
    std::vector<std::string> names;
    for (const DiskPair & pair : m_Pairs)
    {
      names.push_back("Friedel asymmetry " + std::to_string(pair.index.first) + " " +
                      std::to_string(pair.index.second));
    }
    if (m_HasTilt)
    {
      names.insert(names.end(), { "tilt x", "tilt y" });
    }
    for (std::size_t i = 0; i < m_Rings.size(); ++i)
    {
      for (Eigen::Index k = 0; k < m_Rings[i].harmonics.rows(); ++k)
      {
        names.push_back("ring " + std::to_string(i + 1) + (k % 2 == 0 ? " cos " : " sin ") + (k < 2 ? "2" : "6"));
      }
    }
    names.emplace_back("disk broadening");
    return names;
  }

  std::unique_ptr<Feature::Worker>
  MakeWorker() const override;

private:
  friend class TiltWorker;

  BraggSearch                       m_Search;
  std::unique_ptr<const DiskPlaces> m_Places;
  std::vector<DiskPair>             m_Pairs;
  bool                              m_HasTilt = false;
  std::vector<Ring>                 m_Rings;
};

class TiltWorker : public Feature::Worker
{
public:
  explicit TiltWorker(const DiffractionTilt & feature)
    : m_Feature(feature)
    , m_Components(feature.Components())
  {}

  void
  Extract(const FloatPattern & pattern, float originX, float originY, float * out, FeatureReport & report) override
  {
    std::fill_n(out, m_Components, noValue);
    const float origin[] = { originX, originY };
    if (!std::isfinite(originX) || !std::isfinite(originY) || !this->Measure(pattern, origin))
    {
      ++report.missing;
      return;
    }
    out = this->WriteTilt(out);
    for (const Ring & ring : m_Feature.m_Rings)
    {
      out = this->WriteHarmonics(ring, out);
    }
    *out = static_cast<float>(m_Broadening);
  }

private:
  /** The sum of a pair's heights; NaN where one of the two is cut. */
  double
  SumOf(const DiskPair & pair) const
  {
    return m_Heights[pair.first[0]] + m_Heights[pair.second[0]];
  }

  float *
  WriteTilt(float * out) const
  {
    Eigen::Matrix2d normal = Eigen::Matrix2d::Zero();
    Eigen::Vector2d right = Eigen::Vector2d::Zero();
    for (const DiskPair & pair : m_Feature.m_Pairs)
    {
      const double sum = this->SumOf(pair);
      const double odd = (m_Heights[pair.first[0]] - m_Heights[pair.second[0]]) / sum;
      if (sum > 0.)
      {
        const Eigen::Vector2d direction(pair.ux, pair.uy);
        normal += direction * direction.transpose();
        right += odd * direction;
      }
      *out++ = sum > 0. ? static_cast<float>(odd) : noValue;
    }
    if (m_Feature.m_HasTilt)
    {
      const bool            isKnown = normal.determinant() > 1e-6 * normal.trace() * normal.trace();
      const Eigen::Vector2d tilt = normal.inverse() * right;
      *out++ = isKnown ? static_cast<float>(tilt[0]) : noValue;
      *out++ = isKnown ? static_cast<float>(tilt[1]) : noValue;
    }
    return out;
  }

  float *
  WriteHarmonics(const Ring & ring, float * out) const
  {
    Eigen::VectorXd sums(static_cast<Eigen::Index>(ring.pairs.size()));
    for (Eigen::Index i = 0; i < sums.size(); ++i)
    {
      sums[i] = this->SumOf(m_Feature.m_Pairs[ring.pairs[static_cast<std::size_t>(i)]]);
    }
    const double mean = sums.mean();
    for (Eigen::Index i = 0; i < ring.harmonics.rows(); ++i)
    {
      *out++ = mean > 0. ? static_cast<float>(ring.harmonics.row(i).dot(sums) / mean) : noValue;
    }
    return out;
  }

  /** The heights of the disks, NaN for those that are cut, and their mean broadening; false where none is found. */
  bool
  Measure(const FloatPattern & pattern, const float * origin)
  {
    const PatternBlock  block{ reinterpret_cast<const std::byte *>(pattern.pixels),
                              ElementType::Float32,
                              1,
                              0,
                              pattern.rowStride * static_cast<std::ptrdiff_t>(sizeof(float)) };
    const ScanShape     shape{ 1, 1, pattern.qy, pattern.qx };
    const DiskFilters & filters = m_Feature.m_Places->Filters();
    const auto &        places = m_Feature.m_Search.places[0];
    const auto          isInside = [&filters](double place, std::int64_t extent) {
      const auto half = static_cast<double>(filters.HalfSize());
      return place >= half && place + half <= static_cast<double>(extent - 1);
    };
    m_Heights.assign(places.size(), 0.);
    double sum = 0.;
    double broadening = 0.;
    m_Feature.m_Places->Fit(block, 0, shape, 0, origin, m_Patch, [&](std::size_t i, const DiskFit & fit) {
      const bool isWhole = isInside(static_cast<double>(origin[0]) + places[i].x, shape.qx) &&
                           isInside(static_cast<double>(origin[1]) + places[i].y, shape.qy) &&
                           std::isfinite(std::accumulate(m_Patch.begin(), m_Patch.end(), 0.F));
      m_Heights[i] = isWhole ? 0. : static_cast<double>(noValue);
      if (isWhole && fit.found &&
          fit.height >=
            m_Feature.m_Search.significance * std::sqrt(VarianceOf(fit, filters, m_Feature.m_Search.noise.gain).height))
      {
        m_Heights[i] = fit.height;
        sum += fit.height;
        broadening += fit.height * BroadeningOf(fit, filters, m_Patch.data());
      }
    });
    m_Broadening = broadening / sum;
    return sum > 0.;
  }

  const DiffractionTilt & m_Feature;
  std::int64_t            m_Components;
  std::vector<float>      m_Patch;
  std::vector<double>     m_Heights;
  double                  m_Broadening = 0.;
};

std::unique_ptr<Feature::Worker>
DiffractionTilt::MakeWorker() const
{
  return std::make_unique<TiltWorker>(*this);
}
} // namespace

std::unique_ptr<Feature>
MakeDiffractionTilt(const BraggSearch & search, const std::vector<MillerIndex> & indices)
{
  return std::make_unique<DiffractionTilt>(search, indices);
}
} // namespace fourdstem
