// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef HeaderWriter_h
#define HeaderWriter_h

#include <cstring>
#include <string>

/** Writes `value` at `offset` of a binary header, least significant byte first or, for `big`, last. */
template <typename T>
void
Put(std::string & header, std::size_t offset, T value, bool big = false)
{
  unsigned char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  const int  one = 1;
  const bool isMachineBig = *reinterpret_cast<const char *>(&one) == 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
  {
    header.at(offset + i) = static_cast<char>(bytes[big == isMachineBig ? i : sizeof(T) - 1 - i]);
  }
}

#endif
