// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_ParameterCheck_h
#define fourdstem_cli_ParameterCheck_h

#include "Common/CommandDescription.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fourdstem::cli
{
/** Locale-independent; true when the whole text is one finite number. */
bool
ParseNumber(const std::string & text, double & value);
bool
ParseInteger(const std::string & text, std::int64_t & value);

/** 2GiB, 1.5 GB, 500M or 1048576: decimal and binary prefixes up to T. */
bool
ParseBytes(const std::string & text, std::int64_t & value);

/** The entries of a list: separated by commas, whole numbers also by x (64x128). */
std::vector<std::string>
SplitList(const Parameter & parameter, const std::string & text);

/** What is wrong with a value and what is accepted; empty when the parameter accepts it. */
std::string
Complaint(const Parameter & parameter, const std::string & text);
} // namespace fourdstem::cli

#endif
