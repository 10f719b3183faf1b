// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Feature.h"

#include "FloatPattern.h"
#include "Parallel.h"
#include "ScratchPattern.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace fourdstem
{
namespace
{
struct GatherState
{
  std::unique_ptr<Feature::Worker> worker;
  PatternLease                     lease;
  std::vector<float>               pattern;
  std::vector<float>               values;
  FeatureReport                    report;
  SparseBlock                      sparse;
  /** Only where patterns are read without their zeros. */
  std::unique_ptr<ScratchPattern<float>> scratch;
};

/** Writes the values of positions [first, first + count) to place(first, count, state), then calls done(first, count,
 * values). */
template <typename TPlace, typename TDone>
FeatureReport
Gather(const PatternSource & source,
       std::int64_t          firstRow,
       std::int64_t          rows,
       const float *         origins,
       const Feature &       feature,
       const Execution &     execution,
       TPlace &&             place,
       TDone &&              done)
{
  const ScanShape & shape = source.Shape();
  if (firstRow < 0 || rows < 0 || firstRow > shape.ry - rows)
  {
    throw std::invalid_argument("scan rows " + std::to_string(firstRow) + " to " + std::to_string(firstRow + rows) +
                                " lie outside a scan of " + std::to_string(shape.ry) + " rows");
  }
  const std::int64_t components = feature.Components();
  const std::int64_t patternsPerTask = PatternsAtOnce(shape);
  const std::int64_t tasksPerRow = (shape.rx + patternsPerTask - 1) / patternsPerTask;
  const float        centre[] = { static_cast<float>(shape.qx / 2), static_cast<float>(shape.qy / 2) };
  FeatureReport      total;

  ParallelUnordered(
    rows * tasksPerRow,
    execution,
    [&] {
      return GatherState{ feature.MakeWorker(),
                          {},
                          {},
                          {},
                          {},
                          {},
                          source.IsSparse()
                            ? std::make_unique<ScratchPattern<float>>(shape.qy, shape.qx, feature.Minimum())
                            : nullptr };
    },
    [&](std::int64_t task, GatherState & state) {
      const std::int64_t row = task / tasksPerRow;
      const std::int64_t rx = task % tasksPerRow * patternsPerTask;
      const std::int64_t count = std::min(patternsPerTask, shape.rx - rx);
      const std::int64_t first = row * shape.rx + rx;
      float *            values = place(first, count, state);
      const auto         extract = [&](const FloatPattern & pattern, std::int64_t p) {
        const float * origin = origins == nullptr ? centre : origins + 2 * (first + p);
        state.worker->Extract(pattern, origin[0], origin[1], values + p * components, state.report);
      };
      if (state.scratch)
      {
        source.ReadSparse(firstRow + row, rx, count, state.sparse);
        for (std::int64_t p = 0; p < count; ++p)
        {
          state.scratch->Put(state.sparse[p]);
          extract(state.scratch->Pattern(), p);
          state.scratch->Clear(state.sparse[p]);
        }
      }
      else
      {
        const PatternBlock block = source.Read(firstRow + row, rx, count, state.lease);
        for (std::int64_t p = 0; p < count; ++p)
        {
          extract(ToFloat(block, p, shape.qy, shape.qx, feature.Minimum(), state.pattern), p);
        }
      }
      done(first, count, values);
    },
    [&total](const GatherState & state) { total += state.report; });
  return total;
}
} // namespace

void
ApplyTransform(Transform transform, float * values, std::int64_t count)
{
  switch (transform)
  {
    case Transform::Raw:
      return;
    case Transform::Anscombe:
      std::transform(values, values + count, values, [](float x) { return 2 * std::sqrt(std::max(x, 0.f) + 0.375f); });
      return;
    case Transform::Log:
      std::transform(values, values + count, values, [](float x) { return std::log1p(std::max(x, 0.f)); });
      return;
    case Transform::L2: {
      double squares = 0;
      for (std::int64_t k = 0; k < count; ++k)
      {
        squares += static_cast<double>(values[k]) * static_cast<double>(values[k]);
      }
      const auto factor = static_cast<float>(squares > 0 ? 1 / std::sqrt(squares) : 0);
      std::transform(values, values + count, values, [factor](float x) { return x * factor; });
      return;
    }
  }
  throw std::invalid_argument("unknown transform of features");
}

FeatureReport
GatherFeatures(const PatternSource & source,
               std::int64_t          firstRow,
               std::int64_t          rows,
               const float *         origins,
               const Feature &       feature,
               RowStore &            out,
               const Execution &     execution)
{
  const std::int64_t components = feature.Components();
  const std::int64_t positions = rows * source.Shape().rx;
  if (out.Rows() != positions || out.Components() != components)
  {
    throw std::invalid_argument("a feature matrix of " + std::to_string(out.Rows()) + " x " +
                                std::to_string(out.Components()) + " does not fit " + std::to_string(positions) +
                                " positions of " + std::to_string(components) + " components");
  }
  return Gather(
    source,
    firstRow,
    rows,
    origins,
    feature,
    execution,
    [components](std::int64_t, std::int64_t count, GatherState & state) {
      state.values.resize(static_cast<std::size_t>(count * components));
      return state.values.data();
    },
    [&out](std::int64_t first, std::int64_t count, const float * values) { out.Write(first, count, values); });
}

FeatureReport
GatherFeatures(const PatternSource & source,
               std::int64_t          firstRow,
               std::int64_t          rows,
               const float *         origins,
               const Feature &       feature,
               float *               out,
               const Execution &     execution)
{
  const std::int64_t components = feature.Components();
  return Gather(
    source,
    firstRow,
    rows,
    origins,
    feature,
    execution,
    [out, components](std::int64_t first, std::int64_t, GatherState &) { return out + first * components; },
    [](std::int64_t, std::int64_t, const float *) {});
}
} // namespace fourdstem
