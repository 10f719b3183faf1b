// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/DomainDivision.h"

#include "fourdstem/FileError.h"

#include <algorithm>
#include <stdexcept>

namespace fourdstem
{
namespace
{
/** Columns of a scan without a lattice. */
std::vector<float>
NothingIndexed(const ScanShape & shape)
{
  const auto         positions = static_cast<std::size_t>(shape.Positions());
  std::vector<float> features(positions * DeformationFeatures, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t p = 0; p < positions; ++p)
  {
    features[p * DeformationFeatures + FeatureIndexed] = 0.F;
  }
  return features;
}

bool
IsSignificant(const ClusterNode & node)
{
  return node.stop == StopReason::Gradient || node.stop == StopReason::NotCoherent ||
         node.stop == StopReason::MaximumLeaves;
}

/** What both examinations of a leaf found: `pixels` the first, `lattice` the second. */
ClusterNode
RefusedByBoth(const ClusterNode & pixels, ClusterNode lattice)
{
  const std::string note = "pixels: " + (pixels.note.empty() ? NameOf(pixels.stop) : pixels.note) +
                           "; lattice: " + (lattice.note.empty() ? NameOf(lattice.stop) : lattice.note);
  if (!IsSignificant(pixels) && IsSignificant(lattice))
  {
    lattice.note = note;
    lattice.comparedBy = FeatureKind::Lattice;
    return lattice;
  }
  ClusterNode leaf = pixels;
  leaf.centroid = std::move(lattice.centroid);
  leaf.inertia = lattice.inertia;
  leaf.note = note;
  leaf.comparedBy = FeatureKind::Pixels;
  return leaf;
}
} // namespace

DeformationColumns
MeasureDeformationColumns(const PatternSource &          source,
                          const DiffractionMeasurement & measurement,
                          const DomainOptions &          options,
                          LabelledPatterns               labelled,
                          const RowStore *               pixels,
                          const Execution &              execution)
{
  const bool         isOneLattice = labelled.labels.empty();
  DeformationColumns columns;
  double             done = 0.;
  const auto         beginStep = [&execution, &done](const std::string &, double end) {
    const double begin = done;
    done = end;
    return execution.monitor.Part(begin, end);
  };
  try
  {
    columns.found = MeasureDeformation(source, measurement, options, std::move(labelled), execution.threads, beginStep);
  }
  catch (const Aborted &)
  {
    throw;
  }
  catch (const FileError &)
  {
    throw;
  }
  catch (const std::runtime_error & error)
  {
    // There need not be a lattice anywhere.
    columns.notFound = error.what();
    columns.found.features = NothingIndexed(measurement.shape);
    columns.found.errors.assign(columns.found.features.size(), std::numeric_limits<float>::quiet_NaN());
  }
  columns.own = ViewRows(columns.found.features.data(), measurement.shape.Positions(), DeformationFeatures);
  columns.joined = pixels ? JoinColumns(*pixels, *columns.own) : nullptr;
  columns.measured = std::make_shared<MeasuredColumns>(
    MeasuredColumns{ pixels ? pixels->Components() : 0, columns.found.errors, isOneLattice });
  return columns;
}

std::vector<std::uint16_t>
LabelsOfPixels(const DivisiveResult & clusters)
{
  const auto isDividedByPixels = [&clusters](int id) {
    const ClusterNode & node = clusters.nodes[static_cast<std::size_t>(id)];
    return !node.IsLeaf() && node.comparedBy == FeatureKind::Pixels;
  };
  DivisiveResult   pixels = clusters;
  std::vector<int> ends;
  for (const ClusterNode & node : clusters.nodes)
  {
    if (!isDividedByPixels(node.id) && (node.parent < 0 || isDividedByPixels(node.parent)))
    {
      ends.push_back(node.id);
    }
  }
  const NodeMap map = PruneBelow(pixels.nodes, ends);
  for (std::int32_t & leaf : pixels.leafOfPosition)
  {
    leaf = leaf < 0 ? leaf : map[static_cast<std::size_t>(leaf)];
  }
  return LabelsOf(pixels);
}

void
DivideFurther(DivisiveResult &        clusters,
              const RowStore &        store,
              const PositionGrid &    grid,
              const DivisiveOptions & options,
              const Execution &       execution)
{
  const ClusterNodes before = clusters.nodes;
  RegrowLeaves(clusters, store, grid, options, execution);
  for (const ClusterNode & old : before)
  {
    ClusterNode & node = clusters.nodes[static_cast<std::size_t>(old.id)];
    if (!old.IsLeaf())
    {
      node.comparedBy = FeatureKind::Pixels;
    }
    else if (node.IsLeaf())
    {
      node = RefusedByBoth(old, std::move(node));
    }
  }
  MarkAsLattice(clusters.nodes);
}

void
MarkAsLattice(ClusterNodes & nodes)
{
  for (ClusterNode & node : nodes)
  {
    node.comparedBy = node.comparedBy == FeatureKind::Unnamed ? FeatureKind::Lattice : node.comparedBy;
  }
}
} // namespace fourdstem
