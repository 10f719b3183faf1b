// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_TwoClasses_h
#define fourdstem_TwoClasses_h

#include "fourdstem/PositionGrid.h"

#include <cstdint>
#include <vector>

namespace fourdstem
{
/** One number per position of a node, and the two classes it may fall into (0 the lower, 1 the upper). */
using Profile = std::vector<double>;
using Classes = std::vector<std::uint8_t>;

/** The border between the two classes of least within-class sum of squares: exact, by sorting; the first on a tie. */
double
TwoMeansBorder(const Profile & profile);

Classes
Above(const Profile & profile, double border);

std::int64_t
CountUpper(const Classes & classes);

/** Each value averaged with those of its neighbours in the node, all with weight 1. */
Profile
AverageWithNeighbours(const Profile & profile, const NeighbourPairs & pairs);

/** Means of the two classes; those of an empty class are 0. */
struct ClassMeans
{
  double lower = 0;
  double upper = 0;

  double
  Distance() const
  {
    return upper - lower;
  }
  double
  Middle() const
  {
    return 0.5 * (lower + upper);
  }
};
ClassMeans
MeansOf(const Profile & profile, const Classes & classes);

/** Depth and place of the gap between two classes.
 *
 * The density of the profile is seen with a Gaussian kernel of 0.35 of the lesser class deviation, at 41 places from
 * one class mean to the other: its minimum in the middle three fifths over the lower of the peaks in the outer thirds.
 */
struct Valley
{
  double depth = 1; // 0: a clean gap, 1: none
  double place = 0; // of the minimum
};
Valley
FindValley(const Profile & profile, const Classes & classes);

/** Mean step across the borders of the classes over the distance of their means: 1 for a wall between two positions,
 * about 1/width for a gradient; 1 where no position of one class is adjacent to the other: nothing lies between. */
double
WallSharpness(const Profile & profile, const Classes & classes, const NeighbourPairs & pairs);

/** 1 - unlike neighbours over their number if the classes were scattered at random. */
double
Coherence(const Classes & classes, const NeighbourPairs & pairs);
} // namespace fourdstem

#endif
