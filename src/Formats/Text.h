// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Text_h
#define fourdstem_Text_h

#include "FourDSTEMExport.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fourdstem
{
/** A number in C notation, whatever the user's locale; spaces around it are allowed, anything else is not. */
std::optional<double>
ParseNumber(const std::string & text);

std::optional<std::int64_t>
ParseInteger(const std::string & text);

/** Shortest C notation that reads back to the same number. */
std::string
FormatNumber(double value);

/** "rows x columns". */
std::string
FormatExtent(std::int64_t rows, std::int64_t columns);

std::string
Join(const std::vector<std::string> & texts, const std::string & separator);

/** The text with spaces for control characters, which XML forbids, and a sign for what is not UTF-8. */
FourDSTEM_EXPORT std::string
                 ValidText(std::string text);

std::string
LowerCase(std::string text);

/** What follows the last separator of folders. */
std::string
FileNameOf(const std::string & path);

/** A name without its extension. */
std::string
StemOf(const std::string & name);

/** Path of `name` in the folder that holds `path`. */
std::string
BesideFile(const std::string & path, const std::string & name);

/** Lower case, with the dot; empty without one. */
std::string
ExtensionOf(const std::string & path);

/** Names in the folder that holds `path` with that extension, sorted; none where the folder cannot be listed. */
std::vector<std::string>
NamesBeside(const std::string & path, const std::string & extension);
} // namespace fourdstem

#endif
