// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Emd1Writer.h"

#include "Formats/EmdTree.h"
#include "Formats/Hdf5ChunkWriter.h"
#include "Formats/ScanExtents.h"

#include <limits>
#include <stdexcept>

namespace fourdstem
{
namespace
{
constexpr const char * RootName = "datacube_root";
constexpr const char * CubeName = "datacube";

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
      emd::AddNumber(group, names[axis], origin);
      emd::AddNumber(group, std::string(names[axis]) + "_mean", origin);
    }
  }
}

void
WriteCalibration(hid_t bundle, const ScanHeader & header)
{
  const hdf5::Id group = emd::MakeCalibration(bundle, header.scan, header.detector, std::string("/") + CubeName);
  AddOrigin(group, header.detector);
}

void
WriteDimensions(hid_t group, const ScanHeader & header)
{
  const char * const names[] = { "Rx", "Ry", "Qx", "Qy" };
  for (int i = 0; i < 4; ++i)
  {
    const AxesCalibration & axes = i < 2 ? header.scan : header.detector;
    const emd::WrittenUnit  unit = emd::UnitOf(axes);
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

void
WriteTree(hid_t file, const ScanHeader & header, const Provenance & provenance, const ChunkedLayout & layout)
{
  const hdf5::Id root = emd::MakeRoot(file, RootName);
  const hdf5::Id bundle = emd::MakeNode(root, "metadatabundle", "metadatabundle", "");
  WriteCalibration(bundle, header);
  emd::WriteDictionary(bundle, "provenance", provenance);
  emd::WriteDictionary(bundle, "source", emd::WithNotes(header.metadata, header.notes));
  const hdf5::Id cube = emd::MakeNode(root, CubeName, "array", "DataCube");
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
  Implementation(const std::string &   path,
                 const ChunkedLayout & stored,
                 std::size_t           index,
                 std::size_t           firstChunk,
                 const Emd1Options &   options)
    : layout(stored)
    , indexAddress(index)
    , file(path, options.overwrite)
    , chunks(stored, firstChunk, options.threads)
  {}

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
  m_Implementation = std::make_unique<Implementation>(path, layout, indexAddress, head.size(), options);
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
