# Adds FourDSTEM to the modules that find_package(ITK) was asked for, so that ITK_LIBRARIES has it and ITK_USE_FILE
# registers its ImageIO. Wants FourDSTEM_LIBRARIES and FourDSTEM_SHARED.
set(FourDSTEM_LOADED 1)
set(FourDSTEM_ENABLE_SHARED "${FourDSTEM_SHARED}")
set(FourDSTEM_DEPENDS "ITKCommon;ITKImageFilterBase;ITKIOImageBase;ITKStatistics")
set(FourDSTEM_TRANSITIVE_DEPENDS "${FourDSTEM_DEPENDS}")
if(NOT FourDSTEM_SOURCE_DIR OR EXISTS "${FourDSTEM_SOURCE_DIR}/src/itkFourDSTEMImageIOFactory.cxx")
  set(FourDSTEM_FACTORY_NAMES "ImageIO::FourDSTEM")
endif()
if(NOT "FourDSTEM" IN_LIST ITK_MODULES_REQUESTED)
  list(APPEND ITK_MODULES_REQUESTED FourDSTEM)
endif()
itk_module_config(ITK ${ITK_MODULES_REQUESTED})
