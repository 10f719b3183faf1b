// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Reads files of any bytes. FourDSTEM_FUZZ_FILES, their names, says of which format, and FourDSTEM_FUZZ_READ whether
// it is a scan (ReadScan) or peak lists (ReadPeaks): see CMakeLists.txt.
#include "FuzzInput.h"
#include "ReadPeaks.h"
#include "ReadScan.h"

#include <iterator>

extern "C" int
LLVMFuzzerTestOneInput(const std::uint8_t * data, std::size_t size)
{
  using namespace fourdstem::fuzz;
  static const std::string names[] = { FourDSTEM_FUZZ_FILES };
  const Input              input = ReadInput(data, size);
  for (std::size_t i = 0; i < std::size(names); ++i)
  {
    if (i < input.files.size())
    {
      Folder().Write(names[i], input.files[i]);
    }
    else
    {
      std::filesystem::remove(std::filesystem::u8path(Folder().Path(names[i])));
    }
  }
  FourDSTEM_FUZZ_READ(Folder().Path(names[input.opened % std::size(names)]), input.options);
  return 0;
}
