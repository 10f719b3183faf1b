# Plain CMake build against an installed ITK, which has no module macros.
include(CTest)
include(GNUInstallDirs)
include(GenerateExportHeader)

option(FourDSTEM_BUILD_COMMANDS "Build the terminal commands (needs Cairo)" ON)
option(FourDSTEM_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" OFF)
set(FourDSTEM_TEST_DATA_DIR
    "${PROJECT_SOURCE_DIR}/../shared/data"
    CACHE PATH "Folder of real 4D-STEM files; tests that need one say so where it is missing")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
if(MSVC)
  add_compile_options(/W3)
else()
  add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
endif()
if(FourDSTEM_WARNINGS_AS_ERRORS)
  add_compile_options($<IF:$<CXX_COMPILER_ID:MSVC>,/WX,-Werror>)
endif()

add_subdirectory(src)
if(FourDSTEM_BUILD_COMMANDS)
  add_subdirectory(Modules)
endif()
if(BUILD_TESTING)
  add_subdirectory(test)
endif()
