set(FourDSTEM_KERNEL_SRCS
    Kernels/CellMeans.cxx
    Kernels/ClusterEdits.cxx
    Kernels/ClusterNodes.cxx
    Kernels/Clustering.cxx
    Kernels/Confidence.cxx
    Kernels/DetectorMask.cxx
    Kernels/DomainAnalysis.cxx
    Kernels/DomainFeatures.cxx
    Kernels/Domains.cxx
    Kernels/Feature.cxx
    Kernels/FloatPattern.cxx
    Kernels/Growth.cxx
    Kernels/KMeans.cxx
    Kernels/KMeansCriteria.cxx
    Kernels/KMeansRows.cxx
    Kernels/KMeansStart.cxx
    Kernels/MaskedPixels.cxx
    Kernels/NeighbourStatistics.cxx
    Kernels/NodePatternSums.cxx
    Kernels/NodePatterns.cxx
    Kernels/NodeRows.cxx
    Kernels/NoiseWhitening.cxx
    Kernels/Origin.cxx
    Kernels/OriginFit.cxx
    Kernels/PaperGrowth.cxx
    Kernels/PatternSampler.cxx
    Kernels/PatternSource.cxx
    Kernels/PatternSums.cxx
    Kernels/Phantom.cxx
    Kernels/PhantomRenderer.cxx
    Kernels/PhantomScene.cxx
    Kernels/PoissonSampler.cxx
    Kernels/PositionGrid.cxx
    Kernels/PrincipalComponents.cxx
    Kernels/RadialProfile.cxx
    Kernels/RowStore.cxx
    Kernels/Sampling.cxx
    Kernels/SignificantComponents.cxx
    Kernels/Statistics.cxx
    Kernels/TwoClasses.cxx
    Kernels/VirtualDetector.cxx
    Kernels/VirtualDetectorFeature.cxx)

# What errno and floating-point traps would forbid to turn into vector instructions; no kernel looks at either.
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  set_property(SOURCE ${FourDSTEM_KERNEL_SRCS} APPEND PROPERTY COMPILE_OPTIONS -fno-math-errno -fno-trapping-math)
endif()
