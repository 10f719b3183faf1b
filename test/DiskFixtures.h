// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef DiskFixtures_h
#define DiskFixtures_h

#include "fourdstem/BraggDisks.h"

#include <cmath>
#include <limits>
#include <random>

namespace fixtures
{
using namespace fourdstem;

constexpr std::int64_t side = 64;
constexpr float        none = std::numeric_limits<float>::quiet_NaN();

inline const DiskTemplate Disk{ 4., 1.5, {} };

/** Patterns that are empty but for what is added to them. */
class DiskPatterns
{
public:
  explicit DiskPatterns(std::int64_t positions, float level = 0.F)
    : m_Shape{ 1, positions, side, side }
    , m_Values(static_cast<std::size_t>(m_Shape.Positions() * m_Shape.PatternPixels()), level)
  {}

  void
  AddDisk(std::int64_t position, double x, double y, double height)
  {
    for (std::int64_t qy = 0; qy < side; ++qy)
    {
      for (std::int64_t qx = 0; qx < side; ++qx)
      {
        const double distance = std::hypot(static_cast<double>(qx) - x, static_cast<double>(qy) - y);
        this->At(position, qy, qx) += static_cast<float>(height * Disk.Height(distance));
      }
    }
  }

  /** Adds height * cos(wave along `direction` + phase) to a disk, radians per pixel. */
  void
  AddFringes(std::int64_t position, double x, double y, double height, double wave, double direction, double phase)
  {
    for (std::int64_t qy = 0; qy < side; ++qy)
    {
      for (std::int64_t qx = 0; qx < side; ++qx)
      {
        const double dx = static_cast<double>(qx) - x;
        const double dy = static_cast<double>(qy) - y;
        const double along = dx * std::cos(direction) + dy * std::sin(direction);
        this->At(position, qy, qx) +=
          static_cast<float>(height * Disk.Height(std::hypot(dx, dy)) * std::cos(wave * along + phase));
      }
    }
  }

  /** Adds a plane a + b x + c y. */
  void
  AddPlane(std::int64_t position, double a, double b, double c)
  {
    for (std::int64_t qy = 0; qy < side; ++qy)
    {
      for (std::int64_t qx = 0; qx < side; ++qx)
      {
        this->At(position, qy, qx) += static_cast<float>(a + b * static_cast<double>(qx) + c * static_cast<double>(qy));
      }
    }
  }

  void
  Count(double gain)
  {
    std::mt19937_64 random(3);
    for (float & value : m_Values)
    {
      value = static_cast<float>(gain * std::poisson_distribution<int>(static_cast<double>(value))(random));
    }
  }

  float &
  At(std::int64_t position, std::int64_t qy, std::int64_t qx)
  {
    return m_Values[static_cast<std::size_t>((position * side + qy) * side + qx)];
  }

  MemoryPatternSource
  Source() const
  {
    return { m_Values.data(), m_Shape };
  }

  std::vector<BraggDisk>
  Find(const BraggSearch & search, int threads = 1) const
  {
    std::vector<float> origins;
    for (std::int64_t p = 0; p < m_Shape.rx; ++p)
    {
      origins.insert(origins.end(), { 31.F, 32.F });
    }
    std::vector<BraggDisk> disks(static_cast<std::size_t>(m_Shape.rx * MostPlaces(search)));
    FindBraggDisks(this->Source(), 0, 1, search, origins.data(), nullptr, disks.data(), { threads, {} });
    return disks;
  }

private:
  ScanShape          m_Shape;
  std::vector<float> m_Values;
};
} // namespace fixtures

#endif
