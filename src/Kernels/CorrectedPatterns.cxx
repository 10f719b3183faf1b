// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Kernels/AdaptedPatterns.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace fourdstem
{
namespace
{
struct BadPixel
{
  std::int64_t              pixel;
  std::vector<std::int64_t> neighbours; // good ones
};

std::vector<BadPixel>
FindBadPixels(const std::vector<double> & isBad, std::int64_t rows, std::int64_t columns)
{
  std::vector<BadPixel> found;
  for (std::int64_t pixel = 0; pixel < static_cast<std::int64_t>(isBad.size()); ++pixel)
  {
    if (isBad[static_cast<std::size_t>(pixel)] == 0)
    {
      continue;
    }
    const std::int64_t y = pixel / columns;
    const std::int64_t x = pixel % columns;
    BadPixel           bad{ pixel, {} };
    for (std::int64_t reach = 1; bad.neighbours.empty(); ++reach)
    {
      for (std::int64_t v = std::max<std::int64_t>(0, y - reach); v <= std::min(rows - 1, y + reach); ++v)
      {
        for (std::int64_t u = std::max<std::int64_t>(0, x - reach); u <= std::min(columns - 1, x + reach); ++u)
        {
          if (isBad[static_cast<std::size_t>(v * columns + u)] == 0)
          {
            bad.neighbours.push_back(v * columns + u);
          }
        }
      }
    }
    found.push_back(std::move(bad));
  }
  return found;
}

template <typename T>
void
ReplacePixel(T * pattern, const BadPixel & bad, BadPixelValue kind, std::vector<double> & values)
{
  values.clear();
  for (const std::int64_t neighbour : bad.neighbours)
  {
    const auto value = static_cast<double>(pattern[neighbour]);
    if (std::isfinite(value))
    {
      values.push_back(value);
    }
  }
  double value = std::numeric_limits<double>::quiet_NaN();
  if (!values.empty() && kind == BadPixelValue::Mean)
  {
    value = 0;
    for (const double neighbour : values)
    {
      value += neighbour;
    }
    value /= static_cast<double>(values.size());
  }
  else if (!values.empty())
  {
    std::sort(values.begin(), values.end());
    value = 0.5 * (values[(values.size() - 1) / 2] + values[values.size() / 2]);
  }
  if constexpr (std::is_integral_v<T>)
  {
    // A double near the ends of 64 bits may be rounded beyond them.
    const double rounded = std::round(value);
    const double end = std::ldexp(1.0, std::numeric_limits<T>::digits);
    pattern[bad.pixel] = rounded >= end ? std::numeric_limits<T>::max() : static_cast<T>(rounded);
  }
  else
  {
    pattern[bad.pixel] = static_cast<T>(value);
  }
}

ElementType
CorrectedType(ElementType stored, const DetectorCorrection & correction)
{
  if (correction.dark.empty() && correction.gain.empty())
  {
    return stored;
  }
  return stored == ElementType::Float32 || SizeOf(stored) < 4 ? ElementType::Float32 : ElementType::Float64;
}

class CorrectedPatterns : public AdaptedPatterns
{
public:
  CorrectedPatterns(const SharedPatterns & source, const DetectorCorrection & correction)
    : AdaptedPatterns(source, source->Shape(), CorrectedType(source->Type(), correction))
    , m_Scales(!correction.dark.empty() || !correction.gain.empty())
    , m_Dark(correction.dark)
    , m_Gain(correction.gain)
    , m_Kind(correction.badPixelValue)
    , m_BadPixels(FindBadPixels(correction.badPixels, source->Shape().qy, source->Shape().qx))
  {
    const auto pixels = static_cast<std::size_t>(source->Shape().PatternPixels());
    m_Dark.resize(pixels, 0.0);
    m_Gain.resize(pixels, 1.0);
  }

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override
  {
    const PatternBlock in = this->Source().Read(ry, rx, count, lease.Inner());
    const PatternBlock out = this->Contiguous(count, lease);
    VisitElementType(in.type, [&](auto stored) {
      using T = decltype(stored);
      using TScaled = std::conditional_t<std::is_same_v<T, float> || sizeof(T) < 4, float, double>;
      if constexpr (!std::is_same_v<T, TScaled>)
      {
        if (m_Scales)
        {
          return this->Fill<T, TScaled>(in, out);
        }
      }
      this->Fill<T, T>(in, out);
    });
    return out;
  }

private:
  template <typename T, typename U>
  void
  Fill(const PatternBlock & in, const PatternBlock & out) const
  {
    const ScanShape &   shape = this->Shape();
    std::vector<double> values;
    for (std::int64_t p = 0; p < out.count; ++p)
    {
      U * pattern = MutableRow<U>(out, p, 0);
      for (std::int64_t y = 0; y < shape.qy; ++y)
      {
        const T * row = in.Row<T>(p, y);
        U *       to = pattern + y * shape.qx;
        if (!m_Scales)
        {
          std::transform(row, row + shape.qx, to, [](T value) { return static_cast<U>(value); });
          continue;
        }
        const double * dark = m_Dark.data() + y * shape.qx;
        const double * gain = m_Gain.data() + y * shape.qx;
        for (std::int64_t x = 0; x < shape.qx; ++x)
        {
          to[x] = static_cast<U>((static_cast<double>(row[x]) - dark[x]) * gain[x]);
        }
      }
      for (const BadPixel & bad : m_BadPixels)
      {
        ReplacePixel(pattern, bad, m_Kind, values);
      }
    }
  }

  bool                  m_Scales;
  std::vector<double>   m_Dark;
  std::vector<double>   m_Gain;
  BadPixelValue         m_Kind;
  std::vector<BadPixel> m_BadPixels;
};

void
CheckImage(const std::string &         name,
           const std::vector<double> & image,
           const std::vector<double> & badPixels,
           const ScanShape &           shape)
{
  if (!image.empty() && image.size() != static_cast<std::size_t>(shape.PatternPixels()))
  {
    throw std::invalid_argument("the image of " + name + " has " + std::to_string(image.size()) +
                                " pixels, the detector " + std::to_string(shape.qy) + " x " + std::to_string(shape.qx));
  }
  for (std::size_t i = 0; i < image.size(); ++i)
  {
    if (!std::isfinite(image[i]) && (badPixels.empty() || badPixels[i] == 0))
    {
      const auto columns = static_cast<std::size_t>(shape.qx);
      throw std::invalid_argument("the image of " + name + " is not finite at row " + std::to_string(i / columns) +
                                  ", column " + std::to_string(i % columns) + ", which is not marked as bad");
    }
  }
}
} // namespace

SharedPatterns
CorrectPatterns(const SharedPatterns & source, const DetectorCorrection & correction)
{
  const auto & bad = correction.badPixels;
  CheckImage("bad pixels", bad, {}, source->Shape());
  CheckImage("the dark reference", correction.dark, bad, source->Shape());
  CheckImage("the gain reference", correction.gain, bad, source->Shape());
  if (!bad.empty() && std::none_of(bad.begin(), bad.end(), [](double value) { return value == 0; }))
  {
    throw std::invalid_argument("the image of bad pixels marks all of them");
  }
  if (correction.dark.empty() && correction.gain.empty() && bad.empty())
  {
    return source;
  }
  return std::make_shared<CorrectedPatterns>(source, correction);
}
} // namespace fourdstem
