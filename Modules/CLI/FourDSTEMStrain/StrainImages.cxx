// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "StrainOutput.h"

#include "Common/ScanArguments.h"

#include "itkVectorImage.h"

#include <cmath>

namespace fourdstem::cli
{
namespace
{
using VectorImage = itk::VectorImage<float, 2>;
using MaskImage = itk::Image<unsigned char, 2>;

/** Values of every position by component, with the components' names. */
class Components
{
public:
  Components(std::vector<std::string> names, std::int64_t positions)
    : m_Names(std::move(names))
    , m_Values(m_Names.size() * static_cast<std::size_t>(positions))
  {}

  void
  Set(std::int64_t position, std::size_t component, double value)
  {
    m_Values[static_cast<std::size_t>(position) * m_Names.size() + component] = static_cast<float>(value);
  }

  void
  Write(const Grid & grid, const std::string & path, Notes notes) const
  {
    std::string & names = notes["FourDSTEM_ComponentNames"];
    for (const std::string & name : m_Names)
    {
      names += (names.empty() ? "" : ",") + name;
    }
    const auto count = static_cast<unsigned int>(m_Names.size());
    WriteNrrd(MakeImage<VectorImage>(grid, m_Values.data(), count).GetPointer(), path, notes);
  }

private:
  std::vector<std::string> m_Names;
  std::vector<float>       m_Values;
};

Components
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
  Components         components(all, shape.Positions());
  const auto &       strain = output.result.strain;
  std::vector<float> slopes(static_cast<std::size_t>(shape.Positions()));
  for (std::int64_t p = 0; p < shape.Positions(); ++p)
  {
    for (std::size_t c = 0; c < StrainComponents; ++c)
    {
      components.Set(p, c, static_cast<double>(strain[static_cast<std::size_t>(p) * StrainComponents + c]));
    }
  }
  std::size_t at = gradients;
  for (const StrainComponent component : { StrainXX, StrainYY, StrainXY, Rotation })
  {
    StrainGradients(shape.ry, shape.rx, strain.data(), component, slopes.data());
    for (std::int64_t p = 0; p < shape.Positions(); ++p)
    {
      components.Set(p, at, static_cast<double>(slopes[static_cast<std::size_t>(p)]));
    }
    ++at;
  }
  return components;
}

Components
LatticeComponentsOf(const StrainOutput & output)
{
  const auto &       names = LatticeComponentNames();
  const std::int64_t positions = output.header.shape.Positions();
  Components         components({ names.begin(), names.end() }, positions);
  float              values[LatticeComponents];
  for (std::int64_t p = 0; p < positions; ++p)
  {
    ToComponents(output.result.fits[static_cast<std::size_t>(p)], values);
    for (std::size_t c = 0; c < LatticeComponents; ++c)
    {
      components.Set(p, c, static_cast<double>(values[c]));
    }
  }
  return components;
}

Components
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
  Components components(names, positions);
  for (std::int64_t p = 0; p < positions; ++p)
  {
    for (std::int64_t i = 0; i < most; ++i)
    {
      const BraggDisk & disk = output.result.disks[static_cast<std::size_t>(p * most + i)];
      const auto        first = static_cast<std::size_t>(4 * i);
      components.Set(p, first, static_cast<double>(disk.x));
      components.Set(p, first + 1, static_cast<double>(disk.y));
      components.Set(p, first + 2, static_cast<double>(disk.height));
      components.Set(p, first + 3, static_cast<double>(disk.sigma));
    }
  }
  return components;
}
} // namespace

void
WriteStrainImages(const StrainOutput & output,
                  const ResultFolder & folder,
                  const Notes &        notes,
                  const Monitor &      monitor)
{
  const auto tell = [&monitor](double done) {
    if (monitor.report && !monitor.report(done))
    {
      throw Aborted();
    }
  };
  const StrainResult & result = output.result;
  const Grid           scan = ScanGrid(output.header);
  Notes                strainNotes = notes;
  strainNotes["FourDSTEM_StrainReference"] = output.reference;
  strainNotes["FourDSTEM_StrainAxes"] = output.axes;
  strainNotes["FourDSTEM_Units"] = "strain: 1; rotation, axis: degree; gradients: per scan step";
  StrainComponentsOf(output).Write(scan, folder.File("strain.nrrd"), strainNotes);
  tell(0.3);
  Notes latticeNotes = notes;
  latticeNotes["FourDSTEM_Units"] = "detector pixels from the origin; variances: square detector pixels";
  LatticeComponentsOf(output).Write(scan, folder.File("lattice.nrrd"), latticeNotes);
  tell(0.5);
  DiskComponentsOf(output).Write(scan, folder.File("disks.nrrd"), latticeNotes);
  tell(0.8);
  std::vector<unsigned char> mask;
  for (const LatticeFit & fit : result.fits)
  {
    mask.push_back(std::isfinite(fit.g1[0]) ? 1 : 0);
  }
  WriteNrrd(MakeImage<MaskImage>(scan, mask.data()).GetPointer(), folder.File("mask.nrrd"), notes);
  Notes originNotes = notes;
  originNotes["FourDSTEM_ComponentNames"] = "qx0,qy0";
  WriteNrrd(MakeImage<VectorImage>(scan, result.measurement.origins.data(), 2).GetPointer(),
            folder.File("origin.nrrd"),
            originNotes);
  tell(1.);
}
} // namespace fourdstem::cli
