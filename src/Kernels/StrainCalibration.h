// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_StrainCalibration_h
#define fourdstem_StrainCalibration_h

#include "fourdstem/StrainAnalysis.h"

namespace fourdstem
{
/** \file
 * What is known of crystal and camera, on the way to strain. */

/** Throws std::invalid_argument for what does not go together. */
void
CheckCalibration(const StrainAnalysisOptions & options);

/** Sets result.ellipse from the lattice of the reference. Throws std::runtime_error where that is not the known one, or
 * neither hexagonal nor square. */
void
MeasureEllipse(const LatticeEstimate & measured, const StrainAnalysisOptions & options, StrainResult & result);

/** Sets result.ellipse from the ring in result.measurement's mean pattern. */
void
MeasureRing(const StrainAnalysisOptions & options, StrainResult & result);

/** Takes result.ellipse out of the disks and of the lattices of the mean patterns. */
void
TakeOutEllipse(StrainResult & result);
} // namespace fourdstem

#endif
