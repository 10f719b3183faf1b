// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Layout.h"

namespace fourdstem
{
namespace
{
using Units = std::map<std::string, KnownUnit>;

std::string
Replace(std::string text, const std::string & what, const std::string & by)
{
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
  {
    text.replace(at, what.size(), by);
  }
  return text;
}

/** One spelling for each: A for the Angstrom, u for micro, x^-1 for 1/x; without the signs of LaTeX, spaces, brackets.
 */
std::string
Normalised(std::string unit)
{
  for (const char * angstrom : { "\xC3\x85", "\xE2\x84\xAB", "\\AA", "Angstrom", "angstrom", "Ang" })
  {
    unit = Replace(unit, angstrom, "A");
  }
  for (const char * micro : { "\xC2\xB5", "\xCE\xBC" })
  {
    unit = Replace(unit, micro, "u");
  }
  unit = Replace(unit, "\xE2\x81\xBB\xC2\xB9", "^-1");
  for (const char * sign : { "k_", "_", " ", "$", "{", "}", "[", "]" })
  {
    unit = Replace(unit, sign, "");
  }
  if (unit.compare(0, 2, "1/") == 0)
  {
    return unit.substr(2) + "^-1";
  }
  const auto length = unit.size();
  return length > 2 && unit.compare(length - 2, 2, "-1") == 0 && unit[length - 3] != '^'
           ? unit.substr(0, length - 2) + "^-1"
           : unit;
}

std::optional<KnownUnit>
Find(const Units & units, const std::string & written)
{
  const auto found = units.find(Normalised(written));
  return found == units.end() ? std::nullopt : std::optional<KnownUnit>(found->second);
}

class AnyLayout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "HDF5";
  }

  bool
  Matches(hid_t) const override
  {
    return true;
  }
};
} // namespace

std::vector<Hdf5Candidate>
Hdf5Layout::Candidates(hid_t file) const
{
  return AllCandidates(file);
}

const std::vector<const Hdf5Layout *> &
Hdf5Layouts()
{
  static const AnyLayout                       any;
  static const std::vector<const Hdf5Layout *> layouts = { &Emd1Layout(),            // attributes of the root
                                                           &Py4dstem13Layout(),      // attributes of a top group
                                                           &PrismaticLayout(),       // /4DSTEM_simulation
                                                           &Py4dstem12Layout(),      // a top group of data cubes
                                                           &HyperspyLayout(),        // /Experiments
                                                           &StempyLayout(),          // /electron_events/frames
                                                           &Dm5Layout(),             // /ImageList
                                                           &DectrisLayout(),         // /entry/data/data_000001
                                                           &DectrisSideFileLayout(), // /STEM Metadata
                                                           &VeloxLayout(),           // /Version
                                                           &Emd02Layout(),           // attributes of any group
                                                           &MatlabLayout(),          // user block
                                                           &NionLayout(),            // properties of /data
                                                           &AbtemLayout(),           // /array, /sampling, /units
                                                           &any };
  return layouts;
}

std::optional<Hdf5Candidate>
CandidateOf(const std::string & path, hid_t dataSet)
{
  constexpr std::size_t most = 4;
  const auto            extents = hdf5::Extents(dataSet);
  const std::size_t     rank = extents.size();
  if (rank < 3 || !hdf5::TypeOf(dataSet))
  {
    return std::nullopt;
  }
  if (rank <= most)
  {
    return Hdf5Candidate{ path, extents };
  }
  std::vector<bool> isLeftOut(rank, false);
  std::size_t       left = rank;
  for (std::size_t axis = 0; axis < rank && left > most; ++axis)
  {
    isLeftOut[axis] = extents[axis] == 1;
    left -= isLeftOut[axis] ? 1 : 0;
  }
  if (left > most)
  {
    return std::nullopt;
  }
  Hdf5Candidate candidate;
  candidate.path = path;
  for (std::size_t axis = 0; axis < rank; ++axis)
  {
    if (!isLeftOut[axis])
    {
      candidate.axes.push_back(axis);
      candidate.extents.push_back(extents[axis]);
    }
  }
  return candidate;
}

std::vector<Hdf5Candidate>
AllCandidates(hid_t file)
{
  std::vector<Hdf5Candidate> candidates;
  hdf5::VisitDataSets(file, [&candidates](const std::string & path, hid_t dataSet) {
    if (auto candidate = CandidateOf(path, dataSet))
    {
      candidates.push_back(std::move(*candidate));
    }
  });
  return candidates;
}

std::string
ParentPath(const std::string & path)
{
  const auto end = path.rfind('/');
  return end == 0 || end == std::string::npos ? "/" : path.substr(0, end);
}

std::optional<KnownUnit>
FindScanUnit(const std::string & written)
{
  static const Units units = { { "nm", { 1, "nm" } },     { "A", { 0.1, "nm" } },  { "pm", { 1e-3, "nm" } },
                               { "um", { 1e3, "nm" } },   { "mm", { 1e6, "nm" } }, { "m", { 1e9, "nm" } },
                               { "px", { 1, "px" } },     { "pix", { 1, "px" } },  { "pixel", { 1, "px" } },
                               { "pixels", { 1, "px" } }, { "", { 1, "px" } } };
  return Find(units, written);
}

std::optional<KnownUnit>
FindDetectorUnit(const std::string & written)
{
  static const Units units = { { "nm^-1", { 1, "1/nm" } }, { "A^-1", { 10, "1/nm" } }, { "m^-1", { 1e-9, "1/nm" } },
                               { "mrad", { 1, "mrad" } },  { "rad", { 1e3, "mrad" } }, { "px", { 1, "px" } },
                               { "pix", { 1, "px" } },     { "pixel", { 1, "px" } },   { "pixels", { 1, "px" } },
                               { "", { 1, "px" } } };
  return Find(units, written);
}
} // namespace fourdstem
