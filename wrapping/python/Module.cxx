// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "Clusters.h"
#include "Errors.h"
#include "Filters.h"
#include "Lattices.h"
#include "FeatureStrategies.h"
#include "Peaks.h"
#include "Scan.h"
#include "Strains.h"
#include "Tables.h"

#include "itkFourDSTEMImageIOFactory.h"
#include "itkNrrdImageIOFactory.h"

NB_MODULE(_core, module)
{
  using namespace fourdstem::python;
  module.doc() = "What fourdstem is built on; use the package's functions.";
  TranslateErrors();
  itk::NrrdImageIOFactory::RegisterOneFactory();
  itk::FourDSTEMImageIOFactory::RegisterOneFactory();
  BindScan(module);
  BindFilters(module);
  BindClusters(module);
  BindPeaks(module);
  BindStrains(module);
  BindLattices(module);
  BindFeatureStrategies(module);
  BindTables(module);
}
