// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef RawFixtures_h
#define RawFixtures_h

#include "fourdstem/ScanFile.h"

#include <string>

namespace fixtures
{
inline const fourdstem::ScanShape Shape{ 3, 5, 6, 4 };

/** Options that describe a headerless file of that shape. */
inline fourdstem::ScanFileOptions
Described(const std::string & type, fourdstem::ByteOrder order = fourdstem::ByteOrder::Little)
{
  fourdstem::RawDescription raw;
  raw.type = type;
  raw.byteOrder = order;
  raw.shape = Shape;
  fourdstem::ScanFileOptions options;
  options.raw = raw;
  return options;
}
} // namespace fixtures

#endif
