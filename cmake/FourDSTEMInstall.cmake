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

get_target_property(links FourDSTEM LINK_LIBRARIES)
set(FourDSTEM_NEEDS_OPENMP OFF)
if("OpenMP::OpenMP_CXX" IN_LIST links AND NOT BUILD_SHARED_LIBS)
  set(FourDSTEM_NEEDS_OPENMP ON)
endif()
configure_package_config_file(cmake/FourDSTEMConfig.cmake.in "${PROJECT_BINARY_DIR}/FourDSTEMConfig.cmake"
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/FourDSTEMConfigVersion.cmake" COMPATIBILITY SameMajorVersion)
install(FILES cmake/FourDSTEMModule.cmake "${PROJECT_BINARY_DIR}/FourDSTEMConfig.cmake"
              "${PROJECT_BINARY_DIR}/FourDSTEMConfigVersion.cmake" DESTINATION ${package_dir})
