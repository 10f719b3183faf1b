# The compiled ITK classes; what lies below them is in Kernels and Formats.
set(FourDSTEM_ITK_SRCS
    itkBraggPeaks.cxx
    itkCepstrumFeature.cxx
    itkClusterTree.cxx
    itkDiffractionTiltFeature.cxx
    itkFourDSTEMImageIO.cxx
    itkFourDSTEMImageIOFactory.cxx
    itkMaskedPixelFeature.cxx
    itkRadialProfileFeature.cxx
    itkVirtualDetectorFeature.cxx)
