// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_StoredType_h
#define fourdstem_StoredType_h

#include "fourdstem/ScanFile.h"

namespace fourdstem
{
/** Type of a detector pixel as it lies in a file. */
struct StoredType
{
  enum class Kind : std::uint8_t
  {
    Bool,
    Unsigned,
    Signed,
    Float
  };

  Kind      kind = Kind::Float;
  int       bytes = 4;
  ByteOrder order = ByteOrder::Little;

  /** The type that kernels see: float16 is read as float32, bool as uint8. */
  ElementType
  ReadAs() const;

  /** Whether the bytes are already those that kernels see. */
  bool
  IsNative() const;

  /** NumPy's name. */
  std::string
  Name() const;
};

/** From NumPy's name, e.g. "uint16" or "u2". A byte order before it (<, >, or = for this machine's) goes before
 * `order`; | states none. Empty when there is no such type. */
std::optional<StoredType>
StoredTypeFromName(const std::string & text, ByteOrder order);

/** From NumPy's type string, e.g. ">u2". Empty when it is no number or bool. */
std::optional<StoredType>
StoredTypeFromDescr(const std::string & descr);

/** Converts `count` pixels that lie `step` bytes apart to contiguous ones of type ReadAs(). */
void
DecodePixels(const StoredType & type, const std::byte * from, std::ptrdiff_t step, std::int64_t count, std::byte * to);
} // namespace fourdstem

#endif
