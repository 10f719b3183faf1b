// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Formats/Hdf5Axes.h"
#include "Formats/JsonObject.h"
#include "Formats/Text.h"

namespace fourdstem
{
namespace
{
/** The JSON beside the data; null where there is none. */
Json
ReadProperties(hid_t dataSet)
{
  const auto text = hdf5::AttributeText(dataSet, "properties");
  Json       json = text ? Json::parse(*text, nullptr, false) : Json();
  return json.is_object() ? json : Json();
}

/** Properties of older files lie one level lower. */
const Json &
DescriptionIn(const Json & properties)
{
  const auto sources = properties.find("data_sources");
  const bool isOld = sources != properties.end() && sources->is_array() && !sources->empty() &&
                     sources->front().is_object() && !properties.contains("dimensional_calibrations");
  return isOld ? sources->front() : properties;
}

std::int64_t
CountIn(const Json & object, const char * name, std::int64_t otherwise)
{
  const auto value = object.find(name);
  return value != object.end() && value->is_number_integer() ? value->get<std::int64_t>() : otherwise;
}

WrittenAxis
ReadAxis(const Json & calibration)
{
  const auto number = [&calibration](const char * name, double otherwise) {
    const auto value = calibration.is_object() ? calibration.find(name) : calibration.end();
    return value != calibration.end() && value->is_number() ? value->get<double>() : otherwise;
  };
  WrittenAxis axis{ number("scale", 1), number("offset", 0), {} };
  const auto  units = calibration.is_object() ? calibration.find("units") : calibration.end();
  if (units != calibration.end() && units->is_string())
  {
    axis.unit = units->get<std::string>();
  }
  return axis;
}

/** Nion Swift: /data of a library's .h5, or the members of /data of an exported .nhdf. */
class NionSwiftLayout : public Hdf5Layout
{
public:
  std::string
  Name() const override
  {
    return "Nion Swift";
  }

  bool
  Matches(hid_t file) const override
  {
    if (const hdf5::Id data = hdf5::OpenDataSet(file, "/data"))
    {
      return ReadProperties(data).is_object();
    }
    const hdf5::Id group = hdf5::OpenGroup(file, "/data");
    for (const hdf5::Link & link : group ? hdf5::Links(group) : std::vector<hdf5::Link>())
    {
      const hdf5::Id data = hdf5::OpenDataSet(group, link.name);
      if (data && ReadProperties(data).is_object())
      {
        return true;
      }
    }
    return false;
  }

  std::vector<Hdf5Candidate>
  Candidates(hid_t file) const override
  {
    auto candidates = AllCandidates(file);
    for (Hdf5Candidate & candidate : candidates)
    {
      const Json   properties = ReadProperties(hdf5::OpenDataSet(file, candidate.path));
      const Json & about = DescriptionIn(properties);
      candidate.preferred = about.is_object() && candidate.extents.size() == 4 &&
                            CountIn(about, "collection_dimension_count", 0) == 2 &&
                            CountIn(about, "datum_dimension_count", 0) == 2;
    }
    return candidates;
  }

  Hdf5Description
  Describe(hid_t file, const std::string & dataSet) const override
  {
    Hdf5Description description;
    const hdf5::Id  data = hdf5::OpenDataSet(file, dataSet);
    const Json      properties = ReadProperties(data);
    if (!properties.is_object())
    {
      description.notes.push_back("The properties of " + dataSet + " are no JSON object and are not used.");
      return description;
    }
    const Json &      about = DescriptionIn(properties);
    const std::size_t rank = hdf5::Extents(data).size();
    const auto        axes = about.find("dimensional_calibrations");
    if (axes != about.end() && axes->is_array() && axes->size() == rank)
    {
      const std::string place = "dimensional_calibrations";
      description.detector = CalibratedAxes(
        { ReadAxis((*axes)[rank - 2]), ReadAxis((*axes)[rank - 1]) }, "detector", place, description.notes);
      if (rank == 4)
      {
        description.scan =
          CalibratedAxes({ ReadAxis((*axes)[0]), ReadAxis((*axes)[1]) }, "scan", place, description.notes);
      }
    }
    if (rank == 4 &&
        (CountIn(about, "collection_dimension_count", 2) != 2 || CountIn(about, "datum_dimension_count", 2) != 2))
    {
      description.notes.emplace_back(
        "Its properties do not call the data a 2-D collection of 2-D patterns; it is read as one.");
    }
    this->DescribeInstrument(about, description);
    return description;
  }

private:
  static void
  DescribeInstrument(const Json & about, Hdf5Description & description)
  {
    for (const char * place : { "/metadata/hardware_source", "/metadata/instrument" })
    {
      const Json::json_pointer pointer(std::string(place) + "/high_tension");
      if (about.contains(pointer) && about[pointer].is_number() && about[pointer].get<double>() > 0)
      {
        description.metadata["HighVoltage_V"] = FormatNumber(about[pointer].get<double>());
      }
    }
    const auto created = about.find("created");
    if (created != about.end() && created->is_string())
    {
      description.metadata["Timestamp"] = created->get<std::string>();
    }
  }
};
} // namespace

const Hdf5Layout &
NionLayout()
{
  static const NionSwiftLayout layout;
  return layout;
}
} // namespace fourdstem
