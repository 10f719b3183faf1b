// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/FlatScanFile.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"
#include "Formats/TiaHeader.h"
#include "Formats/WholeRows.h"

#include <algorithm>
#include <cmath>

namespace fourdstem
{
namespace
{
class TiaSeriesFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "TIA .ser of images";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    return IsTia(probe);
  }

  bool
  TurnsPatternsOver() const override
  {
    return true;
  }

  std::string
  Objection(const FileProbe & probe) const override
  {
    return probe.extension == ".ser" ? ", named .ser but without TIA's signature at its beginning" : "";
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

/** Whether the second dimension is the faster, which the first two positions show: then the beam went along y first. */
bool
IsSecondFaster(const TiaHeader & tia)
{
  return tia.positions.size() == 2 && tia.positions[0].second != tia.positions[1].second &&
         tia.positions[0].first == tia.positions[1].first;
}

bool
IsLength(const TiaDimension & dimension)
{
  return (dimension.unit == "meters" || dimension.unit == "m") && dimension.step > 0 && std::isfinite(dimension.step);
}

/** The dimensions of the scan's rows and columns: two, or one that is a length and then a line. */
std::vector<TiaDimension>
ScanDimensions(const TiaHeader & tia)
{
  const auto & all = tia.dimensions;
  if (all.size() == 2)
  {
    return IsSecondFaster(tia) ? all : std::vector<TiaDimension>{ all[1], all[0] };
  }
  if (all.size() == 1 && IsLength(all[0]))
  {
    TiaDimension line = all[0];
    line.extent = 1;
    return { line, all[0] };
  }
  return {};
}

/** The scan: of the header's dimensions, or of the option's shape, which may be one of the images that are there. */
HeldScan
ResolveSeries(const std::string &               path,
              const TiaHeader &                 tia,
              const std::vector<TiaDimension> & dimensions,
              const ScanFileOptions &           options,
              std::vector<std::string> &        notes)
{
  std::vector<ShapeCandidate> candidates;
  if (!dimensions.empty())
  {
    candidates.push_back({ dimensions[0].extent, dimensions[1].extent, "header's dimensions" });
  }
  if (tia.held < tia.total)
  {
    notes.push_back("Of " + std::to_string(tia.total) + " images " + std::to_string(tia.valid) + " were taken, and " +
                    std::to_string(tia.held) + " are there.");
  }
  HeldScan scan = ResolveHeldScan(path, tia.held, options, candidates, notes);
  if (!options.scanShape && dimensions[0].extent != 1 && tia.positions.empty())
  {
    notes.emplace_back("No positions say along which dimension the beam went first; the first is taken for the scan's "
                       "columns.");
  }
  return scan;
}

void
CalibrateScan(const std::vector<TiaDimension> & dimensions, const ShapeCandidate & scan, ScanHeader & header)
{
  const bool isShape = dimensions.size() == 2 && scan.ry == dimensions[0].extent && scan.rx == dimensions[1].extent;
  if (isShape && IsLength(dimensions[0]) && IsLength(dimensions[1]))
  {
    constexpr double nanometres = 1e9;
    header.scan.spacing[0] = dimensions[0].step * nanometres;
    header.scan.spacing[1] = dimensions[1].step * nanometres;
    header.scan.unit = "nm";
    header.scan.source = "CalibrationDelta of the dimensions";
  }
}

/** The unit of the images' steps stands in the .emi, but no pixel measures a metre: a larger number is in 1/m. */
void
CalibrateDetector(const TiaHeader & tia, bool isTurnedOver, ScanHeader & header)
{
  constexpr double perNanometre = 1e-9;
  if (!(tia.step[0] > 1) || !(tia.step[1] > 1))
  {
    header.notes.push_back("The detector's step, " + FormatNumber(tia.step[1]) +
                           ", is none in 1/m; it is not calibrated: --detector-step and --detector-unit do it.");
    return;
  }
  const double below = tia.offset[0] + static_cast<double>(tia.rows - 1) * tia.step[0];
  header.detector.spacing[0] = tia.step[0] * perNanometre;
  header.detector.spacing[1] = tia.step[1] * perNanometre;
  header.detector.offset[0] = (isTurnedOver ? -below : tia.offset[0]) * perNanometre;
  header.detector.offset[1] = tia.offset[1] * perNanometre;
  header.detector.unit = "1/nm";
  header.detector.source = "CalibrationDelta of the images";
  header.notes.push_back("The detector's step, " + FormatNumber(tia.step[1]) +
                         ", is taken as 1/m, since no pixel measures that many m; its unit is not in the .ser.");
}

std::unique_ptr<ScanFile>
TiaSeriesFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  const std::string & path = probe.file->Path();
  const TiaHeader     tia = ReadTiaHeader(*probe.file);
  const auto          dimensions = ScanDimensions(tia);

  ScanHeader     header;
  const HeldScan scan = ResolveSeries(path, tia, dimensions, options, header.notes);
  header.format = "TIA";
  scan.ApplyTo(header, tia.rows, tia.columns);
  header.storedType = tia.type.Name();
  header.fileSize = probe.file->Size();
  CalibrateScan(dimensions, scan.promised, header);
  CalibrateDetector(tia, !options.noFlip, header);
  header.notes.emplace_back(options.noFlip
                              ? "Detector rows are in the order of the file, the lowest first (--no-flip, noFlip)."
                              : "Detector rows are turned over, as the file has the lowest first; --no-flip (noFlip) "
                                "leaves them.");

  FlatLayout layout;
  layout.type = tia.type;
  layout.firstPattern = tia.firstPixel;
  layout.patternStride = tia.stride;
  layout.isTurnedOver = !options.noFlip;
  return std::make_unique<FlatScanFile>(std::move(header), probe.file, std::move(layout));
}
} // namespace

const ScanFormat &
TiaFormat()
{
  static const TiaSeriesFormat format;
  return format;
}
} // namespace fourdstem
