# Flags every target of the project compiles with.
add_library(halftone_flags INTERFACE)
target_compile_options(halftone_flags INTERFACE -Wall -Wextra -Wno-missing-field-initializers -Wno-restrict -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(HALFTONE_SANITIZE)
  target_compile_options(halftone_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined
                                                  -fno-omit-frame-pointer)
  target_link_options(halftone_flags INTERFACE -fsanitize=address,undefined)
endif()
target_include_directories(halftone_flags INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src)

# halftone_precompile(TARGET [JSON]): headers that nearly every file of the target reads, read once. For builds without a
# compiler cache, which does better by itself.
function(halftone_precompile TARGET)
  if(NOT HALFTONE_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${TARGET} PRIVATE <algorithm> <array> <cmath> <filesystem> <functional> <map> <memory>
    <optional> <set> <sstream> <string> <string_view> <utility> <variant> <vector>)
  if("JSON" IN_LIST ARGN)
    target_precompile_headers(${TARGET} PRIVATE <nlohmann/json.hpp>)
  endif()
endfunction()

# halftone_add_room(NAME SOURCES … [TESTS …] [LIBRARIES …])
# Compiles one folder of src/ into the library halftone; its tests (x_test.cpp beside x.cpp) become NAME_test.
function(halftone_add_room NAME)
  cmake_parse_arguments(ROOM "" "" "SOURCES;TESTS;LIBRARIES" ${ARGN})
  add_library(halftone_${NAME} OBJECT ${ROOM_SOURCES})
  target_link_libraries(halftone_${NAME} PRIVATE halftone_flags ${ROOM_LIBRARIES})
  if(NAME MATCHES "^(report|verbs)$")
    halftone_precompile(halftone_${NAME} JSON)
  elseif(NOT NAME STREQUAL "base")  # which has a quoted() of its own
    halftone_precompile(halftone_${NAME})
  endif()
  set_property(GLOBAL APPEND PROPERTY HALFTONE_ROOM_TARGETS halftone_${NAME})
  set_property(GLOBAL APPEND PROPERTY HALFTONE_ROOM_LIBRARIES ${ROOM_LIBRARIES})
  if(ROOM_TESTS AND HALFTONE_TESTS)
    set_property(GLOBAL APPEND PROPERTY HALFTONE_ROOM_TESTS ${NAME})
    list(TRANSFORM ROOM_TESTS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
    set_property(GLOBAL PROPERTY HALFTONE_TESTS_OF_${NAME} "${ROOM_TESTS}")
    set_property(GLOBAL PROPERTY HALFTONE_LIBRARIES_OF_${NAME} "${ROOM_LIBRARIES}")
  endif()
endfunction()

# halftone_add_test(NAME SOURCES … [LIBRARIES …]): a GoogleTest program over the library halftone.
function(halftone_add_test NAME)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${NAME}_test ${TEST_SOURCES})
  target_link_libraries(${NAME}_test PRIVATE halftone halftone_flags GTest::gmock GTest::gtest_main ${TEST_LIBRARIES})
  gtest_discover_tests(${NAME}_test TEST_PREFIX "${NAME}." DISCOVERY_MODE PRE_TEST)
endfunction()
