// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_ElementType_h
#define fourdstem_ElementType_h

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <type_traits>

namespace fourdstem
{
/** Type of one detector pixel as kernels see it: native byte order. */
enum class ElementType : std::uint8_t
{
  UInt8,
  Int8,
  UInt16,
  Int16,
  UInt32,
  Int32,
  UInt64,
  Int64,
  Float32,
  Float64
};

/** The element type of T, any arithmetic type but bool and long double; `long` and `long long` both map by size. */
template <typename T>
constexpr ElementType
ElementTypeOf()
{
  static_assert(std::is_arithmetic_v<T> && sizeof(T) <= 8, "no such detector pixel type");
  if constexpr (std::is_floating_point_v<T>)
  {
    return sizeof(T) == 4 ? ElementType::Float32 : ElementType::Float64;
  }
  else
  {
    constexpr bool isSigned = std::is_signed_v<T>;
    return sizeof(T) == 1   ? (isSigned ? ElementType::Int8 : ElementType::UInt8)
           : sizeof(T) == 2 ? (isSigned ? ElementType::Int16 : ElementType::UInt16)
           : sizeof(T) == 4 ? (isSigned ? ElementType::Int32 : ElementType::UInt32)
                            : (isSigned ? ElementType::Int64 : ElementType::UInt64);
  }
}

/** Calls `visitor` with a value-initialised object of the C++ type that `type` names, and returns what it returns. */
template <typename TVisitor>
decltype(auto)
VisitElementType(ElementType type, TVisitor && visitor)
{
  switch (type)
  {
    case ElementType::UInt8:
      return visitor(std::uint8_t{});
    case ElementType::Int8:
      return visitor(std::int8_t{});
    case ElementType::UInt16:
      return visitor(std::uint16_t{});
    case ElementType::Int16:
      return visitor(std::int16_t{});
    case ElementType::UInt32:
      return visitor(std::uint32_t{});
    case ElementType::Int32:
      return visitor(std::int32_t{});
    case ElementType::UInt64:
      return visitor(std::uint64_t{});
    case ElementType::Int64:
      return visitor(std::int64_t{});
    case ElementType::Float32:
      return visitor(float{});
    case ElementType::Float64:
      return visitor(double{});
  }
  throw std::invalid_argument("unknown detector pixel type");
}

/** Bytes of one element. */
inline std::size_t
SizeOf(ElementType type)
{
  return VisitElementType(type, [](auto zero) { return sizeof(zero); });
}

/** NumPy's name of the type, e.g. "uint16". */
inline const char *
NameOf(ElementType type)
{
  constexpr const char * names[] = { "uint8", "int8",   "uint16", "int16",   "uint32",
                                     "int32", "uint64", "int64",  "float32", "float64" };
  return names[static_cast<std::size_t>(type)];
}
} // namespace fourdstem

#endif
