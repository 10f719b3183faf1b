set(FourDSTEM_KERNEL_SRCS
    Kernels/PatternSource.cxx
    Kernels/RowStore.cxx)
