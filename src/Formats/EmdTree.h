// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_EmdTree_h
#define fourdstem_EmdTree_h

#include "Formats/Hdf5Output.h"
#include "fourdstem/ScanWriter.h"

/** EMD 1.0 trees as emdfile and py4DSTEM 0.14 write them, each call inside a Session. */
namespace fourdstem::emd
{
/** Lengths in a unit that py4DSTEM knows. */
struct WrittenUnit
{
  double       factor = 1;
  const char * name = "pixels";
};

WrittenUnit
UnitOf(const AxesCalibration & axes);

/** Marks a new file and makes its root node. */
hdf5::Id
MakeRoot(hid_t file, const std::string & name);

/** `pythonClass` may be empty. */
hdf5::Id
MakeNode(hid_t parent, const std::string & name, const std::string & type, const std::string & pythonClass);

/** Items of a metadata node. */
void
AddNumber(hid_t node, const std::string & name, double value);
void
AddText(hid_t node, const std::string & name, const std::string & text);
void
AddIntegers(hid_t node, const std::string & name, const std::vector<std::int64_t> & values);
/** An array of `rows` x `columns`. */
void
AddArray(hid_t                       node,
         const std::string &         name,
         std::int64_t                rows,
         std::int64_t                columns,
         const std::vector<double> & values);

/** A calibration node with the pixel sizes of scan and detector, each where it is known and the same for rows and
 * columns; it holds for the array at `target`, a path from the root node. */
hdf5::Id
MakeCalibration(hid_t                   bundle,
                const AxesCalibration & scan,
                const AxesCalibration & detector,
                const std::string &     target);

/** A dictionary inside a metadata node. */
void
WriteDictionary(hid_t bundle, const std::string & name, const std::map<std::string, std::string> & items);

/** What goes beside `items`: notes as Note_1, Note_2, ... */
std::map<std::string, std::string>
WithNotes(std::map<std::string, std::string> items, const std::vector<std::string> & notes);
} // namespace fourdstem::emd

#endif
