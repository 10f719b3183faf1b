# Run by cmake -P: installs BUILD_DIR and builds SOURCE_DIR, two programs, with OPTIONS. Without ITK_AUTOLOAD_PATH, the
# one that knows nothing of the module must not read 4D-STEM files; with the plug-in's folder in it, once, twice or by
# another name, it must, as must the one that links the module; ITK's own formats are read all the time. All in WORK_DIR.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGV}\n${output}")
  endif()
  message(STATUS "${output}")
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
run(${CMAKE_COMMAND} --install "${BUILD_DIR}" --prefix "${WORK_DIR}/installed")
run(${CMAKE_COMMAND} -G Ninja -S "${SOURCE_DIR}" -B "${WORK_DIR}/build" -DCMAKE_BUILD_TYPE=Release
    "-DFourDSTEM_DIR=${WORK_DIR}/installed/${PACKAGE_DIR}" ${OPTIONS})
run(${CMAKE_COMMAND} --build "${WORK_DIR}/build")

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
