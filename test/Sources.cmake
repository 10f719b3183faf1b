# Tests of the library.
set(FourDSTEM_TEST_SRCS
    DomainAnalysisGTest.cxx
    itkDeformationDomainImageFilterGTest.cxx
    DetectorMaskGTest.cxx
    EmpadFormatGTest.cxx
    FeatureGTest.cxx
    Hdf5FormatGTest.cxx
    NodePatternsGTest.cxx
    NumpyFormatGTest.cxx
    OriginGTest.cxx
    PatternSourceGTest.cxx
    PhantomGTest.cxx
    RealFilesGTest.cxx
    RowStoreGTest.cxx
    SameCountsGTest.cxx
    ScanFileGTest.cxx
    ScanWriterGTest.cxx
    StatisticsGTest.cxx
    TruthDomainsGTest.cxx
    TruthOriginGTest.cxx
    VirtualDetectorGTest.cxx
    itkDiffractionFeatureImageFilterGTest.cxx
    itkDiffractionPassesGTest.cxx
    itkFourDSTEMImageIOGTest.cxx)

# Tests of Modules/Common and of the commands, which lie in FourDSTEM_COMMAND_DIR.
set(FourDSTEM_COMMAND_TEST_SRCS
    CommonArgumentsGTest.cxx
    CommonPicturesGTest.cxx
    CommonResultFolderGTest.cxx
    InfoCommandGTest.cxx
    PhantomCommandGTest.cxx)
