// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_LatticeArguments_h
#define fourdstem_python_LatticeArguments_h

#include "Arrays.h"
#include "Call.h"
#include "Scan.h"

#include "FourDSTEMStrainXml.h"

#include "fourdstem/Lattice.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

namespace fourdstem::python
{
/** Rows of numbers: places (x, y), indices (h, k). */
template <typename TValue>
using Rows = nb::ndarray<const TValue, nb::shape<-1, 2>, nb::c_contig, nb::device::cpu>;

/** Pairs (x, y) of the whole scan; Python has checked the shape of those given. */
inline std::vector<float>
OriginsOf(const std::optional<OptionImage> & given, const ScanShape & shape)
{
  return given ? std::vector<float>(given->data(), given->data() + given->size()) : CentredOrigins(shape, shape.ry);
}

inline Call
CallFor(const Request & request)
{
  return Call("FourDSTEMStrain", FourDSTEMStrainXml, request, {}, { "", "" });
}

inline std::vector<MillerIndex>
IndicesOf(const Rows<std::int64_t> & rows)
{
  std::vector<MillerIndex> indices;
  for (std::size_t i = 0; i < rows.shape(0); ++i)
  {
    indices.push_back({ static_cast<int>(rows(i, 0)), static_cast<int>(rows(i, 1)) });
  }
  return indices;
}

/** The places of one set. */
inline std::vector<BraggPlace>
PlacesOf(const Rows<double> & rows)
{
  std::vector<BraggPlace> places;
  for (std::size_t i = 0; i < rows.shape(0); ++i)
  {
    places.push_back({ rows(i, 0), rows(i, 1) });
  }
  return places;
}
/** Disks of the values x, y, height, sigma of each. */
inline std::vector<BraggDisk>
DisksOf(const float * values, std::size_t count)
{
  std::vector<BraggDisk> disks;
  disks.reserve(count / 4);
  for (const float * from = values; from != values + count; from += 4)
  {
    disks.push_back({ from[0], from[1], from[2], from[3] });
  }
  return disks;
}

inline std::vector<float>
ValuesOf(const std::vector<BraggDisk> & disks)
{
  std::vector<float> values;
  values.reserve(4 * disks.size());
  for (const BraggDisk & disk : disks)
  {
    values.insert(values.end(), { disk.x, disk.y, disk.height, disk.sigma });
  }
  return values;
}

inline std::vector<LatticeFit>
FitsOf(const OptionImage & lattice)
{
  std::vector<LatticeFit> fits;
  for (const float * from = lattice.data(); from != lattice.data() + lattice.size(); from += LatticeComponents)
  {
    fits.push_back(LatticeOfComponents(from));
  }
  return fits;
}

inline std::vector<float>
ValuesOf(const std::vector<LatticeFit> & fits)
{
  std::vector<float> values(fits.size() * LatticeComponents);
  float *            to = values.data();
  for (const LatticeFit & fit : fits)
  {
    ToComponents(fit, to);
    to += LatticeComponents;
  }
  return values;
}

/** One byte a position, not 0 where the mask is not; empty without one. */
inline std::vector<std::uint8_t>
ChosenBy(const std::optional<OptionImage> & mask)
{
  std::vector<std::uint8_t> chosen;
  if (mask)
  {
    std::transform(mask->data(), mask->data() + mask->size(), std::back_inserter(chosen), [](float value) {
      return static_cast<std::uint8_t>(value != 0.F);
    });
  }
  return chosen;
}
} // namespace fourdstem::python

#endif
