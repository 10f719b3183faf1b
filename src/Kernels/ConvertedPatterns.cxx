// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Kernels/AdaptedPatterns.h"

#include <cmath>
#include <limits>
#include <locale>
#include <sstream>
#include <stdexcept>

namespace fourdstem
{
namespace
{
/** 2 to the number of digits of an integer type: the first number above its values, exact in any float. */
template <typename TInteger, typename TFloat>
constexpr TFloat
EndOf()
{
  return static_cast<TFloat>(std::uint64_t{ 1 } << (std::numeric_limits<TInteger>::digits - 1)) * TFloat{ 2 };
}

template <typename T>
bool
IsNegative(T value)
{
  if constexpr (std::is_signed_v<T>)
  {
    return value < 0;
  }
  return false;
}

template <typename U, typename T>
bool
Holds(T value)
{
  if constexpr (std::is_same_v<T, U> || (std::is_same_v<T, float> && std::is_same_v<U, double>))
  {
    return true;
  }
  else if constexpr (std::is_integral_v<T> && std::is_integral_v<U>)
  {
    const auto converted = static_cast<U>(value);
    return static_cast<T>(converted) == value && IsNegative(converted) == IsNegative(value);
  }
  else if constexpr (std::is_integral_v<U>)
  {
    const T lowest = std::is_signed_v<U> ? -EndOf<U, T>() : T{};
    return value >= lowest && value < EndOf<U, T>() && std::trunc(value) == value;
  }
  else if constexpr (std::is_integral_v<T>)
  {
    const auto converted = static_cast<U>(value);
    return converted < EndOf<T, U>() && static_cast<T>(converted) == value;
  }
  else
  {
    return !std::isfinite(value) || std::abs(value) <= static_cast<T>(std::numeric_limits<U>::max());
  }
}

class ConvertedPatterns : public AdaptedPatterns
{
public:
  ConvertedPatterns(const SharedPatterns & source, ElementType type)
    : AdaptedPatterns(source, source->Shape(), type)
  {}

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override
  {
    const PatternBlock in = this->Source().Read(ry, rx, count, lease.Inner());
    const PatternBlock out = this->Contiguous(count, lease);
    VisitElementType(in.type, [&](auto from) {
      VisitElementType(out.type, [&](auto to) {
        using T = decltype(from);
        using U = decltype(to);
        for (std::int64_t p = 0; p < count; ++p)
        {
          for (std::int64_t qy = 0; qy < this->Shape().qy; ++qy)
          {
            const T *          row = in.Row<T>(p, qy);
            const std::int64_t refused = ConvertRow(row, this->Shape().qx, MutableRow<U>(out, p, qy));
            if (refused >= 0)
            {
              this->Refuse(row[refused], ry, rx + p, qy, refused);
            }
          }
        }
      });
    });
    return out;
  }

private:
  /** The first column whose value the type does not hold; -1 without one. */
  template <typename T, typename U>
  static std::int64_t
  ConvertRow(const T * from, std::int64_t count, U * to)
  {
    for (std::int64_t i = 0; i < count; ++i)
    {
      if (!Holds<U>(from[i]))
      {
        return i;
      }
      to[i] = static_cast<U>(from[i]);
    }
    return -1;
  }

  template <typename T>
  [[noreturn]] void
  Refuse(T value, std::int64_t ry, std::int64_t rx, std::int64_t qy, std::int64_t qx) const
  {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(std::numeric_limits<T>::max_digits10);
    text << "the value " << +value << " at scan row " << ry << ", column " << rx << ", detector row " << qy
         << ", column " << qx << " does not fit into " << NameOf(this->Type()) << " exactly";
    throw std::runtime_error(text.str());
  }
};
} // namespace

SharedPatterns
ConvertPatterns(const SharedPatterns & source, ElementType type)
{
  return source->Type() == type ? source : std::make_shared<ConvertedPatterns>(source, type);
}
} // namespace fourdstem
