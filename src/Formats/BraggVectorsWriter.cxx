// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/BraggVectors.h"

#include "Formats/EmdTree.h"
#include "Formats/OutputFile.h"

#include <cmath>
#include <cstddef>

namespace fourdstem
{
namespace
{
constexpr const char * NodeName = "braggvectors";

/** A peak in py4DSTEM's order: detector row, detector column, intensity. */
struct PeakCompound
{
  double qx;
  double qy;
  double intensity;
};

/** Its HDF5 type, with that type of number, inside a Session. */
hdf5::Id
PeakCompoundType(hid_t number)
{
  hdf5::Id type = hdf5::Checked(H5Tcreate(H5T_COMPOUND, sizeof(PeakCompound)));
  hdf5::Check(H5Tinsert(type, "qx", offsetof(PeakCompound, qx), number));
  hdf5::Check(H5Tinsert(type, "qy", offsetof(PeakCompound, qy), number));
  hdf5::Check(H5Tinsert(type, "intensity", offsetof(PeakCompound, intensity), number));
  return type;
}

/** Qx of py4DSTEM is our y; in pixels. */
void
AddOrigins(hid_t calibration, const PeakLists & lists)
{
  const char * const names[2] = { "qx0", "qy0" };
  for (const std::size_t axis : { std::size_t{ 0 }, std::size_t{ 1 } })
  {
    std::vector<double> values;
    double              sum = 0.;
    double              count = 0.;
    for (std::size_t at = 1 - axis; at < lists.origins.size(); at += 2)
    {
      const auto value = static_cast<double>(lists.origins[at]);
      values.push_back(value);
      sum += std::isfinite(value) ? value : 0.;
      count += std::isfinite(value) ? 1. : 0.;
    }
    emd::AddArray(calibration, names[axis], lists.shape.ry, lists.shape.rx, values);
    if (count > 0.)
    {
      emd::AddNumber(calibration, std::string(names[axis]) + "_mean", sum / count);
    }
  }
}

void
WriteShape(hid_t node, const ScanShape & shape)
{
  const hdf5::Id bundle = emd::MakeNode(node, "metadatabundle", "metadatabundle", "");
  const hdf5::Id extents = emd::MakeNode(bundle, "_braggvectors_shape", "metadata", "Metadata");
  emd::AddIntegers(extents, "Rshape", { shape.ry, shape.rx });
  emd::AddIntegers(extents, "Qshape", { shape.qy, shape.qx });
}

void
WriteLists(hid_t node, const PeakLists & lists)
{
  std::vector<PeakCompound> values;
  values.reserve(lists.peaks.size());
  for (const ListedPeak & peak : lists.peaks)
  {
    values.push_back({ peak.y, peak.x, peak.intensity });
  }
  std::vector<hvl_t> elements;
  for (std::int64_t p = 0; p < lists.shape.Positions(); ++p)
  {
    elements.push_back(
      { static_cast<std::size_t>(lists.Count(p)), values.data() + lists.offsets[static_cast<std::size_t>(p)] });
  }
  const hsize_t  extents[] = { static_cast<hsize_t>(lists.shape.ry), static_cast<hsize_t>(lists.shape.rx) };
  const hdf5::Id space = hdf5::Checked(H5Screate_simple(2, extents, nullptr));
  const hdf5::Id stored = hdf5::Checked(H5Tvlen_create(PeakCompoundType(H5T_IEEE_F64LE)));
  const hdf5::Id memory = hdf5::Checked(H5Tvlen_create(PeakCompoundType(H5T_NATIVE_DOUBLE)));
  const hdf5::Id properties = hdf5::DataSetProperties();
  const hdf5::Id dataSet = hdf5::Checked(H5Dcreate2(node, "data", stored, space, H5P_DEFAULT, properties, H5P_DEFAULT));
  hdf5::Check(H5Dwrite(dataSet, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, elements.data()));
}

std::vector<unsigned char>
MakeFile(const PeakLists & lists, const Provenance & provenance)
{
  const hdf5::Session session;
  const hdf5::Id      file = hdf5::CreateFile();
  {
    const hdf5::Id root = emd::MakeRoot(file, "braggvectors_root");
    const hdf5::Id bundle = emd::MakeNode(root, "metadatabundle", "metadatabundle", "");
    const hdf5::Id calibration = emd::MakeCalibration(bundle, lists.scan, lists.detector, std::string("/") + NodeName);
    if (!lists.origins.empty())
    {
      AddOrigins(calibration, lists);
    }
    emd::WriteDictionary(bundle, "provenance", emd::WithNotes(provenance, lists.notes));
    const hdf5::Id node = emd::MakeNode(root, NodeName, "custom", "BraggVectors");
    WriteShape(node, lists.shape);
    WriteLists(emd::MakeNode(node, "_v_uncal", "custom_pointlistarray", "PointListArray"), lists);
  }
  return hdf5::FileImage(file);
}
} // namespace

void
WriteBraggVectors(const std::string & path, const PeakLists & lists, bool overwrite, const Provenance & provenance)
{
  ValidatePeakLists(lists);
  OutputFile file(path, overwrite);
  const auto image = MakeFile(lists, provenance);
  file.Write(image.data(), image.size());
  file.Publish();
}
} // namespace fourdstem
