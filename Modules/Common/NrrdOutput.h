// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_NrrdOutput_h
#define fourdstem_cli_NrrdOutput_h

#include "Common/ClusterView.h"

#include "itkImage.h"
#include "itkImageFileWriter.h"
#include "itkMetaDataObject.h"
#include "itkNrrdImageIO.h"

#include <map>
#include <string>
#include <type_traits>
#include <vector>

namespace fourdstem::cli
{
/** Keys and values for a NRRD's header: provenance, units, names. Keys of ours begin with "FourDSTEM_". */
using Notes = std::map<std::string, std::string>;

/** Throws, naming the file, when a NRRD is not all there: a full disk goes unnoticed by the writer at times.
 * `bytes` is the size of its data before compression. */
void
CheckNrrdComplete(const std::string & fileName, std::uint64_t bytes);

/** Removes what there is of a file and throws, naming it and the likely cause. */
[[noreturn]] void
ThrowNotWritten(const std::string & fileName);

/** Writes an image, scalar or vector, of any dimension as NRRD, compressed where it holds integers. The image's own
 * metadata, such as component names, goes along; notes win. Throws an exception that names the file; what was written
 * is removed then. */
template <typename TImage>
void
WriteNrrd(const TImage * image, const std::string & fileName, const Notes & notes = {});

/** A volume of slices over the grid, 1 apart, whose pixels are not set. */
template <typename TPixel>
typename itk::Image<TPixel, 3>::Pointer
MakeVolume(const Grid & grid, std::size_t slices);

/** Writes patterns of one size, C order (stack, qy, qx), as a volume whose slices are named in the key
 * FourDSTEM_ComponentNames. */
void
WritePatternStack(const std::vector<const float *> & patterns,
                  const std::vector<std::string> &   names,
                  const Grid &                       grid,
                  const std::string &                fileName,
                  const Notes &                      notes = {});

/** Writes patterns of one size as a sequence of volumes of one slice, in the form of 3D Slicer's .seq.nrrd: axes
 * (qx, qy, 1, list), no place in space for the last. `axis` is what the list runs over, `names` its values. ITK writes
 * no such header: it gives every axis a direction. */
void
WritePatternSequence(const std::vector<const float *> & patterns,
                     const std::string &                axis,
                     const std::vector<std::string> &   names,
                     const Grid &                       grid,
                     const std::string &                fileName,
                     const Notes &                      notes = {});
} // namespace fourdstem::cli

#include "Common/NrrdOutput.hxx"

#endif
