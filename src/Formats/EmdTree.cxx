// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmdTree.h"

#include <algorithm>

namespace fourdstem::emd
{
namespace
{
/** `letter` R or Q. */
void
AddPixelSize(hid_t node, const std::string & letter, const AxesCalibration & axes)
{
  if (!axes.source.empty() && axes.spacing[0] == axes.spacing[1])
  {
    const WrittenUnit unit = UnitOf(axes);
    AddNumber(node, letter + "_pixel_size", axes.spacing[0] * unit.factor);
    AddText(node, letter + "_pixel_units", unit.name);
  }
}
} // namespace

WrittenUnit
UnitOf(const AxesCalibration & axes)
{
  return axes.unit == "nm"     ? WrittenUnit{ 1, "nm" }
         : axes.unit == "1/nm" ? WrittenUnit{ 0.1, "A^-1" }
         : axes.unit == "mrad" ? WrittenUnit{ 1, "mrad" }
                               : WrittenUnit{};
}

hdf5::Id
MakeRoot(hid_t file, const std::string & name)
{
  const hdf5::Id top = hdf5::Checked(H5Gopen2(file, "/", H5P_DEFAULT));
  hdf5::WriteAttribute(top, "emd_group_type", "file");
  hdf5::WriteAttribute(top, "version_major", 1);
  hdf5::WriteAttribute(top, "version_minor", 0);
  hdf5::WriteAttribute(top, "authoring_program", "ITKFourDSTEM");
  hdf5::WriteAttribute(top, "authoring_user", "");
  return MakeNode(top, name, "root", "Root");
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
AddNumber(hid_t node, const std::string & name, double value)
{
  hdf5::WriteAttribute(hdf5::WriteNumber(node, name, value), "type", "number", true);
}

void
AddText(hid_t node, const std::string & name, const std::string & text)
{
  hdf5::WriteAttribute(hdf5::WriteText(node, name, text), "type", "string", true);
}

void
AddIntegers(hid_t node, const std::string & name, const std::vector<std::int64_t> & values)
{
  hdf5::WriteAttribute(hdf5::WriteIntegers(node, name, values), "type", "tuple", true);
}

void
AddArray(hid_t                       node,
         const std::string &         name,
         std::int64_t                rows,
         std::int64_t                columns,
         const std::vector<double> & values)
{
  hdf5::WriteAttribute(hdf5::WriteNumbers(node, name, values, { rows, columns }), "type", "array", true);
}

hdf5::Id
MakeCalibration(hid_t                   bundle,
                const AxesCalibration & scan,
                const AxesCalibration & detector,
                const std::string &     target)
{
  hdf5::Id node = MakeNode(bundle, "calibration", "metadata", "Calibration");
  AddPixelSize(node, "R", scan);
  AddPixelSize(node, "Q", detector);
  // Which arrays follow the calibration, as py4DSTEM wants to know on reading.
  AddText(node, "_root_treepath", "");
  const hdf5::Id targets = hdf5::CreateGroup(node, "_target_paths");
  hdf5::WriteAttribute(targets, "type", "list_of_strings", true);
  hdf5::WriteAttribute(targets, "length", 1);
  hdf5::WriteText(targets, "0", target);
  return node;
}

void
WriteDictionary(hid_t bundle, const std::string & name, const std::map<std::string, std::string> & items)
{
  // Readers take what lies in the node itself and is called data... for arrays.
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

std::map<std::string, std::string>
WithNotes(std::map<std::string, std::string> items, const std::vector<std::string> & notes)
{
  for (std::size_t i = 0; i < notes.size(); ++i)
  {
    items["Note_" + std::to_string(i + 1)] = notes[i];
  }
  return items;
}
} // namespace fourdstem::emd
