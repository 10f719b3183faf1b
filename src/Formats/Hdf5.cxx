// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5.h"

#include <algorithm>

namespace fourdstem::hdf5
{
namespace
{
constexpr double MostInChunk = 1 << 22;

std::recursive_mutex &
Mutex()
{
  static std::recursive_mutex mutex;
  return mutex;
}

/** Text that `read` writes for a text type: of variable length, or of the file's fixed length. */
template <typename TRead>
std::optional<std::string>
ReadText(hid_t fileType, hid_t space, TRead && read)
{
  constexpr std::size_t longest = std::size_t{ 1 } << 20;
  if (H5Tget_class(fileType) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1)
  {
    return std::nullopt;
  }
  const Id type(H5Tcopy(fileType));
  if (H5Tis_variable_str(fileType) > 0)
  {
    char * characters = nullptr;
    if (read(static_cast<hid_t>(type), &characters) < 0 || !characters)
    {
      return std::nullopt;
    }
    std::string text(characters);
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, &characters);
    return text;
  }
  const std::size_t length = H5Tget_size(fileType);
  if (length == 0 || length > longest)
  {
    return std::nullopt;
  }
  std::string text(length, '\0');
  if (read(static_cast<hid_t>(type), text.data()) < 0)
  {
    return std::nullopt;
  }
  text.erase(std::min(text.find('\0'), text.size()));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

/** Values in a chunk, which is decoded as a whole however few of them are in the data; 0 without chunks. */
double
ChunkLength(hid_t dataSet)
{
  const Id             creation(H5Dget_create_plist(dataSet));
  std::vector<hsize_t> chunk(H5S_MAX_RANK);
  const int rank = H5Pget_layout(creation) == H5D_CHUNKED ? H5Pget_chunk(creation, H5S_MAX_RANK, chunk.data()) : 0;
  double    length = rank > 0 ? 1 : 0;
  for (int axis = 0; axis < rank; ++axis)
  {
    length *= static_cast<double>(chunk[static_cast<std::size_t>(axis)]);
  }
  return length;
}

bool
IsNumber(hid_t type)
{
  const H5T_class_t kind = H5Tget_class(type);
  return kind == H5T_INTEGER || kind == H5T_FLOAT || kind == H5T_ENUM;
}

bool
IsComplex(hid_t type)
{
  if (H5Tget_class(type) != H5T_COMPOUND || H5Tget_nmembers(type) != 2)
  {
    return false;
  }
  const Id real(H5Tget_member_type(type, 0));
  const Id imaginary(H5Tget_member_type(type, 1));
  return H5Tget_class(real) == H5T_FLOAT && H5Tequal(real, imaginary) > 0;
}
} // namespace

Session::Session()
  : m_Lock(Mutex())
{
  H5Eget_auto2(H5E_DEFAULT, &m_Print, &m_PrintData);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Session::~Session()
{
  H5Eset_auto2(H5E_DEFAULT, m_Print, m_PrintData);
}

Id::~Id()
{
  if (m_Id >= 0)
  {
    const Session session;
    H5Idec_ref(m_Id);
  }
}

std::string
LastError()
{
  std::string text;
  const auto  first = [](unsigned, const H5E_error2_t * error, void * result) -> herr_t {
    auto & words = *static_cast<std::string *>(result);
    if (words.empty() && error->desc)
    {
      words = error->desc;
    }
    return 0;
  };
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first, &text);
  return text.empty() ? "HDF5 gives no reason" : text;
}

namespace
{
/** HDF5's reason not to open a file, and what that means for a user. */
std::string
Explained(const std::string & reason)
{
  const auto mentions = [&reason](const char * words) { return reason.find(words) != std::string::npos; };
  if (mentions("truncated file"))
  {
    return reason + " (HDF5 itself refuses a file that is cut off, so that --allow-truncated, allowTruncated, does not "
                    "help: copy it again, or what there is of it is lost)";
  }
  if (mentions("already open for write") || mentions("lock file"))
  {
    return reason +
           " (another program is writing it, or ended without closing it; h5clear -s makes a file of the latter "
           "kind readable)";
  }
  return reason;
}
} // namespace

std::pair<Id, std::string>
OpenFile(const std::string & path)
{
  const Id access(H5Pcreate(H5P_FILE_ACCESS));
#if H5_VERSION_GE(1, 12, 1) || (H5_VERSION_GE(1, 10, 7) && !H5_VERSION_GE(1, 11, 0))
  H5Pset_file_locking(access, false, true);
#endif
  Id          file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access));
  std::string reason = file ? std::string() : Explained(LastError());
  return { std::move(file), std::move(reason) };
}

std::vector<std::int64_t>
Extents(hid_t dataSet)
{
  const Id             space(H5Dget_space(dataSet));
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space))));
  H5Sget_simple_extent_dims(space, extents.data(), nullptr);
  return { extents.begin(), extents.end() };
}

std::optional<std::string>
AttributeText(hid_t object, const std::string & name)
{
  if (H5Aexists(object, name.c_str()) <= 0)
  {
    return std::nullopt;
  }
  const Id attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT));
  const Id space(H5Aget_space(attribute));
  const Id type(H5Aget_type(attribute));
  return ReadText(type, space, [&](hid_t memory, void * to) { return H5Aread(attribute, memory, to); });
}

std::optional<double>
AttributeNumber(hid_t object, const std::string & name)
{
  if (H5Aexists(object, name.c_str()) <= 0)
  {
    return std::nullopt;
  }
  const Id attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT));
  const Id space(H5Aget_space(attribute));
  const Id type(H5Aget_type(attribute));
  double   value = 0;
  if (!IsNumber(type) || H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) < 0)
  {
    return std::nullopt;
  }
  return value;
}

std::optional<std::string>
ScalarText(hid_t dataSet)
{
  const Id space(H5Dget_space(dataSet));
  const Id type(H5Dget_type(dataSet));
  return ReadText(
    type, space, [&](hid_t memory, void * to) { return H5Dread(dataSet, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, to); });
}

std::optional<double>
SingleNumber(hid_t dataSet)
{
  const auto values = Numbers(dataSet, 1);
  return values.empty() ? std::nullopt : std::optional<double>(values.front());
}

std::vector<double>
Numbers(hid_t dataSet, std::int64_t most)
{
  const Id   space(H5Dget_space(dataSet));
  const Id   type(H5Dget_type(dataSet));
  const auto count = H5Sget_simple_extent_npoints(space);
  if (!IsNumber(type) || count < 1 || count > most || ChunkLength(dataSet) > MostInChunk)
  {
    return {};
  }
  std::vector<double> values(static_cast<std::size_t>(count));
  if (H5Dread(dataSet, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
  {
    values.clear();
  }
  return values;
}

std::optional<StoredType>
TypeOf(hid_t dataSet)
{
  return NumberType(Id(H5Dget_type(dataSet)));
}

std::optional<StoredType>
NumberType(hid_t type)
{
  const Id   number(H5Tget_class(type) == H5T_ENUM ? H5Tget_super(type) : H5Tcopy(type));
  const auto bytes = H5Tget_size(number);

  StoredType stored;
  stored.bytes = static_cast<int>(bytes);
  stored.order = H5Tget_order(number) == H5T_ORDER_BE ? ByteOrder::Big : ByteOrder::Little;
  if (bytes > 8 || (bytes & (bytes - 1)) != 0 || H5Tget_precision(number) != 8 * bytes)
  {
    return std::nullopt;
  }
  if (H5Tget_class(number) == H5T_INTEGER)
  {
    const bool isBool = H5Tget_class(type) == H5T_ENUM && bytes == 1;
    stored.kind = isBool                                ? StoredType::Kind::Bool
                  : H5Tget_sign(number) == H5T_SGN_NONE ? StoredType::Kind::Unsigned
                                                        : StoredType::Kind::Signed;
    return stored;
  }
  std::size_t sign = 0;
  std::size_t exponent = 0;
  std::size_t exponentBits = 0;
  std::size_t mantissa = 0;
  std::size_t mantissaBits = 0;
  if (H5Tget_class(number) != H5T_FLOAT ||
      H5Tget_fields(number, &sign, &exponent, &exponentBits, &mantissa, &mantissaBits) < 0 ||
      exponentBits != (bytes == 2   ? 5U
                       : bytes == 4 ? 8U
                                    : 11U))
  {
    return std::nullopt;
  }
  stored.kind = StoredType::Kind::Float;
  return stored;
}

std::string
DescribeType(hid_t dataSet)
{
  const Id          type(H5Dget_type(dataSet));
  const Id          number(H5Tget_class(type) == H5T_ENUM ? H5Tget_super(type) : H5Tcopy(type));
  const H5T_class_t kind = H5Tget_class(number);
  if (kind == H5T_INTEGER || kind == H5T_FLOAT)
  {
    return std::string(kind == H5T_INTEGER ? "integers" : "floats") + " of " +
           std::to_string(H5Tget_precision(number)) + " bits in " + std::to_string(H5Tget_size(number)) + " bytes";
  }
  return IsComplex(number)       ? "complex numbers"
         : kind == H5T_COMPOUND  ? "compounds of " + std::to_string(H5Tget_nmembers(number)) + " members"
         : kind == H5T_STRING    ? "texts"
         : kind == H5T_VLEN      ? "lists of variable length"
         : kind == H5T_ARRAY     ? "arrays"
         : kind == H5T_BITFIELD  ? "bit fields"
         : kind == H5T_REFERENCE ? "references"
                                 : "opaque values";
}

hid_t
MemoryType(ElementType type)
{
  switch (type)
  {
    case ElementType::UInt8:
      return H5T_NATIVE_UINT8;
    case ElementType::Int8:
      return H5T_NATIVE_INT8;
    case ElementType::UInt16:
      return H5T_NATIVE_UINT16;
    case ElementType::Int16:
      return H5T_NATIVE_INT16;
    case ElementType::UInt32:
      return H5T_NATIVE_UINT32;
    case ElementType::Int32:
      return H5T_NATIVE_INT32;
    case ElementType::UInt64:
      return H5T_NATIVE_UINT64;
    case ElementType::Int64:
      return H5T_NATIVE_INT64;
    case ElementType::Float32:
      return H5T_NATIVE_FLOAT;
    default:
      return H5T_NATIVE_DOUBLE;
  }
}
} // namespace fourdstem::hdf5
