# Included by scripts of cmake -P: installs BUILD_DIR into WORK_DIR/installed, and configures and builds SOURCE_DIR
# against that with OPTIONS in WORK_DIR/build. run(COMMAND...) puts what the command prints into `output`.
macro(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${output}")
  endif()
  message(STATUS "${output}")
endmacro()

file(REMOVE_RECURSE "${WORK_DIR}")
run(${CMAKE_COMMAND} --install "${BUILD_DIR}" --prefix "${WORK_DIR}/installed")
run(${CMAKE_COMMAND} -G Ninja -S "${SOURCE_DIR}" -B "${WORK_DIR}/build" -DCMAKE_BUILD_TYPE=Release
    "-DFourDSTEM_DIR=${WORK_DIR}/installed/${PACKAGE_DIR}" ${OPTIONS})
run(${CMAKE_COMMAND} --build "${WORK_DIR}/build")
