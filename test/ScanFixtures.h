// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef ScanFixtures_h
#define ScanFixtures_h

#include "TemporaryFolder.h"

#include "fourdstem/ScanFile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>

/** The bytes of `values`, those of each value reversed for the other byte order. */
template <typename T>
std::string
BytesOf(const std::vector<T> & values, bool swap = false)
{
  std::string bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  for (std::size_t i = 0; swap && i < values.size(); ++i)
  {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i * sizeof(T)),
                 bytes.begin() + static_cast<std::ptrdiff_t>((i + 1) * sizeof(T)));
  }
  return bytes;
}

/** Values that differ from pixel to pixel and fit every type but bool. */
template <typename T>
std::vector<T>
CountingScan(const fourdstem::ScanShape & shape)
{
  std::vector<T> values(static_cast<std::size_t>(shape.Positions() * shape.PatternPixels()));
  for (std::size_t i = 0; i < values.size(); ++i)
  {
    values[i] = static_cast<T>((i * 7 + i / 11) % 113);
  }
  return values;
}

/** Files that are cut off are read as far as they go. */
inline fourdstem::ScanFileOptions
Allowed()
{
  fourdstem::ScanFileOptions options;
  options.allowTruncated = true;
  return options;
}

/** All patterns, C order, read `atOnce` positions at a time. */
template <typename T>
std::vector<T>
ReadAll(const fourdstem::PatternSource & source, std::int64_t atOnce = 2)
{
  const auto &            shape = source.Shape();
  std::vector<T>          values;
  fourdstem::PatternLease lease;
  EXPECT_EQ(source.Type(), fourdstem::ElementTypeOf<T>());
  for (std::int64_t ry = 0; ry < shape.ry; ++ry)
  {
    for (std::int64_t rx = 0; rx < shape.rx; rx += atOnce)
    {
      const auto block = source.Read(ry, rx, std::min(atOnce, shape.rx - rx), lease);
      for (std::int64_t p = 0; p < block.count; ++p)
      {
        for (std::int64_t qy = 0; qy < shape.qy; ++qy)
        {
          values.insert(values.end(), block.Row<T>(p, qy), block.Row<T>(p, qy) + shape.qx);
        }
      }
    }
  }
  return values;
}

/** The text of the exception that opening or reading the file throws. */
inline std::string
ComplaintAbout(const std::string & path, const fourdstem::ScanFileOptions & options = {})
{
  try
  {
    fourdstem::OpenScanFile(path, options);
  }
  catch (const std::exception & error)
  {
    return error.what();
  }
  return "(none)";
}

inline void
ExpectMentions(const std::string & text, const std::vector<std::string> & parts)
{
  for (const std::string & part : parts)
  {
    EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is missing in: " << text;
  }
}

#endif
