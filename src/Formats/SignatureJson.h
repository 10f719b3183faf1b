// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_SignatureJson_h
#define fourdstem_SignatureJson_h

#include "JsonObject.h"
#include "fourdstem/Signature.h"

namespace fourdstem
{
/** Kind, sharpness, the signature in words, and its terms. */
Json
SignatureToJson(const SplitSignature & signature);

/** Throws std::runtime_error naming the value, from `place` on, that is missing or wrong and what it must be. */
SplitSignature
SignatureFromJson(const Json & json, const std::string & place);

/** For each feature by name its mean and standard error. */
Json
DeformationToJson(const DeformationMeans & means);

/** As SignatureFromJson. */
DeformationMeans
DeformationFromJson(const Json & json, const std::string & place);
} // namespace fourdstem

#endif
