// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_Hdf5Script_h
#define fourdstem_Hdf5Script_h

#include <string>

namespace fourdstem::fuzz
{
/** Writes HDF5 files by a script, as a fuzzer mutates it better than the bytes of a file: what comes out is what
 * HDF5 wrote, but for the bytes that a script changes, with any groups, types, shapes, filters and attributes. Lines
 * that make no sense are passed over.
 *
 *     latest                              the newest format of files, from here on
 *     userblock BYTES TEXT                what the next file begins with
 *     file NAME                           begins a file; without it scan.h5
 *     group PATH
 *     data PATH TYPE EXTENT,... [WORD...] a data set; words: chunk E,... max compact early values shuffle fletcher
 *                                         deflate LEVEL, filter NUMBER V,..., fill VALUE, outside FILE, of FILE PATH
 *     chunk PATH CORNER,... MASK HEX      the bytes of a chunk as they lie in the file
 *     number PATH TYPE VALUE,...          a data set of one number, or of as many as there are
 *     text PATH TEXT                      a data set of one text of variable length; fixed PATH TEXT: of fixed length
 *     lists PATH VALUE,... VALUE,...      a data set of lists of uint32
 *     peaks PATH TYPE EXTENT,... Q,Q,I,...  a data set of lists of peaks, three numbers for each
 *     attr PATH NAME TYPE VALUE,...       an attribute; TYPE may be text or fixed
 *     soft PATH TARGET                    links; hard PATH TARGET, outer PATH FILE TARGET
 *     stored PATH OFFSET HEX              bytes of a data set as it lies in the file
 *     heap NUMBER OFFSET HEX              bytes of the file's first, second ... heap of lists and texts
 *
 * TYPE is NumPy's (<u2, >f4), or b1 (h5py's bool), c8 (complex), s5 (text), p2 (12 of 16 bits), o3, v (lists),
 * w (py4DSTEM's lists of peaks; wf4, W>i2: in other types, and in another order), a (arrays), r (references). ~ stands
 * for a space in names. Groups on the way are made.
 *
 * Returns the path of the first file, in Folder(), which holds nothing else then. */
std::string
WriteHdf5(const std::string & script);
} // namespace fourdstem::fuzz

#endif
