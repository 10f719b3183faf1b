// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Axes.h"
#include "Formats/Hdf5ScanAxes.h"
#include "Formats/Text.h"

#include <algorithm>

namespace fourdstem
{
namespace
{
/** Signals of HyperSpy and of what builds on it, such as pyxem: /Experiments/<title> with data and a group
 * axis-<number> for each of its axes, navigation axes before signal axes, both with the slowest first. */
class HyperspySignals : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "HyperSpy";
  }

  bool
  Matches(hid_t file) const override
  {
    const hdf5::Id root = hdf5::OpenGroup(file, "/");
    return hdf5::AttributeText(root, "file_format") == "HyperSpy" || hdf5::OpenGroup(file, "/Experiments");
  }

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override;

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override;
};

/** Of `group`'s array; missing where files do not describe it. */
hdf5::Id
OpenAxis(hid_t group, std::size_t number)
{
  return hdf5::OpenGroup(group, "axis-" + std::to_string(number));
}

/** Whether a signal axis; files from before there was that attribute have two of them. */
bool
IsSignalAxis(hid_t group, std::size_t number, std::size_t rank)
{
  const hdf5::Id axis = OpenAxis(group, number);
  const auto     navigate = axis ? hdf5::AttributeNumber(axis, "navigate") : std::nullopt;
  return navigate ? *navigate == 0 : number + 2 >= rank;
}

/** Numbers of a candidate's axes in its data set. */
std::vector<std::size_t>
AxesOf(const Hdf5Candidate & candidate)
{
  return Hdf5ScanAxes(candidate.axes, candidate.extents.size()).Numbers();
}

/** Whether the last two axes, and no others, are signal axes. */
bool
HasPatterns(hid_t group, const std::vector<std::size_t> & axes)
{
  bool has = true;
  for (std::size_t i = 0; i < axes.size(); ++i)
  {
    has = has && IsSignalAxis(group, axes[i], axes.back() + 1) == (i + 2 >= axes.size());
  }
  return has;
}

std::vector<Hdf5Candidate>
HyperspySignals::Candidates(hid_t file) const
{
  auto candidates = AllCandidates(file);
  for (Hdf5Candidate & candidate : candidates)
  {
    const std::string parent = ParentPath(candidate.path);
    candidate.preferred = ParentPath(parent) == "/Experiments" && FileNameOf(candidate.path) == "data" &&
                          HasPatterns(hdf5::OpenGroup(file, parent), AxesOf(candidate));
  }
  return candidates;
}

std::optional<WrittenAxis>
ReadAxis(hid_t group, std::size_t number, std::vector<std::string> & notes)
{
  const hdf5::Id axis = OpenAxis(group, number);
  const auto     scale = axis ? hdf5::AttributeNumber(axis, "scale") : std::nullopt;
  const auto     type = axis ? hdf5::AttributeText(axis, "_type") : std::nullopt;
  if (!scale && type)
  {
    notes.push_back("axis-" + std::to_string(number) + " is a " + *type +
                    ", whose steps may differ; it is not used as calibration.");
  }
  if (!scale)
  {
    return std::nullopt;
  }
  WrittenAxis written;
  written.spacing = *scale;
  written.offset = hdf5::AttributeNumber(axis, "offset").value_or(0);
  written.unit = hdf5::AttributeText(axis, "units").value_or("");
  if (written.unit == "_None_" || written.unit == "<undefined>")
  {
    written.unit.clear();
  }
  return written;
}

AxesCalibration
ReadAxes(hid_t                      group,
         std::size_t                rows,
         std::size_t                columns,
         const std::string &        whose,
         std::vector<std::string> & notes)
{
  const auto ofRows = ReadAxis(group, rows, notes);
  const auto ofColumns = ReadAxis(group, columns, notes);
  if (!ofRows || !ofColumns)
  {
    return {};
  }
  const std::string source = "axis-" + std::to_string(rows) + ", axis-" + std::to_string(columns);
  if (ofRows->unit.empty() && ofColumns->unit.empty() && (ofRows->spacing != 1 || ofColumns->spacing != 1))
  {
    notes.push_back("The " + whose + "'s steps, " + FormatNumber(ofRows->spacing) + " and " +
                    FormatNumber(ofColumns->spacing) + " (" + source + "), have no unit; 1 px is assumed.");
    return {};
  }
  return CalibratedAxes({ *ofRows, *ofColumns }, whose, source, notes);
}

void
ReadMetadata(hid_t group, std::map<std::string, std::string> & metadata)
{
  const auto text = [&](const std::string & path, const std::string & name) {
    const hdf5::Id at = hdf5::OpenGroup(group, path);
    const auto     found = at ? hdf5::AttributeText(at, name) : std::nullopt;
    return found && *found != "_None_" && *found != "__unnamed__" ? *found : std::string();
  };
  const auto number = [&](const std::string & path, const std::string & name) {
    const hdf5::Id at = hdf5::OpenGroup(group, path);
    return at ? hdf5::AttributeNumber(at, name) : std::nullopt;
  };
  const auto add = [&metadata](const std::string & name, const std::string & value) {
    if (!value.empty())
    {
      metadata[name] = value;
    }
  };
  // Before version 1.2 of the format metadata was mapped_parameters, whose groups were its own attributes.
  add("Title", text("mapped_parameters", "title"));
  add("SignalType", text("mapped_parameters", "signal_type"));
  add("Title", text("metadata/General", "title"));
  add("SignalType", text("metadata/Signal", "signal_type"));
  const std::string date = text("metadata/General", "date");
  const std::string time = text("metadata/General", "time");
  add("Timestamp", date.empty() || time.empty() ? date : date + "T" + time);
  for (const char * path : { "mapped_parameters/TEM",
                             "mapped_parameters/Acquisition_instrument/TEM",
                             "metadata/Acquisition_instrument/TEM" })
  {
    const auto energy = number(path, "beam_energy");
    const auto length = number(path, "camera_length");
    const auto angle = number(path, "convergence_angle");
    add("HighVoltage_V", energy ? FormatNumber(*energy * 1e3) : std::string());
    add("CameraLength_m", length ? FormatNumber(*length / 1e3) : std::string());
    add("ConvergenceSemiangle_mrad", angle ? FormatNumber(*angle) : std::string());
  }
}

Hdf5Description
HyperspySignals::Describe(hid_t file, const std::string & dataSet) const
{
  const hdf5::Id  group = hdf5::OpenGroup(file, ParentPath(dataSet));
  const auto      candidate = CandidateOf(dataSet, hdf5::OpenDataSet(file, dataSet));
  Hdf5Description description;
  if (!candidate || !OpenAxis(group, 0))
  {
    return description;
  }
  const auto        axes = AxesOf(*candidate);
  const std::size_t count = axes.size();
  if (!HasPatterns(group, axes))
  {
    description.notes.emplace_back(
      "HyperSpy's navigation and signal axes are not those of patterns in a scan; the last "
      "two axes are read as the detector's.");
  }
  if (count == 4)
  {
    description.scan = ReadAxes(group, axes[0], axes[1], "scan", description.notes);
  }
  description.detector = ReadAxes(group, axes[count - 2], axes[count - 1], "detector", description.notes);
  ReadMetadata(group, description.metadata);
  return description;
}
} // namespace

const Hdf5Layout &
HyperspyLayout()
{
  static const HyperspySignals layout;
  return layout;
}
} // namespace fourdstem
