// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Instead of mapped pages, which go on behind the end of a file: memory of exactly the bytes asked for, so that the
// address sanitizer notices the first byte too many.
#include "Formats/NativeFile.h"

#include <cstdlib>

namespace fourdstem::native
{
std::int64_t
MapGranularity()
{
  return 64; // pixels keep the alignment that they have in the file
}

const void *
Map(Handle handle, std::int64_t offset, std::int64_t bytes)
{
  void * data = nullptr;
  if (bytes <= 0 || ::posix_memalign(&data, 64, static_cast<std::size_t>(bytes)) != 0)
  {
    return nullptr;
  }
  if (ReadSome(handle, data, bytes, offset) != bytes)
  {
    std::free(data);
    return nullptr;
  }
  return data;
}

void
Unmap(const void * data, std::int64_t)
{
  std::free(const_cast<void *>(data));
}
} // namespace fourdstem::native
