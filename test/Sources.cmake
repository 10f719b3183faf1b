set(FourDSTEM_TEST_SRCS
    PatternSourceGTest.cxx
    RowStoreGTest.cxx)
