// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
#ifndef itkFourDSTEMImageIOFactory_h
#define itkFourDSTEMImageIOFactory_h

#include "FourDSTEMExport.h"
#include "itkFourDSTEMMacro.h"

#include "itkObjectFactoryBase.h"

namespace itk
{
/** \class FourDSTEMImageIOFactory
 * \brief Lets ImageFileReader find FourDSTEMImageIO. Programs that include ITK's use file register it by that;
 * others call RegisterOneFactory once.
 *
 * \ingroup FourDSTEM
 */
class FourDSTEM_EXPORT FourDSTEMImageIOFactory : public ObjectFactoryBase
{
public:
  ITK_DISALLOW_COPY_AND_MOVE(FourDSTEMImageIOFactory);

  using Self = FourDSTEMImageIOFactory;
  using Superclass = ObjectFactoryBase;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;

  itkFourDSTEMFactorylessNewMacro(Self);
  itkFourDSTEMNameOfClassMacro(FourDSTEMImageIOFactory, ObjectFactoryBase);

  const char *
  GetITKSourceVersion() const override;
  const char *
  GetDescription() const override;

  static void
  RegisterOneFactory();

protected:
  FourDSTEMImageIOFactory();
  ~FourDSTEMImageIOFactory() override = default;
};
} // namespace itk

#endif
