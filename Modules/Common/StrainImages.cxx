// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Common/StrainOutput.h"

#include "Common/ScanArguments.h"
#include "Common/TreeFolder.h"

#include "fourdstem/BraggVectors.h"

#include "itkVectorImage.h"

#include <cmath>
#include <filesystem>
#include <sstream>

namespace fourdstem::cli
{
namespace
{
using VectorImage = itk::VectorImage<float, 2>;
using MaskImage = itk::Image<unsigned char, 2>;

/** What follows the unit in the images' note of it. */
constexpr const char * FromTheOrigin = " from the origin";

NamedValues
MakeValues(std::vector<std::string> names, std::int64_t positions)
{
  NamedValues made;
  made.values.resize(names.size() * static_cast<std::size_t>(positions));
  made.names = std::move(names);
  return made;
}

void
Set(NamedValues & values, std::int64_t position, std::size_t component, double value)
{
  values.values[static_cast<std::size_t>(position) * values.names.size() + component] = static_cast<float>(value);
}

NamedValues
StrainComponentsOf(const StrainOutput & output)
{
  const auto &             names = StrainComponentNames();
  std::vector<std::string> all(names.begin(), names.end());
  const std::size_t        gradients = all.size();
  for (const StrainComponent component : { StrainXX, StrainYY, StrainXY, Rotation })
  {
    all.push_back(std::string(names[component]) + " gradient");
  }
  const ScanShape &  shape = output.header.shape;
  NamedValues        components = MakeValues(all, shape.Positions());
  const auto &       strain = output.result.strain;
  std::vector<float> slopes(static_cast<std::size_t>(shape.Positions()));
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    for (std::size_t c = 0; c < StrainComponents; ++c)
    {
      Set(components, p, c, static_cast<double>(strain[static_cast<std::size_t>(p) * StrainComponents + c]));
    }
  }
  std::size_t at = gradients;
  for (const StrainComponent component : { StrainXX, StrainYY, StrainXY, Rotation })
  {
    StrainGradients(shape.ry, shape.rx, strain.data(), component, slopes.data());
    for (std::int64_t p = 0; p < shape.Positions(); ++p)
    {
      Set(components, p, at, static_cast<double>(slopes[static_cast<std::size_t>(p)]));
    }
    ++at;
  }
  return components;
}

NamedValues
LatticeComponentsOf(const StrainOutput & output)
{
  const auto &       names = LatticeComponentNames();
  const std::int64_t positions = output.header.shape.Positions();
  NamedValues        components = MakeValues({ names.begin(), names.end() }, positions);
  float              values[LatticeComponents];
  for (std::int64_t p = 0; p < positions; ++p)
  {
    ToComponents(output.result.fits[static_cast<std::size_t>(p)], values);
    for (std::size_t c = 0; c < LatticeComponents; ++c)
    {
      Set(components, p, c, static_cast<double>(values[c]));
    }
  }
  return components;
}

NamedValues
DiskComponentsOf(const StrainOutput & output)
{
  const std::int64_t       positions = output.header.shape.Positions();
  const std::int64_t       most = MostPlaces(output.result.search);
  std::vector<std::string> names;
  for (std::int64_t i = 1; i <= most; ++i)
  {
    for (const char * what : { " x", " y", " height", " sigma" })
    {
      names.push_back("disk " + std::to_string(i) + what);
    }
  }
  NamedValues components = MakeValues(names, positions);
  for (std::int64_t p = 0; p < positions; ++p)
  {
    for (std::int64_t i = 0; i < most; ++i)
    {
      const BraggDisk & disk = output.result.disks[static_cast<std::size_t>(p * most + i)];
      const auto        first = static_cast<std::size_t>(4 * i);
      Set(components, p, first, static_cast<double>(disk.x));
      Set(components, p, first + 1, static_cast<double>(disk.y));
      Set(components, p, first + 2, static_cast<double>(disk.height));
      Set(components, p, first + 3, static_cast<double>(disk.sigma));
    }
  }
  return components;
}

void
WriteValues(const NamedValues & values, const Grid & grid, const std::string & path, Notes notes)
{
  std::string & names = notes["FourDSTEM_ComponentNames"];
  for (const std::string & name : values.names)
  {
    names += (names.empty() ? "" : ",") + name;
  }
  const auto count = static_cast<unsigned int>(values.names.size());
  WriteNrrd(MakeImage<VectorImage>(grid, values.values.data(), count).GetPointer(), path, notes);
}

/** Values of an image that lies on `grid`, which is set where it is empty; `dictionary` gets the image's keys. */
NamedValues
ReadMap(const std::string & folder, const char * name, Grid & grid, itk::MetaDataDictionary & dictionary)
{
  const std::string path = (std::filesystem::u8path(folder) / name).u8string();
  const auto        image = ReadResultImage<VectorImage>(path);
  const Grid        own = GridOf(image.GetPointer(), grid.unit);
  if (grid.rows > 0 && (grid.rows != own.rows || grid.columns != own.columns))
  {
    throw std::runtime_error(path + " has " + std::to_string(own.rows) + " x " + std::to_string(own.columns) +
                             " pixels, the other results " + std::to_string(grid.rows) + " x " +
                             std::to_string(grid.columns));
  }
  grid = own;
  dictionary = image->GetMetaDataDictionary();
  NamedValues        read;
  std::istringstream list(NoteOf(dictionary, "FourDSTEM_ComponentNames"));
  for (std::string part; std::getline(list, part, ',');)
  {
    read.names.push_back(part);
  }
  read.names.resize(image->GetNumberOfComponentsPerPixel());
  const auto count = image->GetLargestPossibleRegion().GetNumberOfPixels() * read.names.size();
  read.values.assign(image->GetBufferPointer(), image->GetBufferPointer() + count);
  return read;
}
} // namespace

StrainMaps
MapsOf(const StrainOutput & output)
{
  StrainMaps maps{ ScanGrid(output.header),
                   StrainComponentsOf(output),
                   LatticeComponentsOf(output),
                   DiskComponentsOf(output),
                   {},
                   output.result.measurement.origins,
                   output.reference,
                   output.axes,
                   (output.result.ellipse ? "undistorted " : "") + output.unit,
                   ListDisks(output.header.shape,
                             MostPlaces(output.result.search),
                             output.result.disks.data(),
                             output.result.measurement.origins.data()) };
  maps.peaks->scan = output.header.scan;
  maps.peaks->detector = output.header.detector;
  for (const LatticeFit & fit : output.result.fits)
  {
    maps.mask.push_back(std::isfinite(fit.g1[0]) ? 1 : 0);
  }
  return maps;
}

StrainMaps
ReadStrainMaps(const std::string & folder, Notes & notes)
{
  StrainMaps              maps;
  itk::MetaDataDictionary dictionary;
  maps.strain = ReadMap(folder, "strain.nrrd", maps.scan, dictionary);
  for (const char * key : { "FourDSTEM_Program",
                            "FourDSTEM_Version",
                            "FourDSTEM_Input",
                            "FourDSTEM_ScanUnit",
                            "FourDSTEM_DetectorUnit",
                            "FourDSTEM_Reading" })
  {
    const std::string note = NoteOf(dictionary, key);
    if (!note.empty())
    {
      notes[key] = note;
    }
  }
  maps.reference = NoteOf(dictionary, "FourDSTEM_StrainReference");
  maps.axes = NoteOf(dictionary, "FourDSTEM_StrainAxes");
  if (notes.count("FourDSTEM_ScanUnit") > 0)
  {
    maps.scan.unit = notes["FourDSTEM_ScanUnit"];
  }
  maps.lattice = ReadMap(folder, "lattice.nrrd", maps.scan, dictionary);
  const std::string units = NoteOf(dictionary, "FourDSTEM_Units");
  maps.unit = units.substr(0, units.find(FromTheOrigin));
  maps.disks = ReadMap(folder, "disks.nrrd", maps.scan, dictionary);
  const NamedValues mask = ReadMap(folder, "mask.nrrd", maps.scan, dictionary);
  maps.mask.assign(mask.values.begin(), mask.values.end());
  maps.origins = ReadMap(folder, "origin.nrrd", maps.scan, dictionary).values;
  const auto peaks = std::filesystem::u8path(folder) / "peaks.h5";
  if (std::filesystem::exists(peaks))
  {
    maps.peaks = ReadBraggVectors(peaks.u8string(), "");
  }
  return maps;
}

void
WriteStrainMaps(const StrainMaps & maps, const ResultFolder & folder, const Notes & notes, const Monitor & monitor)
{
  const auto tell = [&monitor](double done) {
    if (monitor.report && !monitor.report(done))
    {
      throw Aborted();
    }
  };
  Notes strainNotes = notes;
  strainNotes["FourDSTEM_StrainReference"] = maps.reference;
  strainNotes["FourDSTEM_StrainAxes"] = maps.axes;
  strainNotes["FourDSTEM_Units"] = "strain: 1; rotation, axis: degree; gradients: per scan step";
  WriteValues(maps.strain, maps.scan, folder.File("strain.nrrd"), strainNotes);
  tell(0.3);
  Notes latticeNotes = notes;
  latticeNotes["FourDSTEM_Units"] = maps.unit + FromTheOrigin + "; variances: its square";
  WriteValues(maps.lattice, maps.scan, folder.File("lattice.nrrd"), latticeNotes);
  tell(0.5);
  WriteValues(maps.disks, maps.scan, folder.File("disks.nrrd"), latticeNotes);
  tell(0.8);
  WriteNrrd(MakeImage<MaskImage>(maps.scan, maps.mask.data()).GetPointer(), folder.File("mask.nrrd"), notes);
  WriteValues({ { "qx0", "qy0" }, maps.origins }, maps.scan, folder.File("origin.nrrd"), notes);
  if (maps.peaks)
  {
    WriteBraggVectors(folder.File("peaks.h5"), *maps.peaks, false, notes);
  }
  tell(1.);
}
} // namespace fourdstem::cli
