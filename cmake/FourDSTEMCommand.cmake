# fourdstem_embed_xml(Name): CLI/<Name>/<Name>.xml, Slicer's description of a command, to <build>/bin, where the
# executable goes, and into <Name>/<Name>Xml.h as `constexpr char <Name>Xml[]`, @FourDSTEM_VERSION@ replaced.
function(fourdstem_embed_xml name)
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/CLI/${name}")
  set(header "${CMAKE_CURRENT_BINARY_DIR}/${name}/${name}Xml.h")
  if(TARGET ${name}Description)
    return()
  endif()
  add_custom_command(
    OUTPUT "${header}"
    BYPRODUCTS "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name}.xml"
    COMMAND
      ${CMAKE_COMMAND} "-DINPUT=${folder}/${name}.xml" "-DXML=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name}.xml"
      "-DHEADER=${header}" "-DNAME=${name}" "-DVERSION=${PROJECT_VERSION}" "-DCOMMON=${CMAKE_CURRENT_SOURCE_DIR}/Common"
      -P "${FourDSTEM_SOURCE_DIR}/cmake/FourDSTEMEmbedXml.cmake"
    DEPENDS "${folder}/${name}.xml" "${CMAKE_CURRENT_SOURCE_DIR}/Common/ReadingParameters.xml"
            "${CMAKE_CURRENT_SOURCE_DIR}/Common/ComputingParameters.xml"
            "${CMAKE_CURRENT_SOURCE_DIR}/Common/TreeCounts.xml" "${FourDSTEM_SOURCE_DIR}/cmake/FourDSTEMEmbedXml.cmake"
    VERBATIM)
  add_custom_target(${name}Description DEPENDS "${header}")
endfunction()

# fourdstem_add_command(Name): the command in CLI/<Name>, built from all .cxx files there to <build>/bin.
function(fourdstem_add_command name)
  set(folder "${CMAKE_CURRENT_SOURCE_DIR}/CLI/${name}")
  file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cxx")
  fourdstem_embed_xml(${name})
  add_executable(${name} ${sources})
  add_dependencies(${name} ${name}Description)
  target_include_directories(${name} PRIVATE "${folder}" "${CMAKE_CURRENT_BINARY_DIR}/${name}")
  target_link_libraries(${name} PRIVATE FourDSTEMCommon)
  set_property(GLOBAL APPEND PROPERTY FourDSTEM_COMMANDS ${name})
  install(TARGETS ${name} RUNTIME DESTINATION ${FourDSTEM_INSTALL_COMMANDS_DIR})
  install(FILES "${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${name}.xml" DESTINATION ${FourDSTEM_INSTALL_COMMANDS_DIR})
endfunction()
