// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Emd1Writer.h"

#include "Formats/Hdf5ChunkWriter.h"
#include "Formats/Hdf5Output.h"
#include "Formats/ScanExtents.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr const char * RootName = "datacube_root";
constexpr const char * CubeName = "datacube";

/** Lengths in a unit that py4DSTEM knows. */
struct WrittenUnit
{
  double       factor = 1;
  const char * name = "pixels";
};

WrittenUnit
UnitOf(const AxesCalibration & axes)
{
  return axes.unit == "nm"     ? WrittenUnit{ 1, "nm" }
         : axes.unit == "1/nm" ? WrittenUnit{ 0.1, "A^-1" }
         : axes.unit == "mrad" ? WrittenUnit{ 1, "mrad" }
                               : WrittenUnit{};
}

hdf5::Id
MakeNode(hid_t parent, const std::string & name, const std::string & type, const std::string & pythonClass)
{
  hdf5::Id group = hdf5::CreateGroup(parent, name);
  hdf5::WriteAttribute(group, "emd_group_type", type);
  if (!pythonClass.empty())
  {
    hdf5::WriteAttribute(group, "python_class", pythonClass);
  }
  return group;
}

void
AddNumber(hid_t group, const std::string & name, double value)
{
  hdf5::WriteAttribute(hdf5::WriteNumber(group, name, value), "type", "number", true);
}

void
AddText(hid_t group, const std::string & name, const std::string & text)
{
  hdf5::WriteAttribute(hdf5::WriteText(group, name, text), "type", "string", true);
}

/** `letter` R or Q. */
void
AddPixelSize(hid_t group, const std::string & letter, const AxesCalibration & axes)
{
  if (!axes.source.empty() && axes.spacing[0] == axes.spacing[1])
  {
    const WrittenUnit unit = UnitOf(axes);
    AddNumber(group, letter + "_pixel_size", axes.spacing[0] * unit.factor);
    AddText(group, letter + "_pixel_units", unit.name);
  }
}

/** py4DSTEM's x is our y; in pixels. */
void
AddOrigin(hid_t group, const AxesCalibration & detector)
{
  const char * const names[2] = { "qx0", "qy0" };
  if (detector.offset[0] != 0 || detector.offset[1] != 0)
  {
    for (const int axis : { 0, 1 })
    {
      const double origin = -detector.offset[axis] / detector.spacing[axis];
      AddNumber(group, names[axis], origin);
      AddNumber(group, std::string(names[axis]) + "_mean", origin);
    }
  }
}

void
WriteCalibration(hid_t bundle, const ScanHeader & header)
{
  const hdf5::Id group = MakeNode(bundle, "calibration", "metadata", "Calibration");
  AddPixelSize(group, "R", header.scan);
  AddPixelSize(group, "Q", header.detector);
  AddOrigin(group, header.detector);
  // Which arrays follow the calibration, as py4DSTEM wants to know on reading.
  AddText(group, "_root_treepath", "");
  const hdf5::Id targets = hdf5::CreateGroup(group, "_target_paths");
  hdf5::WriteAttribute(targets, "type", "list_of_strings", true);
  hdf5::WriteAttribute(targets, "length", 1);
  hdf5::WriteText(targets, "0", std::string("/") + CubeName);
}

/** A dictionary inside a metadata node. Readers take what lies in the node itself and is called data... for arrays. */
void
WriteDictionary(hid_t bundle, const std::string & name, const std::map<std::string, std::string> & items)
{
  const hdf5::Id node = MakeNode(bundle, name, "metadata", "Metadata");
  const hdf5::Id dictionary = hdf5::CreateGroup(node, "items");
  hdf5::WriteAttribute(dictionary, "type", "dict", true);
  for (const auto & [key, value] : items)
  {
    std::string linkName = key;
    std::replace(linkName.begin(), linkName.end(), '/', '|');
    AddText(dictionary, linkName, value);
  }
}

void
WriteDimensions(hid_t group, const ScanHeader & header)
{
  const char * const names[] = { "Rx", "Ry", "Qx", "Qy" };
  for (int i = 0; i < 4; ++i)
  {
    const AxesCalibration & axes = i < 2 ? header.scan : header.detector;
    const WrittenUnit       unit = UnitOf(axes);
    const double            first = axes.offset[i % 2] * unit.factor;
    const double            step = axes.spacing[i % 2] * unit.factor;
    const hdf5::Id          dimension = hdf5::WriteNumbers(group, "dim" + std::to_string(i), { first, first + step });
    hdf5::WriteAttribute(dimension, "name", names[i]);
    hdf5::WriteAttribute(dimension, "units", unit.name);
  }
}

hdf5::Id
CreateChunked(hid_t parent, const std::string & name, const ChunkedLayout & layout)
{
  const auto extents = [](const ScanShape & shape) {
    return std::vector<hsize_t>{ static_cast<hsize_t>(shape.ry),
                                 static_cast<hsize_t>(shape.rx),
                                 static_cast<hsize_t>(shape.qy),
                                 static_cast<hsize_t>(shape.qx) };
  };
  const hdf5::Id space = hdf5::Checked(H5Screate_simple(4, extents(layout.scan).data(), nullptr));
  const hdf5::Id properties = hdf5::DataSetProperties();
  hdf5::Check(H5Pset_chunk(properties, 4, extents(layout.chunk).data()));
  if (layout.isCompressed)
  {
    hdf5::Check(H5Pset_shuffle(properties));
    hdf5::Check(H5Pset_deflate(properties, DeflateLevel));
  }
  return hdf5::Checked(
    H5Dcreate2(parent, name.c_str(), hdf5::FileType(layout.type), space, H5P_DEFAULT, properties, H5P_DEFAULT));
}

std::map<std::string, std::string>
SourceItems(const ScanHeader & header)
{
  auto items = header.metadata;
  for (std::size_t i = 0; i < header.notes.size(); ++i)
  {
    items["Note_" + std::to_string(i + 1)] = header.notes[i];
  }
  return items;
}

void
WriteTree(hid_t file, const ScanHeader & header, const Provenance & provenance, const ChunkedLayout & layout)
{
  const hdf5::Id top = hdf5::Checked(H5Gopen2(file, "/", H5P_DEFAULT));
  hdf5::WriteAttribute(top, "emd_group_type", "file");
  hdf5::WriteAttribute(top, "version_major", 1);
  hdf5::WriteAttribute(top, "version_minor", 0);
  hdf5::WriteAttribute(top, "authoring_program", "ITKFourDSTEM");
  hdf5::WriteAttribute(top, "authoring_user", "");
  const hdf5::Id root = MakeNode(top, RootName, "root", "Root");
  const hdf5::Id bundle = MakeNode(root, "metadatabundle", "metadatabundle", "");
  WriteCalibration(bundle, header);
  WriteDictionary(bundle, "provenance", provenance);
  WriteDictionary(bundle, "source", SourceItems(header));
  const hdf5::Id cube = MakeNode(root, CubeName, "array", "DataCube");
  WriteDimensions(cube, header);
  const hdf5::Id data = CreateChunked(cube, "data", layout);
  hdf5::WriteAttribute(data, "units", "pixel intensity");
}

/** A file without the patterns, as long as a multiple of 8. */
std::vector<unsigned char>
FileHead(const ScanHeader & header, const Provenance & provenance, const ChunkedLayout & layout)
{
  const hdf5::Session session;
  const hdf5::Id      file = hdf5::CreateFile();
  WriteTree(file, header, provenance, layout);
  std::vector<unsigned char> image = hdf5::FileImage(file);
  image.resize((image.size() + 7) / 8 * 8, 0);
  return image;
}

ChunkedLayout
LayoutOf(const ScanShape & scan, ElementType type, const Emd1Options & options)
{
  const ScanShape frame{ 1, 1, scan.qy, scan.qx };
  const ScanShape chunk = options.chunks == Emd1Chunks::Frames ? frame : BlockExtents(scan, type);
  const auto      bytes = CheckedBytes("a chunk", chunk, static_cast<std::int64_t>(SizeOf(type)));
  if (bytes > std::numeric_limits<std::int32_t>::max())
  {
    throw std::invalid_argument("patterns of " + std::to_string(bytes) +
                                " bytes are larger than a chunk of HDF5 may be; divide them into blocks");
  }
  return { scan, chunk, type, options.isCompressed };
}
} // namespace

struct Emd1Writer::Implementation
{
  ChunkedLayout   layout;
  std::size_t     indexAddress;
  OutputFile      file;
  Hdf5ChunkWriter chunks;
};

Emd1Writer::Emd1Writer(const std::string & path,
                       const ScanHeader &  header,
                       ElementType         type,
                       const Emd1Options & options,
                       const Provenance &  provenance)
  : ScanWriter(path, header.shape, type)
{
  const ChunkedLayout layout = LayoutOf(header.shape, type, options);
  const auto          head = FileHead(header, provenance, layout);
  const std::size_t   indexAddress = FindIndexAddress(head, layout.chunk, SizeOf(type));
  m_Implementation.reset(
    new Implementation{ layout, indexAddress, { path, options.overwrite }, { layout, head.size(), options.threads } });
  m_Implementation->file.Write(head.data(), head.size());
}

Emd1Writer::~Emd1Writer() = default;

void
Emd1Writer::DoWrite(const void * patterns, std::int64_t count)
{
  m_Implementation->chunks.Write(static_cast<const std::byte *>(patterns), count, m_Implementation->file);
}

void
Emd1Writer::DoClose()
{
  constexpr long   endAddress = 40; // in the superblock, version 0
  Implementation & me = *m_Implementation;
  const ChunkIndex index = IndexOf(me.chunks.Chunks(), me.layout.chunk, SizeOf(this->Type()), me.chunks.Address());
  me.file.Write(index.bytes.data(), index.bytes.size());
  std::vector<unsigned char> address;
  AppendLittleEndian(address, index.root, 8);
  AppendLittleEndian(address, me.chunks.Address() + index.bytes.size(), 8);
  me.file.Patch(static_cast<long>(me.indexAddress), address.data(), 8);
  me.file.Patch(endAddress, address.data() + 8, 8);
  me.file.Publish();
}
} // namespace fourdstem
