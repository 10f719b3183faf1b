// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/NumpyHeader.h"

#include "Formats/Text.h"

namespace fourdstem
{
namespace
{
constexpr std::int64_t LongestHeader = 65535;
constexpr std::size_t  MostDimensions = 64;
constexpr std::size_t  MostQuoted = 60;

/** Reads the one dictionary that a .npy header may be: quoted keys; values that are text, truth or a tuple. */
class DictionaryReader
{
public:
  DictionaryReader(std::string text, const std::string & path)
    : m_Text(std::move(text))
    , m_Path(path)
  {}

  NumpyHeader
  Read()
  {
    NumpyHeader header;
    this->Expect('{');
    int found = 0;
    while (!this->Accept('}'))
    {
      const std::string key = this->Quoted();
      this->Expect(':');
      if (key == "descr" && this->Peek() != '[')
      {
        const std::string descr = this->Quoted();
        const auto        type = StoredTypeFromDescr(descr);
        if (!type)
        {
          throw FileError(m_Path,
                          "holds elements of type '" + descr.substr(0, MostQuoted) +
                            "'; accepted are b1, u1, u2, u4, u8, i1, i2, i4, i8, f2, f4, f8 in either byte order");
        }
        header.type = *type;
        ++found;
      }
      else if (key == "fortran_order")
      {
        header.fortranOrder = this->Truth();
        ++found;
      }
      else if (key == "shape")
      {
        header.shape = this->Tuple();
        ++found;
      }
      else
      {
        this->Fail("a plain type, fortran_order or shape");
      }
      if (!this->Accept(','))
      {
        this->Expect('}');
        break;
      }
    }
    if (found != 3)
    {
      this->Fail("each of descr, fortran_order and shape once");
    }
    return header;
  }

private:
  char
  Peek()
  {
    m_At = std::min(m_Text.find_first_not_of(" \t\r\n", m_At), m_Text.size());
    return m_At < m_Text.size() ? m_Text[m_At] : '\0';
  }

  bool
  Accept(char wanted)
  {
    const bool there = this->Peek() == wanted;
    m_At += there ? 1 : 0;
    return there;
  }

  void
  Expect(char wanted)
  {
    if (!this->Accept(wanted))
    {
      this->Fail(std::string("'") + wanted + "'");
    }
  }

  std::string
  Until(const std::string & ends)
  {
    const auto  end = std::min(m_Text.find_first_of(ends, m_At), m_Text.size());
    std::string text = m_Text.substr(m_At, end - m_At);
    m_At = end;
    return text;
  }

  std::string
  Quoted()
  {
    const char quote = this->Peek();
    if (quote != '\'' && quote != '"')
    {
      this->Fail("text in quotes");
    }
    ++m_At;
    std::string text = this->Until(std::string(1, quote));
    this->Expect(quote);
    return text;
  }

  bool
  Truth()
  {
    this->Peek();
    const std::string text = this->Until(", }\n");
    if (text != "True" && text != "False")
    {
      this->Fail("True or False");
    }
    return text == "True";
  }

  std::vector<std::int64_t>
  Tuple()
  {
    std::vector<std::int64_t> values;
    this->Expect('(');
    while (!this->Accept(')'))
    {
      std::string text = this->Until(",)");
      // Python 2 wrote long integers as 3L.
      text.erase(text.find_last_not_of(' ') + 1);
      text.erase(text.size() - (!text.empty() && text.back() == 'L' ? 1 : 0));
      const auto value = ParseInteger(text);
      if (!value || *value < 0 || values.size() == MostDimensions)
      {
        this->Fail("a tuple of extents, at most " + std::to_string(MostDimensions));
      }
      values.push_back(*value);
      if (!this->Accept(','))
      {
        this->Expect(')');
        break;
      }
    }
    return values;
  }

  [[noreturn]] void
  Fail(const std::string & expected) const
  {
    throw FileError(m_Path,
                    "has a damaged NumPy header: expected " + expected + " at character " + std::to_string(m_At) +
                      " of " + m_Text.substr(0, 200));
  }

  std::string         m_Text;
  const std::string & m_Path;
  std::size_t         m_At = 0;
};
} // namespace

NumpyHeader
ReadNumpyHeader(const InputFile & file)
{
  unsigned char start[12] = {};
  file.Read(0, start, std::min(file.Size(), std::int64_t{ 12 }));
  const int version = start[6];
  if (version < 1 || version > 3)
  {
    throw FileError(file.Path(),
                    "is of NumPy format version " + std::to_string(version) + "; versions 1, 2 and 3 are accepted");
  }
  const std::int64_t textOffset = version == 1 ? 10 : 12;
  std::int64_t       length = start[8] | (start[9] << 8);
  if (version > 1)
  {
    length |= (static_cast<std::int64_t>(start[10]) << 16) | (static_cast<std::int64_t>(start[11]) << 24);
  }
  if (length > LongestHeader || length > file.Size() - textOffset)
  {
    throw FileError(file.Path(),
                    "has a NumPy header of " + std::to_string(length) + " bytes in a file of " +
                      std::to_string(file.Size()) + "; at most " + std::to_string(LongestHeader) + " are accepted");
  }
  std::string text(static_cast<std::size_t>(length), '\0');
  file.Read(textOffset, text.data(), length);
  NumpyHeader header = DictionaryReader(std::move(text), file.Path()).Read();
  header.dataOffset = textOffset + length;
  return header;
}
} // namespace fourdstem
