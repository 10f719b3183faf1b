# fourdstem_add_command(Name): the command in CLI/<Name>, built from all .cxx files there to <build>/bin.
#
# CLI/<Name>/<Name>.xml, Slicer's description of the command, is put beside the executable and into <Name>Xml.h as
# `constexpr char <Name>Xml[]`, @FourDSTEM_VERSION@ replaced.
function(fourdstem_add_command name)
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/CLI/${name}")
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cxx")
  set(xml "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name}.xml")
  set(header "${CMAKE_CURRENT_BINARY_DIR}/${name}/${name}Xml.h")
  add_custom_command(
    OUTPUT "${header}"
    BYPRODUCTS "${xml}"
    COMMAND
      ${CMAKE_COMMAND} "-DINPUT=${folder}/${name}.xml" "-DXML=${xml}" "-DHEADER=${header}" "-DNAME=${name}"
      "-DVERSION=${PROJECT_VERSION}" "-DCOMMON=${CMAKE_CURRENT_SOURCE_DIR}/Common" -P "${FourDSTEM_SOURCE_DIR}/cmake/FourDSTEMEmbedXml.cmake"
    DEPENDS "${folder}/${name}.xml" "${CMAKE_CURRENT_SOURCE_DIR}/Common/ReadingParameters.xml"
            "${CMAKE_CURRENT_SOURCE_DIR}/Common/ComputingParameters.xml"
            "${CMAKE_CURRENT_SOURCE_DIR}/Common/TreeCounts.xml" "${FourDSTEM_SOURCE_DIR}/cmake/FourDSTEMEmbedXml.cmake"
    VERBATIM)
  add_executable(${name} ${sources} "${header}")
  target_include_directories(${name} PRIVATE "${folder}" "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  target_link_libraries(${name} PRIVATE FourDSTEMCommon)
  set_property(GLOBAL APPEND PROPERTY FourDSTEM_COMMANDS ${name})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES "${xml}" DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
