// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/VirtualImages.h"

#include "Common/DetectorImageArgument.h"
#include "Common/DomainArguments.h"
#include "Common/Measures.h"

#include "fourdstem/DetectorHealth.h"
#include "fourdstem/Origin.h"
#include "fourdstem/RepairedPatternSource.h"
#include "fourdstem/VirtualDetector.h"

#include <cmath>
#include <optional>

namespace fourdstem::cli
{
namespace
{
/** The patterns without their bad pixels, the mean of a sample of them, and what to say about it. */
struct Patterns
{
  std::optional<RepairedPatternSource> repaired;
  std::vector<double>                  mean;
  std::string                          note;

  const PatternSource &
  Source(const PatternSource & file) const
  {
    return repaired ? *repaired : file;
  }
};

Patterns
PreparePatterns(const PatternSource & file, CommandContext & context)
{
  const Arguments & arguments = context.arguments;
  const std::string kind = arguments.Text("badPixels");
  const auto        threads = static_cast<int>(arguments.Integer("threads"));
  if (kind != "file" && arguments.IsChanged("badPixelFile"))
  {
    throw arguments.Error("badPixelFile", "does nothing here: it goes with --bad-pixels file");
  }
  DetectorMask bad = DetectorMask::Filled(file.Shape().qy, file.Shape().qx, 0);
  if (kind == "file")
  {
    bad = ReadBadPixels(arguments, file.Shape());
  }
  const PatternSums sample =
    SamplePatterns(file, ProbeRowStep(file.Shape()), {}, { threads, context.progress.Begin("Mean pattern", 0.2) });
  Patterns patterns;
  patterns.note = "none, by option";
  if (kind == "auto")
  {
    const DetectorHealth health = JudgeDetector(DetectorStatisticsOf(sample));
    bad = health.BadPixels();
    const std::string summary = health.Summary();
    patterns.note = (summary.empty() ? "none found" : summary) + " in " + std::to_string(health.patterns) +
                    " patterns" + (health.unjudged.empty() ? "" : ". " + health.unjudged);
  }
  else if (kind == "file")
  {
    patterns.note = std::to_string(bad.Count()) + " given";
  }
  patterns.mean = sample.Mean();
  if (bad.Count() > 0)
  {
    patterns.note += "; replaced by their neighbours' mean";
    patterns.mean = RepairPattern(patterns.mean, bad);
    patterns.repaired.emplace(file, bad);
  }
  context.progress.Say("Bad pixels: " + patterns.note);
  return patterns;
}

/** Where detectors are centred: per position, or one place for all. */
struct Centres
{
  Probe              probe;
  std::vector<float> origins; // empty: the probe's place
};

Centres
FindCentres(const PatternSource & source, const std::vector<double> & mean, CommandContext & context)
{
  const ScanShape & shape = source.Shape();
  const std::string kind = context.arguments.Text("origin");
  const auto        threads = static_cast<int>(context.arguments.Integer("threads"));
  Centres           centres;
  centres.probe = EstimateProbe(mean.data(), shape.qy, shape.qx);
  if (kind != "mean")
  {
    centres.origins.resize(static_cast<std::size_t>(2 * shape.Positions()));
    FindOrigins(source,
                0,
                shape.ry,
                OriginSearch::Recentred(centres.probe),
                centres.origins.data(),
                { threads, context.progress.Begin("Origins", 0.5) });
  }
  if (kind == "plane" || kind == "quadratic")
  {
    FitOrigins(shape.ry,
               shape.rx,
               centres.origins.data(),
               nullptr,
               kind == "plane" ? OriginSurface::Plane : OriginSurface::Quadratic,
               centres.origins.data(),
               nullptr);
  }
  return centres;
}

VirtualDetector
Ring(const std::string & name, double inner, double outer)
{
  return { name, VirtualDetector::Quantity::Sum, inner, outer, {} };
}

/** The ring that an option asks for. Throws UsageError naming it. */
VirtualDetector
Ring(const Arguments & arguments, const char * option, const std::string & name, double inner, double outer)
{
  if (!(inner >= 0. && outer > inner))
  {
    throw arguments.Error(option,
                          "needs 0 <= inner < outer, not " + FormatNumber(inner) + " and " + FormatNumber(outer));
  }
  return Ring(name, inner, outer);
}

VirtualDetector
DarkField(CommandContext & context, const ScanShape & shape, const Centres & centres)
{
  const Arguments & arguments = context.arguments;
  const auto        radii = arguments.Numbers("darkFieldRadii");
  if (radii.size() == 2)
  {
    return Ring(arguments, "darkFieldRadii", "ADF", radii[0], radii[1]);
  }
  if (!radii.empty())
  {
    throw arguments.Error("darkFieldRadii",
                          "takes inner,outer, e.g. 24,57, not " + arguments.Display("darkFieldRadii"));
  }
  const float place[] = { static_cast<float>(centres.probe.qx), static_cast<float>(centres.probe.qy) };
  const bool  isOnePlace = centres.origins.empty();
  Annulus     annulus = AutomaticAnnulus(shape.qy,
                                     shape.qx,
                                     centres.probe.radius,
                                     isOnePlace ? place : centres.origins.data(),
                                     isOnePlace ? 1 : shape.Positions(),
                                     0.);
  if (!(annulus.outer > 0.))
  {
    throw arguments.Error("darkFieldRadii", "must be given: some origins lie at the detector's edge");
  }
  if (!(annulus.inner < annulus.outer))
  {
    context.progress.Say("ADF: no room between 2 probe radii + 3 (" + FormatNumber(annulus.inner) +
                         " pixels) and the detector's edge; its outer half is taken.");
    annulus.inner = 0.5 * annulus.outer;
  }
  return Ring("ADF", annulus.inner, annulus.outer);
}

std::vector<VirtualDetector>
ReadDetectors(CommandContext & context, const ScanShape & shape, const Centres & centres)
{
  const Arguments &            arguments = context.arguments;
  std::vector<VirtualDetector> detectors;
  for (const std::string & name : arguments.Texts("detectors"))
  {
    if (name == "BF")
    {
      const double radius = arguments.Number("brightFieldRadius");
      detectors.push_back(Ring(name, 0., radius > 0. ? radius : centres.probe.radius + 1.));
    }
    else if (name == "ADF")
    {
      detectors.push_back(DarkField(context, shape, centres));
    }
    else if (name == "COM")
    {
      const double    radius = arguments.Number("massRadius");
      VirtualDetector mass;
      mass.name = name;
      mass.quantity = VirtualDetector::Quantity::CentreOfMass;
      mass.outerRadius = radius > 0. ? radius : mass.outerRadius;
      detectors.push_back(mass);
    }
    else
    {
      throw arguments.Error("detectors", "takes BF, ADF and COM, not " + name);
    }
  }
  const auto radii = arguments.Numbers("annuli");
  if (radii.size() % 2 != 0)
  {
    throw arguments.Error("annuli", "takes pairs inner,outer, e.g. 10,20, not " + arguments.Display("annuli"));
  }
  for (std::size_t i = 0; i < radii.size(); i += 2)
  {
    const std::string name = "annulus " + FormatNumber(radii[i]) + "-" + FormatNumber(radii[i + 1]);
    detectors.push_back(Ring(arguments, "annuli", name, radii[i], radii[i + 1]));
  }
  if (arguments.Has("mask"))
  {
    VirtualDetector mask;
    mask.name = "mask";
    const auto weights = ReadDetectorImage(arguments, "mask", shape);
    mask.mask.assign(weights.begin(), weights.end());
    detectors.push_back(mask);
  }
  if (detectors.empty())
  {
    throw arguments.Error("detectors", "names none, and there is no annulus or mask");
  }
  return detectors;
}

std::string
Describe(const VirtualDetector & detector)
{
  if (!detector.mask.empty())
  {
    return detector.name;
  }
  return detector.name + ": " +
         (std::isinf(detector.outerRadius)
            ? "whole pattern"
            : FormatNumber(detector.innerRadius) + " to " + FormatNumber(detector.outerRadius) + " pixels");
}
} // namespace

VirtualImages
MeasureVirtualImages(const ScanFile & scan, CommandContext & context)
{
  const Arguments &     arguments = context.arguments;
  const ScanShape &     shape = scan.Shape();
  const Patterns        patterns = PreparePatterns(scan, context);
  const PatternSource & source = patterns.Source(scan);
  const Centres         centres = FindCentres(source, patterns.mean, context);
  const auto            detectors = ReadDetectors(context, shape, centres);

  std::unique_ptr<const VirtualDetectorSet> set;
  try
  {
    set = std::make_unique<VirtualDetectorSet>(detectors, shape.qy, shape.qx, centres.probe.qx, centres.probe.qy);
  }
  catch (const std::invalid_argument & error)
  {
    throw UsageError(error.what());
  }
  std::vector<double> components(static_cast<std::size_t>(shape.Positions() * set->Components()));
  const auto          nonFinite = MeasureVirtualDetectors(
    source,
    0,
    shape.ry,
    *set,
    centres.origins.empty() ? nullptr : centres.origins.data(),
    components.data(),
    { static_cast<int>(arguments.Integer("threads")), context.progress.Begin("Detectors", 0.98) });

  VirtualImages images;
  images.values.assign(components.begin(), components.end());
  images.names = set->ComponentNames();
  Notes & notes = images.notes;
  for (const std::string & name : images.names)
  {
    notes["FourDSTEM_ComponentNames"] += (notes["FourDSTEM_ComponentNames"].empty() ? "" : ",") + name;
  }
  notes["FourDSTEM_BadPixels"] = patterns.note;
  notes["FourDSTEM_Origin"] = arguments.Text("origin");
  for (const VirtualDetector & detector : detectors)
  {
    notes["FourDSTEM_Detectors"] += (notes["FourDSTEM_Detectors"].empty() ? "" : "; ") + Describe(detector);
    context.progress.Say(Describe(detector));
  }
  if (nonFinite > 0)
  {
    context.progress.Say(std::to_string(nonFinite) + " pixels on detectors were NaN or infinite and left out.");
  }
  return images;
}
} // namespace fourdstem::cli
