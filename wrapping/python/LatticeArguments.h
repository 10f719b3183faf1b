// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_LatticeArguments_h
#define fourdstem_python_LatticeArguments_h

#include "Arrays.h"
#include "Call.h"
#include "Scan.h"

#include "FourDSTEMStrainXml.h"

#include "fourdstem/Lattice.h"

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
} // namespace fourdstem::python

#endif
