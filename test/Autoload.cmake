# Run by cmake -P: two programs of SOURCE_DIR. Without ITK_AUTOLOAD_PATH, the one that knows nothing of the module must
# not read 4D-STEM files; with the plug-in's folder in it, once, twice or by another name, it must, as must the one that
# links the module; ITK's own formats are read all the time.
include("${CMAKE_CURRENT_LIST_DIR}/InstalledProject.cmake")

set(plugins "${WORK_DIR}/installed/${PLUGIN_DIR}")
file(GLOB libraries "${plugins}/*")
list(LENGTH libraries count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "The plug-in must be alone in its folder; there are: ${libraries}")
endif()
file(MAKE_DIRECTORY "${WORK_DIR}/files")
file(CREATE_LINK "${plugins}" "${WORK_DIR}/same" SYMBOLIC)
function(read program readers)
  run(${CMAKE_COMMAND} -E env ${ARGN} "${WORK_DIR}/build/${program}" "${WORK_DIR}/files" ${readers})
endfunction()
read(Unmodified 0 --unset=ITK_AUTOLOAD_PATH)
read(Unmodified 1 "ITK_AUTOLOAD_PATH=${plugins}")
read(Unmodified 1 "ITK_AUTOLOAD_PATH=${plugins}:${plugins}:${WORK_DIR}/same:${WORK_DIR}/nowhere")
read(Linked 1 --unset=ITK_AUTOLOAD_PATH)
read(Linked 1 "ITK_AUTOLOAD_PATH=${plugins}")
