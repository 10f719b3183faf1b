// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_FileError_h
#define fourdstem_FileError_h

#include <stdexcept>
#include <string>

namespace fourdstem
{
/** A failure with a file: the text begins with the file's name. */
class FileError : public std::runtime_error
{
public:
  FileError(const std::string & path, const std::string & what)
    : std::runtime_error(path + ": " + what)
  {}
};
} // namespace fourdstem

#endif
