// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_NativeFile_h
#define fourdstem_NativeFile_h

#include <cstdint>
#include <string>

/** The few calls in which systems differ. Those that fail say so by their result, and LastError() tells why. */
namespace fourdstem::native
{
using Handle = std::intptr_t;
constexpr Handle NoHandle = -1;

struct Status
{
  std::int64_t size = 0;
  std::int64_t timeStamp = 0;
  bool         isFolder = false;
  bool         isRegular = false;
};

std::string
LastError();

Handle
OpenForReading(const std::string & path);

/** A new file without a name, or one that the system deletes when it is closed. */
Handle
OpenScratch(const std::string & folder);

void
Close(Handle handle);

bool
Examine(Handle handle, Status & status);

/** Bytes read, possibly fewer than asked for; 0 at the end, -1 on failure. */
std::int64_t
ReadSome(Handle handle, void * buffer, std::int64_t bytes, std::int64_t offset);

/** Bytes written, possibly fewer than asked for; -1 on failure. */
std::int64_t
WriteSome(Handle handle, const void * buffer, std::int64_t bytes, std::int64_t offset);

/** Makes the file `bytes` long with all its space reserved on the disk. */
bool
Claim(Handle handle, std::int64_t bytes);

/** Offsets of mappings are multiples of it. */
std::int64_t
MapGranularity();

/** Null on failure. */
const void *
Map(Handle handle, std::int64_t offset, std::int64_t bytes);

void
Unmap(const void * data, std::int64_t bytes);
} // namespace fourdstem::native

#endif
