set(FourDSTEM_FORMAT_SRCS
    Formats/EmpadWriter.cxx
    Formats/NpyWriter.cxx
    Formats/OutputFile.cxx)
