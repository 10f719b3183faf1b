# An extension of 3D Slicer, against Slicer's build tree: the commands are its CLI modules, the module is compiled into
# them.
find_package(Slicer REQUIRED)
if(NOT Slicer_USE_FILE)
  message(FATAL_ERROR "Slicer_DIR must be the build tree of 3D Slicer; ${Slicer_DIR} has no Slicer_USE_FILE")
endif()
include(${Slicer_USE_FILE})

set(BUILD_SHARED_LIBS OFF)
set(BUILD_TESTING OFF)
set(FourDSTEM_COMMANDS_DIR "${Slicer_CLIMODULES_BIN_DIR}")
set(FourDSTEM_INSTALL_COMMANDS_DIR "${Slicer_INSTALL_CLIMODULES_BIN_DIR}")
include(cmake/FourDSTEMFindITK.cmake)
include(cmake/FourDSTEMStandalone.cmake)

include(${Slicer_EXTENSION_GENERATE_CONFIG})
include(${Slicer_EXTENSION_CPACK})
