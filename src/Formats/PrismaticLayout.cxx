// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/EmdCalibration.h"
#include "Formats/Text.h"

namespace fourdstem
{
namespace
{
/** Simulations of Prismatic, arranged as in py4DSTEM 0.5: one DataCube for each depth at which the wave was saved. */
class PrismaticSimulation : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "Prismatic";
  }

  bool
  Matches(hid_t file) const override
  {
    return static_cast<bool>(hdf5::OpenGroup(file, "/4DSTEM_simulation"));
  }

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override
  {
    auto candidates = AllCandidates(file);
    for (Hdf5Candidate & candidate : candidates)
    {
      candidate.preferred = candidate.extents.size() == 4 && FileNameOf(candidate.path) == "datacube";
    }
    return candidates;
  }

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override;
};

/** Versions before May 2020 wrote Angstrom and called them nm (prism-em/prismatic, pull request 80). */
AxesCalibration
ReadAxes(hid_t group, std::size_t rows, const std::string & whose, std::vector<std::string> & notes)
{
  auto ofRows = ReadDimension(group, rows, notes);
  auto ofColumns = ReadDimension(group, rows + 1, notes);
  if (!ofRows || !ofColumns)
  {
    return {};
  }
  for (WrittenAxis * axis : { &*ofRows, &*ofColumns })
  {
    if (const auto at = axis->unit.find("n_m"); at != std::string::npos)
    {
      axis->unit.replace(at, 3, "A");
      if (axis == &*ofRows)
      {
        notes.push_back("The " + whose + " is calibrated in Angstrom (" + axis->unit +
                        "), whatever the file says: Prismatic called them nm until 2020.");
      }
    }
  }
  const std::string source = "dim" + std::to_string(rows) + ", dim" + std::to_string(rows + 1);
  return CalibratedAxes({ *ofRows, *ofColumns }, whose, source, notes);
}

Hdf5Description
PrismaticSimulation::Describe(hid_t file, const std::string & dataSet) const
{
  const hdf5::Id  group = hdf5::OpenGroup(file, ParentPath(dataSet));
  Hdf5Description description;
  description.scan = ReadAxes(group, 1, "scan", description.notes);
  description.detector = ReadAxes(group, 3, "detector", description.notes);
  if (const auto depth = hdf5::AttributeNumber(group, "output_depth"))
  {
    description.metadata["OutputDepth_A"] = FormatNumber(*depth);
  }
  const hdf5::Id parameters =
    hdf5::OpenGroup(file, "/4DSTEM_simulation/metadata/metadata_0/original/simulation_parameters");
  if (const auto energy = parameters ? hdf5::AttributeNumber(parameters, "E") : std::nullopt)
  {
    description.metadata["HighVoltage_V"] = FormatNumber(*energy * 1e3);
  }
  if (const auto semiangle = parameters ? hdf5::AttributeNumber(parameters, "sa") : std::nullopt)
  {
    description.metadata["ConvergenceSemiangle_mrad"] = FormatNumber(*semiangle);
  }
  return description;
}
} // namespace

const Hdf5Layout &
PrismaticLayout()
{
  static const PrismaticSimulation layout;
  return layout;
}
} // namespace fourdstem
