// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NumpyHeader_h
#define fourdstem_NumpyHeader_h

#include "Formats/InputFile.h"
#include "Formats/StoredType.h"

namespace fourdstem
{
struct NumpyHeader
{
  StoredType                type;
  bool                      fortranOrder = false;
  std::vector<std::int64_t> shape;
  std::int64_t              dataOffset = 0;
};

/** Reads the header of a .npy file, versions 1 to 3 (numpy/lib/format.py describes them). Throws FileError. */
NumpyHeader
ReadNumpyHeader(const InputFile & file);
} // namespace fourdstem

#endif
