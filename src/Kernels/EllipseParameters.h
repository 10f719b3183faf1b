// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EllipseParameters_h
#define fourdstem_EllipseParameters_h

#include "EigenDense.h"

#include "fourdstem/EllipticalDistortion.h"

namespace fourdstem
{
/** (ln ratio) (cos 2 angle, sin 2 angle): the distortion as a vector, smooth where the ratio is 1. */
Eigen::Vector2d
EllipseVector(const EllipticalDistortion & ellipse);

EllipticalDistortion
EllipseOfVector(const Eigen::Vector2d & vector);

/** The distortion and its errors from the vector and its covariance. */
EllipseMeasurement
EllipseOfVector(const Eigen::Vector2d & vector, const Eigen::Matrix2d & covariance);

/** The matrix D^-1 that takes the distortion out; its determinant is 1. */
Eigen::Matrix2d
UndistortingMatrix(const EllipticalDistortion & ellipse);
} // namespace fourdstem

#endif
