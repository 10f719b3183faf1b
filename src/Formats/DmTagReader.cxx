// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DmTags.h"

#include "Formats/HeaderBytes.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
constexpr std::int64_t MostTags = 1000000;
constexpr int          DeepestGroup = 64;
constexpr int          DeepestType = 8;
constexpr std::int64_t MostFields = 1000;
constexpr std::size_t  LongestLabel = 1024;

/** Encoded types of more than one number. */
constexpr std::int64_t StructType = 15;
constexpr std::int64_t StringType = 18;
constexpr std::int64_t ArrayType = 20;

/** Bytes of a type of one number; 0 for others. */
std::int64_t
NumberBytes(std::int64_t type)
{
  constexpr int bytes[] = { 0, 0, 2, 4, 2, 4, 4, 8, 1, 1, 1, 8, 8 };
  return type >= 0 && type < 13 ? bytes[type] : 0;
}

double
NumberOf(std::int64_t type, const HeaderBytes & bytes)
{
  switch (type)
  {
    case 2:
      return bytes.Get<std::int16_t>(0);
    case 3:
      return bytes.Get<std::int32_t>(0);
    case 4:
      return bytes.Get<std::uint16_t>(0);
    case 5:
      return bytes.Get<std::uint32_t>(0);
    case 6:
      return bytes.Get<float>(0);
    case 7:
      return bytes.Get<double>(0);
    case 9:
      return bytes.Get<std::int8_t>(0);
    case 11:
      return static_cast<double>(bytes.Get<std::int64_t>(0));
    case 12:
      return static_cast<double>(bytes.Get<std::uint64_t>(0));
    default:
      return bytes.Get<std::uint8_t>(0);
  }
}

/** The file ends before what is to be read; the text has no file's name. */
class CutOff : public std::runtime_error
{
public:
  using std::runtime_error::runtime_error;
};

/** A file from its beginning to its end, some at a time. */
class Cursor
{
public:
  explicit Cursor(const InputFile & file)
    : m_File(file)
  {}

  std::int64_t
  Position() const
  {
    return m_Position;
  }

  [[noreturn]] void
  Fail(const std::string & what) const
  {
    throw FileError(m_File.Path(), what + this->Place());
  }

  std::vector<unsigned char>
  Take(std::int64_t bytes)
  {
    this->CheckRest(bytes);
    if (m_Position < m_Begin || m_Position + bytes > m_Begin + static_cast<std::int64_t>(m_Buffer.size()))
    {
      constexpr std::int64_t atOnce = std::int64_t{ 1 } << 16;
      m_Begin = m_Position;
      m_Buffer.resize(static_cast<std::size_t>(std::min(std::max(bytes, atOnce), m_File.Size() - m_Position)));
      m_File.Read(m_Begin, m_Buffer.data(), static_cast<std::int64_t>(m_Buffer.size()));
    }
    const auto first = m_Buffer.begin() + static_cast<std::ptrdiff_t>(m_Position - m_Begin);
    m_Position += bytes;
    return { first, first + static_cast<std::ptrdiff_t>(bytes) };
  }

  void
  Skip(std::int64_t bytes)
  {
    this->CheckRest(bytes);
    m_Position += bytes;
  }

  template <typename T>
  T
  Big()
  {
    return HeaderBytes(this->Take(sizeof(T)), ByteOrder::Big).Get<T>(0);
  }

private:
  void
  CheckRest(std::int64_t bytes) const
  {
    if (bytes < 0 || bytes > m_File.Size() - m_Position)
    {
      throw CutOff("has " + std::to_string(m_File.Size()) + " bytes and is cut off or damaged: " +
                   std::to_string(bytes) + " bytes are said to be" + this->Place());
    }
  }

  std::string
  Place() const
  {
    return " at offset " + std::to_string(m_Position) + " of its tags";
  }

  const InputFile &          m_File;
  std::int64_t               m_Position = 0;
  std::int64_t               m_Begin = 0;
  std::vector<unsigned char> m_Buffer;
};

class Parser
{
public:
  explicit Parser(const InputFile & file)
    : m_Cursor(file)
    , m_Path(file.Path())
  {}

  DmTags
  Parse()
  {
    DmTags tags;
    tags.root.kind = DmTag::Kind::Group;
    try
    {
      tags.version = static_cast<int>(m_Cursor.Big<std::uint32_t>());
      m_IsWide = tags.version == 4;
      this->Size(); // of the whole; not the same from all writers
      tags.order = m_Order = m_Cursor.Big<std::uint32_t>() == 1 ? ByteOrder::Little : ByteOrder::Big;
      this->ReadGroup(tags.root, 0);
    }
    catch (const CutOff & cut)
    {
      tags.cutOff = cut.what();
    }
    if (tags.root.children.empty() && !tags.cutOff.empty())
    {
      throw FileError(m_Path, tags.cutOff);
    }
    return tags;
  }

private:
  struct Type
  {
    std::int64_t code = 0;
    std::int64_t bytes = 0;
    std::int64_t elementBytes = 0;
    std::int64_t count = 0;
  };

  /** A size or count, of 4 bytes in DM3 and 8 in DM4. */
  std::int64_t
  Size()
  {
    const std::int64_t size = m_IsWide ? m_Cursor.Big<std::int64_t>() : std::int64_t{ m_Cursor.Big<std::uint32_t>() };
    if (size < 0)
    {
      m_Cursor.Fail("is damaged: a size of " + std::to_string(size));
    }
    return size;
  }

  // Groups lie in groups.
  // NOLINTNEXTLINE(misc-no-recursion)
  void
  ReadGroup(DmTag & group, int depth)
  {
    if (depth > DeepestGroup)
    {
      m_Cursor.Fail("is damaged: more than " + std::to_string(DeepestGroup) + " groups in each other");
    }
    m_Cursor.Skip(2); // sorted, open
    const std::int64_t count = this->Size();
    for (std::int64_t i = 0; i < count && this->ReadTag(group, depth); ++i)
    {}
  }

  /** Whether there was one, and not the end. */
  // NOLINTNEXTLINE(misc-no-recursion)
  bool
  ReadTag(DmTag & group, int depth)
  {
    const auto kind = m_Cursor.Big<std::uint8_t>();
    if (kind == 0)
    {
      return false;
    }
    if (kind != GroupTag && kind != ValueTag)
    {
      m_Cursor.Fail("is damaged: a tag of kind " + std::to_string(kind) + " instead of 20 or 21");
    }
    if (++m_Count > MostTags)
    {
      m_Cursor.Fail("is damaged: more than " + std::to_string(MostTags) + " tags");
    }
    const auto label = m_Cursor.Take(m_Cursor.Big<std::uint16_t>());
    DmTag &    tag = group.children.emplace_back(); // also where the file ends inside it
    tag.label =
      label.empty()
        ? std::to_string(group.children.size())
        : std::string(label.begin(), label.begin() + static_cast<std::ptrdiff_t>(std::min(label.size(), LongestLabel)));
    if (m_IsWide)
    {
      this->Size(); // of the rest
    }
    if (kind == GroupTag)
    {
      tag.kind = DmTag::Kind::Group;
      this->ReadGroup(tag, depth + 1);
    }
    else
    {
      this->ReadValue(tag);
    }
    return true;
  }

  void
  ReadValue(DmTag & tag)
  {
    if (m_Cursor.Take(4) != std::vector<unsigned char>(4, '%'))
    {
      m_Cursor.Fail("is damaged: %%%% is missing before the value of '" + tag.label.substr(0, 40) + "'");
    }
    this->Size(); // of the type's description
    const Type type = this->ReadType(0);
    if (NumberBytes(type.code) > 0)
    {
      tag.kind = DmTag::Kind::Number;
      tag.number = NumberOf(type.code, HeaderBytes(m_Cursor.Take(type.bytes), m_Order));
      return;
    }
    if (type.code == ArrayType)
    {
      tag.kind = DmTag::Kind::Array;
      tag.offset = m_Cursor.Position();
      tag.count = type.count;
      tag.elementBytes = type.elementBytes;
    }
    m_Cursor.Skip(type.bytes);
  }

  // Structures and arrays hold structures and arrays.
  // NOLINTNEXTLINE(misc-no-recursion)
  Type
  ReadType(int depth)
  {
    Type type;
    type.code = this->Size();
    type.bytes = NumberBytes(type.code);
    if (type.bytes > 0)
    {
      return type;
    }
    if (depth == DeepestType)
    {
      m_Cursor.Fail("is damaged: more than " + std::to_string(DeepestType) + " types in each other");
    }
    const std::string what = m_Path + ": the size of a tag's value";
    switch (type.code)
    {
      case StructType: {
        this->Size(); // of its name
        const std::int64_t fields = this->Size();
        if (fields > MostFields)
        {
          m_Cursor.Fail("is damaged: a structure of " + std::to_string(fields) + " fields");
        }
        for (std::int64_t field = 0; field < fields; ++field)
        {
          this->Size(); // of its name
          type.bytes = CheckedAdd(type.bytes, this->ReadType(depth + 1).bytes);
        }
        return type;
      }
      case StringType:
        type.bytes = this->Size();
        return type;
      case ArrayType:
        type.elementBytes = this->ReadType(depth + 1).bytes;
        type.count = this->Size();
        type.bytes = CheckedMultiply(type.elementBytes, type.count, what);
        return type;
      default:
        m_Cursor.Fail("has a value of the unknown type " + std::to_string(type.code));
    }
  }

  std::int64_t
  CheckedAdd(std::int64_t a, std::int64_t b) const
  {
    constexpr std::int64_t most = std::int64_t{ 1 } << 61;
    if (b > most - a)
    {
      m_Cursor.Fail("is damaged: a structure of more than 2^61 bytes");
    }
    return a + b;
  }

  Cursor       m_Cursor;
  std::string  m_Path;
  bool         m_IsWide = false;
  ByteOrder    m_Order = ByteOrder::Little;
  std::int64_t m_Count = 0;
};
} // namespace

DmTags
ReadDmTags(const InputFile & file)
{
  return Parser(file).Parse();
}
} // namespace fourdstem
