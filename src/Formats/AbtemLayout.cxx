// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Axes.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
constexpr std::int64_t MostAxes = 8;

/** A 1-D data set of texts of one length. */
std::vector<std::string>
ReadTexts(hid_t dataSet)
{
  const hdf5::Id    type(H5Dget_type(dataSet));
  const std::size_t length = H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) <= 0 ? H5Tget_size(type) : 0;
  const auto        extents = hdf5::Extents(dataSet);
  if (length == 0 || length > 256 || extents.size() != 1 || extents[0] < 1 || extents[0] > MostAxes)
  {
    return {};
  }
  std::string all(length * static_cast<std::size_t>(extents[0]), '\0');
  if (H5Dread(dataSet, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, all.data()) < 0)
  {
    return {};
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < static_cast<std::size_t>(extents[0]); ++i)
  {
    std::string text = all.substr(i * length, length);
    text.erase(std::min(text.find('\0'), text.size()));
    text.erase(text.find_last_not_of(". ") + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

/** Measurements of abTEM before 1.0: the array, and one calibration for each of its axes. */
class AbtemMeasurementLayout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "abTEM";
  }

  bool
  Matches(hid_t file) const override
  {
    return hdf5::OpenDataSet(file, "/array") && hdf5::OpenDataSet(file, "/sampling") &&
           hdf5::OpenDataSet(file, "/units");
  }

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override
  {
    Hdf5Description description;
    const hdf5::Id  offset = hdf5::OpenDataSet(file, "/offset");
    const auto      sampling = hdf5::Numbers(hdf5::OpenDataSet(file, "/sampling"), MostAxes);
    const auto      offsets = offset ? hdf5::Numbers(offset, MostAxes) : std::vector<double>();
    const auto      units = ReadTexts(hdf5::OpenDataSet(file, "/units"));
    const auto      rank = hdf5::Extents(hdf5::OpenDataSet(file, dataSet)).size();
    if (dataSet != "/array")
    {
      return description;
    }
    if (sampling.size() != rank || units.size() != rank)
    {
      description.notes.push_back("sampling and units do not have one entry for each of the " + std::to_string(rank) +
                                  " axes of the array; 1 px is assumed.");
      return description;
    }
    const auto axis = [&](std::size_t i) {
      // An axis without calibration has sampling 0 and no unit.
      const bool isSaid = sampling[i] != 0 || !units[i].empty();
      return isSaid ? WrittenAxis{ sampling[i], i < offsets.size() ? offsets[i] : 0, units[i] } : WrittenAxis();
    };
    description.detector =
      CalibratedAxes({ axis(rank - 2), axis(rank - 1) }, "detector", "sampling, units", description.notes);
    if (rank == 4)
    {
      description.scan = CalibratedAxes({ axis(0), axis(1) }, "scan", "sampling, units", description.notes);
    }
    return description;
  }
};
} // namespace

const Hdf5Layout &
AbtemLayout()
{
  static const AbtemMeasurementLayout layout;
  return layout;
}
} // namespace fourdstem
