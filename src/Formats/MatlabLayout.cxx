// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Layout.h"
#include "Formats/InputFile.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
/** MATLAB's version 7.3. Its first index is the fastest, so that HDF5 has the axes reversed: A(i, j, k, l) is read with
 * i along detector columns and l along scan rows. */
class MatlabVariables : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "MATLAB 7.3";
  }

  bool
  Matches(hid_t file) const override;

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override;

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override;
};

bool
MatlabVariables::Matches(hid_t file) const
{
  const std::string beginning = "MATLAB 7.3 MAT-file";
  const hdf5::Id    creation(H5Fget_create_plist(file));
  hsize_t           userBlock = 0;
  if (H5Pget_userblock(creation, &userBlock) < 0 || userBlock < beginning.size())
  {
    return false;
  }
  std::string name(static_cast<std::size_t>(std::max<ssize_t>(H5Fget_name(file, nullptr, 0), 0)) + 1, '\0');
  H5Fget_name(file, name.data(), name.size());
  name.pop_back();
  std::string found(beginning.size(), '\0');
  InputFile(name).Read(0, found.data(), static_cast<std::int64_t>(found.size()));
  return found == beginning;
}

/** Of 4 dimensions, the largest, if only one is. */
Hdf5Candidate *
FindLargest(std::vector<Hdf5Candidate> & candidates)
{
  const auto pixels = [](const Hdf5Candidate & candidate) {
    double product = candidate.extents.size() == 4 ? 1 : 0;
    for (const std::int64_t extent : candidate.extents)
    {
      product *= static_cast<double>(extent);
    }
    return product;
  };
  const auto isSmaller = [&pixels](const auto & a, const auto & b) { return pixels(a) < pixels(b); };
  const auto largest = std::max_element(candidates.begin(), candidates.end(), isSmaller);
  return largest != candidates.end() && largest->extents.size() == 4 &&
             std::count_if(candidates.begin(),
                           candidates.end(),
                           [&](const auto & one) { return pixels(one) == pixels(*largest); }) == 1
           ? &*largest
           : nullptr;
}

std::vector<Hdf5Candidate>
MatlabVariables::Candidates(hid_t file) const
{
  auto candidates = AllCandidates(file);
  // #refs# and #subsystem# hold the insides of cells and objects.
  candidates.erase(std::remove_if(candidates.begin(),
                                  candidates.end(),
                                  [](const Hdf5Candidate & one) { return one.path.compare(0, 2, "/#") == 0; }),
                   candidates.end());
  if (Hdf5Candidate * largest = FindLargest(candidates))
  {
    largest->preferred = true;
  }
  return candidates;
}

Hdf5Description
MatlabVariables::Describe(hid_t file, const std::string & dataSet) const
{
  Hdf5Description description;
  const hdf5::Id  variable = hdf5::OpenDataSet(file, dataSet);
  if (const auto type = variable ? hdf5::AttributeText(variable, "MATLAB_class") : std::nullopt)
  {
    description.metadata["MatlabClass"] = *type;
  }
  const bool isStack = variable && hdf5::Extents(variable).size() == 3;
  description.notes.push_back(
    std::string("MATLAB's array is read with its first index along detector columns, its "
                "second along detector rows, ") +
    (isStack ? "its third along positions." : "its third along scan columns and its fourth along scan rows."));
  auto       candidates = this->Candidates(file);
  const auto of4 =
    std::count_if(candidates.begin(), candidates.end(), [](const auto & one) { return one.extents.size() == 4; });
  const auto * largest = FindLargest(candidates);
  if (of4 > 1 && largest && largest->path == dataSet)
  {
    description.notes.push_back(dataSet + " is the largest of " + std::to_string(of4) + " arrays of 4 dimensions.");
  }
  return description;
}
} // namespace

const Hdf5Layout &
MatlabLayout()
{
  static const MatlabVariables layout;
  return layout;
}
} // namespace fourdstem
