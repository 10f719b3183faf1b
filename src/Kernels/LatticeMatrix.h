// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_LatticeMatrix_h
#define fourdstem_LatticeMatrix_h

#include "EigenDense.h"

#include "fourdstem/Lattice.h"

namespace fourdstem
{
/** The vectors as columns. */
inline Eigen::Matrix2d
MatrixOf(const Lattice & lattice)
{
  Eigen::Matrix2d matrix;
  matrix << lattice.g1[0], lattice.g2[0], lattice.g1[1], lattice.g2[1];
  return matrix;
}

inline Lattice
LatticeOf(const Eigen::Matrix2d & matrix)
{
  return { { matrix(0, 0), matrix(1, 0) }, { matrix(0, 1), matrix(1, 1) } };
}

inline Lattice
LatticeOf(const LatticeFit & fit)
{
  return { { static_cast<double>(fit.g1[0]), static_cast<double>(fit.g1[1]) },
           { static_cast<double>(fit.g2[0]), static_cast<double>(fit.g2[1]) } };
}

/** Three numbers, the first and the last on the diagonal. */
template <typename TValue>
Eigen::Matrix2d
SymmetricMatrix(const TValue (&values)[3])
{
  Eigen::Matrix2d matrix;
  matrix << static_cast<double>(values[0]), static_cast<double>(values[1]), static_cast<double>(values[1]),
    static_cast<double>(values[2]);
  return matrix;
}
} // namespace fourdstem

#endif
