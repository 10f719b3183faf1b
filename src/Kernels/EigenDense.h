// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EigenDense_h
#define fourdstem_EigenDense_h

// Eigen's own threads would change the bits with their number, and heed no limit.
#ifndef EIGEN_DONT_PARALLELIZE
#  define EIGEN_DONT_PARALLELIZE
#endif
#include "itk_eigen.h"
#include ITK_EIGEN(Dense)

#endif
