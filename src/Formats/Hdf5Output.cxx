// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Output.h"

#include "Formats/Text.h"

#include <stdexcept>

namespace fourdstem::hdf5
{
namespace
{
Id
TextType(bool isAscii)
{
  Id type = Checked(H5Tcopy(H5T_C_S1));
  Check(H5Tset_size(type, H5T_VARIABLE));
  Check(H5Tset_cset(type, isAscii ? H5T_CSET_ASCII : H5T_CSET_UTF8));
  return type;
}

void
WriteAttribute(hid_t object, const std::string & name, hid_t stored, hid_t memory, const void * value)
{
  const Id space = Checked(H5Screate(H5S_SCALAR));
  const Id attribute = Checked(H5Acreate2(object, name.c_str(), stored, space, H5P_DEFAULT, H5P_DEFAULT));
  Check(H5Awrite(attribute, memory, value));
}

Id
WriteDataSet(hid_t parent, const std::string & name, hid_t space, hid_t stored, hid_t memory, const void * values)
{
  const Id properties = DataSetProperties();
  Id       dataSet = Checked(H5Dcreate2(parent, name.c_str(), stored, space, H5P_DEFAULT, properties, H5P_DEFAULT));
  Check(H5Dwrite(dataSet, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
  return dataSet;
}
} // namespace

Id
Checked(hid_t id)
{
  Id checked(id);
  if (!checked)
  {
    throw std::runtime_error(LastError());
  }
  return checked;
}

void
Check(herr_t result)
{
  if (result < 0)
  {
    throw std::runtime_error(LastError());
  }
}

Id
CreateFile()
{
  constexpr std::size_t growth = std::size_t{ 64 } << 10;
  const Id              access = Checked(H5Pcreate(H5P_FILE_ACCESS));
  Check(H5Pset_fapl_core(access, growth, false));
  // HDF5 looks for a file of that name first.
  return Checked(H5Fcreate("FourDSTEM file in memory", H5F_ACC_TRUNC, H5P_DEFAULT, access));
}

std::vector<unsigned char>
FileImage(hid_t file)
{
  Check(H5Fflush(file, H5F_SCOPE_GLOBAL));
  const auto bytes = H5Fget_file_image(file, nullptr, 0);
  if (bytes <= 0)
  {
    throw std::runtime_error(LastError());
  }
  std::vector<unsigned char> image(static_cast<std::size_t>(bytes));
  if (H5Fget_file_image(file, image.data(), image.size()) != bytes)
  {
    throw std::runtime_error(LastError());
  }
  return image;
}

Id
CreateGroup(hid_t parent, const std::string & name)
{
  const Id properties = Checked(H5Pcreate(H5P_GROUP_CREATE));
  Check(H5Pset_obj_track_times(properties, false));
  return Checked(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT));
}

hid_t
FileType(ElementType type)
{
  switch (type)
  {
    case ElementType::UInt8:
      return H5T_STD_U8LE;
    case ElementType::Int8:
      return H5T_STD_I8LE;
    case ElementType::UInt16:
      return H5T_STD_U16LE;
    case ElementType::Int16:
      return H5T_STD_I16LE;
    case ElementType::UInt32:
      return H5T_STD_U32LE;
    case ElementType::Int32:
      return H5T_STD_I32LE;
    case ElementType::UInt64:
      return H5T_STD_U64LE;
    case ElementType::Int64:
      return H5T_STD_I64LE;
    case ElementType::Float32:
      return H5T_IEEE_F32LE;
    default:
      return H5T_IEEE_F64LE;
  }
}

Id
DataSetProperties()
{
  Id properties = Checked(H5Pcreate(H5P_DATASET_CREATE));
  Check(H5Pset_obj_track_times(properties, false));
  return properties;
}

void
WriteAttribute(hid_t object, const std::string & name, const std::string & text, bool isAscii)
{
  const Id          type = TextType(isAscii);
  const std::string valid = ValidText(text);
  const char *      characters = valid.c_str();
  WriteAttribute(object, name, type, type, &characters);
}

void
WriteAttribute(hid_t object, const std::string & name, std::int64_t value)
{
  WriteAttribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, &value);
}

Id
WriteNumber(hid_t parent, const std::string & name, double value)
{
  const Id space = Checked(H5Screate(H5S_SCALAR));
  return WriteDataSet(parent, name, space, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value);
}

Id
WriteNumbers(hid_t                             parent,
             const std::string &               name,
             const std::vector<double> &       values,
             const std::vector<std::int64_t> & extents)
{
  std::vector<hsize_t> axes(extents.begin(), extents.end());
  if (axes.empty())
  {
    axes.push_back(values.size());
  }
  const Id space = Checked(H5Screate_simple(static_cast<int>(axes.size()), axes.data(), nullptr));
  return WriteDataSet(parent, name, space, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data());
}

Id
WriteIntegers(hid_t parent, const std::string & name, const std::vector<std::int64_t> & values)
{
  const hsize_t count = values.size();
  const Id      space = Checked(H5Screate_simple(1, &count, nullptr));
  return WriteDataSet(parent, name, space, H5T_STD_I64LE, H5T_NATIVE_INT64, values.data());
}

Id
WriteText(hid_t parent, const std::string & name, const std::string & text)
{
  const Id          type = TextType(false);
  const Id          space = Checked(H5Screate(H5S_SCALAR));
  const std::string valid = ValidText(text);
  const char *      characters = valid.c_str();
  return WriteDataSet(parent, name, space, type, type, &characters);
}
} // namespace fourdstem::hdf5
