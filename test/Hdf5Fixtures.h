// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef Hdf5Fixtures_h
#define Hdf5Fixtures_h

#include "ScanFixtures.h"

#include "itk_hdf5.h"

#include <string>
#include <vector>

/** Writes small HDF5 files, in a few words. */
class Hdf5TestFile
{
public:
  explicit Hdf5TestFile(const std::string & path, hsize_t userBlock = 0)
  {
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    H5Pset_userblock(creation, userBlock);
    m_File = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, H5P_DEFAULT);
    H5Pclose(creation);
  }
  ~Hdf5TestFile() { H5Fclose(m_File); }
  Hdf5TestFile(const Hdf5TestFile &) = delete;
  Hdf5TestFile &
  operator=(const Hdf5TestFile &) = delete;

  hid_t
  Id() const
  {
    return m_File;
  }

  void
  Group(const std::string & path) const
  {
    H5Gclose(H5Gcreate2(m_File, path.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  }

  /** `memory` is the type of `values`, `stored` that in the file; `chunk` empty: contiguous; level 0: no compression.
   */
  void
  Array(const std::string &          path,
        const std::vector<hsize_t> & extents,
        hid_t                        stored,
        hid_t                        memory,
        const void *                 values,
        const std::vector<hsize_t> & chunk = {},
        unsigned                     level = 0) const
  {
    const hid_t space = H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    if (!chunk.empty())
    {
      H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
    }
    if (level > 0)
    {
      H5Pset_shuffle(creation);
      H5Pset_deflate(creation, level);
    }
    const hid_t dataSet = H5Dcreate2(m_File, path.c_str(), stored, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    if (values)
    {
      H5Dwrite(dataSet, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    }
    H5Dclose(dataSet);
    H5Pclose(creation);
    H5Sclose(space);
  }

  void
  Number(const std::string & path, double value) const
  {
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t dataSet =
      H5Dcreate2(m_File, path.c_str(), H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataSet, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value);
    H5Dclose(dataSet);
    H5Sclose(space);
  }

  /** Of variable length, or of fixed length with spaces behind. */
  void
  Text(const std::string & path, const std::string & text, bool isVariable = true) const
  {
    const hid_t  space = H5Screate(H5S_SCALAR);
    const hid_t  type = TextType(text, isVariable);
    const hid_t  dataSet = H5Dcreate2(m_File, path.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const char * characters = text.c_str();
    H5Dwrite(
      dataSet, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, isVariable ? static_cast<const void *>(&characters) : characters);
    H5Dclose(dataSet);
    H5Tclose(type);
    H5Sclose(space);
  }

  void
  Attribute(const std::string & path, const std::string & name, const std::string & text, bool isVariable = true) const
  {
    const hid_t  type = TextType(text, isVariable);
    const char * characters = text.c_str();
    this->WriteAttribute(path, name, type, isVariable ? static_cast<const void *>(&characters) : characters);
    H5Tclose(type);
  }

  void
  Attribute(const std::string & path, const std::string & name, int value) const
  {
    this->WriteAttribute(path, name, H5T_NATIVE_INT, &value);
  }

  void
  Attribute(const std::string & path, const std::string & name, double value) const
  {
    this->WriteAttribute(path, name, H5T_NATIVE_DOUBLE, &value);
  }

  /** As h5py writes a truth value. */
  void
  Attribute(const std::string & path, const std::string & name, bool value) const
  {
    const hid_t       type = H5Tenum_create(H5T_NATIVE_INT8);
    const std::int8_t values[] = { 0, 1 };
    H5Tenum_insert(type, "FALSE", &values[0]);
    H5Tenum_insert(type, "TRUE", &values[1]);
    this->WriteAttribute(path, name, type, &values[value ? 1 : 0]);
    H5Tclose(type);
  }

  void
  Attribute(const std::string & path, const std::string & name, const char * text) const
  {
    this->Attribute(path, name, std::string(text));
  }

  /** A vector of coordinates as EMD has them, with text of fixed length. */
  void
  Dimension(const std::string &         path,
            const std::vector<double> & values,
            const std::string &         units,
            const std::string &         name) const
  {
    this->Array(path, { values.size() }, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, values.data());
    this->Attribute(path, "units", units, false);
    this->Attribute(path, "name", name, false);
  }

private:
  static hid_t
  TextType(const std::string & text, bool isVariable)
  {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, isVariable ? H5T_VARIABLE : text.size() + 1);
    return type;
  }

  void
  WriteAttribute(const std::string & path, const std::string & name, hid_t type, const void * value) const
  {
    const hid_t object = H5Oopen(m_File, path.c_str(), H5P_DEFAULT);
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, value);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Oclose(object);
  }

  hid_t m_File = -1;
};

/** Coordinates of `count` elements. */
inline std::vector<double>
Steps(std::size_t count, double first, double step)
{
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i)
  {
    values[i] = first + static_cast<double>(i) * step;
  }
  return values;
}

/** `values` of a scan as an array whose axes are number numbers[0], ... of the scan's. */
template <typename T>
std::vector<T>
Reordered(const std::vector<T> & values, const std::vector<hsize_t> & extents, const std::vector<std::size_t> & numbers)
{
  std::vector<T>       reordered;
  std::vector<hsize_t> index(extents.size(), 0);
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    std::vector<hsize_t> ofScan(extents.size());
    for (std::size_t axis = 0; axis < numbers.size(); ++axis)
    {
      ofScan[numbers[axis]] = index[axis];
    }
    std::size_t at = 0;
    for (std::size_t axis = 0; axis < extents.size(); ++axis)
    {
      at = at * extents[axis] + ofScan[axis];
    }
    reordered.push_back(values[at]);
    for (std::size_t axis = numbers.size(); axis-- > 0;)
    {
      if (++index[axis] < extents[numbers[axis]])
      {
        break;
      }
      index[axis] = 0;
    }
  }
  return reordered;
}

/** Writes a file as py4DSTEM 0.14 does, a DataCube of 3 x 5 patterns of 6 x 4 pixels to which `add` adds. */
template <typename TAdd>
void
WriteEmdCube(const std::string & path, TAdd && add)
{
  const auto         counts = CountingScan<std::uint16_t>({ 3, 5, 6, 4 });
  const Hdf5TestFile file(path);
  file.Attribute("/", "emd_group_type", "file");
  file.Attribute("/", "version_major", 1);
  file.Group("/root");
  file.Group("/root/cube");
  file.Array("/root/cube/data", { 3, 5, 6, 4 }, H5T_STD_U16LE, H5T_NATIVE_UINT16, counts.data());
  file.Group("/root/metadatabundle");
  file.Group("/root/metadatabundle/calibration");
  add(file);
}

#endif
