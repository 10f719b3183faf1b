// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Scan.h"

#include "Arrays.h"
#include "Errors.h"

#include "FourDSTEMInfoXml.h"

#include "Common/ScanArguments.h"
#include "Common/ScanJson.h"

#include <nanobind/stl/array.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>
#include <cstring>

namespace fourdstem::python
{
namespace
{
using Quadruple = std::array<std::int64_t, 4>;

Scan
Open(const std::string & path, std::vector<std::string> words)
{
  std::vector<std::string> all = words;
  all.emplace_back(""); // a path that is not there is no wrong option here
  const cli::Arguments         arguments(cli::CommandDescription::FromXml(FourDSTEMInfoXml), all);
  const nb::gil_scoped_release unlocked;
  return { WithFile([&] { return OpenScanFile(path, cli::ReadScanOptions(arguments)); }), path, std::move(words) };
}

/** `calibration`: spacing and offset of rows and columns. */
Scan
FromArray(const AnyArray &              array,
          const std::string &           what,
          const std::array<double, 4> & scan,
          const std::string &           scanUnit,
          const std::array<double, 4> & detector,
          const std::string &           detectorUnit)
{
  ScanHeader header;
  header.format = what;
  header.shapeSource = "array";
  const auto calibrate =
    [](AxesCalibration & axes, const std::array<double, 4> & numbers, const std::string & unit, const char * source) {
      axes.spacing[0] = numbers[0];
      axes.spacing[1] = numbers[1];
      axes.offset[0] = numbers[2];
      axes.offset[1] = numbers[3];
      axes.unit = unit;
      axes.source = unit == "px" ? "" : source;
    };
  calibrate(header.scan, scan, scanUnit, "given");
  calibrate(header.detector, detector, detectorUnit, "given");
  return { MakeArrayScan(array, std::move(header)), {}, {} };
}

/** Copies every step[i]-th of count[i] along each axis, from start[i], to `out`. */
template <typename TValue>
void
CopyPixels(const ScanFile &  file,
           const Quadruple & start,
           const Quadruple & count,
           const Quadruple & step,
           TValue *          out)
{
  PatternLease       lease;
  const std::int64_t span = (count[1] - 1) * step[1] + 1;
  for (std::int64_t row = 0; row < count[0]; ++row)
  {
    {
      const nb::gil_scoped_acquire locked;
      if (PyErr_CheckSignals() != 0)
      {
        throw nb::python_error();
      }
    }
    const PatternBlock block = file.Read(start[0] + row * step[0], start[1], span, lease);
    for (std::int64_t p = 0; p < span; p += step[1])
    {
      for (std::int64_t y = 0; y < count[2]; ++y)
      {
        const TValue * pixels = block.Row<TValue>(p, start[2] + y * step[2]) + start[3];
        if (step[3] == 1)
        {
          std::memcpy(out, pixels, static_cast<std::size_t>(count[3]) * sizeof(TValue));
          out += count[3];
          continue;
        }
        for (std::int64_t x = 0; x < count[3]; ++x)
        {
          *out++ = pixels[x * step[3]];
        }
      }
    }
  }
}

void
ReadInto(const Scan &                                       scan,
         const nb::ndarray<nb::c_contig, nb::device::cpu> & out,
         const Quadruple &                                  start,
         const Quadruple &                                  count,
         const Quadruple &                                  step)
{
  const ScanFile &  file = *scan.file;
  const ScanShape & shape = file.Shape();
  const Quadruple   extents{ shape.ry, shape.rx, shape.qy, shape.qx };
  std::size_t       pixels = 1;
  for (std::size_t i = 0; i < 4; ++i)
  {
    if (start[i] < 0 || count[i] < 1 || step[i] < 1 || count[i] > (extents[i] - 1 - start[i]) / step[i] + 1 ||
        start[i] >= extents[i])
    {
      throw std::out_of_range("the region lies outside the scan");
    }
    pixels *= static_cast<std::size_t>(count[i]);
  }
  if (out.nbytes() != pixels * SizeOf(file.Type()))
  {
    throw std::invalid_argument("the array to read into does not fit the region");
  }
  void * const                 data = out.data();
  const nb::gil_scoped_release unlocked;
  VisitElementType(file.Type(),
                   [&](auto zero) { CopyPixels(file, start, count, step, static_cast<decltype(zero) *>(data)); });
}
} // namespace

void
BindScan(nb::module_ & module)
{
  nb::class_<Scan>(module, "Scan")
    .def_ro("path", &Scan::path)
    .def_ro("words", &Scan::words)
    .def_prop_ro("dtype", [](const Scan & scan) { return std::string(NameOf(scan.file->Type())); })
    .def_prop_ro("json", [](const Scan & scan) { return cli::Dump(cli::ScanJson(scan.path, *scan.file), -1); })
    .def("read_into", &ReadInto);
  module.def("open", &Open);
  module.def("from_array", &FromArray);
}
} // namespace fourdstem::python
