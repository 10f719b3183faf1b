# Run by cmake -P: examples/consumer against the installed module; its program runs on a small scan.
include("${CMAKE_CURRENT_LIST_DIR}/InstalledProject.cmake")

run("${WORK_DIR}/installed/bin/FourDSTEMPhantom" "${WORK_DIR}/scan" --scan-shape 5,7 --detector-shape 24,20)
run("${WORK_DIR}/build/DarkField" "${WORK_DIR}/scan/scan.npy" 3 9 "${WORK_DIR}/adf.nrrd")
file(SIZE "${WORK_DIR}/adf.nrrd" size)
if(size LESS 140)
  message(FATAL_ERROR "An image of 35 floats cannot be a file of ${size} bytes")
endif()
