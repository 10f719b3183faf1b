# Plain CMake build against an installed ITK, which has no module macros.
include(CTest)
include(GNUInstallDirs)
include(GenerateExportHeader)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)

add_subdirectory(src)
if(BUILD_TESTING)
  add_subdirectory(test)
endif()
add_subdirectory(Modules)
