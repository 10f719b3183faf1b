// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/NpyWriter.h"

#include "Formats/LittleEndian.h"
#include "Formats/OutputFile.h"

#include <algorithm>
#include <stdexcept>

namespace fourdstem
{
namespace
{
std::string
HeaderOf(const ScanShape & shape)
{
  std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(shape.ry) + ", " +
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
  Implementation(const std::string & path, const ScanShape & scan, bool overwrite)
    : shape(scan)
    , file(path, overwrite)
  {}

  ScanShape                  shape;
  OutputFile                 file;
  std::int64_t               written = 0;
  std::vector<unsigned char> bytes;
};

NpyWriter::NpyWriter(const std::string & path, const ScanShape & shape, bool overwrite)
{
  if (std::min({ shape.ry, shape.rx, shape.qy, shape.qx }) < 1)
  {
    throw std::invalid_argument("a scan has at least one position and one detector pixel");
  }
  m_Implementation = std::make_unique<Implementation>(path, shape, overwrite);
  const std::string header = HeaderOf(shape);
  m_Implementation->file.Write(header.data(), header.size());
}

NpyWriter::~NpyWriter() = default;
NpyWriter::NpyWriter(NpyWriter &&) noexcept = default;
NpyWriter &
NpyWriter::operator=(NpyWriter &&) noexcept = default;

void
NpyWriter::Write(const float * patterns, std::int64_t count)
{
  Implementation & me = *m_Implementation;
  if (count < 0 || count > me.shape.Positions() - me.written)
  {
    throw std::out_of_range("more patterns for " + me.file.Path() + " than the scan's " +
                            std::to_string(me.shape.Positions()));
  }
  const auto pixels = static_cast<std::size_t>(me.shape.PatternPixels());
  me.bytes.resize(pixels * sizeof(float));
  for (std::int64_t i = 0; i < count; ++i)
  {
    PutLittleEndian(patterns + static_cast<std::size_t>(i) * pixels, pixels, me.bytes.data());
    me.file.Write(me.bytes.data(), me.bytes.size());
  }
  me.written += count;
}

void
NpyWriter::Close()
{
  Implementation & me = *m_Implementation;
  if (me.written != me.shape.Positions())
  {
    throw std::logic_error(me.file.Path() + " got " + std::to_string(me.written) + " of " +
                           std::to_string(me.shape.Positions()) + " patterns");
  }
  me.file.Publish();
}
} // namespace fourdstem
