// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Help_h
#define fourdstem_cli_Help_h

#include "Common/CommandDescription.h"

#include <cstddef>
#include <string>

namespace fourdstem::cli
{
/** The text of --help, wrapped to a width in characters. */
std::string
HelpText(const CommandDescription & description, const std::string & program, std::size_t width);

/** Columns of the terminal on stdout, within 60 to 100; 80 when there is none. */
std::size_t
TerminalWidth();
} // namespace fourdstem::cli

#endif
