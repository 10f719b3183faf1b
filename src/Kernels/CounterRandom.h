// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_CounterRandom_h
#define fourdstem_CounterRandom_h

#include <cmath>
#include <cstdint>

namespace fourdstem
{
/** Random numbers that are functions of their place: number i of a stream is the i-th of SplitMix64 (Steele et al.,
 * OOPSLA 2014) started at a mix of (seed, purpose, position), so that streams need no state and no order. */
class CounterRandom
{
public:
  CounterRandom(std::uint64_t seed, std::uint64_t purpose, std::uint64_t position)
    : m_Start(Mix(Mix(Mix(seed + golden) + purpose + golden) + position + golden))
  {}

  std::uint64_t
  Bits(std::uint64_t i) const
  {
    return Mix(m_Start + (i + 1) * golden);
  }

  /** Uniform in (0, 1), 53 bits. */
  double
  Uniform(std::uint64_t i) const
  {
    return (static_cast<double>(this->Bits(i) >> 11) + 0.5) * 0x1p-53;
  }

  /** Standard normal, by Box and Muller from numbers 2i and 2i + 1. */
  double
  Normal(std::uint64_t i) const
  {
    constexpr double twoPi = 6.283185307179586;
    return std::sqrt(-2.0 * std::log(this->Uniform(2 * i))) * std::cos(twoPi * this->Uniform(2 * i + 1));
  }

private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15U;

  static std::uint64_t
  Mix(std::uint64_t z)
  {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  std::uint64_t m_Start;
};
} // namespace fourdstem

#endif
