// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/DomainArguments.h"

#include "Common/ArgumentValues.h"
#include "Common/Measures.h"
#include "Common/RunCommand.h"

#include "itksys/SystemInformation.hxx"

#include <filesystem>
#include <sstream>

namespace fourdstem::cli
{
namespace
{
std::vector<GivenSplit>
ReadSplits(const Arguments & arguments)
{
  std::vector<GivenSplit> splits;
  std::istringstream      list(arguments.Text("splits"));
  list.imbue(std::locale::classic());
  for (std::string pair; std::getline(list, pair, ',');)
  {
    std::istringstream text(pair);
    text.imbue(std::locale::classic());
    GivenSplit  split;
    char        colon = 0;
    std::string rest;
    if (!(text >> split.node >> colon >> split.k) || colon != ':' || text >> rest || split.node < 0 || split.k < 2)
    {
      throw arguments.Error("splits", "takes node:k pairs such as 0:2,2:2 with k of at least 2, not " + pair);
    }
    splits.push_back(split);
  }
  return splits;
}

DivisiveOptions
ReadDivisiveOptions(const Arguments & arguments)
{
  DivisiveOptions options;
  options.mode =
    Choose<ClusterMode>(arguments, "mode", { { "auto", ClusterMode::Auto }, { "paper", ClusterMode::Paper } });
  options.maximumLeaves = static_cast<int>(arguments.Integer("maximumLeaves"));
  options.maximumDepth = static_cast<int>(arguments.Integer("maximumDepth"));
  options.minimumSize = arguments.Integer("minimumSize");
  options.splitGradients = arguments.Switch("expandGradients");
  options.maximumK = static_cast<int>(arguments.Integer("maximumK"));
  options.seed = static_cast<std::uint64_t>(arguments.Integer("seed"));
  if (arguments.Has("splits"))
  {
    options.splits = ReadSplits(arguments);
  }
  else if (options.mode == ClusterMode::Paper)
  {
    options.criterion = Choose<ClusterCriterion>(arguments,
                                                 "criterion",
                                                 { { "elbow", ClusterCriterion::Elbow },
                                                   { "silhouette", ClusterCriterion::Silhouette },
                                                   { "gap", ClusterCriterion::Gap } });
  }
  return options;
}

/** Throws where an option would do nothing beside the others. */
void
CheckUse(const Arguments & arguments)
{
  struct Rule
  {
    const char * option;
    bool         isUsed;
    const char * goesWith;
  };
  const bool isPaper = arguments.Text("mode") == "paper";
  const bool isGiven = isPaper && arguments.Has("splits");
  const bool isStdFraction = FeatureMaskChosen(arguments) == "std-fraction";
  const bool isOfPixels = arguments.Text("features") != "lattice";
  const Rule rules[] = {
    { "splits", isPaper, "--mode paper" },
    { "criterion", isPaper && !isGiven, "--mode paper without --splits" },
    { "maximumK", isPaper && !isGiven, "--mode paper without --splits" },
    { "seed", isPaper, "--mode paper" },
    { "features", !isPaper, "--mode auto" },
    { "featureMask", isOfPixels, "--features pixels or combined" },
    { "transform", isOfPixels, "--features pixels or combined" },
    { "sampling", isOfPixels, "--features pixels or combined" },
    { "expandGradients", !isPaper, "--mode auto" },
    { "maximumLeaves", !isGiven, "--mode auto, or paper without --splits" },
    { "maximumDepth", !isGiven, "--mode auto, or paper without --splits" },
    { "minimumSize", !isGiven, "--mode auto, or paper without --splits" },
    { "originFile", arguments.Text("origin") == "file", "--origin file" },
    { "badPixelFile", arguments.Text("badPixels") == "file", "--bad-pixels file" },
    { "featureMaskFile", arguments.Text("featureMask") == "file", "--feature-mask file" },
    { "stdFraction", isStdFraction, "--feature-mask std-fraction" },
    { "logStd", isStdFraction, "--feature-mask std-fraction" },
  };
  for (const Rule & rule : rules)
  {
    if (!rule.isUsed && arguments.IsChanged(rule.option))
    {
      throw arguments.Error(rule.option, std::string("does nothing here: it goes with ") + rule.goesWith);
    }
  }
  const double inner = arguments.Number("innerRadius");
  const double outer = arguments.Number("outerRadius");
  if (outer > 0. && inner >= outer)
  {
    throw arguments.Error("innerRadius",
                          "is " + FormatNumber(inner) + ", not below --outer-radius " + FormatNumber(outer));
  }
}
} // namespace

std::string
OriginChosen(const Arguments & arguments)
{
  const std::string choice = arguments.Text("origin");
  return choice != "automatic" ? choice : arguments.Text("mode") == "paper" ? "fixed" : "measured";
}

std::string
FeatureMaskChosen(const Arguments & arguments)
{
  const std::string choice = arguments.Text("featureMask");
  return choice != "automatic" ? choice : arguments.Text("mode") == "paper" ? "std-fraction" : "neighbour";
}

std::int64_t
MemoryLimit(const Arguments & arguments)
{
  if (arguments.Has("memoryLimit"))
  {
    constexpr std::int64_t least = std::int64_t{ 64 } << 20;
    const std::int64_t     bytes = arguments.Bytes("memoryLimit");
    if (bytes < least)
    {
      throw arguments.Error("memoryLimit", "takes at least 64MiB, e.g. 2GiB, not " + arguments.Text("memoryLimit"));
    }
    return bytes;
  }
  itksys::SystemInformation system;
  system.RunMemoryCheck();
  return static_cast<std::int64_t>(system.GetTotalPhysicalMemory()) * (std::int64_t{ 1 } << 20) / 2;
}

DetectorMask
ReadBadPixels(const Arguments & arguments, const ScanShape & shape)
{
  return { shape.qy, shape.qx, NonZero(ReadValues(arguments, "badPixelFile", shape.qy, shape.qx, 1)) };
}

nlohmann::ordered_json
BadPixelList(const DetectorHealth & health)
{
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < health.pixels.size(); ++i)
  {
    if (health.pixels[i] != PixelHealth::Good)
    {
      const auto at = static_cast<std::int64_t>(i);
      list.push_back({ at / health.qx, at % health.qx, NameOf(health.pixels[i]) });
    }
  }
  return list;
}

DomainOptions
ReadDomainOptions(const Arguments & arguments, const ScanShape & shape, const std::string & outputFolder)
{
  CheckUse(arguments);
  DomainOptions options;
  options.clustering = ReadDivisiveOptions(arguments);
  options.features = Choose<DivisionFeatures>(arguments,
                                              "features",
                                              { { "pixels", DivisionFeatures::Pixels },
                                                { "lattice", DivisionFeatures::Lattice },
                                                { "combined", DivisionFeatures::Combined } });
  options.regularity.minimumArea = arguments.Integer("minimumArea");
  options.regularity.dividesComponents = arguments.Switch("components");
  options.stability = static_cast<int>(arguments.Integer("stability"));
  options.membership = arguments.Switch("membership");
  if (arguments.Has("mask"))
  {
    options.scanMask = NonZero(ReadValues(arguments, "mask", shape.ry, shape.rx, 1));
  }

  options.origin = Choose<OriginChoice>(arguments,
                                        "origin",
                                        { { "automatic", OriginChoice::Automatic },
                                          { "measured", OriginChoice::Measured },
                                          { "fixed", OriginChoice::Fixed },
                                          { "file", OriginChoice::Given } });
  if (options.origin == OriginChoice::Given)
  {
    options.origins = ReadValues(arguments, "originFile", shape.ry, shape.rx, 2);
  }
  options.fitOrigins = arguments.Text("originFit") != "none";
  options.originSurface = arguments.Text("originFit") == "quadratic" ? OriginSurface::Quadratic : OriginSurface::Plane;
  options.badPixels = Choose<BadPixelChoice>(arguments,
                                             "badPixels",
                                             { { "automatic", BadPixelChoice::Automatic },
                                               { "auto", BadPixelChoice::Found },
                                               { "none", BadPixelChoice::None },
                                               { "file", BadPixelChoice::Given } });
  if (options.badPixels == BadPixelChoice::Given)
  {
    options.givenBadPixels = ReadBadPixels(arguments, shape);
  }
  options.innerRadius = arguments.Number("innerRadius");
  options.outerRadius = arguments.Number("outerRadius");

  options.featureMask = Choose<FeatureMaskChoice>(arguments,
                                                  "featureMask",
                                                  { { "automatic", FeatureMaskChoice::Automatic },
                                                    { "neighbour", FeatureMaskChoice::Neighbour },
                                                    { "fano", FeatureMaskChoice::Fano },
                                                    { "std-fraction", FeatureMaskChoice::StdFraction },
                                                    { "disks", FeatureMaskChoice::Disks },
                                                    { "all", FeatureMaskChoice::All },
                                                    { "file", FeatureMaskChoice::Given } });
  if (options.featureMask == FeatureMaskChoice::Given)
  {
    options.givenFeatureMask = { shape.qy,
                                 shape.qx,
                                 NonZero(ReadValues(arguments, "featureMaskFile", shape.qy, shape.qx, 1)) };
  }
  options.stdFraction = arguments.Number("stdFraction");
  options.deviation = arguments.Text("logStd") == "nested" ? Deviation::Nested : Deviation::Global;
  options.transform = Choose<Transform>(arguments,
                                        "transform",
                                        { { "raw", Transform::Raw },
                                          { "anscombe", Transform::Anscombe },
                                          { "log", Transform::Log },
                                          { "l2", Transform::L2 } });
  options.sampler = Choose<SamplerChoice>(arguments,
                                          "sampling",
                                          { { "automatic", SamplerChoice::Automatic },
                                            { "bspline", SamplerChoice::BSpline },
                                            { "bilinear", SamplerChoice::Bilinear } });
  if (const std::string signatures = arguments.Text("signatures"); signatures != "automatic")
  {
    options.explain = signatures == "on";
  }

  options.memoryLimit = MemoryLimit(arguments);
  options.scratchFolder = arguments.Has("scratch") ? arguments.Text("scratch")
                                                   : std::filesystem::absolute(outputFolder).parent_path().string();
  return options;
}
} // namespace fourdstem::cli
