// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Phantom.h"

#include "Kernels/CounterRandom.h"
#include "Kernels/Parallel.h"
#include "Kernels/PhantomRenderer.h"
#include "Kernels/PoissonSampler.h"

#include <algorithm>
#include <stdexcept>

namespace fourdstem
{
struct Phantom::Implementation
{
  explicit Implementation(const PhantomDescription & wanted)
    : description(ResolvePhantom(wanted))
    , truth(MakePhantomTruth(description))
    , renderer(description)
  {}

  /** Turns expected electrons into ADU. */
  void
  Measure(std::int64_t p, float * pattern) const
  {
    constexpr std::uint64_t numbersPerPixel = 64;
    const auto              position = static_cast<std::uint64_t>(p);
    const CounterRandom     counts(description.seed, randomCounts, position);
    const CounterRandom     read(description.seed, randomRead, position);
    const auto              pixels = static_cast<std::uint64_t>(description.shape.PatternPixels());
    for (std::uint64_t i = 0; description.noise && i < pixels; ++i)
    {
      pattern[i] = static_cast<float>(SamplePoisson(static_cast<double>(pattern[i]), counts, i * numbersPerPixel));
    }
    for (std::uint64_t i = 0; description.readNoise > 0.0 && i < pixels; ++i)
    {
      pattern[i] += static_cast<float>(description.readNoise * read.Normal(i));
    }
    for (std::uint64_t i = 0; i < pixels; ++i)
    {
      pattern[i] *= static_cast<float>(description.gain);
    }
  }

  PhantomDescription description;
  PhantomTruth       truth;
  PhantomRenderer    renderer;
};

Phantom::Phantom(const PhantomDescription & description)
  : m_Implementation(std::make_unique<Implementation>(description))
{}

Phantom::~Phantom() = default;
Phantom::Phantom(Phantom &&) noexcept = default;
Phantom &
Phantom::operator=(Phantom &&) noexcept = default;

const PhantomDescription &
Phantom::Description() const
{
  return m_Implementation->description;
}

const PhantomTruth &
Phantom::Truth() const
{
  return m_Implementation->truth;
}

double
Phantom::DetectorPixel() const
{
  constexpr double spacingWS2 = 0.2730;
  return 1.0 / (spacingWS2 * m_Implementation->description.latticeLength);
}

void
Phantom::Simulate(std::int64_t firstRow, std::int64_t rows, float * patterns, const Execution & execution) const
{
  const Implementation & me = *m_Implementation;
  const ScanShape &      shape = me.description.shape;
  if (firstRow < 0 || rows < 0 || firstRow > shape.ry - rows)
  {
    throw std::out_of_range("phantom: scan rows " + std::to_string(firstRow) + " to " +
                            std::to_string(firstRow + rows) + " lie outside the scan of " + std::to_string(shape.ry) +
                            " rows");
  }
  constexpr std::int64_t block = 8;
  const std::int64_t     begin = firstRow * shape.rx;
  const std::int64_t     count = rows * shape.rx;
  ParallelOrdered((count + block - 1) / block,
                  execution,
                  [] { return PhantomRenderer::Workspace{}; },
                  [&](std::int64_t task, PhantomRenderer::Workspace & work) {
                    for (std::int64_t i = task * block; i < std::min(count, (task + 1) * block); ++i)
                    {
                      const std::int64_t p = begin + i;
                      const float *      origin = me.truth.origins.data() + 2 * p;
                      float *            pattern = patterns + i * shape.PatternPixels();
                      me.renderer.Render(p % shape.rx, p / shape.rx, origin[0], origin[1], pattern, work);
                      me.Measure(p, pattern);
                    }
                  },
                  [](std::int64_t, PhantomRenderer::Workspace &) {});
}

void
Phantom::Simulate(const std::function<void(std::int64_t, std::int64_t, const float *)> & sink,
                  const Execution &                                                      execution) const
{
  constexpr std::int64_t most = std::int64_t{ 64 } << 20;
  const ScanShape &      shape = m_Implementation->description.shape;
  const std::int64_t     rowPixels = shape.rx * shape.PatternPixels();
  const std::int64_t     rowsAtOnce =
    std::clamp<std::int64_t>(most / (rowPixels * static_cast<std::int64_t>(sizeof(float))), 1, shape.ry);
  std::vector<float> patterns(static_cast<std::size_t>(rowsAtOnce * rowPixels));
  for (std::int64_t row = 0; row < shape.ry; row += rowsAtOnce)
  {
    const std::int64_t rows = std::min(rowsAtOnce, shape.ry - row);
    Execution          part = execution;
    part.monitor = execution.monitor.Part(static_cast<double>(row) / static_cast<double>(shape.ry),
                                          static_cast<double>(row + rows) / static_cast<double>(shape.ry));
    this->Simulate(row, rows, patterns.data(), part);
    sink(row, rows, patterns.data());
  }
}
} // namespace fourdstem
