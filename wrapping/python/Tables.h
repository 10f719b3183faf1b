// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef fourdstem_python_Tables_h
#define fourdstem_python_Tables_h

#include <nanobind/nanobind.h>

namespace fourdstem::python
{
/** Functions of feature images (Ry, Rx, C), whatever the features are. */
void
BindTables(nanobind::module_ & module);
} // namespace fourdstem::python

#endif
