# Plain CMake build against an installed ITK, which has no module macros.
include(CTest)
include(GNUInstallDirs)
include(GenerateExportHeader)
include(CMakePackageConfigHelpers)

option(BUILD_SHARED_LIBS "Build FourDSTEM as a shared library" OFF)
option(FourDSTEM_BUILD_COMMANDS "Build the terminal commands (needs Cairo)" ON)
option(FourDSTEM_BUILD_PYTHON "Build the Python package's extension (needs nanobind; pip does it)" OFF)
option(FourDSTEM_BUILD_BENCHMARKS "Build the programs that time each stage" OFF)
option(FourDSTEM_BUILD_FUZZERS "Build the fuzzers of the format back-ends (needs Clang)" OFF)
option(FourDSTEM_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" OFF)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
if(NOT FourDSTEM_COMMANDS_DIR)
  set(FourDSTEM_COMMANDS_DIR bin)
  set(FourDSTEM_INSTALL_COMMANDS_DIR "${CMAKE_INSTALL_BINDIR}")
endif()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/${FourDSTEM_COMMANDS_DIR}")
if(NOT APPLE AND NOT WIN32)
  set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
endif()
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
if(MSVC)
  add_compile_options(/W3 /permissive-)
else()
  add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion)
endif()
if(FourDSTEM_WARNINGS_AS_ERRORS)
  add_compile_options($<IF:$<CXX_COMPILER_ID:MSVC>,/WX,-Werror>)
endif()

# What src/CMakeLists.txt leaves to ITK's module macros where there are any.
function(fourdstem_standalone_library)
  itk_module_config(public ${FourDSTEM_ITK_DEPENDS})
  itk_module_config(private ${FourDSTEM_ITK_PRIVATE_DEPENDS})
  itk_module_config(eigen ITKEigen3)
  target_include_directories(
    FourDSTEM PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
                     $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/FourDSTEM>)
  target_include_directories(FourDSTEM SYSTEM PUBLIC "$<BUILD_INTERFACE:${public_INCLUDE_DIRS}>"
                             PRIVATE ${private_INCLUDE_DIRS} ${eigen_INCLUDE_DIRS})
  target_link_libraries(FourDSTEM PUBLIC ${public_LIBRARIES} PRIVATE ${private_LIBRARIES}
                                                                     "$<BUILD_INTERFACE:${eigen_LIBRARIES}>")
  set_target_properties(FourDSTEM PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})

  # The header that ITK's module macros would generate; a static library here may stand on a shared ITK.
  generate_export_header(
    FourDSTEM
    EXPORT_FILE_NAME ${PROJECT_BINARY_DIR}/include/FourDSTEMExport.h
    EXPORT_MACRO_NAME FourDSTEM_EXPORT
    NO_EXPORT_MACRO_NAME FourDSTEM_HIDDEN
    STATIC_DEFINE FourDSTEM_STATIC)
  if(NOT BUILD_SHARED_LIBS)
    target_compile_definitions(FourDSTEM PUBLIC FourDSTEM_STATIC)
  endif()
endfunction()

add_subdirectory(src)
if(NOT Slicer_USE_FILE)
  include(cmake/FourDSTEMInstall.cmake)
endif()

# From here on as in any project that uses the module: its ImageIO registers itself.
set(FourDSTEM_SHARED "${BUILD_SHARED_LIBS}")
include(cmake/FourDSTEMModule.cmake)
if(FourDSTEM_BUILD_COMMANDS OR FourDSTEM_BUILD_PYTHON)
  add_subdirectory(Modules)
endif()
if(ITK_BUILD_SHARED AND NOT Slicer_USE_FILE)
  add_subdirectory(Modules/Autoload)
endif()
if(FourDSTEM_BUILD_BENCHMARKS)
  add_subdirectory(benchmark)
endif()
if(FourDSTEM_BUILD_FUZZERS)
  add_subdirectory(fuzz)
endif()
if(BUILD_TESTING)
  add_subdirectory(test)
endif()
