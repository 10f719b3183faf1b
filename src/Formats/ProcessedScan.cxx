// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/ProcessedScan.h"

#include "Formats/Text.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
class ProcessedScan : public ScanFile
{
public:
  ProcessedScan(ScanHeader header, SharedPatterns patterns)
    : ScanFile(std::move(header), patterns->Type())
    , m_Patterns(std::move(patterns))
  {}

  ScanRows
  RowsTogether(std::int64_t ry) const override
  {
    return m_Patterns->RowsTogether(ry);
  }

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override
  {
    return m_Patterns->Read(ry, rx, count, lease);
  }

private:
  SharedPatterns m_Patterns;
};

void
Crop(AxesCalibration & detector, const DetectorRegion & region)
{
  const std::int64_t first[] = { region.qy, region.qx };
  if (detector.offset[0] != 0 || detector.offset[1] != 0)
  {
    for (const int axis : { 0, 1 })
    {
      detector.offset[axis] += static_cast<double>(first[axis]) * detector.spacing[axis];
    }
  }
}

void
Bin(AxesCalibration & axes, std::int64_t bin)
{
  const auto count = static_cast<double>(bin);
  // In pixels of nothing known, the binned ones are the pixels.
  const double scale = axes.source.empty() ? count : 1.0;
  for (const int axis : { 0, 1 })
  {
    axes.offset[axis] = (axes.offset[axis] + 0.5 * (count - 1) * axes.spacing[axis]) / scale;
    axes.spacing[axis] *= count / scale;
  }
}

void
BinDetector(AxesCalibration & detector, std::int64_t bin)
{
  const bool isOriginKnown = detector.offset[0] != 0 || detector.offset[1] != 0;
  Bin(detector, bin);
  if (!isOriginKnown)
  {
    detector.offset[0] = 0;
    detector.offset[1] = 0;
  }
}

void
NoteBin(const std::string & whose, std::int64_t bin, std::int64_t rows, std::int64_t columns, ScanHeader & header)
{
  std::string note = whose + " summed " + FormatExtent(bin, bin);
  if (rows % bin != 0 || columns % bin != 0)
  {
    note += "; " + std::to_string(rows % bin) + " rows and " + std::to_string(columns % bin) +
            " columns at the end that fill no square are left out";
  }
  header.notes.push_back(note + ".");
}

void
NoteCorrection(const DetectorCorrection & correction, ScanHeader & header)
{
  if (!correction.dark.empty())
  {
    header.notes.emplace_back("A dark reference is subtracted.");
  }
  if (!correction.gain.empty())
  {
    header.notes.emplace_back("Patterns are multiplied by a gain reference.");
  }
  const auto bad = correction.badPixels.size() -
                   static_cast<std::size_t>(std::count(correction.badPixels.begin(), correction.badPixels.end(), 0.0));
  if (bad > 0)
  {
    header.notes.push_back(std::to_string(bad) + " bad pixels are replaced by the " +
                           (correction.badPixelValue == BadPixelValue::Mean ? "mean" : "median") +
                           " of their neighbours.");
  }
}
} // namespace

std::unique_ptr<ScanFile>
ProcessScan(std::shared_ptr<const ScanFile> scan, const ScanProcessing & processing)
{
  ScanHeader     header = scan->Header();
  SharedPatterns patterns = CorrectPatterns(std::move(scan), processing.correction);
  NoteCorrection(processing.correction, header);
  if (processing.detectorRegion)
  {
    const DetectorRegion & region = *processing.detectorRegion;
    patterns = CropPatterns(patterns, region);
    Crop(header.detector, region);
    header.notes.push_back("Only " + FormatExtent(region.rows, region.columns) + " detector pixels from row " +
                           std::to_string(region.qy) + ", column " + std::to_string(region.qx) + " on are read.");
  }
  const ScanShape whole = patterns->Shape();
  patterns = BinPatterns(patterns, processing.detectorBin, processing.scanBin);
  if (processing.detectorBin > 1)
  {
    BinDetector(header.detector, processing.detectorBin);
    NoteBin("Detector pixels are", processing.detectorBin, whole.qy, whole.qx, header);
  }
  if (processing.scanBin > 1)
  {
    Bin(header.scan, processing.scanBin);
    NoteBin("Patterns of neighbouring positions are", processing.scanBin, whole.ry, whole.rx, header);
  }
  patterns = ConvertPatterns(patterns, processing.type.value_or(patterns->Type()));
  header.shape = patterns->Shape();
  return std::make_unique<ProcessedScan>(std::move(header), std::move(patterns));
}
} // namespace fourdstem
