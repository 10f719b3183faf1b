# Run by cmake -P: examples/workflow against the installed module, on simulated scans of one flake: of the second only a
# part, from scan row 3 and column 5 on, and of a third of the dose.
include("${CMAKE_CURRENT_LIST_DIR}/InstalledProject.cmake")

set(commands "${WORK_DIR}/installed/bin")
set(sizes --scan-shape 44,48 --detector-shape 48,48 --scan-spacing 1)
run("${commands}/FourDSTEMPhantom" "${WORK_DIR}/first" ${sizes} --dose 60)
run("${commands}/FourDSTEMPhantom" "${WORK_DIR}/second" ${sizes} --dose 20 --seed 2)
run("${commands}/FourDSTEMConvert" "${WORK_DIR}/second/scan.npy" "${WORK_DIR}/part.npy" --region 3,5,38,40)

# expect(NAME LEAST MOST): the number that CMAKE_MATCH_1 has
function(expect name least most)
  if(NOT CMAKE_MATCH_1 GREATER_EQUAL least OR NOT CMAKE_MATCH_1 LESS_EQUAL most)
    message(FATAL_ERROR "${name} is '${CMAKE_MATCH_1}', not within ${least} and ${most}, in:\n${output}")
  endif()
endfunction()

run("${WORK_DIR}/build/RegisterFlakes" "${WORK_DIR}/first/scan.npy" "${WORK_DIR}/part.npy" "${WORK_DIR}/labels.nrrd")
string(REGEX MATCH "Rotated by ([-.0-9e]+)" found "${output}")
expect("The angle" -1 1)
string(REGEX MATCH "is at \\[([-.0-9e]+), " found "${output}")
expect("The first column" -5.5 -4.5)
string(REGEX MATCH "is at \\[[-.0-9e]+, ([-.0-9e]+)\\]" found "${output}")
expect("The first row" -3.5 -2.5)
foreach(domain 1 2)
  string(REGEX MATCH "domain ${domain}: Dice ([.0-9]+)" found "${output}")
  expect("Dice's measure of domain ${domain}" 0.85 1)
endforeach()

run("${WORK_DIR}/build/DomainShapes" "${WORK_DIR}/first/scan.npy" 9 "${WORK_DIR}/pieces.nrrd")
string(REGEX MATCHALL "area [0-9]+" areas "${output}")
list(GET areas 0 largest)
string(REGEX MATCH "([0-9]+)" found "${largest}")
expect("The largest area" 1000 2112)

run("${WORK_DIR}/build/FeatureContours" "${WORK_DIR}/first/scan.npy" 6 20)
string(REGEX MATCH "line 1\n([-.0-9e]+) " found "${output}")
expect("A contour's column" 0 47)
