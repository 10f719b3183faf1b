// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_TiaHeader_h
#define fourdstem_TiaHeader_h

#include "Formats/ScanFormat.h"
#include "Formats/StoredType.h"

namespace fourdstem
{
/** An axis along which the images of a TIA series were taken. */
struct TiaDimension
{
  std::int64_t extent = 0;
  double       step = 0;
  std::string  unit;
};

/** What the header of a TIA .ser, of images, and those of its first and last image say. */
struct TiaHeader
{
  /** Images that were to be taken, and that were. */
  std::int64_t total = 0;
  std::int64_t valid = 0;
  /** Of these, images that the file has whole. */
  std::int64_t              held = 0;
  std::vector<TiaDimension> dimensions;
  /** Position of the beam in m, x and y, at the first and the second image; empty where the file has none. */
  std::vector<std::pair<double, double>> positions;

  StoredType   type;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  /** Where the pixels of the first image lie, and bytes from image to image. */
  std::int64_t firstPixel = 0;
  std::int64_t stride = 0;
  /** Step and coordinate of the first stored pixel along rows' and columns' axis. The unit is in the .emi. */
  double step[2] = { 0, 0 };
  double offset[2] = { 0, 0 };
};

/** Whether the file begins as TIA's series do. */
bool
IsTia(const FileProbe & probe);

/** Throws FileError where it is cut off before the end of its first image, has no images, or images that differ or do
 * not lie in equal distances. */
TiaHeader
ReadTiaHeader(const InputFile & file);
} // namespace fourdstem

#endif
