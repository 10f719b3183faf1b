set(FourDSTEM_KERNEL_SRCS
    Kernels/DomainAnalysis.cxx
    Kernels/PatternSource.cxx
    Kernels/Phantom.cxx
    Kernels/PhantomRenderer.cxx
    Kernels/PhantomScene.cxx
    Kernels/PoissonSampler.cxx
    Kernels/RowStore.cxx)
