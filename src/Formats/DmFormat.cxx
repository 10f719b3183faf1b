// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DmAxes.h"
#include "Formats/FlatScanFile.h"
#include "Formats/ScanExtents.h"
#include "Formats/StridedScanFile.h"
#include "Formats/Text.h"
#include "Formats/WholeRows.h"

namespace fourdstem
{
namespace
{
class GatanFormat : public ScanFormat
{
public:
  std::string
  Description() const override
  {
    return "Gatan .dm3 or .dm4 with an image of 4 axes, or of 3 with a scan shape";
  }

  bool
  Claims(const FileProbe & probe) const override
  {
    return IsDm(probe);
  }

  bool
  HasDataSets() const override
  {
    return true;
  }

  bool
  HasAxisOrders() const override
  {
    return true;
  }

  std::string
  Objection(const FileProbe & probe) const override
  {
    return IsNamedDm(probe) ? ", named " + probe.extension + " but without version 3 or 4 of DM at its beginning" : "";
  }

  std::unique_ptr<ScanFile>
  Open(const FileProbe & probe, const ScanFileOptions & options) const override;
};

/** The group of this label nearest to the root, in the order of the tags. */
// NOLINTNEXTLINE(misc-no-recursion)
const DmTag *
FindGroup(const DmTag & tag, const std::string & label)
{
  if (const DmTag * found = tag.Find(label))
  {
    return found;
  }
  for (const DmTag & child : tag.children)
  {
    if (const DmTag * found = FindGroup(child, label))
    {
      return found;
    }
  }
  return nullptr;
}

/** The shape in the tags of NCEM's TitanX. */
std::optional<ShapeCandidate>
TitanXShape(const DmTags & tags)
{
  constexpr double most = 1e6;
  const DmTag *    group = FindGroup(tags.root, "4D STEM Tags");
  const auto       columns = group ? group->NumberAt("Scan shape X") : std::nullopt;
  const auto       rows = group ? group->NumberAt("Scan shape Y") : std::nullopt;
  if (!columns || !rows || *columns < 1 || *rows < 1 || *columns > most || *rows > most)
  {
    return std::nullopt;
  }
  return ShapeCandidate{ static_cast<std::int64_t>(*rows), static_cast<std::int64_t>(*columns), "4D STEM Tags" };
}

/** TitanX's patterns are two positions late in each scan row, as py4DSTEM corrects it. */
std::vector<std::int64_t>
TitanXOrder(const ScanShape & shape)
{
  constexpr std::int64_t    late = 2;
  std::vector<std::int64_t> order;
  order.reserve(static_cast<std::size_t>(shape.Positions()));
  for (std::int64_t ry = 0; ry < shape.ry; ++ry)
  {
    for (std::int64_t rx = 0; rx < shape.rx; ++rx)
    {
      order.push_back(ry * shape.rx + (rx + late) % shape.rx);
    }
  }
  return order;
}

/** The shape of a stack, axes (Qx, Qy, positions), and into `layout` the order of its patterns. */
void
ResolveStack(const std::string &     path,
             const DmImage &         image,
             const DmTags &          tags,
             const ScanFileOptions & options,
             ScanHeader &            header,
             FlatLayout &            layout)
{
  const auto                  titanX = TitanXShape(tags);
  std::vector<ShapeCandidate> candidates;
  if (titanX)
  {
    candidates.push_back(*titanX);
  }
  const ShapeCandidate scan = ResolveScanShape(path, image.extents[2], options, candidates);
  header.shape = { scan.ry, scan.rx, image.extents[1], image.extents[0] };
  header.shapeSource = scan.source;
  if (titanX && !options.scanShape)
  {
    layout.order = TitanXOrder(header.shape);
    header.notes.emplace_back("The patterns of each scan row are read two positions earlier, round the row's ends, as "
                              "those of NCEM's TitanX lie late; with a scan shape given they are read as stored.");
  }
}

void
AddMetadata(const InputFile & file, const DmTags & tags, const DmImage & image, ScanHeader & header)
{
  const auto add = [&](const std::string & key, const std::string & path, double factor) {
    if (const auto value = image.tags->NumberAt(path); value && *value > 0)
    {
      header.metadata.emplace(key, FormatNumber(*value * factor));
    }
  };
  add("HighVoltage_V", "ImageTags.Microscope Info.Voltage", 1);
  add("CameraLength_m", "ImageTags.Microscope Info.STEM Camera Length", 1e-3);
  if (const std::string title = tags.TextAt(file, *image.tags, "Name"); !title.empty())
  {
    header.metadata.emplace("Title", title);
  }
}

/** What is known of an array in which the file ends before it says what that is an image of. */
// NOLINTNEXTLINE(misc-no-recursion)
std::string
DescribeLastArray(const DmTag & tag, const std::string & path)
{
  const std::string name = path + (path.empty() ? "" : ".") + tag.label;
  if (!tag.children.empty())
  {
    return DescribeLastArray(tag.children.back(), name);
  }
  return tag.kind != DmTag::Kind::Array
           ? std::string()
           : "; it ends inside " + name + ", " + std::to_string(tag.count) + " numbers of " +
               std::to_string(tag.elementBytes) + " bytes from byte " + std::to_string(tag.offset) +
               " on, before what tells their shape: whoever knows it can describe the file as headerless, with "
               "--raw-type, --scan-shape, --detector-shape, --file-header " +
               std::to_string(tag.offset) + " and " + AllowTruncatedOption;
}

/** As ChooseDmImage; of a file that ends inside its tags, what can be read of it is told. */
DmImage
ChooseImage(const InputFile & file, const DmTags & tags, const ScanFileOptions & options)
{
  if (tags.cutOff.empty())
  {
    return ChooseDmImage(file, tags, options);
  }
  DmImage image;
  try
  {
    image = ChooseDmImage(file, tags, options);
  }
  catch (const FileError &)
  {
    throw FileError(file.Path(), tags.cutOff + DescribeLastArray(tags.root, {}));
  }
  if (!options.allowTruncated)
  {
    const std::int64_t held = std::min(image.dataBytes, file.Size() - image.dataOffset);
    const auto &       extents = image.extents;
    std::string        rows;
    if (extents.size() == 4)
    {
      const std::int64_t rowBytes =
        CheckedBytes(file.Path(), { 1, extents[2], extents[1], extents[0] }, image.type.bytes);
      rows = ", " + std::to_string(std::min(held / rowBytes, extents[3])) + " of " + std::to_string(extents[3]) +
             " whole scan rows where it is stored pattern by pattern";
    }
    throw FileError(file.Path(),
                    tags.cutOff + "; of the " + std::to_string(image.dataBytes) + " bytes of " + image.name + " " +
                      std::to_string(held) + " are there" + rows + "; " + AllowTruncatedOption +
                      " reads whole scan rows");
  }
  return image;
}

/** In the order of images, a file that is cut off has no pattern whole. */
void
CheckWhole(const InputFile & file, const DmImage & image, std::int64_t needed)
{
  if (const std::int64_t held = file.Size() - image.dataOffset; needed > held)
  {
    throw FileError(file.Path(),
                    "is cut off: " + std::to_string(held) + " of the " + std::to_string(needed) + " bytes of " +
                      image.name +
                      " are there; in the order of images no scan row is whole, so that nothing of it can be read");
  }
}

std::unique_ptr<ScanFile>
GatanFormat::Open(const FileProbe & probe, const ScanFileOptions & options) const
{
  const InputFile &   file = *probe.file;
  const std::string & path = file.Path();
  const DmTags        tags = ReadDmTags(file);
  const DmImage       image = ChooseImage(file, tags, options);
  const auto &        extents = image.extents;

  ScanHeader header;
  header.format = "Gatan DM" + std::to_string(tags.version);
  header.dataSet = image.name;
  header.storedType = image.type.Name();
  header.storedByteOrder = image.type.order;
  header.fileSize = file.Size();
  AddMetadata(file, tags, image, header);

  FlatLayout layout;
  layout.type = image.type;
  layout.firstPattern = image.dataOffset;
  const bool    isStack = extents.size() == 3;
  const DmOrder order = isStack ? DmOrder::Patterns : ResolveDmOrder(file, tags, image, options, header);
  if (isStack)
  {
    ResolveStack(path, image, tags, options, header, layout);
  }
  else
  {
    const bool           arePatterns = order == DmOrder::Patterns;
    const ShapeCandidate stored{ extents[arePatterns ? 3 : 1], extents[arePatterns ? 2 : 0], "image's extents" };
    const ShapeCandidate scan = ResolveScanShape(path, stored.ry * stored.rx, options, { stored });
    header.shape = { scan.ry, scan.rx, extents[arePatterns ? 1 : 3], extents[arePatterns ? 0 : 2] };
    header.shapeSource = scan.source;
  }
  header.storedShape = header.shape;
  if (!tags.cutOff.empty())
  {
    header.notes.push_back("The file " + tags.cutOff + ": what its tags say behind that is not known.");
  }
  CalibrateDm(file, tags, image, order, header);
  const std::int64_t needed = CheckedBytes(path, header.shape, image.type.bytes);
  if (const std::int64_t rest = image.dataBytes - needed; rest > 0)
  {
    header.notes.push_back(std::to_string(rest) + " bytes after the image's last pixel are not read.");
  }
  if (order == DmOrder::Images)
  {
    CheckWhole(file, image, needed);
    const std::int64_t imageBytes = header.shape.Positions() * image.type.bytes;
    const ScanStrides  strides{
      header.shape.rx * image.type.bytes, image.type.bytes, header.shape.qx * imageBytes, imageBytes
    };
    return std::make_unique<StridedScanFile>(header, image.type, strides, probe.file, image.dataOffset);
  }
  layout.patternStride = header.shape.PatternPixels() * image.type.bytes;
  const std::int64_t held = (file.Size() - image.dataOffset) / layout.patternStride;
  KeepWholeRows(path, { header.shape.ry, header.shape.rx, header.shapeSource }, held, options, header.notes)
    .ApplyTo(header, header.shape.qy, header.shape.qx);
  if (!layout.order.empty())
  {
    layout.order.resize(static_cast<std::size_t>(header.shape.Positions()));
  }
  return std::make_unique<FlatScanFile>(std::move(header), probe.file, std::move(layout));
}
} // namespace

const ScanFormat &
DmFormat()
{
  static const GatanFormat format;
  return format;
}
} // namespace fourdstem
