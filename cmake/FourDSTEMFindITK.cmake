# Named components keep Debian's ITK from asking for GDCM and VTK.
if(NOT FourDSTEM_ITK_COMPONENTS)
  set(FourDSTEM_ITK_COMPONENTS
      ITKCommon
      ITKImageFilterBase
      ITKIOImageBase
      ITKStatistics
      ITKEigen3
      ITKExpat
      ITKHDF5
      ITKIONRRD)
endif()
find_package(ITK 5.2 REQUIRED COMPONENTS ${FourDSTEM_ITK_COMPONENTS})
