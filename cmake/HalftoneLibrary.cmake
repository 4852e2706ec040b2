# libhalftone: the objects of all rooms in one shared library, which command, plugins and bindings link.
get_property(HALFTONE_ROOM_TARGETS GLOBAL PROPERTY HALFTONE_ROOM_TARGETS)
get_property(HALFTONE_ROOM_LIBRARIES GLOBAL PROPERTY HALFTONE_ROOM_LIBRARIES)
get_property(HALFTONE_ROOM_TESTS GLOBAL PROPERTY HALFTONE_ROOM_TESTS)
list(REMOVE_DUPLICATES HALFTONE_ROOM_LIBRARIES)

add_library(halftone SHARED)
foreach(target IN LISTS HALFTONE_ROOM_TARGETS)
  target_sources(halftone PRIVATE $<TARGET_OBJECTS:${target}>)
endforeach()
file(GLOB HALFTONE_PUBLIC_HEADERS CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/include/halftone/*.h)
target_sources(halftone PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${HALFTONE_PUBLIC_HEADERS})
target_compile_features(halftone PUBLIC cxx_std_20)
target_link_libraries(halftone PRIVATE $<BUILD_INTERFACE:halftone_flags> ${HALFTONE_ROOM_LIBRARIES})
set_target_properties(halftone PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0 VERIFY_INTERFACE_HEADER_SETS ON)

install(TARGETS halftone EXPORT HalftoneTargets FILE_SET HEADERS)
install(EXPORT HalftoneTargets NAMESPACE halftone:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Halftone
        FILE HalftoneConfig.cmake)

if(HALFTONE_TESTS)
  foreach(room IN LISTS HALFTONE_ROOM_TESTS)
    get_property(sources GLOBAL PROPERTY HALFTONE_TESTS_OF_${room})
    get_property(libraries GLOBAL PROPERTY HALFTONE_LIBRARIES_OF_${room})
    halftone_add_test(${room} SOURCES ${sources} LIBRARIES ${libraries})
  endforeach()
endif()
