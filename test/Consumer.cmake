# Run by cmake -P: installs BUILD_DIR, configures and builds SOURCE_DIR against that with OPTIONS, and runs its program
# on a small scan. All in WORK_DIR.
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

run("${WORK_DIR}/installed/bin/FourDSTEMPhantom" "${WORK_DIR}/scan" --scan-shape 5,7 --detector-shape 24,20)
run("${WORK_DIR}/build/DarkField" "${WORK_DIR}/scan/scan.npy" 3 9 "${WORK_DIR}/adf.nrrd")
file(SIZE "${WORK_DIR}/adf.nrrd" size)
if(size LESS 140)
  message(FATAL_ERROR "An image of 35 floats cannot be a file of ${size} bytes")
endif()
