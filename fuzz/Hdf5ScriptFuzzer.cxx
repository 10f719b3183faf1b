// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Reads HDF5 files that HDF5 wrote, of any structure: see Hdf5Script.h. FourDSTEM_FUZZ_READ is ReadScan or ReadPeaks.
#include "FuzzInput.h"
#include "Hdf5Script.h"
#include "ReadPeaks.h"
#include "ReadScan.h"

#include "Formats/Hdf5.h"

extern "C" int
LLVMFuzzerTestOneInput(const std::uint8_t * data, std::size_t size)
{
  using namespace fourdstem::fuzz;
  const Input       input = ReadInput(data, size);
  const std::string path = WriteHdf5(input.files.front());
  FourDSTEM_FUZZ_READ(path, input.options);
  constexpr unsigned kinds = H5F_OBJ_FILE | H5F_OBJ_DATASET | H5F_OBJ_GROUP | H5F_OBJ_ATTR;
  if (H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), kinds) != 0)
  {
    Fault("a file, group, data set or attribute that was not closed");
  }
  return 0;
}
