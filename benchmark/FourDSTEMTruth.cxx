// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Simulated scans of known truth through auto mode, in memory; one line a scan, then a summary.
// usage: FourDSTEMTruth [--seeds 100] [--scan 64x64] [--dose 16,4,1] [--kind flake,film,...] [--first-seed 1]
//        [--features pixels|lattice|combined] [--deformation whole change of strain in ramp and step]
#include "AdjustedRandIndex.h"
#include "PhantomScan.h"

#include "fourdstem/DomainAnalysis.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <sstream>

namespace
{
using namespace fourdstem;

struct Outcome
{
  std::size_t leaves = 0;
  double      agreement = 0.0;
  double      originError = 0.0;
  StopReason  firstStop = StopReason::NotStopped;
};

Outcome
Analyse(const PhantomScan & scan, DivisionFeatures features)
{
  DomainOptions options;
  options.features = features;
  options.explain = false;
  const DomainResult result = AnalyseDomains(scan.source, options, 0, {});

  Outcome outcome;
  outcome.leaves = LeavesInOrder(result.clusters.nodes).size();
  outcome.agreement = AdjustedRandIndex(scan.Truth().labels, LabelsOf(result.clusters));
  outcome.firstStop = result.clusters.nodes.front().stop;
  const auto & origins = result.measurement.origins;
  double       squares = 0.0;
  for (std::size_t i = 0; i < origins.size(); ++i)
  {
    const double error = static_cast<double>(origins[i] - scan.Truth().origins[i]);
    squares += error * error;
  }
  outcome.originError = std::sqrt(squares / static_cast<double>(origins.size()));
  return outcome;
}

std::vector<std::string>
Split(const std::string & text, char separator)
{
  std::vector<std::string> parts;
  std::istringstream       stream(text);
  for (std::string part; std::getline(stream, part, separator);)
  {
    parts.push_back(part);
  }
  return parts;
}

struct Request
{
  int                      seeds = 100;
  std::uint64_t            firstSeed = 1;
  ScanShape                shape{ 64, 64, 128, 128 };
  std::vector<std::string> doses{ "16", "4", "1" };
  std::vector<std::string> kinds{ "flake",           "film", "speckle", "correlated-speckle", "crystal",
                                  "crystal-on-film", "ramp", "step" };
  DivisionFeatures         features = DivisionFeatures::Pixels;
  double                   deformation = -1.0;
};

DivisionFeatures
FeaturesFromName(const std::string & name)
{
  if (name != "pixels" && name != "lattice" && name != "combined")
  {
    throw std::invalid_argument("features are pixels, lattice or combined, not " + name);
  }
  return name == "pixels"    ? DivisionFeatures::Pixels
         : name == "lattice" ? DivisionFeatures::Lattice
                             : DivisionFeatures::Combined;
}

Request
ReadArguments(int argc, char * argv[])
{
  Request request;
  for (int i = 1; i < argc; i += 2)
  {
    const std::string name = argv[i];
    if (i + 1 == argc)
    {
      throw std::invalid_argument("no option " + name + " without a value");
    }
    const std::string value = argv[i + 1];
    if (name == "--seeds")
    {
      request.seeds = std::stoi(value);
    }
    else if (name == "--first-seed")
    {
      request.firstSeed = std::stoull(value);
    }
    else if (name == "--scan")
    {
      request.shape.ry = std::stoll(Split(value, 'x').at(0));
      request.shape.rx = std::stoll(Split(value, 'x').at(1));
    }
    else if (name == "--dose")
    {
      request.doses = Split(value, ',');
    }
    else if (name == "--kind")
    {
      request.kinds = Split(value, ',');
    }
    else if (name == "--features")
    {
      request.features = FeaturesFromName(value);
    }
    else if (name == "--deformation")
    {
      request.deformation = std::stod(value);
    }
    else
    {
      throw std::invalid_argument("no option " + name);
    }
  }
  return request;
}

void
Run(const Request & request)
{
  std::printf("kind\tdose\tseed\tleaves\tARI\torigin rms (px)\troot stopped\n");
  std::string summary = "\nkind\tdose\tscans\tone leaf\t7+-1 leaves\tlowest ARI\tmean ARI\n";
  for (const std::string & kind : request.kinds)
  {
    for (const std::string & dose : request.doses)
    {
      int    single = 0;
      int    seven = 0;
      double lowest = 1.0;
      double sum = 0.0;
      for (int i = 0; i < request.seeds; ++i)
      {
        const std::uint64_t seed = request.firstSeed + static_cast<std::uint64_t>(i);
        PhantomDescription  description =
          PhantomScan::Of(PhantomKindFromName(kind), request.shape, std::stod(dose), seed);
        description.deformation = request.deformation;
        const Outcome outcome = Analyse(PhantomScan(description), request.features);
        std::printf("%s\t%s\t%llu\t%zu\t%.4f\t%.4f\t%s\n",
                    kind.c_str(),
                    dose.c_str(),
                    static_cast<unsigned long long>(seed),
                    outcome.leaves,
                    outcome.agreement,
                    outcome.originError,
                    NameOf(outcome.firstStop));
        std::fflush(stdout);
        single += outcome.leaves == 1 ? 1 : 0;
        seven += outcome.leaves >= 6 && outcome.leaves <= 8 ? 1 : 0;
        lowest = std::min(lowest, outcome.agreement);
        sum += outcome.agreement;
      }
      char line[200];
      std::snprintf(line,
                    sizeof(line),
                    "%s\t%s\t%d\t%d\t%d\t%.4f\t%.4f\n",
                    kind.c_str(),
                    dose.c_str(),
                    request.seeds,
                    single,
                    seven,
                    lowest,
                    sum / std::max(request.seeds, 1));
      summary += line;
    }
  }
  std::printf("%s", summary.c_str());
}
} // namespace

int
main(int argc, char * argv[])
{
  try
  {
    Run(ReadArguments(argc, argv));
    return 0;
  }
  catch (const std::exception & error)
  {
    std::fprintf(stderr, "FourDSTEMTruth: %s\n", error.what());
    return 1;
  }
}
