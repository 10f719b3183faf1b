// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "CepstrumTransform.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourdstem
{
namespace
{
constexpr double turn = 6.28318530717958648;
}

CepstrumTransform::CepstrumTransform(std::int64_t side, double offset)
  : m_Side(side)
  , m_Offset(offset)
  , m_Window(side)
  , m_Windowed(side, side)
{
  for (std::int64_t i = 0; i < side; ++i)
  {
    m_Window[i] = static_cast<float>(1. - std::cos(turn * static_cast<double>(i) / static_cast<double>(side)));
  }
  m_Window /= m_Window.sum();
}

template <typename T>
void
CepstrumTransform::Take(const T *      pixels,
                        std::ptrdiff_t rowStride,
                        std::int64_t   qy,
                        std::int64_t   qx,
                        double         originX,
                        double         originY)
{
  constexpr float none = std::numeric_limits<float>::quiet_NaN();
  const auto      first = [this](double origin, std::int64_t extent) {
    const double limit = static_cast<double>(extent + m_Side);
    return static_cast<std::int64_t>(std::floor(std::clamp(origin, -limit, limit) + 0.5)) - m_Side / 2;
  };
  const std::int64_t left = first(originX, qx);
  const std::int64_t top = first(originY, qy);
  double             sum = 0.;
  double             weights = 0.;
  double             variance = 0.;
  for (std::int64_t y = 0; y < m_Side; ++y)
  {
    const bool isRow = top + y >= 0 && top + y < qy;
    const T *  row = isRow ? pixels + (top + y) * rowStride : nullptr;
    for (std::int64_t x = 0; x < m_Side; ++x)
    {
      const std::int64_t column = left + x;
      const double       value =
        isRow && column >= 0 && column < qx ? static_cast<double>(row[column]) : static_cast<double>(none);
      if (!std::isfinite(value))
      {
        m_Windowed(y, x) = none;
        continue;
      }
      const double counts = std::max(value, 0.);
      const double weight = static_cast<double>(m_Window[y]) * static_cast<double>(m_Window[x]);
      const double logarithm = std::log(counts + m_Offset);
      m_Windowed(y, x) = static_cast<float>(logarithm);
      sum += weight * logarithm;
      weights += weight;
      // Of log(n + offset) to first order
      variance += weight * weight * counts / ((counts + m_Offset) * (counts + m_Offset));
    }
  }
  const auto mean = static_cast<float>(weights > 0. ? sum / weights : 0.);
  for (std::int64_t x = 0; x < m_Side; ++x)
  {
    for (std::int64_t y = 0; y < m_Side; ++y)
    {
      float & value = m_Windowed(y, x);
      value = std::isnan(value) ? 0.F : (value - mean) * m_Window[y] * m_Window[x];
    }
  }
  m_Noise = static_cast<float>(std::sqrt(0.5 * variance));
}

template void
CepstrumTransform::Take(const float *, std::ptrdiff_t, std::int64_t, std::int64_t, double, double);
template void
CepstrumTransform::Take(const double *, std::ptrdiff_t, std::int64_t, std::int64_t, double, double);

Eigen::MatrixXf
CepstrumTransform::Waves(const std::vector<double> & frequencies) const
{
  Eigen::MatrixXf waves(m_Side, static_cast<Eigen::Index>(2 * frequencies.size()));
  for (Eigen::Index k = 0; 2 * k < waves.cols(); ++k)
  {
    for (std::int64_t i = 0; i < m_Side; ++i)
    {
      const double phase = turn * frequencies[static_cast<std::size_t>(k)] * static_cast<double>(i - m_Side / 2) /
                           static_cast<double>(m_Side);
      waves(i, 2 * k) = static_cast<float>(std::cos(phase));
      waves(i, 2 * k + 1) = static_cast<float>(-std::sin(phase));
    }
  }
  return waves;
}
} // namespace fourdstem
