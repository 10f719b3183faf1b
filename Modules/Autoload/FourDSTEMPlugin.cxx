// SPDX-FileCopyrightText: Copyright ITKFourDSTEM Contributors
// SPDX-License-Identifier: Apache-2.0
// What ITK loads from the folders in ITK_AUTOLOAD_PATH: any program on the same shared ITK then reads 4D-STEM files.
#include "itkFourDSTEMImageIOFactory.h"

#include <algorithm>
#include <vector>

#ifdef _WIN32
#  define FourDSTEM_PLUGIN_EXPORT __declspec(dllexport)
#else
#  define FourDSTEM_PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

namespace
{
/** Whether the program links the module, or has loaded this from another folder already. */
bool
IsRegistered()
{
  const auto factories = itk::ObjectFactoryBase::GetRegisteredFactories();
  return std::any_of(factories.begin(), factories.end(), [](itk::ObjectFactoryBase * factory) {
    const auto names = factory->GetClassOverrideWithNames();
    return std::find(names.begin(), names.end(), "itkFourDSTEMImageIO") != names.end();
  });
}
} // namespace

/** Called by ITK, which takes no null: where there is nothing to add, the factory makes nothing. */
extern "C" FourDSTEM_PLUGIN_EXPORT itk::ObjectFactoryBase *
                                   itkLoad()
{
  static std::vector<itk::ObjectFactoryBase::Pointer> factories;
  const bool                                          isRegistered = IsRegistered();
  factories.emplace_back(itk::FourDSTEMImageIOFactory::New());
  if (isRegistered)
  {
    factories.back()->Disable("itkImageIOBase");
  }
  return factories.back();
}
