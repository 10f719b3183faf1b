// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMMacro_h
#define itkFourDSTEMMacro_h

#include "itkMacro.h"
#include "itkVersion.h"

/** GetNameOfClass, under the name that the ITK at hand has for it: 5.4 deprecates itkTypeMacro, 5.2 has nothing else.
 */
#ifdef itkOverrideGetNameOfClassMacro
#  define itkFourDSTEMNameOfClassMacro(thisClass, superclass) itkOverrideGetNameOfClassMacro(thisClass)
#else
#  define itkFourDSTEMNameOfClassMacro(thisClass, superclass) itkTypeMacro(thisClass, superclass)
#endif

/** itkNewMacro and itkFactorylessNewMacro with the semicolon that newer ITKs require and that is one too many for ITK 5
 * as it is usually configured. */
#if ITK_VERSION_MAJOR == 5 && !defined(ITK_FUTURE_LEGACY_REMOVE)
#  define itkFourDSTEMNewMacro(thisClass) itkNewMacro(thisClass) static_assert(true, "")
#  define itkFourDSTEMFactorylessNewMacro(thisClass) itkFactorylessNewMacro(thisClass) static_assert(true, "")
#else
#  define itkFourDSTEMNewMacro(thisClass) itkNewMacro(thisClass)
#  define itkFourDSTEMFactorylessNewMacro(thisClass) itkFactorylessNewMacro(thisClass)
#endif

#endif
