// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_PlacedFeatures_h
#define fourdstem_python_PlacedFeatures_h

#include <nanobind/nanobind.h>

namespace fourdstem::python
{
void
BindPlacedFeatures(nanobind::module_ & module);
} // namespace fourdstem::python

#endif
