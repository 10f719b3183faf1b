// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Kernels/AdaptedPatterns.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace fourdstem
{
namespace
{
class CroppedPatterns : public AdaptedPatterns
{
public:
  CroppedPatterns(const SharedPatterns & source, const DetectorRegion & region)
    : AdaptedPatterns(source, { source->Shape().ry, source->Shape().rx, region.rows, region.columns }, source->Type())
    , m_Region(region)
  {}

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override
  {
    const DetectorRows rows{ m_Region.qy, m_Region.qy + m_Region.rows };
    PatternBlock       block = this->Source().ReadRows(ry, rx, count, rows, lease);
    block.data += m_Region.qy * block.rowStride + m_Region.qx * static_cast<std::ptrdiff_t>(SizeOf(block.type));
    return block;
  }

private:
  DetectorRegion m_Region;
};

template <typename TSum, typename T>
bool
AddOverflows(TSum & sum, T value)
{
  constexpr bool mayOverflow = std::is_integral_v<TSum> && sizeof(T) == 8;
  if constexpr (mayOverflow && std::is_signed_v<T>)
  {
    if (value > 0 ? sum > std::numeric_limits<T>::max() - value : sum < std::numeric_limits<T>::min() - value)
    {
      return true;
    }
  }
  sum = static_cast<TSum>(sum + static_cast<TSum>(value));
  if constexpr (mayOverflow && std::is_unsigned_v<T>)
  {
    return sum < value;
  }
  return false;
}

/** Kinds of equal kind, of which the second is not the narrower. */
template <typename T, typename U>
constexpr bool Widens = std::is_integral_v<T> == std::is_integral_v<U> && std::is_signed_v<T> == std::is_signed_v<U> &&
                        sizeof(U) >= sizeof(T);

class BinnedPatterns : public AdaptedPatterns
{
public:
  BinnedPatterns(const SharedPatterns & source,
                 const ScanShape &      shape,
                 ElementType            type,
                 std::int64_t           detectorBin,
                 std::int64_t           scanBin)
    : AdaptedPatterns(source, shape, type)
    , m_DetectorBin(detectorBin)
    , m_ScanBin(scanBin)
  {}

  /** A row belongs to the rows that hold the first of those it is summed from. */
  ScanRows
  RowsTogether(std::int64_t ry) const override
  {
    const ScanRows stored = this->Source().RowsTogether(ry * m_ScanBin);
    const auto     above = [this](std::int64_t row) {
      return std::min((row + m_ScanBin - 1) / m_ScanBin, this->Shape().ry);
    };
    return { above(stored.begin), above(stored.end) };
  }

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override
  {
    const auto         pixels = static_cast<std::size_t>(this->Shape().PatternPixels());
    const std::size_t  sumBytes = 8 * pixels;
    const PatternBlock out = this->Contiguous(count, lease, sumBytes);
    auto *             sums = const_cast<std::byte *>(out.data) - sumBytes;
    VisitElementType(this->Source().Type(), [&](auto stored) {
      VisitElementType(this->Type(), [&](auto summed) {
        using T = decltype(stored);
        using U = decltype(summed);
        if constexpr (Widens<T, U>)
        {
          using Sum = std::conditional_t<std::is_integral_v<U>, U, double>;
          auto * first = reinterpret_cast<Sum *>(sums);
          for (std::int64_t p = 0; p < count; ++p)
          {
            std::fill_n(first, pixels, Sum{});
            this->AddPositions<T>(ry, rx + p, lease.Inner(), first);
            std::transform(
              first, first + pixels, MutableRow<U>(out, p, 0), [](Sum sum) { return static_cast<U>(sum); });
          }
        }
      });
    });
    return out;
  }

private:
  template <typename T, typename TSum>
  void
  AddPositions(std::int64_t ry, std::int64_t rx, PatternLease & lease, TSum * sums) const
  {
    bool overflows = false;
    for (std::int64_t row = ry * m_ScanBin; row < (ry + 1) * m_ScanBin; ++row)
    {
      const PatternBlock block = this->Source().Read(row, rx * m_ScanBin, m_ScanBin, lease);
      for (std::int64_t p = 0; p < block.count; ++p)
      {
        overflows = this->AddPattern<T>(block, p, sums) || overflows;
      }
    }
    if (overflows)
    {
      throw std::runtime_error("a sum of the binned pattern at scan row " + std::to_string(ry) + ", column " +
                               std::to_string(rx) + " exceeds " + NameOf(this->Type()));
    }
  }

  template <typename T, typename TSum>
  bool
  AddPattern(const PatternBlock & block, std::int64_t p, TSum * sums) const
  {
    bool overflows = false;
    for (std::int64_t y = 0; y < this->Shape().qy * m_DetectorBin; ++y)
    {
      const T * in = block.Row<T>(p, y);
      TSum *    out = sums + y / m_DetectorBin * this->Shape().qx;
      for (std::int64_t x = 0; x < this->Shape().qx; ++x, in += m_DetectorBin)
      {
        for (std::int64_t i = 0; i < m_DetectorBin; ++i)
        {
          overflows = AddOverflows(out[x], in[i]) || overflows;
        }
      }
    }
    return overflows;
  }

  std::int64_t m_DetectorBin;
  std::int64_t m_ScanBin;
};

/** The narrowest type of the same kind for sums of `count` values. */
ElementType
SumType(ElementType stored, std::int64_t count)
{
  return VisitElementType(stored, [&](auto zero) {
    using T = decltype(zero);
    if constexpr (std::is_floating_point_v<T> || sizeof(T) == 8)
    {
      return stored;
    }
    else
    {
      // A signed type's lowest value is the farther one from 0.
      constexpr auto most = std::uint64_t{ 1 } << (8 * sizeof(T) - (std::is_signed_v<T> ? 1 : 0));
      constexpr auto largest = std::is_signed_v<T> ? most : most - 1;
      constexpr bool isSigned = std::is_signed_v<T>;
      constexpr auto limit32 = isSigned ? std::uint64_t{ 1 } << 31 : std::uint64_t{ 0xffffffff };
      constexpr auto limit16 = isSigned ? std::uint64_t{ 1 } << 15 : std::uint64_t{ 0xffff };
      const auto     n = static_cast<std::uint64_t>(count);
      if (count == 1)
      {
        return stored;
      }
      if (n <= limit16 / largest)
      {
        return isSigned ? ElementType::Int16 : ElementType::UInt16;
      }
      if (n <= limit32 / largest)
      {
        return isSigned ? ElementType::Int32 : ElementType::UInt32;
      }
      return isSigned ? ElementType::Int64 : ElementType::UInt64;
    }
  });
}

void
CheckBin(const char * what, std::int64_t bin, std::int64_t rows, std::int64_t columns)
{
  if (bin < 1 || bin > rows || bin > columns)
  {
    throw std::invalid_argument("cannot bin " + std::string(what) + " of " + std::to_string(rows) + " x " +
                                std::to_string(columns) + " by " + std::to_string(bin));
  }
}
} // namespace

SharedPatterns
CropPatterns(const SharedPatterns & source, const DetectorRegion & region)
{
  const ScanShape & shape = source->Shape();
  if (region.qy < 0 || region.qx < 0 || region.rows < 1 || region.columns < 1 || region.qy > shape.qy ||
      region.qx > shape.qx || region.rows > shape.qy - region.qy || region.columns > shape.qx - region.qx)
  {
    throw std::invalid_argument("the detector region of " + std::to_string(region.rows) + " x " +
                                std::to_string(region.columns) + " pixels from row " + std::to_string(region.qy) +
                                ", column " + std::to_string(region.qx) + " on does not lie on the detector of " +
                                std::to_string(shape.qy) + " x " + std::to_string(shape.qx));
  }
  if (region.rows == shape.qy && region.columns == shape.qx)
  {
    return source;
  }
  return std::make_shared<CroppedPatterns>(source, region);
}

SharedPatterns
BinPatterns(const SharedPatterns & source, std::int64_t detectorBin, std::int64_t scanBin)
{
  const ScanShape & shape = source->Shape();
  CheckBin("a detector", detectorBin, shape.qy, shape.qx);
  CheckBin("a scan", scanBin, shape.ry, shape.rx);
  if (detectorBin == 1 && scanBin == 1)
  {
    return source;
  }
  const ScanShape   binned{ shape.ry / scanBin, shape.rx / scanBin, shape.qy / detectorBin, shape.qx / detectorBin };
  const ElementType type = SumType(source->Type(), detectorBin * detectorBin * scanBin * scanBin);
  return std::make_shared<BinnedPatterns>(source, binned, type, detectorBin, scanBin);
}
} // namespace fourdstem
