// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_Arrays_h
#define fourdstem_python_Arrays_h

#include "Common/ClusterView.h"

#include "fourdstem/ScanFile.h"

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <initializer_list>
#include <utility>
#include <vector>

namespace fourdstem::python
{
namespace nb = nanobind;

/** A NumPy array that owns `values`, C order. */
template <typename TValue>
nb::object
ArrayOf(std::vector<TValue> values, std::initializer_list<std::int64_t> shape)
{
  auto *      owner = new std::vector<TValue>(std::move(values));
  nb::capsule owned(owner, [](void * pointer) noexcept { delete static_cast<std::vector<TValue> *>(pointer); });
  owner->reserve(1); // nanobind takes a null pointer for no array
  const std::vector<std::size_t> extents(shape.begin(), shape.end());
  return nb::cast(nb::ndarray<nb::numpy, TValue>(owner->data(), extents.size(), extents.data(), owned));
}

/** Spacing and origin of rows, then columns, and their unit. */
nb::dict
GridOf(const cli::Grid & grid);

/** Any array of numbers that lies in memory, read only. */
using AnyArray = nb::ndarray<nb::ro, nb::device::cpu>;

/** A scan (Ry, Rx, Qy, Qx) that lies in memory and is kept alive; pixels of a detector row are contiguous, all other
 * strides are free. The array is never copied. Throws std::invalid_argument for another layout or type. */
std::shared_ptr<const ScanFile>
MakeArrayScan(const AnyArray & array, ScanHeader header);
} // namespace fourdstem::python

#endif
