// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMMacro_h
#define itkFourDSTEMMacro_h

#include "itkMacro.h"

/** GetNameOfClass, under the name that the ITK at hand has for it: 5.4 deprecates itkTypeMacro, 5.2 has nothing else.
 */
#ifdef itkOverrideGetNameOfClassMacro
#  define itkFourDSTEMNameOfClassMacro(thisClass, superclass) itkOverrideGetNameOfClassMacro(thisClass)
#else
#  define itkFourDSTEMNameOfClassMacro(thisClass, superclass) itkTypeMacro(thisClass, superclass)
#endif

#endif
