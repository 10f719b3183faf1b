// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_PoissonSampler_h
#define fourdstem_PoissonSampler_h

#include "FourDSTEMExport.h"
#include "Kernels/CounterRandom.h"

namespace fourdstem
{
/** A Poisson number of mean `mean` (finite, at least 0) from the numbers of `random` from `first` on; rarely more than
 * six are used, hardly ever more than 64. Exact in double precision: inversion below a mean of 12, else PTRS, the
 * transformed rejection of Hörmann, Insur. Math. Econ. 12 (1993) 39. */
FourDSTEM_EXPORT double
SamplePoisson(double mean, const CounterRandom & random, std::uint64_t first);
} // namespace fourdstem

#endif
