// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Measures_h
#define fourdstem_cli_Measures_h

#include "Common/ClusterView.h"

#include <cstdint>
#include <string>

namespace fourdstem::cli
{
/** A number of up to `digits` digits with a point, whatever the locale: 12.5, 1e-05. */
std::string
FormatNumber(double value, int digits = 6);

/** The largest 1, 2 or 5 times a power of ten that is not above `limit` (positive). */
double
RoundLength(double limit);

/** A length with a unit that suits it: 500 nm, 2 µm, 5 nm⁻¹, 20 px. */
std::string
FormatLength(double value, const std::string & unit);

/** The area of some positions of a scan: 1 230 nm², 4.5 µm²; "12 positions" without a calibration. */
std::string
FormatArea(std::int64_t positions, const Grid & scan);

/** 24.1 %; "< 0.1 %" rather than 0. */
std::string
FormatShare(std::int64_t part, std::int64_t whole);

/** Digits in groups of three: 65 536. */
std::string
FormatCount(std::int64_t value);

/** A number in at most three digits: 0.0123, 1.5, 4 200, 1.2e+06. */
std::string
FormatValue(double value);
} // namespace fourdstem::cli

#endif
