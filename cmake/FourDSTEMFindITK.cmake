# Named components keep Debian's ITK from asking for GDCM and VTK. NRRD and, packed by zlib, PNG are what commands and
# tests write.
set(FourDSTEM_ITK_DEPENDS ITKCommon ITKImageFilterBase ITKIOImageBase ITKStatistics)
set(FourDSTEM_ITK_PRIVATE_DEPENDS ITKExpat ITKHDF5 ITKZLIB)

set(log_level "${CMAKE_MESSAGE_LOG_LEVEL}")
set(CMAKE_MESSAGE_LOG_LEVEL NOTICE) # Debian's GDCM reports every tool that is not installed.
find_package(ITK REQUIRED COMPONENTS ${FourDSTEM_ITK_DEPENDS} ${FourDSTEM_ITK_PRIVATE_DEPENDS} ITKEigen3
             ITKIONRRD)
set(CMAKE_MESSAGE_LOG_LEVEL "${log_level}")
if(ITK_VERSION VERSION_LESS 5.2)
  message(FATAL_ERROR "FourDSTEM needs ITK 5.2 or newer; found ${ITK_VERSION} in ${ITK_DIR}")
endif()
message(STATUS "ITK ${ITK_VERSION} in ${ITK_DIR}")
