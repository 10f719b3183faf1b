// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NpyWriter.h"

#include "Formats/LittleEndian.h"
#include "Formats/OutputFile.h"

#include <vector>

namespace fourdstem
{
namespace
{
std::string
HeaderOf(const ScanShape & shape, ElementType type)
{
  const char        kind = VisitElementType(type, [](auto zero) {
    using T = decltype(zero);
    return std::is_floating_point_v<T> ? 'f' : std::is_signed_v<T> ? 'i' : 'u';
  });
  const std::size_t bytes = SizeOf(type);
  std::string       text = std::string("{'descr': '") + (bytes == 1 ? '|' : '<') + kind + std::to_string(bytes) +
                     "', 'fortran_order': False, 'shape': (" + std::to_string(shape.ry) + ", " +
                     std::to_string(shape.rx) + ", " + std::to_string(shape.qy) + ", " + std::to_string(shape.qx) +
                     "), }";
  // Magic, version and length take 10 bytes; the data begin at a multiple of 64.
  constexpr std::size_t fixed = 10;
  const std::size_t     length = (fixed + text.size() + 1 + 63) / 64 * 64 - fixed;
  text.resize(length - 1, ' ');
  text += '\n';
  std::string header("\x93NUMPY\x01\x00", 8);
  header += static_cast<char>(length & 0xff);
  header += static_cast<char>(length >> 8);
  return header + text;
}
} // namespace

struct NpyWriter::Implementation
{
  OutputFile                 file;
  std::vector<unsigned char> bytes;
};

NpyWriter::NpyWriter(const std::string & path, const ScanShape & shape, ElementType type, bool overwrite)
  : ScanWriter(path, shape, type)
  , m_Implementation(new Implementation{ { path, overwrite }, {} })
{
  const std::string header = HeaderOf(shape, type);
  m_Implementation->file.Write(header.data(), header.size());
}

NpyWriter::~NpyWriter() = default;
NpyWriter::NpyWriter(NpyWriter &&) noexcept = default;
NpyWriter &
NpyWriter::operator=(NpyWriter &&) noexcept = default;

void
NpyWriter::DoWrite(const void * patterns, std::int64_t count)
{
  const auto        pixels = static_cast<std::size_t>(this->Shape().PatternPixels());
  const std::size_t patternBytes = pixels * SizeOf(this->Type());
  auto &            bytes = m_Implementation->bytes;
  bytes.resize(patternBytes);
  const auto * pattern = static_cast<const std::byte *>(patterns);
  for (std::int64_t i = 0; i < count; ++i, pattern += patternBytes)
  {
    PutLittleEndian(pattern, this->Type(), pixels, bytes.data());
    m_Implementation->file.Write(bytes.data(), bytes.size());
  }
}

void
NpyWriter::DoClose()
{
  m_Implementation->file.Publish();
}
} // namespace fourdstem
