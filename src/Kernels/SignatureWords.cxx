// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "fourdstem/Signature.h"

#include "Text.h"

#include <cmath>

namespace fourdstem
{
namespace
{
std::string
Percent(double value)
{
  return Text(100. * value);
}
} // namespace

const char *
NameOf(SplitKind kind)
{
  return kind == SplitKind::Domain ? "domain" : "gradient";
}

std::string
InWords(const SignatureTerm & term)
{
  const auto share = [&term] { return Percent(term.value) + " ± " + Percent(term.error) + " %"; };
  const auto along = [&term] { return Text(" along ", std::round(term.axis), "°"); };
  if (term.name == "support")
  {
    return std::string(term.value > 0. ? "crystal against support" : "support against crystal") + " (" +
           Percent(std::abs(term.value)) + " % more positions with" + (term.value > 0. ? "" : "out") + " a lattice)";
  }
  if (term.name == "other lattice")
  {
    return "another lattice (other grain, or other phase)";
  }
  if (term.name == "rotation")
  {
    return "rotation by " + Text(term.value, "° ± ", term.error, "°");
  }
  if (term.name == "thickness")
  {
    return "thickness or composition: disks " + std::string(term.value > 0. ? "brighter" : "weaker") + " by " +
           Percent(std::abs(term.value)) + " ± " + Percent(term.error) + " %";
  }
  if (term.name == "dilation")
  {
    return "dilation (or composition) of " + share();
  }
  if (term.name == "tilt")
  {
    return "tilt or bend: Friedel pairs differ by " + share() + along();
  }
  if (term.name == "ripple")
  {
    return "ripple: disks weaker by " + share() + along();
  }
  return term.name + " of " + share() + along();
}

std::string
InWords(const SplitSignature & signature)
{
  return std::string(NameOf(signature.kind)) + ": " +
         (signature.terms.empty() ? "nothing in lattice or disks is significant; see the patterns"
                                  : InWords(signature.terms.front()));
}
} // namespace fourdstem
