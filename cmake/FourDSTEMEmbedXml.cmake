# Run by cmake -P: INPUT (the XML of command NAME) to XML, and to HEADER as a string constant.
file(READ "${INPUT}" text)
string(REPLACE "@FourDSTEM_VERSION@" "${VERSION}" text "${text}")
file(WRITE "${XML}" "${text}")

# One literal a line: compilers limit the length of a single one.
string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "\n" "\\n\"\n  \"" text "${text}")
file(WRITE "${HEADER}" "#pragma once\nconstexpr char ${NAME}Xml[] =\n  \"${text}\";\n")
