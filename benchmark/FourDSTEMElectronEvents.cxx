// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// Passes over a scan of electron events (stempy): on the events, on dense patterns made of them while reading, and on a
// NumPy file made of them first. The file is simulated: a bright disk and a background of counted electrons.
// usage: FourDSTEMElectronEvents FOLDER [SCAN] [DETECTOR] [OCCUPANCY] [REPEATS] [THREADS]
#include "Benchmark.h"

#include "fourdstem/Feature.h"
#include "fourdstem/NodePatterns.h"
#include "fourdstem/NpyWriter.h"
#include "fourdstem/ScanFile.h"
#include "fourdstem/Statistics.h"

#include "itk_hdf5.h"

#include <cmath>
#include <cstdlib>
#include <exception>
#include <functional>
#include <random>
#include <string>

namespace
{
using namespace fourdstem;

/** Distinct pixels that were hit, in ascending order, as electrons are counted: half of them in the disk. */
std::vector<std::uint32_t>
CountedElectrons(const ScanShape & shape, double occupancy, std::mt19937_64 & random)
{
  std::uniform_real_distribution<double> uniform(0., 1.);
  const auto                             size = static_cast<double>(shape.qy);
  const auto                             count = occupancy * static_cast<double>(shape.PatternPixels());
  std::vector<std::uint32_t>             pixels;
  while (static_cast<double>(pixels.size()) < count)
  {
    const double angle = 6.283185307 * uniform(random);
    const double radius = 0.1 * size * std::sqrt(uniform(random));
    const bool   isDisk = uniform(random) < 0.5;
    const auto   y = isDisk ? 0.5 * size + radius * std::sin(angle) : size * uniform(random);
    const auto   x = isDisk ? 0.5 * size + radius * std::cos(angle) : size * uniform(random);
    pixels.push_back(static_cast<std::uint32_t>(y) * static_cast<std::uint32_t>(shape.qx) +
                     static_cast<std::uint32_t>(x));
  }
  std::sort(pixels.begin(), pixels.end());
  pixels.erase(std::unique(pixels.begin(), pixels.end()), pixels.end());
  return pixels;
}

void
Attribute(hid_t object, const char * name, std::int64_t value)
{
  const hid_t space = H5Screate(H5S_SCALAR);
  const hid_t attribute = H5Acreate2(object, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(attribute, H5T_NATIVE_INT64, &value);
  H5Aclose(attribute);
  H5Sclose(space);
}

/** Version 3 of stempy's format, one frame for each position; returns the electrons. */
std::int64_t
WriteEvents(const std::string & path, const ScanShape & shape, double occupancy)
{
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (file < 0)
  {
    throw std::runtime_error(path + " cannot be written");
  }
  const hid_t   group = H5Gcreate2(file, "/electron_events", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t   stored = H5Tvlen_create(H5T_STD_U32LE);
  const hid_t   memory = H5Tvlen_create(H5T_NATIVE_UINT32);
  const hsize_t positions = static_cast<hsize_t>(shape.Positions());
  const hid_t   space = H5Screate_simple(1, &positions, nullptr);
  const hid_t   frames = H5Dcreate2(group, "frames", stored, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t   numbers =
    H5Dcreate2(group, "scan_positions", H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  std::mt19937_64 random(1);
  std::int64_t    electrons = 0;
  for (hsize_t first = 0; first < positions; first += static_cast<hsize_t>(shape.rx))
  {
    std::vector<std::vector<std::uint32_t>> lists;
    std::vector<hvl_t>                      pointers;
    for (std::int64_t p = 0; p < shape.rx; ++p)
    {
      lists.push_back(CountedElectrons(shape, occupancy, random));
      pointers.push_back({ lists.back().size(), lists.back().data() });
      electrons += static_cast<std::int64_t>(lists.back().size());
    }
    const hsize_t count = lists.size();
    const hid_t   part = H5Screate_simple(1, &count, nullptr);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, nullptr, &count, nullptr);
    H5Dwrite(frames, memory, part, space, H5P_DEFAULT, pointers.data());
    H5Sclose(part);
  }
  std::vector<std::int64_t> positionNumbers(positions);
  for (std::size_t p = 0; p < positionNumbers.size(); ++p)
  {
    positionNumbers[p] = static_cast<std::int64_t>(p);
  }
  H5Dwrite(numbers, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, positionNumbers.data());
  Attribute(file, "version", 3);
  Attribute(frames, "Nx", shape.qy);
  Attribute(frames, "Ny", shape.qx);
  Attribute(numbers, "Nx", shape.rx);
  Attribute(numbers, "Ny", shape.ry);
  H5Dclose(numbers);
  H5Dclose(frames);
  H5Sclose(space);
  H5Tclose(memory);
  H5Tclose(stored);
  H5Gclose(group);
  H5Fclose(file);
  return electrons;
}

/** The patterns of an event file, of which the passes do not know that they are sparse. */
class DenseRoute : public PatternSource
{
public:
  explicit DenseRoute(const PatternSource & source)
    : PatternSource(source.Shape(), source.Type())
    , m_Source(source)
  {}

  ScanRows
  RowsTogether(std::int64_t ry) const override
  {
    return m_Source.RowsTogether(ry);
  }

protected:
  PatternBlock
  DoRead(std::int64_t ry, std::int64_t rx, std::int64_t count, PatternLease & lease) const override
  {
    return m_Source.Read(ry, rx, count, lease);
  }

private:
  const PatternSource & m_Source;
};

struct Stage
{
  const char *                               name;
  std::function<void(const PatternSource &)> run;
};

std::vector<Stage>
Stages(const ScanShape & shape, const Execution & execution)
{
  const auto   positions = static_cast<std::size_t>(shape.Positions());
  const double size = static_cast<double>(shape.qy);
  const auto   origins = std::make_shared<std::vector<float>>(2 * positions);
  const auto   values = std::make_shared<std::vector<double>>(2 * positions);
  const auto   detector = [=](VirtualDetector::Quantity quantity, double inner, double outer) {
    const VirtualDetectorSet set(
      { { "detector", quantity, inner, outer, {} } }, shape.qy, shape.qx, size / 2, size / 2);
    return [=](const PatternSource & source) {
      MeasureVirtualDetectors(source, 0, shape.ry, set, nullptr, values->data(), execution);
    };
  };
  const auto statistics = [=](Deviation deviation, float lowest) {
    return [=](const PatternSource & source) {
      PatternSums       sums(shape, deviation);
      StatisticsOptions options;
      options.lowest = lowest;
      AddPatterns(source, 0, shape.ry, options, origins->data(), sums, execution);
    };
  };
  const auto gather = [=](const SamplingOptions & sampling) {
    const auto points = PointsOfMask(MakeAnnulusMask(shape.qy, shape.qx, { 0.12 * size, 0.2 * size }));
    const std::shared_ptr<const Feature> feature = MakeMaskedPixels(points, sampling);
    const auto                           rows = std::make_shared<std::vector<float>>(positions * points.size());
    return [=](const PatternSource & source) {
      GatherFeatures(source, 0, shape.ry, origins->data(), *feature, rows->data(), execution);
    };
  };
  constexpr float none = -std::numeric_limits<float>::infinity();
  Probe           probe;
  probe.qx = probe.qy = size / 2;
  probe.radius = 0.1 * size;
  return { { "annulus", detector(VirtualDetector::Quantity::Sum, 0.2 * size, 0.45 * size) },
           { "centre of mass",
             detector(VirtualDetector::Quantity::CentreOfMass, 0., std::numeric_limits<double>::infinity()) },
           { "origins, fixed disk",
             [=](const PatternSource & source) {
               FindOrigins(source, 0, shape.ry, OriginSearch::FixedDisk(shape), origins->data(), execution);
             } },
           { "origins, re-centred",
             [=](const PatternSource & source) {
               FindOrigins(source, 0, shape.ry, OriginSearch::Recentred(probe), origins->data(), execution);
             } },
           { "mean pattern", [=](const PatternSource & source) { MeanPattern(source, 1, execution); } },
           { "aligned statistics", statistics(Deviation::Global, none) },
           { "aligned statistics, lowest 1", statistics(Deviation::Global, 1.F) },
           { "nested statistics", statistics(Deviation::Nested, none) },
           { "origins and statistics",
             [=](const PatternSource & source) {
               PatternSums sums(shape, Deviation::Global);
               FindOriginsAndAddPatterns(
                 source, 0, shape.ry, OriginSearch::Recentred(probe), {}, origins->data(), sums, execution);
             } },
           { "gather", gather({ Sampler::Bilinear, 0. }) },
           { "gather, B-spline", gather({ Sampler::BSpline, 2. }) },
           { "node patterns", [=](const PatternSource & source) {
              std::vector<std::uint16_t> labels(positions);
              for (std::size_t p = 0; p < positions; ++p)
              {
                labels[p] = static_cast<std::uint16_t>(1 + p % 6);
              }
              NodePatternSums sums(6, shape.qy, shape.qx);
              AccumulatePatterns(source, 0, shape.ry, origins->data(), labels.data(), sums, execution);
            } } };
}

void
Run(const std::string & folder, std::int64_t scan, std::int64_t detector, double occupancy, int repeats, int threads)
{
  const ScanShape    shape{ scan, scan, detector, detector };
  const std::string  eventFile = folder + "/events.h5";
  const std::string  denseFile = folder + "/events.npy";
  const std::int64_t electrons = WriteEvents(eventFile, shape, occupancy);
  std::printf("%lld positions of %lld pixels, %.2f %% of them hit\n",
              static_cast<long long>(shape.Positions()),
              static_cast<long long>(shape.PatternPixels()),
              100. * static_cast<double>(electrons) /
                (static_cast<double>(shape.Positions()) * static_cast<double>(shape.PatternPixels())));
  const auto   events = OpenScanFile(eventFile);
  const double densify = MedianSeconds(1, [&] {
    NpyWriter writer(denseFile, shape, events->Type(), true);
    CopyScan(*events, writer, {});
  });
  std::printf("to NumPy\t%.4f s\nstage\tevents\tdense\tratio\tNumPy\tto NumPy and that, ratio\n", densify);
  const DenseRoute dense(*events);
  const auto       numpy = OpenScanFile(denseFile);
  Execution        execution;
  execution.threads = threads;
  for (const Stage & stage : Stages(shape, execution))
  {
    // In turns, so that what else the machine does hits all alike.
    std::vector<double> seconds[3];
    for (int i = 0; i < repeats; ++i)
    {
      int which = 0;
      for (const PatternSource * source : { static_cast<const PatternSource *>(events.get()),
                                            static_cast<const PatternSource *>(&dense),
                                            static_cast<const PatternSource *>(numpy.get()) })
      {
        seconds[which++].push_back(MedianSeconds(0, [&] { stage.run(*source); }));
      }
    }
    for (auto & each : seconds)
    {
      std::sort(each.begin(), each.end());
    }
    const auto   middle = static_cast<std::size_t>(repeats / 2);
    const double onEvents = seconds[0][middle];
    std::printf("%s\t%.4f\t%.4f\t%.1f\t%.4f\t%.1f\n",
                stage.name,
                onEvents,
                seconds[1][middle],
                seconds[1][middle] / onEvents,
                seconds[2][middle],
                (densify + seconds[2][middle]) / onEvents);
    std::fflush(stdout);
  }
}
} // namespace

int
main(int argc, char * argv[])
{
  if (argc < 2)
  {
    std::fprintf(stderr, "usage: %s FOLDER [SCAN] [DETECTOR] [OCCUPANCY] [REPEATS] [THREADS]\n", argv[0]);
    return EXIT_FAILURE;
  }
  try
  {
    Run(argv[1],
        argc > 2 ? std::atoll(argv[2]) : 128,
        argc > 3 ? std::atoll(argv[3]) : 256,
        argc > 4 ? std::atof(argv[4]) : 0.01,
        std::max(1, argc > 5 ? std::atoi(argv[5]) : 3),
        argc > 6 ? std::atoi(argv[6]) : 0);
  }
  catch (const std::exception & error)
  {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
