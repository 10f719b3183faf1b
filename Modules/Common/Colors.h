// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_cli_Colors_h
#define fourdstem_cli_Colors_h

#include "Common/ClusterView.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace fourdstem::cli
{
/** Lightness 0 to 1, and the two opponent axes, of the perceptual space OKLab (Ottosson 2020). */
struct Lab
{
  double lightness = 0;
  double a = 0;
  double b = 0;
};

Lab
ToLab(const Color & color);

/** Clipped into sRGB. */
Color
FromLab(const Lab & lab);

/** The colour of that lightness and hue (degrees) with the largest chroma, at most `chroma`, that sRGB holds. */
Color
FromHue(double lightness, double chroma, double hue);

/** As people with red-green deficiency see it; linear model of Machado, Oliveira, Fernandes, IEEE TVCG 15 (2009) 1291,
 * severity 1. */
Color
SeenByProtanope(const Color & color);
Color
SeenByDeuteranope(const Color & color);

/** Red, green and blue, each 0 to 255. */
std::array<unsigned int, 3>
Channels(const Color & color);

/** #rrggbb */
std::string
HexColor(const Color & color);

/** The colour of #rrggbb; nothing for another text. */
std::optional<Color>
ColorFromHex(const std::string & text);

/** Colours of all nodes of a tree, the same in every picture. A subtree has a part of the hue circle that grows with
 * its leaves; within that, hue and lightness of the leaves are chosen so that the most similar two differ as much as
 * possible, for normal and for red-green deficient eyes. Depends on the tree's shape only. */
std::vector<Color>
NodeColors(const std::vector<NodeView> & nodes);

/** The view's colours of its nodes, or those of NodeColors. */
std::vector<Color>
ColorsOf(const ClusterView & view);

/** From black over violet and orange to pale yellow, of even steps in lightness; t from 0 to 1, NaN is neutral grey. */
Color
SequentialColor(double t);

/** From blue (-1) over near-white (0) to red (1), symmetric in lightness; NaN is neutral grey. */
Color
DivergingColor(double t);

/** What NaN looks like in the two above. */
Color
NoDataColor();
} // namespace fourdstem::cli

#endif
