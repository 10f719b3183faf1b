// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#include "itkFourDSTEMImageIOFactory.h"

#include "itkFourDSTEMImageIO.h"

#include "itkCreateObjectFunction.h"
#include "itkVersion.h"

namespace itk
{
FourDSTEMImageIOFactory::FourDSTEMImageIOFactory()
{
  this->RegisterOverride(
    "itkImageIOBase", "itkFourDSTEMImageIO", "4D-STEM Image IO", true, CreateObjectFunction<FourDSTEMImageIO>::New());
}

const char *
FourDSTEMImageIOFactory::GetITKSourceVersion() const
{
  return ITK_SOURCE_VERSION;
}

const char *
FourDSTEMImageIOFactory::GetDescription() const
{
  return "4D-STEM ImageIO factory, reads scans of EMPAD, Merlin, NanoMEGAS, NumPy, HDF5 and MRC";
}

void
FourDSTEMImageIOFactory::RegisterOneFactory()
{
  ObjectFactoryBase::RegisterFactoryInternal(FourDSTEMImageIOFactory::New());
}

/** Called by the code that ITK's use file generates for a program, which sets the name. */
void FourDSTEM_EXPORT
FourDSTEMImageIOFactoryRegister__Private(); // NOLINT(bugprone-reserved-identifier)

void
FourDSTEMImageIOFactoryRegister__Private()
{
  static const bool registered = [] {
    FourDSTEMImageIOFactory::RegisterOneFactory();
    return true;
  }();
  static_cast<void>(registered);
}
} // namespace itk
