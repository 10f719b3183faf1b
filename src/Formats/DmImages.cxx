// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/DmImages.h"

#include "Formats/ScanExtents.h"
#include "Formats/Text.h"

#include <algorithm>
#include <iterator>

namespace fourdstem
{
namespace
{
/** A pixel type by its number, DataType. */
struct PixelType
{
  int number;
  /** Why it is not read; null where it is. */
  const char *     objection;
  StoredType::Kind kind = StoredType::Kind::Unsigned;
  int              bytes = 0;
};

const PixelType PixelTypes[] = {
  { 1, nullptr, StoredType::Kind::Signed, 2 },
  { 2, nullptr, StoredType::Kind::Float, 4 },
  { 3, "complex numbers" },
  { 5, "complex numbers" },
  { 6, nullptr, StoredType::Kind::Unsigned, 1 },
  { 7, nullptr, StoredType::Kind::Signed, 4 },
  { 8, "colours" },
  { 9, nullptr, StoredType::Kind::Signed, 1 },
  { 10, nullptr, StoredType::Kind::Unsigned, 2 },
  { 11, nullptr, StoredType::Kind::Unsigned, 4 },
  { 12, nullptr, StoredType::Kind::Float, 8 },
  { 13, "complex numbers" },
  { 14, nullptr, StoredType::Kind::Bool, 1 },
  { 23, "colours" },
  { 27, "complex numbers" },
  { 28, "complex numbers" },
};

std::string
FormatExtents(const std::vector<std::int64_t> & extents)
{
  std::vector<std::string> texts;
  std::transform(extents.rbegin(), extents.rend(), std::back_inserter(texts), [](std::int64_t extent) {
    return std::to_string(extent);
  });
  return "(" + Join(texts, ", ") + ")";
}

/** Extents as they are written, fastest first; empty unless all are counts. */
std::vector<std::int64_t>
ReadExtents(const DmTag & image)
{
  constexpr double          most = 4294967295.0;
  std::vector<std::int64_t> extents;
  if (const DmTag * dimensions = image.Find("ImageData.Dimensions"))
  {
    for (const DmTag & dimension : dimensions->children)
    {
      if (dimension.kind != DmTag::Kind::Number || !(dimension.number >= 1 && dimension.number <= most))
      {
        return {};
      }
      extents.push_back(static_cast<std::int64_t>(dimension.number));
    }
  }
  for (auto axis = extents.size(); axis-- > 0 && extents.size() > 4;)
  {
    if (extents[axis] == 1)
    {
      extents.erase(extents.begin() + static_cast<std::ptrdiff_t>(axis));
    }
  }
  return extents;
}

/** Fills in type and place of the pixels, or the objection. */
void
ReadPixels(const std::string & path, ByteOrder order, DmImage & image)
{
  const double number = image.tags->NumberAt("ImageData.DataType").value_or(-1);
  const auto * type = std::find_if(
    std::begin(PixelTypes), std::end(PixelTypes), [number](const PixelType & one) { return one.number == number; });
  const DmTag * data = image.tags->Find("ImageData.Data");
  if (type == std::end(PixelTypes) || type->objection)
  {
    image.objection = "of DataType " + FormatNumber(number) +
                      (type == std::end(PixelTypes) ? "" : std::string(" (") + type->objection + ")");
    return;
  }
  if (image.extents.size() != 4 && image.extents.size() != 3)
  {
    image.objection =
      image.extents.empty() ? "without extents" : "of " + std::to_string(image.extents.size()) + " axes";
    return;
  }
  if (!data || data->kind != DmTag::Kind::Array)
  {
    image.objection = "without an array of numbers";
    return;
  }
  image.type = { type->kind, type->bytes, order };
  image.dataOffset = data->offset;
  image.dataBytes = data->count * data->elementBytes;
  const auto &       extents = image.extents;
  const std::int64_t needed =
    CheckedBytes(path, { extents.size() == 4 ? extents[3] : 1, extents[2], extents[1], extents[0] }, type->bytes);
  if (needed > image.dataBytes)
  {
    image.objection = "whose " + FormatExtents(extents) + " pixels of " + image.type.Name() + " need " +
                      std::to_string(needed) + " bytes, while its Data has " + std::to_string(image.dataBytes);
  }
}

/** Whether image number `index`, from 0, is the small picture of another. */
bool
IsThumbnail(const DmTags & tags, std::size_t index)
{
  const DmTag * thumbnails = tags.root.Find("Thumbnails");
  return thumbnails &&
         std::any_of(thumbnails->children.begin(), thumbnails->children.end(), [index](const DmTag & one) {
           return one.NumberAt("ImageIndex") == static_cast<double>(index);
         });
}

std::vector<DmImage>
ListImages(const InputFile & file, const DmTags & tags)
{
  std::vector<DmImage> images;
  const DmTag *        list = tags.root.Find("ImageList");
  for (std::size_t i = 0; list && i < list->children.size(); ++i)
  {
    DmImage image;
    image.name = "ImageList." + std::to_string(i + 1);
    image.tags = &list->children[i];
    image.extents = ReadExtents(*image.tags);
    ReadPixels(file.Path(), tags.order, image);
    if (IsThumbnail(tags, i))
    {
      image.objection = "a thumbnail";
    }
    else if (image.objection.empty() && image.extents.size() == 3 &&
             LowerCase(tags.TextAt(file, *image.tags, "ImageTags.Meta Data.Format")) == "spectrum image")
    {
      image.objection = "a spectrum image";
    }
    images.push_back(std::move(image));
  }
  return images;
}

std::string
Describe(const std::vector<DmImage> & images)
{
  constexpr std::size_t    most = 20;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(images.size(), most); ++i)
  {
    const DmImage & image = images[i];
    texts.push_back(image.name + " " + FormatExtents(image.extents) +
                    (image.objection.empty() ? std::string() : ", " + image.objection));
  }
  if (images.size() > most)
  {
    texts.push_back("and " + std::to_string(images.size() - most) + " more");
  }
  return texts.empty() ? "there are no images" : "found: " + Join(texts, "; ");
}
} // namespace

DmImage
ChooseDmImage(const InputFile & file, const DmTags & tags, const ScanFileOptions & options)
{
  const std::string accepted = " of 4 axes, or of 3 with a scan shape, and of integers or floating-point numbers; ";
  const auto        images = ListImages(file, tags);
  if (!options.dataSet.empty())
  {
    const auto named = std::find_if(
      images.begin(), images.end(), [&options](const DmImage & image) { return image.name == options.dataSet; });
    if (named == images.end() || !named->objection.empty())
    {
      throw FileError(file.Path(), "has no image " + options.dataSet + accepted + Describe(images));
    }
    return *named;
  }
  for (const std::size_t rank : { 4U, 3U })
  {
    std::vector<DmImage> meant;
    std::copy_if(images.begin(), images.end(), std::back_inserter(meant), [rank](const DmImage & image) {
      return image.objection.empty() && image.extents.size() == rank;
    });
    if (meant.size() == 1)
    {
      return meant.front();
    }
    if (!meant.empty())
    {
      std::vector<ScanCandidate> candidates;
      std::transform(meant.begin(), meant.end(), std::back_inserter(candidates), [](const DmImage & image) {
        return ScanCandidate{ image.name, FormatExtents(image.extents) };
      });
      throw ScanChoiceNeeded(file.Path() + ": does not say which image is the scan; name one as the data set: " +
                               FormatCandidates(candidates),
                             "data set",
                             candidates);
    }
  }
  throw FileError(file.Path(), "has no image" + accepted + Describe(images));
}
} // namespace fourdstem
