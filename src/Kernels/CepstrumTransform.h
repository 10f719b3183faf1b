// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_CepstrumTransform_h
#define fourdstem_CepstrumTransform_h

#include "EigenDense.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
/** The windowed logarithm of a pattern, and its Fourier transform where it is wanted. */
class CepstrumTransform
{
public:
  CepstrumTransform(std::int64_t side, double offset);

  /** Takes the pattern about (originX, originY), both finite. */
  template <typename T>
  void
  Take(const T * pixels, std::ptrdiff_t rowStride, std::int64_t qy, std::int64_t qx, double originX, double originY);

  /** cos(2 pi u y / side) in the even columns, -sin in the odd ones, rows y from the window's middle. */
  Eigen::MatrixXf
  Waves(const std::vector<double> & frequencies) const;

  /** [side][side] */
  const Eigen::MatrixXf &
  Windowed() const
  {
    return m_Windowed;
  }

  /** Standard deviation of one quadrature of the transform from counting noise. */
  float
  Noise() const
  {
    return m_Noise;
  }

private:
  std::int64_t    m_Side;
  double          m_Offset;
  Eigen::VectorXf m_Window; // of one axis, its sum 1
  Eigen::MatrixXf m_Windowed;
  float           m_Noise = 0.F;
};
} // namespace fourdstem

#endif
