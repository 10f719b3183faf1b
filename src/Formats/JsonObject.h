// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_JsonObject_h
#define fourdstem_JsonObject_h

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace fourdstem
{
using Json = nlohmann::ordered_json;

/** Values of one JSON object, by name, with errors that say where they stand. */
class JsonObject
{
public:
  JsonObject(const Json & object, std::string place)
    : m_Object(object)
    , m_Place(std::move(place))
  {
    if (!object.is_object())
    {
      throw std::runtime_error(m_Place + " is not an object");
    }
  }

  const Json &
  Value(const char * name) const
  {
    const auto found = m_Object.find(name);
    if (found == m_Object.end())
    {
      throw std::runtime_error(this->Path(name) + " is missing");
    }
    return *found;
  }

  [[noreturn]] void
  Fail(const char * name, const std::string & must) const
  {
    std::string text = this->Value(name).dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > 60)
    {
      text = text.substr(0, 57) + "...";
    }
    throw std::runtime_error(this->Path(name) + " is " + text + " but must be " + must);
  }

  std::string
  String(const char * name) const
  {
    if (!this->Value(name).is_string())
    {
      this->Fail(name, "a text");
    }
    return this->Value(name).get<std::string>();
  }

  bool
  Bool(const char * name) const
  {
    if (!this->Value(name).is_boolean())
    {
      this->Fail(name, "true or false");
    }
    return this->Value(name).get<bool>();
  }

  /** A whole number from 0; `none` stands for null where that is allowed. */
  std::int64_t
  Count(const char * name, std::int64_t largest, bool mayBeNull = false) const
  {
    const Json & value = this->Value(name);
    if (mayBeNull && value.is_null())
    {
      return -1;
    }
    if (!IsCount(value, largest))
    {
      this->Fail(name, "a whole number, 0 ... " + std::to_string(largest));
    }
    return value.get<std::int64_t>();
  }

  int
  Int(const char * name, bool mayBeNull = false) const
  {
    return static_cast<int>(this->Count(name, std::numeric_limits<int>::max(), mayBeNull));
  }

  /** A number; JSON has no infinity and no NaN, which are written as null. */
  double
  Number(const char * name) const
  {
    const Json & value = this->Value(name);
    if (value.is_null())
    {
      return std::numeric_limits<double>::quiet_NaN();
    }
    if (!value.is_number())
    {
      this->Fail(name, "a number");
    }
    return value.get<double>();
  }

  std::vector<float>
  Floats(const char * name) const
  {
    std::vector<float> values;
    for (const Json & item : this->Array(name))
    {
      if (!item.is_number() && !item.is_null())
      {
        this->Fail(name, "an array of numbers");
      }
      values.push_back(item.is_null() ? std::numeric_limits<float>::quiet_NaN() : item.get<float>());
    }
    return values;
  }

  template <typename TInteger>
  std::vector<TInteger>
  Counts(const char * name) const
  {
    std::vector<TInteger> values;
    for (const Json & item : this->Array(name))
    {
      if (!IsCount(item, std::numeric_limits<TInteger>::max()))
      {
        this->Fail(name, "an array of whole numbers from 0");
      }
      values.push_back(item.get<TInteger>());
    }
    return values;
  }

  std::vector<std::int64_t>
  Ranges(const char * name, std::int64_t end) const
  {
    std::vector<std::int64_t> numbers;
    std::int64_t              next = 0;
    for (const Json & item : this->Array(name))
    {
      const bool isPair = item.is_array() && item.size() == 2 && IsCount(item[0], end) && IsCount(item[1], end);
      const auto first = isPair ? item[0].get<std::int64_t>() : 0;
      const auto count = isPair ? item[1].get<std::int64_t>() : 0;
      if (!isPair || first < next || count < 1 || first + count > end)
      {
        this->Fail(name, "an array of rising ranges [first, count] below " + std::to_string(end));
      }
      for (std::int64_t i = 0; i < count; ++i)
      {
        numbers.push_back(first + i);
      }
      next = first + count;
    }
    return numbers;
  }

  const Json &
  Array(const char * name) const
  {
    if (!this->Value(name).is_array())
    {
      this->Fail(name, "an array");
    }
    return this->Value(name);
  }

private:
  static bool
  IsCount(const Json & value, std::int64_t largest)
  {
    return value.is_number_integer() &&
           !(value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(largest)) &&
           value.get<std::int64_t>() >= 0 && value.get<std::int64_t>() <= largest;
  }

  std::string
  Path(const char * name) const
  {
    return m_Place.empty() ? name : m_Place + "." + name;
  }

  const Json & m_Object;
  std::string  m_Place;
};
} // namespace fourdstem

#endif
