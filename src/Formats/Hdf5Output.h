// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5Output_h
#define fourdstem_Hdf5Output_h

#include "Formats/Hdf5.h"

/** What writers of HDF5 need, each call inside a Session. No times are stored, numbers are little-endian, texts are
 * UTF-8 of variable length: equal input gives equal bytes. All throw std::runtime_error with HDF5's reason.
 *
 * Files are made in memory: HDF5 does not survive a disk that is full when it closes a file. */
namespace fourdstem::hdf5
{
/** An identifier that a call returned. Throws when it failed. */
Id
Checked(hid_t id);
void
Check(herr_t result);

/** A new file in memory, in the oldest format that can hold it. */
Id
CreateFile();

/** The bytes of such a file as it is now. */
std::vector<unsigned char>
FileImage(hid_t file);

Id
CreateGroup(hid_t parent, const std::string & name);

/** The type in which values are stored. */
hid_t
FileType(ElementType type);

/** Creation properties of data sets: those of HDF5, without times. */
Id
DataSetProperties();

/** `isAscii` for attributes that emdfile writes so. */
void
WriteAttribute(hid_t object, const std::string & name, const std::string & text, bool isAscii = false);
void
WriteAttribute(hid_t object, const std::string & name, std::int64_t value);

/** Data sets of one value, of several or of one text. */
Id
WriteNumber(hid_t parent, const std::string & name, double value);
/** `extents`, whose product is the number of values; empty: one axis. */
Id
WriteNumbers(hid_t                             parent,
             const std::string &               name,
             const std::vector<double> &       values,
             const std::vector<std::int64_t> & extents = {});
Id
WriteIntegers(hid_t parent, const std::string & name, const std::vector<std::int64_t> & values);
Id
WriteText(hid_t parent, const std::string & name, const std::string & text);
} // namespace fourdstem::hdf5

#endif
