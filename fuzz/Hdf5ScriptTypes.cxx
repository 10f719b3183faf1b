// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5ScriptTypes.h"

#include <cstdlib>

namespace fourdstem::fuzz
{
namespace
{
using hdf5::Id;

Id
IntegerType(char kind, std::size_t size, H5T_order_t order)
{
  Id type(H5Tcopy(kind == 'i' ? H5T_STD_I8LE : H5T_STD_U8LE));
  H5Tset_size(type, size);
  H5Tset_precision(type, kind == 'p' ? 12 : 8 * size);
  H5Tset_order(type, order);
  return type;
}

Id
FloatType(std::size_t size, H5T_order_t order)
{
  Id type(H5Tcopy(size == 8 ? H5T_IEEE_F64LE : size == 16 ? H5T_NATIVE_LDOUBLE : H5T_IEEE_F32LE));
  if (size == 2)
  {
    H5Tset_fields(type, 15, 10, 5, 0, 10);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, 15);
  }
  H5Tset_order(type, order);
  return type;
}

/** Members of one type. */
Id
CompoundType(const std::vector<const char *> & names, hid_t member)
{
  const std::size_t bytes = H5Tget_size(member);
  Id                type(H5Tcreate(H5T_COMPOUND, bytes * names.size()));
  for (std::size_t i = 0; i < names.size(); ++i)
  {
    H5Tinsert(type, names[i], i * bytes, member);
  }
  return type;
}

Id
BoolType()
{
  Id type(H5Tenum_create(H5T_STD_I8LE));
  for (signed char value = 0; value < 2; ++value)
  {
    H5Tenum_insert(type, value == 0 ? "FALSE" : "TRUE", &value);
  }
  return type;
}

/** The type of numbers that the rest of a word names; else float64. */
Id
PeakNumber(const std::string & word, std::size_t at)
{
  const std::string rest = word.substr(std::min(at, word.size()));
  return rest.empty() || std::string("wW").find(rest[0]) != std::string::npos ? Id(H5Tcopy(H5T_IEEE_F64LE))
                                                                              : TypeNamed(rest);
}
} // namespace

Id
TypeNamed(const std::string & word)
{
  const bool        isBig = !word.empty() && word[0] == '>';
  const std::size_t at = !word.empty() && (word[0] == '<' || isBig) ? 1 : 0;
  const char        kind = at < word.size() ? word[at] : '\0';
  const auto        written = std::strtoul(word.c_str() + std::min(at + 1, word.size()), nullptr, 10);
  const std::size_t size = written >= 1 && written <= 64 ? written : 4;
  const H5T_order_t order = isBig ? H5T_ORDER_BE : H5T_ORDER_LE;
  const hsize_t     three[] = { 3 };
  switch (kind)
  {
    case 'u':
    case 'i':
    case 'p':
      return IntegerType(kind, size, order);
    case 'f':
      return FloatType(size, order);
    case 'b':
      return BoolType();
    case 'c':
      return CompoundType({ "r", "i" }, FloatType(size / 2, order));
    case 's':
      return TextType(std::string(size - 1, ' '), false);
    case 'o':
      return Id(H5Tcreate(H5T_OPAQUE, size));
    case 'v':
      return Id(H5Tvlen_create(H5T_STD_U32LE));
    case 'w':
      return Id(H5Tvlen_create(CompoundType({ "qx", "qy", "intensity" }, PeakNumber(word, at + 1))));
    case 'W':
      return Id(H5Tvlen_create(CompoundType({ "intensity", "id", "qy", "qx" }, PeakNumber(word, at + 1))));
    case 'a':
      return Id(H5Tarray_create2(H5T_STD_U16LE, 1, three));
    case 'r':
      return Id(H5Tcopy(H5T_STD_REF_OBJ));
    default:
      return {};
  }
}

std::vector<double>
NumbersIn(const std::string & word)
{
  constexpr std::size_t most = 4096;
  std::vector<double>   numbers;
  const char *          at = word.c_str();
  while (numbers.size() < most)
  {
    char * end = nullptr;
    numbers.push_back(std::strtod(at, &end));
    at = end;
    if (*at != ',')
    {
      break;
    }
    ++at;
  }
  return numbers;
}

std::vector<hsize_t>
ExtentsIn(const std::string & word)
{
  std::vector<hsize_t> extents;
  const char *         at = word.c_str();
  while (extents.size() < H5S_MAX_RANK && *at != '\0')
  {
    char * end = nullptr;
    extents.push_back(std::strtoull(at, &end, 10));
    at = *end == ',' ? end + 1 : "";
  }
  return extents;
}

hsize_t
NumberIn(const std::string & word)
{
  return std::strtoull(word.c_str(), nullptr, 10);
}

std::string
BytesIn(const std::string & word)
{
  std::string bytes;
  for (std::size_t i = 0; i + 1 < word.size(); i += 2)
  {
    bytes += static_cast<char>(std::strtol(word.substr(i, 2).c_str(), nullptr, 16));
  }
  return bytes;
}

Id
TextType(const std::string & text, bool isVariable)
{
  Id type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type, isVariable ? H5T_VARIABLE : text.size() + 1);
  return type;
}
} // namespace fourdstem::fuzz
