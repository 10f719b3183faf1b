// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Tables.h"

#include "Arrays.h"
#include "Call.h"
#include "Clusters.h"

#include "FourDSTEMClusterXml.h"

#include "Common/DomainArguments.h"

#include "fourdstem/FeatureReduction.h"
#include "fourdstem/NeighbourStatistics.h"
#include "fourdstem/Stability.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace fourdstem::python
{
namespace
{
using Features = OptionImage;

std::int64_t
Extent(const Features & features, std::size_t axis)
{
  return static_cast<std::int64_t>(features.shape(axis));
}

std::unique_ptr<RowStore>
RowsOf(const Features & features)
{
  return ViewRows(features.data(), Extent(features, 0) * Extent(features, 1), Extent(features, 2));
}

/** What the commands' options say that concerns any features: how to divide, and the mask. */
DomainOptions
OptionsFor(const Features & features, const Call & call)
{
  return cli::ReadDomainOptions(call.Arguments(), { Extent(features, 0), Extent(features, 1), 1, 1 }, "fourdstem");
}

PositionGrid
GridFor(const Features & features, const DomainOptions & options)
{
  return { { { Extent(features, 1), Extent(features, 0), 1 } }, options.scanMask };
}

Clusters
Divide(const Features & features, const std::vector<std::string> & names, bool arePixels, const Request & request)
{
  Call           call("FourDSTEMCluster", FourDSTEMClusterXml, request, {}, { "", "" });
  DomainOptions  options = OptionsFor(features, call);
  cli::RunRecord record(call.Context());
  options.clustering.selection = arePixels ? FeatureSelection::Neighbour : FeatureSelection::All;
  Clusters clusters;
  call.Run([&] {
    cli::Progress & progress = call.Context().progress;
    const auto      store = RowsOf(features);
    const auto      grid = GridFor(features, options);
    auto divided = RunDivisive(*store, grid, options.clustering, { call.Threads(), progress.Begin("clustering", 0.8) });
    MeasureStability(divided, *store, grid, options.clustering, options.stability, { call.Threads(), {} });
    RegulariseLeaves(divided, *store, grid, options.regularity, { call.Threads(), progress.Begin("regularity", 0.9) });
    clusters.measurements.confidence =
      Confidence(divided, *store, { call.Threads(), progress.Begin("confidence", 1.) });
    if (options.membership)
    {
      clusters.measurements.membership = ComputeMembership(divided, *store, { call.Threads(), {} });
    }
    clusters.results.nodes = divided.nodes;
    clusters.results.labels = LabelsOf(divided);
  });
  clusters.results.title = "features";
  clusters.results.mode = call.Arguments().Text("mode");
  clusters.results.featureNames = names;
  clusters.results.patterns.resize(clusters.results.nodes.size());
  clusters.results.scan.rows = static_cast<int>(features.shape(0));
  clusters.results.scan.columns = static_cast<int>(features.shape(1));
  clusters.analysis = record.ToJson(call.Context().progress);
  return clusters;
}

nb::dict
Reduce(const Features & features, bool isWhitened, int components, bool scale, bool onlyShared, const Request & request)
{
  Call             call("FourDSTEMCluster", FourDSTEMClusterXml, request, {}, { "", "" });
  const auto       options = OptionsFor(features, call);
  ReductionOptions reduction;
  reduction.method = isWhitened ? ReductionMethod::NoiseWhitened : ReductionMethod::PrincipalComponents;
  reduction.components = components;
  reduction.scaleByNeighbourNoise = scale;
  reduction.onlyNeighbourFeatures = onlyShared;
  auto     reduced = call.Run([&] {
    return ReduceFeatures(*RowsOf(features),
                          GridFor(features, options),
                          reduction,
                          { call.Threads(), call.Context().progress.Begin("reducing", 1.) });
  });
  nb::dict result;
  result["values"] =
    ArrayOf(std::move(reduced.values), { Extent(features, 0), Extent(features, 1), reduced.components });
  result["strength"] = ArrayOf(std::move(reduced.strength), { reduced.components });
  result["loadings"] = ArrayOf(std::move(reduced.loadings), { reduced.components, Extent(features, 2) });
  return result;
}

nb::tuple
ScaleByNoise(const Features & features, const Request & request)
{
  Call               call("FourDSTEMCluster", FourDSTEMClusterXml, request, {}, { "", "" });
  const auto         options = OptionsFor(features, call);
  std::vector<float> values(features.size());
  auto               noise = call.Run([&] {
    return ScaleByNeighbourNoise(*RowsOf(features),
                                 GridFor(features, options),
                                 values.data(),
                                 { call.Threads(), call.Context().progress.Begin("scaling", 1.) });
  });
  return nb::make_tuple(ArrayOf(std::move(values), { Extent(features, 0), Extent(features, 1), Extent(features, 2) }),
                        ArrayOf(std::move(noise), { Extent(features, 2) }));
}

/** Aligned detector pixels that carry signal, [Qy][Qx]. */
nb::object
FeatureMask(const Scan & scan, const Request & request)
{
  Call              call("FourDSTEMCluster", FourDSTEMClusterXml, request, scan.words, { scan.path, "" });
  const ScanShape & shape = scan.file->Shape();
  const auto        options = cli::ReadDomainOptions(call.Arguments(), shape, "fourdstem");
  auto              mask = call.Run([&] {
    cli::Progress & progress = call.Context().progress;
    const auto found = MeasureDiffraction(*scan.file, options, { call.Threads(), progress.Begin("measuring", 0.5) });
    const FeaturePlan         plan = PlanFeatures(found, options);
    std::vector<std::uint8_t> keep(plan.points.size(), 1);
    if (plan.selection == FeatureSelection::Neighbour && !plan.points.empty())
    {
      FeatureReport report;
      const auto    store = GatherDomainFeatures(
        *scan.file, found, plan, options, report, { call.Threads(), progress.Begin("features", 0.9) });
      const PositionGrid        grid = MakeScanGrid(found, options);
      std::vector<std::int64_t> positions;
      for (std::int64_t p = 0; p < grid.Positions(); ++p)
      {
        if (grid.mask.empty() || grid.mask[static_cast<std::size_t>(p)] != 0)
        {
          positions.push_back(p);
        }
      }
      const auto pairs = FindNeighbourPairs(grid, std::move(positions));
      keep = SelectNeighbourFeatures(
        ComputeNeighbourStatistics(*store, pairs, { call.Threads(), progress.Begin("testing", 1.) }).score);
    }
    return MaskOfPoints(shape.qy, shape.qx, plan.points, keep.data());
  });
  return ArrayOf(std::move(mask.pixels), { shape.qy, shape.qx });
}
} // namespace

void
BindTables(nb::module_ & module)
{
  module.def("divide", &Divide);
  module.def("reduce", &Reduce);
  module.def("scale_by_noise", &ScaleByNoise);
  module.def("feature_mask", &FeatureMask);
}
} // namespace fourdstem::python
