// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Hdf5ScriptStorage.h"

#include "Hdf5ScriptTypes.h"

namespace fourdstem::fuzz
{
using hdf5::Id;

double
Product(const std::vector<hsize_t> & extents)
{
  double product = 1;
  for (const hsize_t extent : extents)
  {
    product *= static_cast<double>(extent);
  }
  return product;
}

constexpr double MostBytes = 1 << 20;

Storage::Storage(Line & line, hid_t type, const std::vector<hsize_t> & extents)
  : creation(H5Pcreate(H5P_DATASET_CREATE))
{
  for (std::string word = line.Word(); !word.empty(); word = line.Word())
  {
    this->Apply(word, line, type, extents);
  }
  const double bytes = static_cast<double>(H5Tget_size(type)) * std::max(Product(extents), Product(chunk));
  hasValues = hasValues && bytes <= MostBytes;
  if (isEarly && bytes <= MostBytes)
  {
    H5Pset_alloc_time(creation, H5D_ALLOC_TIME_EARLY);
  }
}

void
Storage::Apply(const std::string & word, Line & line, hid_t type, const std::vector<hsize_t> & extents)
{
  isUnlimited = isUnlimited || word == "max";
  hasValues = hasValues || word == "values";
  isEarly = isEarly || word == "early";
  if (word == "chunk")
  {
    chunk = ExtentsIn(line.Word());
    H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
  }
  else if (word == "compact")
  {
    H5Pset_layout(creation, H5D_COMPACT);
  }
  else if (word == "shuffle")
  {
    H5Pset_shuffle(creation);
  }
  else if (word == "fletcher")
  {
    H5Pset_fletcher32(creation);
  }
  else if (word == "deflate")
  {
    H5Pset_deflate(creation, static_cast<unsigned>(NumberIn(line.Word()) % 10));
  }
  else if (word == "filter")
  {
    const auto                  number = static_cast<H5Z_filter_t>(NumberIn(line.Word()) % 65536);
    const auto                  written = ExtentsIn(line.Word());
    const std::vector<unsigned> values(written.begin(), written.end());
    H5Pset_filter(creation, number, H5Z_FLAG_OPTIONAL, values.size(), values.data());
  }
  else if (word == "fill")
  {
    const double value = NumbersIn(line.Word())[0];
    if (H5Tget_class(type) == H5T_INTEGER || H5Tget_class(type) == H5T_FLOAT)
    {
      H5Pset_fill_value(creation, H5T_NATIVE_DOUBLE, &value);
    }
  }
  else if (word == "outside")
  {
    H5Pset_external(creation, line.Name().c_str(), 0, H5F_UNLIMITED);
  }
  else if (word == "of")
  {
    const std::string file = line.Name();
    const Id          space(H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
    H5Pset_virtual(creation, space, file.c_str(), line.Name().c_str(), space);
  }
}
} // namespace fourdstem::fuzz
