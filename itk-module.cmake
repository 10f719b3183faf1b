set(DOCUMENTATION
    "Reads 4D-STEM data, extracts diffraction features at each scan position and
uncovers lattice deformations by divisive hierarchical clustering.")

itk_module(
  FourDSTEM
  ENABLE_SHARED
  DEPENDS
  ITKCommon
  ITKImageFilterBase
  ITKIOImageBase
  ITKStatistics
  PRIVATE_DEPENDS
  ITKEigen3
  ITKExpat
  ITKHDF5
  ITKZLIB
  TEST_DEPENDS
  ITKGoogleTest
  ITKHDF5
  FACTORY_NAMES
  ImageIO::FourDSTEM
  EXCLUDE_FROM_DEFAULT
  DESCRIPTION
  "${DOCUMENTATION}")
