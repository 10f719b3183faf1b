# Run by cmake -P: INPUT (the XML of command NAME) to XML, and to HEADER as a string constant. Parameter groups that
# several commands share stand in COMMON: @ReadingParameters@ is replaced by ReadingParameters.xml, and so on.
file(READ "${INPUT}" text)
foreach(group ReadingParameters ComputingParameters TreeCounts)
  file(READ "${COMMON}/${group}.xml" shared)
  string(REPLACE "@${group}@\n" "${shared}" text "${text}")
endforeach()
string(REPLACE "@FourDSTEM_VERSION@" "${VERSION}" text "${text}")
file(WRITE "${XML}" "${text}")

# One literal a line: compilers limit the length of a single one.
string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "\n" "\\n\"\n  \"" text "${text}")
file(WRITE "${HEADER}" "#pragma once\nconstexpr char ${NAME}Xml[] =\n  \"${text}\";\n")
