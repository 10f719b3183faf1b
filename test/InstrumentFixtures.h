// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef InstrumentFixtures_h
#define InstrumentFixtures_h

#include "ChunkFixtures.h"

#include <tuple>

/** Writers of what instruments and their programs write with HDF5. */
namespace instruments
{
/** A group and those it lies in, where they are not there yet. */
inline void
Groups(const Hdf5TestFile & file, const std::string & path)
{
  for (auto end = path.find('/', 1);; end = path.find('/', end + 1))
  {
    const std::string part = path.substr(0, end);
    if (H5Lexists(file.Id(), part.c_str(), H5P_DEFAULT) <= 0)
    {
      file.Group(part);
    }
    if (end == std::string::npos)
    {
      return;
    }
  }
}

/** An attribute of type `stored`; 1-D with one value where `isArray`. */
inline void
Attribute(const Hdf5TestFile & file,
          const std::string &  path,
          const std::string &  name,
          double               value,
          hid_t                stored = H5T_IEEE_F64LE,
          bool                 isArray = false)
{
  const hsize_t one = 1;
  const hid_t   object = H5Oopen(file.Id(), path.c_str(), H5P_DEFAULT);
  const hid_t   space = isArray ? H5Screate_simple(1, &one, nullptr) : H5Screate(H5S_SCALAR);
  const hid_t   attribute = H5Acreate2(object, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(attribute, H5T_NATIVE_DOUBLE, &value);
  H5Aclose(attribute);
  H5Sclose(space);
  H5Oclose(object);
}

/** How frames are stored. */
enum class Storage
{
  Contiguous,
  FrameChunks,
  ManyFramesInChunk,
  Bitshuffled
};

inline std::vector<Storage>
Storages()
{
#ifdef FourDSTEM_WITH_LZ4
  return { Storage::Contiguous, Storage::FrameChunks, Storage::ManyFramesInChunk, Storage::Bitshuffled };
#else
  return { Storage::Contiguous, Storage::FrameChunks, Storage::ManyFramesInChunk };
#endif
}

/** Data set (frames, Qy, Qx) at `path` in a file as Dectris' data files are; its first image has number `firstImage`.
 */
template <typename T>
void
WriteFrames(const std::string &          path,
            const std::vector<hsize_t> & extents,
            hid_t                        type,
            const T *                    counts,
            int                          firstImage,
            Storage                      storage = Storage::FrameChunks)
{
  chunks::Register<32008>();
  const Hdf5TestFile file(path);
  Groups(file, "/entry/data");
  const hid_t                space = H5Screate_simple(3, extents.data(), nullptr);
  const hid_t                creation = H5Pcreate(H5P_DATASET_CREATE);
  const std::vector<hsize_t> chunk{ storage == Storage::ManyFramesInChunk ? std::min<hsize_t>(4, extents[0]) : 1,
                                    extents[1],
                                    extents[2] };
  if (storage != Storage::Contiguous)
  {
    H5Pset_chunk(creation, 3, chunk.data());
  }
  if (storage == Storage::Bitshuffled)
  {
    const std::vector<unsigned> values{ 0, 3, static_cast<unsigned>(sizeof(T)), 16, chunks::Lz4 };
    H5Pset_filter(creation, 32008, H5Z_FLAG_OPTIONAL, values.size(), values.data());
  }
  const hid_t data = H5Dcreate2(file.Id(), "/entry/data/data", type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, counts);
  H5Dclose(data);
  H5Pclose(creation);
  H5Sclose(space);
  if (firstImage > 0)
  {
    Attribute(file, "/entry/data/data", "image_nr_low", firstImage, H5T_STD_U64LE);
  }
}

/** A link's name, the file it leads to and the path there. */
using DataLink = std::tuple<std::string, std::string, std::string>;

/** A master with these links, to which `add` adds. */
template <typename TAdd>
void
WriteMaster(const std::string & path, const std::vector<DataLink> & links, TAdd && add)
{
  const Hdf5TestFile file(path);
  Groups(file, "/entry/data");
  Groups(file, "/entry/instrument/detector/detectorSpecific");
  file.Attribute("/entry", "NX_class", "NXentry", false);
  for (const auto & [name, otherFile, object] : links)
  {
    H5Lcreate_external(
      otherFile.c_str(), object.c_str(), file.Id(), ("/entry/data/" + name).c_str(), H5P_DEFAULT, H5P_DEFAULT);
  }
  add(file);
}

inline void
WriteMaster(const std::string & path, const std::vector<DataLink> & links)
{
  WriteMaster(path, links, [](const Hdf5TestFile &) {});
}

/** The STEM controller's file. */
inline void
WriteSideFile(const std::string & path, int rows, int columns, double stepNm)
{
  const Hdf5TestFile file(path);
  file.Group("/STEM Metadata");
  Attribute(file, "/STEM Metadata", "NumPixelsY", rows, H5T_STD_I64LE);
  Attribute(file, "/STEM Metadata", "NumPixelsX", columns, H5T_STD_I64LE);
  Attribute(file, "/STEM Metadata", "Pixel Size", stepNm, H5T_IEEE_F64LE, true);
  Attribute(file, "/STEM Metadata", "Camera Length", 0.115, H5T_IEEE_F64LE, true);
  Attribute(file, "/STEM Metadata", "IsPixelSizeCalibrated", 0, H5T_STD_U8LE, true);
}
} // namespace instruments

#endif
