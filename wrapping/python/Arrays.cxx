// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Arrays.h"

#include <array>
#include <optional>
#include <stdexcept>
#include <string>

namespace fourdstem::python
{
namespace
{
using Strides = std::array<std::ptrdiff_t, 4>;

class ArrayScan : public ScanFile
{
public:
  ArrayScan(ScanHeader header, ElementType type, AnyArray array, const Strides & strides)
    : ScanFile(std::move(header), type)
    , m_Array(std::move(array))
    , m_Data(static_cast<const std::byte *>(m_Array->data()))
    , m_Strides(strides)
  {}

  ~ArrayScan() override
  {
    const nb::gil_scoped_acquire locked;
    m_Array.reset();
  }

  ArrayScan(const ArrayScan &) = delete;
  ArrayScan &
  operator=(const ArrayScan &) = delete;

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease &) const override
  {
    return { m_Data + ry * m_Strides[0] + rx * m_Strides[1], this->Type(), count, m_Strides[1], m_Strides[2] };
  }

private:
  std::optional<AnyArray> m_Array;
  const std::byte *       m_Data;
  Strides                 m_Strides;
};

ElementType
TypeOf(const AnyArray & array)
{
  for (int i = 0; i <= static_cast<int>(ElementType::Float64); ++i)
  {
    const auto type = static_cast<ElementType>(i);
    if (VisitElementType(type, [&array](auto zero) { return array.dtype() == nb::dtype<decltype(zero)>(); }))
    {
      return type;
    }
  }
  throw std::invalid_argument("the scan's type is none of uint8 to uint64, int8 to int64, float32, float64");
}
} // namespace

nb::dict
GridOf(const cli::Grid & grid)
{
  nb::dict dict;
  dict["spacing"] = nb::make_tuple(grid.stepY, grid.stepX);
  dict["origin"] = nb::make_tuple(grid.originY, grid.originX);
  dict["unit"] = grid.unit.c_str();
  return dict;
}

std::shared_ptr<const ScanFile>
MakeArrayScan(const AnyArray & array, ScanHeader header)
{
  if (array.ndim() != 4)
  {
    throw std::invalid_argument("a scan has 4 axes (Ry, Rx, Qy, Qx), not " + std::to_string(array.ndim()));
  }
  const ElementType type = TypeOf(array);
  const auto        bytes = static_cast<std::ptrdiff_t>(SizeOf(type));
  Strides           strides{};
  for (std::size_t i = 0; i < 4; ++i)
  {
    strides[i] = static_cast<std::ptrdiff_t>(array.stride(i)) * bytes;
    if (array.shape(i) < 1)
    {
      throw std::invalid_argument("a scan has at least one position and one pixel along every axis");
    }
  }
  if (array.shape(3) > 1 && strides[3] != bytes)
  {
    throw std::invalid_argument("the pixels of a detector row do not lie side by side");
  }
  header.shape = { static_cast<std::int64_t>(array.shape(0)),
                   static_cast<std::int64_t>(array.shape(1)),
                   static_cast<std::int64_t>(array.shape(2)),
                   static_cast<std::int64_t>(array.shape(3)) };
  header.storedShape = header.shape;
  header.storedType = NameOf(type);
  return std::make_shared<ArrayScan>(std::move(header), type, array, strides);
}
} // namespace fourdstem::python
