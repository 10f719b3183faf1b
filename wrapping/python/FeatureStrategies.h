// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_FeatureStrategies_h
#define fourdstem_python_FeatureStrategies_h

#include <nanobind/nanobind.h>

namespace fourdstem::python
{
void
BindFeatureStrategies(nanobind::module_ & module);
} // namespace fourdstem::python

#endif
