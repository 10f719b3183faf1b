// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/BraggVectors.h"

#include "Formats/EmdCalibration.h"
#include "Formats/Hdf5GlobalHeap.h"
#include "Formats/ScanExtents.h"
#include "Formats/Text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace fourdstem
{
namespace
{
/** A number of every peak in a list. */
struct Field
{
  std::size_t offset = 0;
  StoredType  type;
};

/** How a peak lies in a file. */
struct PeakLayout
{
  std::int64_t         bytes = 0;
  std::array<Field, 3> fields; // qx, qy, intensity
};

/** The layout of an array (Ry, Rx) of lists of peaks; nothing for any other data set. It is checked, and peaks are
 * decoded without HDF5, which follows the offsets of a damaged type wherever they lead. */
std::optional<PeakLayout>
LayoutOf(hid_t dataSet)
{
  const hdf5::Id type(H5Dget_type(dataSet));
  if (H5Tget_class(type) != H5T_VLEN || hdf5::Extents(dataSet).size() != 2)
  {
    return std::nullopt;
  }
  const hdf5::Id element(H5Tget_super(type));
  if (H5Tget_class(element) != H5T_COMPOUND)
  {
    return std::nullopt;
  }
  PeakLayout        layout;
  const std::size_t bytes = H5Tget_size(element);
  std::size_t       i = 0;
  layout.bytes = static_cast<std::int64_t>(bytes);
  for (const char * name : { "qx", "qy", "intensity" })
  {
    const int member = H5Tget_member_index(element, name);
    if (member < 0)
    {
      return std::nullopt;
    }
    const auto     number = static_cast<unsigned>(member);
    const hdf5::Id memberType(H5Tget_member_type(element, number));
    const auto     stored = hdf5::NumberType(memberType);
    Field &        field = layout.fields[i++];
    field.offset = H5Tget_member_offset(element, number);
    if (!stored || field.offset > bytes || bytes - field.offset < static_cast<std::size_t>(stored->bytes))
    {
      return std::nullopt;
    }
    field.type = *stored;
  }
  return layout;
}

/** Appends one field of `count` peaks to `values`. */
void
Decode(const std::byte *     peaks,
       std::int64_t          count,
       std::int64_t          step,
       const Field &         field,
       std::vector<double> & values)
{
  const ElementType      type = field.type.ReadAs();
  std::vector<std::byte> numbers(static_cast<std::size_t>(count) * SizeOf(type));
  DecodePixels(field.type, peaks + field.offset, step, count, numbers.data());
  VisitElementType(type, [&](auto zero) {
    for (std::int64_t i = 0; i < count; ++i)
    {
      auto value = zero;
      std::memcpy(&value, numbers.data() + static_cast<std::size_t>(i) * sizeof value, sizeof value);
      values.push_back(static_cast<double>(value));
    }
  });
}

std::string
LastPart(const std::string & path)
{
  return path.substr(path.rfind('/') + 1);
}

/** Path of the array of lists that is meant. */
std::string
ChooseLists(const std::string & path, hid_t file, const std::string & wanted)
{
  std::vector<std::string> found;
  hdf5::VisitDataSets(file, [&found](const std::string & name, hid_t dataSet) {
    if (LayoutOf(dataSet))
    {
      found.push_back(name);
    }
  });
  if (!wanted.empty())
  {
    const std::string whole = wanted.front() == '/' ? wanted : "/" + wanted;
    for (const std::string & name : found)
    {
      if (name == whole || ParentPath(name) == whole)
      {
        return name;
      }
    }
  }
  else if (found.size() == 1)
  {
    return found.front();
  }
  else
  {
    const auto isRaw = [](const std::string & name) { return LastPart(ParentPath(name)) == "_v_uncal"; };
    if (std::count_if(found.begin(), found.end(), isRaw) == 1)
    {
      return *std::find_if(found.begin(), found.end(), isRaw);
    }
  }
  if (found.empty())
  {
    throw FileError(path, "holds no peak lists: no data set (Ry, Rx) of lists with fields qx, qy and intensity");
  }
  throw FileError(path,
                  (wanted.empty() ? "holds several arrays of peak lists; name one of them: "
                                  : "has no peak lists at '" + wanted + "', but at ") +
                    Join(found, ", "));
}

/** Lists as they lie, py4DSTEM's order of axes turned into ours. */
void
ReadLists(const std::shared_ptr<const InputFile> & opened, hid_t file, const std::string & name, PeakLists & lists)
{
  const InputFile & input = *opened;
  const hdf5::Id    dataSet = hdf5::OpenDataSet(file, name);
  const PeakLayout  layout = LayoutOf(dataSet).value();
  const auto        extents = hdf5::Extents(dataSet);
  const auto        positions = CheckedBytes(input.Path(), { extents[0], extents[1], 1, 1 }, 1);
  const auto        bytes = CheckedBytes(input.Path(), { extents[0], extents[1], 1, 1 }, HeapReference::Bytes);
  lists.shape.ry = extents[0];
  lists.shape.rx = extents[1];
  const hdf5::Id creation(H5Dget_create_plist(dataSet));
  if (H5Pget_layout(creation) != H5D_CONTIGUOUS || H5Pget_external_count(creation) > 0)
  {
    throw FileError(input.Path(), name + " is divided into chunks or lies elsewhere; py4DSTEM writes it in one piece");
  }
  const haddr_t address = H5Dget_offset(dataSet);
  if (address == HADDR_UNDEF)
  {
    lists.offsets.assign(static_cast<std::size_t>(positions) + 1, 0);
    lists.notes.push_back("The peak lists " + name + " were never written: all are empty.");
    return;
  }
  if (H5Dget_storage_size(dataSet) != static_cast<hsize_t>(bytes) || bytes > input.Size())
  {
    throw FileError(input.Path(),
                    name + " of " + FormatExtent(extents[0], extents[1]) + " lists does not fit into its " +
                      std::to_string(H5Dget_storage_size(dataSet)) + " bytes");
  }
  const auto base = Hdf5GlobalHeap::BaseAddress(dataSet);
  if (!base)
  {
    throw FileError(input.Path(),
                    "has addresses or lengths of other than 8 bytes; lists are read from files with these");
  }
  std::vector<std::byte> references(static_cast<std::size_t>(bytes));
  input.Read(static_cast<std::int64_t>(address), references.data(), bytes);

  const Hdf5GlobalHeap               heap(opened, *base);
  Hdf5GlobalHeap::Cursor             cursor;
  std::array<std::vector<double>, 3> values;
  std::int64_t                       nonFinite = 0;
  std::int64_t                       total = 0;
  for (std::int64_t p = 0; p < positions; ++p)
  {
    const auto reference = HeapReference::At(references.data() + p * HeapReference::Bytes);
    const auto count = static_cast<std::int64_t>(reference.length);
    // Also keeps the bytes of a list inside 64 bits.
    total += count;
    if (total > input.Size() / layout.bytes)
    {
      throw FileError(input.Path(),
                      "is damaged: lists of " + name + " claim " + std::to_string(total) + " peaks of " +
                        std::to_string(layout.bytes) + " bytes in a file of " + std::to_string(input.Size()));
    }
    const std::byte * peaks =
      count > 0 ? heap.Object(reference.address, reference.number, count * layout.bytes, cursor) : nullptr;
    for (std::size_t i = 0; i < values.size() && count > 0; ++i)
    {
      values[i].clear();
      Decode(peaks, count, layout.bytes, layout.fields[i], values[i]);
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
    {
      const ListedPeak peak{ values[1][i], values[0][i], values[2][i] };
      if (std::isfinite(peak.x) && std::isfinite(peak.y) && std::isfinite(peak.intensity))
      {
        lists.peaks.push_back(peak);
      }
      else
      {
        ++nonFinite;
      }
    }
    lists.offsets.push_back(static_cast<std::int64_t>(lists.peaks.size()));
  }
  if (nonFinite > 0)
  {
    lists.notes.push_back(std::to_string(nonFinite) + " peaks of " + name + " are not finite and left out.");
  }
}

/** qx0 or qy0: one value, or one for each position. Empty where it is neither. */
std::vector<double>
ReadOriginAxis(hid_t calibration, const std::string & name, std::int64_t positions)
{
  const hdf5::Id item = hdf5::OpenDataSet(calibration, name);
  auto           values = item ? hdf5::Numbers(item, positions) : std::vector<double>();
  if (values.size() == 1)
  {
    values.resize(static_cast<std::size_t>(positions), values.front());
  }
  return values.size() == static_cast<std::size_t>(positions) ? values : std::vector<double>();
}

void
ReadOrigins(hid_t calibration, PeakLists & lists)
{
  const std::int64_t positions = lists.shape.Positions();
  for (const char * ending : { "", "_mean" })
  {
    const auto rows = ReadOriginAxis(calibration, std::string("qx0") + ending, positions);
    const auto columns = ReadOriginAxis(calibration, std::string("qy0") + ending, positions);
    if (!rows.empty() && !columns.empty())
    {
      for (std::size_t p = 0; p < rows.size(); ++p)
      {
        lists.origins.push_back(static_cast<float>(columns[p]));
        lists.origins.push_back(static_cast<float>(rows[p]));
      }
      return;
    }
  }
}

void
ReadDetectorShape(hid_t node, PeakLists & lists)
{
  const hdf5::Id   extents = hdf5::OpenDataSet(node, "metadatabundle/_braggvectors_shape/Qshape");
  const auto       values = extents ? hdf5::Numbers(extents, 2) : std::vector<double>();
  constexpr double largest = 1e6;
  if (values.size() == 2 && std::all_of(values.begin(), values.end(), [](double value) {
        return value >= 1. && value <= largest && value == std::floor(value);
      }))
  {
    lists.shape.qy = static_cast<std::int64_t>(values[0]);
    lists.shape.qx = static_cast<std::int64_t>(values[1]);
  }
}

/** Places from the origin are about as often below 0 as above. */
void
JudgeOrigins(PeakLists & lists)
{
  const auto below = std::count_if(
    lists.peaks.begin(), lists.peaks.end(), [](const ListedPeak & peak) { return peak.x < 0. || peak.y < 0.; });
  if (lists.origins.empty() && 10 * below > static_cast<std::int64_t>(lists.peaks.size()))
  {
    lists.origins.assign(static_cast<std::size_t>(2 * lists.shape.Positions()), 0.F);
    lists.notes.emplace_back(
      "The peak lists come without origins, and places lie below 0: they are taken to count from "
      "the origin, in the file's own unit.");
  }
}
} // namespace

PeakLists
ReadBraggVectors(const std::string & path, const std::string & dataSet)
{
  const auto          input = std::make_shared<const InputFile>(path);
  const hdf5::Session session;
  const auto [file, reason] = hdf5::OpenFile(path);
  if (!file)
  {
    throw FileError(path, "cannot be opened as HDF5: " + reason);
  }
  const std::string name = ChooseLists(path, file, dataSet);
  PeakLists         lists;
  ReadLists(input, file, name, lists);
  const std::string node = ParentPath(ParentPath(name));
  const std::string root = name.substr(0, name.find('/', 1));
  ReadDetectorShape(hdf5::OpenGroup(file, node), lists);
  hdf5::Id calibration = hdf5::OpenGroup(file, root + "/metadatabundle/calibration");
  if (!calibration)
  {
    calibration = hdf5::OpenGroup(file, node + "/calibration");
  }
  if (calibration)
  {
    Hdf5Description description;
    ReadPy4dstemAxes(hdf5::Id(), calibration, 0, description);
    lists.scan = description.scan;
    lists.detector = description.detector;
    lists.notes.insert(lists.notes.end(), description.notes.begin(), description.notes.end());
    ReadOrigins(calibration, lists);
  }
  JudgeOrigins(lists);
  return lists;
}
} // namespace fourdstem
