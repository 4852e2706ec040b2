# halftone_add_adaptor(NAME SOURCES … [TESTS …] [INCLUDES …] [LIBRARIES …])
# Builds the folder of one framework as a plugin: a shared library with one exported symbol, beside its manifest
# NAME.plugin.yaml. The objects are a target of their own, which the adaptor's tests link.
function(halftone_add_adaptor NAME)
  cmake_parse_arguments(ADAPTOR "" "" "SOURCES;TESTS;INCLUDES;LIBRARIES" ${ARGN})
  add_library(halftone_${NAME}_objects OBJECT ${ADAPTOR_SOURCES})
  target_include_directories(halftone_${NAME}_objects SYSTEM PUBLIC ${ADAPTOR_INCLUDES})
  target_link_libraries(halftone_${NAME}_objects PUBLIC halftone_flags ${ADAPTOR_LIBRARIES})
  halftone_precompile(halftone_${NAME}_objects)

  add_library(halftone_${NAME} MODULE plugin.cpp)
  target_link_libraries(halftone_${NAME} PRIVATE halftone_${NAME}_objects halftone)
  target_link_options(halftone_${NAME} PRIVATE -Wl,--exclude-libs,ALL
                      -Wl,--version-script,${PROJECT_SOURCE_DIR}/cmake/plugin_symbols.map)
  set_target_properties(halftone_${NAME} PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY ${HALFTONE_PLUGIN_DIR}
    BUILD_RPATH "$ORIGIN/../.." INSTALL_RPATH "$ORIGIN/../..")
  configure_file(${NAME}.plugin.yaml ${HALFTONE_PLUGIN_DIR}/${NAME}.plugin.yaml COPYONLY)
  install(TARGETS halftone_${NAME} LIBRARY DESTINATION lib/halftone/plugins)
  install(FILES ${NAME}.plugin.yaml DESTINATION lib/halftone/plugins)

  if(ADAPTOR_TESTS AND HALFTONE_TESTS)
    halftone_add_test(${NAME} SOURCES ${ADAPTOR_TESTS} LIBRARIES halftone_${NAME}_objects)
  endif()
endfunction()
