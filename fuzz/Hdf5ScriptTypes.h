// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5ScriptTypes_h
#define fourdstem_Hdf5ScriptTypes_h

#include "Formats/Hdf5.h"

namespace fourdstem::fuzz
{
/** The type that a word of a script names; none where it names nothing. */
hdf5::Id
TypeNamed(const std::string & word);

/** Numbers with commas between them; what is none is 0. */
std::vector<double>
NumbersIn(const std::string & word);

/** Extents with commas between them, at most as many as HDF5 takes. */
std::vector<hsize_t>
ExtentsIn(const std::string & word);

/** The number that a word begins with; 0 where it begins with none. */
hsize_t
NumberIn(const std::string & word);

/** The bytes that a word of hexadecimal digits stands for. */
std::string
BytesIn(const std::string & word);

/** Text of one value, of variable length or not. */
hdf5::Id
TextType(const std::string & text, bool isVariable);
} // namespace fourdstem::fuzz

#endif
