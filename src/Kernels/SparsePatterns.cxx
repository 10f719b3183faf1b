// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/SparsePatterns.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

namespace fourdstem
{
namespace
{
/** Sorts by the upper halves of the keys, which are below `limit`; equal ones stay in their order. */
void
SortKeys(std::vector<std::uint64_t> & keys, std::vector<std::uint64_t> & spare, std::int64_t limit)
{
  constexpr int         bits = 8;
  constexpr std::size_t digits = std::size_t{ 1 } << bits;
  spare.resize(keys.size());
  for (int shift = 0; limit > (std::int64_t{ 1 } << shift); shift += bits)
  {
    const auto digitOf = [shift](std::uint64_t key) {
      return static_cast<std::size_t>(key >> (32 + shift)) & (digits - 1);
    };
    std::array<std::size_t, digits> places{};
    for (const std::uint64_t key : keys)
    {
      ++places[digitOf(key)];
    }
    std::size_t place = 0;
    for (std::size_t & first : places)
    {
      place += std::exchange(first, place);
    }
    for (const std::uint64_t key : keys)
    {
      spare[places[digitOf(key)]++] = key;
    }
    keys.swap(spare);
  }
}

std::uint64_t
KeyOf(std::uint32_t pixel, std::size_t rest)
{
  return static_cast<std::uint64_t>(pixel) << 32U | static_cast<std::uint64_t>(rest);
}

std::uint32_t
PixelOf(std::uint64_t key)
{
  return static_cast<std::uint32_t>(key >> 32U);
}

/** Whether each is `isBefore` the next; looks at all of them, which costs less than to stop. */
template <typename TIsBefore>
bool
AreInOrder(const std::uint32_t * pixels, std::size_t count, TIsBefore isBefore)
{
  bool inOrder = true;
  for (std::size_t i = 1; i < count; ++i)
  {
    inOrder &= isBefore(pixels[i - 1], pixels[i]);
  }
  return inOrder;
}
} // namespace

void
SparseBlock::Clear()
{
  m_Offsets.assign(1, 0);
  m_Pixels.clear();
  m_Values.clear();
  m_Unit = 1.;
}

std::int64_t
SparseBlock::AppendElectrons(const std::uint32_t * pixels, std::int64_t electrons, std::int64_t patternPixels)
{
  const auto   count = static_cast<std::size_t>(electrons);
  std::int64_t largest = std::min<std::int64_t>(electrons, 1);
  if (AreInOrder(pixels, count, std::less<>()))
  {
    m_Pixels.insert(m_Pixels.end(), pixels, pixels + count);
    m_Values.resize(m_Pixels.size(), 1.);
  }
  else
  {
    m_Keys.resize(count);
    std::transform(pixels, pixels + count, m_Keys.begin(), [](std::uint32_t pixel) { return KeyOf(pixel, 0); });
    SortKeys(m_Keys, m_Spare, patternPixels);
    for (auto key = m_Keys.begin(); key != m_Keys.end();)
    {
      const auto next = std::find_if(key, m_Keys.end(), [key](std::uint64_t other) { return other != *key; });
      m_Pixels.push_back(PixelOf(*key));
      m_Values.push_back(static_cast<double>(next - key));
      largest = std::max<std::int64_t>(largest, next - key);
      key = next;
    }
  }
  this->EndPattern();
  return largest;
}

void
SparseBlock::AppendPixel(std::uint32_t pixel, double value)
{
  if (value != 0.)
  {
    m_Pixels.push_back(pixel);
    m_Values.push_back(value);
    if (!std::isfinite(value))
    {
      m_Unit = 0.;
    }
    while (m_Unit > 0. && std::floor(value / m_Unit) != value / m_Unit)
    {
      m_Unit /= 2.;
    }
  }
}

void
SparseBlock::ReversePatterns()
{
  const std::size_t all = m_Pixels.size();
  std::reverse(m_Pixels.begin(), m_Pixels.end());
  std::reverse(m_Values.begin(), m_Values.end());
  std::reverse(m_Offsets.begin(), m_Offsets.end());
  for (std::size_t & offset : m_Offsets)
  {
    offset = all - offset;
  }
  for (std::size_t p = 1; p < m_Offsets.size(); ++p)
  {
    const auto begin = static_cast<std::ptrdiff_t>(m_Offsets[p - 1]);
    const auto end = static_cast<std::ptrdiff_t>(m_Offsets[p]);
    std::reverse(m_Pixels.begin() + begin, m_Pixels.begin() + end);
    std::reverse(m_Values.begin() + begin, m_Values.begin() + end);
  }
}

void
SparseBlock::SortPixels(std::int64_t patternPixels)
{
  for (std::size_t p = 1; p < m_Offsets.size(); ++p)
  {
    std::uint32_t *   pixels = m_Pixels.data() + m_Offsets[p - 1];
    double *          values = m_Values.data() + m_Offsets[p - 1];
    const std::size_t count = m_Offsets[p] - m_Offsets[p - 1];
    if (AreInOrder(pixels, count, std::less<>()))
    {
      continue;
    }
    if (AreInOrder(pixels, count, std::greater<>()))
    {
      std::reverse(pixels, pixels + count);
      std::reverse(values, values + count);
      continue;
    }
    m_Keys.resize(count);
    for (std::size_t i = 0; i < count; ++i)
    {
      m_Keys[i] = KeyOf(pixels[i], i);
    }
    SortKeys(m_Keys, m_Spare, patternPixels);
    m_Sorted.assign(values, values + count);
    for (std::size_t i = 0; i < count; ++i)
    {
      pixels[i] = PixelOf(m_Keys[i]);
      values[i] = m_Sorted[static_cast<std::uint32_t>(m_Keys[i])];
    }
  }
}
} // namespace fourdstem
