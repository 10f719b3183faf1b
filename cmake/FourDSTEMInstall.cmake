# Library, headers and package config.
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/FourDSTEM")
install(
  TARGETS FourDSTEM
  EXPORT FourDSTEMTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/ "${PROJECT_BINARY_DIR}/include/" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/FourDSTEM)
install(EXPORT FourDSTEMTargets NAMESPACE FourDSTEM:: DESTINATION ${package_dir})

if(BUILD_SHARED_LIBS)
  set(FourDSTEM_EXPORT_CODE_INSTALL "")
endif()
configure_package_config_file(cmake/FourDSTEMConfig.cmake.in "${PROJECT_BINARY_DIR}/FourDSTEMConfig.cmake"
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/FourDSTEMConfigVersion.cmake" COMPATIBILITY SameMajorVersion)
install(FILES cmake/FourDSTEMModule.cmake "${PROJECT_BINARY_DIR}/FourDSTEMConfig.cmake"
              "${PROJECT_BINARY_DIR}/FourDSTEMConfigVersion.cmake" DESTINATION ${package_dir})
