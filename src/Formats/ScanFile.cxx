// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/ScanFile.h"

#include "Formats/ScanFormat.h"
#include "Formats/Text.h"

#include <algorithm>
#include <limits>

namespace fourdstem
{
namespace
{
constexpr std::int64_t ProbeBytes = 4096;

std::string
FirstBytes(const std::vector<unsigned char> & head)
{
  constexpr char digits[] = "0123456789abcdef";
  std::string    text;
  for (std::size_t i = 0; i < std::min<std::size_t>(head.size(), 8); ++i)
  {
    text += (i == 0 ? "" : " ") + std::string{ digits[head[i] >> 4U], digits[head[i] & 15U] };
  }
  return text;
}

std::unique_ptr<ScanFile>
OpenAs(const ScanFormat & format, const FileProbe & probe, const ScanFileOptions & options)
{
  if (!options.dataSet.empty() && !format.HasDataSets())
  {
    throw FileError(probe.file->Path(),
                    "holds one array; the data set " + options.dataSet + " that was given means nothing to it");
  }
  if (options.noFlip && !format.TurnsPatternsOver())
  {
    throw FileError(
      probe.file->Path(),
      "is read with its detector rows as they are; --no-flip (noFlip) that was given means nothing to it");
  }
  if (options.dmOrder && !format.HasAxisOrders())
  {
    throw FileError(probe.file->Path(), "is no .dm3 or .dm4; --dm-order (dmOrder) that was given means nothing to it");
  }
  if (options.allowOutsideLinks && !format.HasDataSets())
  {
    throw FileError(
      probe.file->Path(),
      "has no links to other files; --allow-outside-links (allowOutsideLinks) that was given means nothing "
      "to it");
  }
  return ApplyOptions(format.Open(probe, options), options, probe.file->Path());
}
} // namespace

FileProbe::FileProbe(const std::string & path, const ScanFileOptions & options)
  : file(std::make_shared<InputFile>(path, options.allowTruncated ? FileGrowth::Allowed : FileGrowth::Refused))
  , extension(ExtensionOf(path))
  , head(file->Head(ProbeBytes))
  , isShapeGiven(options.scanShape.has_value())
{}

bool
FileProbe::BeginsWith(const std::string & signature, std::size_t offset) const
{
  return head.size() >= offset + signature.size() &&
         std::equal(signature.begin(),
                    signature.end(),
                    head.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; });
}

const std::vector<const ScanFormat *> &
ScanFormats()
{
  static const std::vector<const ScanFormat *> formats = { &BlockfileFormat(), &DmFormat(),     &NumpyFormat(),
                                                           &Hdf5Format(),      &MerlinFormat(), &MrcFormat(),
                                                           &EmpadFormat(),     &SeqFormat(),    &TiaFormat(),
                                                           &TvipsFormat() };
  return formats;
}

std::unique_ptr<ScanFile>
OpenScanFile(const std::string & path, const ScanFileOptions & options)
{
  const FileProbe probe(path, options);
  if (options.raw)
  {
    return OpenAs(RawFormat(), probe, options);
  }
  std::string accepted;
  std::string objections;
  for (const ScanFormat * format : ScanFormats())
  {
    if (format->Claims(probe))
    {
      return OpenAs(*format, probe, options);
    }
    accepted += format->Description() + "; ";
    objections += format->Objection(probe);
  }
  throw FileError(path,
                  "is of no known format (" + std::to_string(probe.file->Size()) + " bytes beginning with " +
                    FirstBytes(probe.head) + ")" + objections + ". Accepted: " + accepted + RawFormat().Description());
}

bool
CanOpenScanFile(const std::string & path, const ScanFileOptions & options) noexcept
{
  try
  {
    const FileProbe probe(path, options);
    const auto claiming = std::find_if(ScanFormats().begin(), ScanFormats().end(), [&probe](const ScanFormat * format) {
      return format->Claims(probe);
    });
    return options.raw || (claiming != ScanFormats().end() && (*claiming)->IsScan(probe, options));
  }
  catch (...)
  {
    return false;
  }
}

std::string
FormatCandidate(const ScanCandidate & candidate)
{
  return candidate.value + (candidate.about.empty() ? std::string() : " (" + candidate.about + ")");
}

std::int64_t
CheckedMultiply(std::int64_t a, std::int64_t b, const std::string & what)
{
  if (a < 0 || b < 0 || (a != 0 && b > std::numeric_limits<std::int64_t>::max() / a))
  {
    throw std::runtime_error(what + " is impossible: " + std::to_string(a) + " times " + std::to_string(b));
  }
  return a * b;
}
} // namespace fourdstem
