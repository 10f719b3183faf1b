set(FourDSTEM_KERNEL_SRCS
    Kernels/DetectorMask.cxx
    Kernels/DomainAnalysis.cxx
    Kernels/DomainFeatures.cxx
    Kernels/Feature.cxx
    Kernels/FloatPattern.cxx
    Kernels/MaskedPixels.cxx
    Kernels/NodePatternSums.cxx
    Kernels/NodePatterns.cxx
    Kernels/Origin.cxx
    Kernels/OriginFit.cxx
    Kernels/PatternSampler.cxx
    Kernels/PatternSource.cxx
    Kernels/PatternSums.cxx
    Kernels/Phantom.cxx
    Kernels/PhantomRenderer.cxx
    Kernels/PhantomScene.cxx
    Kernels/PoissonSampler.cxx
    Kernels/RadialProfile.cxx
    Kernels/RowStore.cxx
    Kernels/Sampling.cxx
    Kernels/Statistics.cxx
    Kernels/VirtualDetector.cxx
    Kernels/VirtualDetectorFeature.cxx)

# sqrt sets errno otherwise, which keeps loops from becoming vector instructions.
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  set_property(SOURCE ${FourDSTEM_KERNEL_SRCS} APPEND PROPERTY COMPILE_OPTIONS -fno-math-errno)
endif()
