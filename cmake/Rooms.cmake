# cadre_room(NAME [OWN_HEADERS] SOURCES … LINKS …): the static library cadre_NAME, with src/ as the include root.
# OWN_HEADERS: it has none of the precompiled headers of cmake/libraries.h.
function(cadre_room name)
  cmake_parse_arguments(ROOM "OWN_HEADERS" "" "SOURCES;LINKS" ${ARGN})
  add_library(cadre_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(cadre_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(cadre_${name} PUBLIC ${ROOM_LINKS})
  if(NOT ROOM_OWN_HEADERS)
    cadre_use_precompiled(cadre_${name} cadre_libraries)
  endif()
endfunction()

# cadre_hot(SOURCE …): compiled with -O3 where others have -O2, in the CMakeLists.txt of their room: what a GET of a
# derivative goes through. It costs them the precompiled headers, which serve only who has the same options.
function(cadre_hot)
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O3> SKIP_PRECOMPILE_HEADERS ON)
endfunction()

# Tests run once: compiling them with -O2 takes longer than what they save. What they test is compiled as it is shipped.
set(CADRE_TEST_OPTIONS $<$<CONFIG:Release>:-O1>)

function(cadre_test_program name)
  cmake_parse_arguments(TEST "OWN_HEADERS" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name}_test ${TEST_SOURCES})
  target_compile_options(${name}_test PRIVATE ${CADRE_TEST_OPTIONS})
  target_link_libraries(${name}_test PRIVATE ${TEST_LINKS} GTest::gmock GTest::gtest_main)
  if(NOT TEST_OWN_HEADERS)
    cadre_use_precompiled(${name}_test cadre_libraries_of_tests)
  endif()
endfunction()

# cadre_test(NAME [OWN_HEADERS] [SERVERS] SOURCES … LINKS …): the program NAME_test, each of whose cases is a test of ctest.
# SERVERS: most of its time it waits for servers that it kills and stops (the label of ctest with that name).
function(cadre_test name)
  cmake_parse_arguments(CASES "SERVERS" "" "" ${ARGN})
  cadre_test_program(${name} ${CASES_UNPARSED_ARGUMENTS})
  include(GoogleTest)
  if(CASES_SERVERS)
    set(label LABELS servers)
  endif()
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300 ${label})
endfunction()

# cadre_cluster_test(NAME SOURCES … LINKS …): the program NAME_test as one test of ctest, since its cases share servers
# that take seconds to start. Beside it ctest runs no other: some of its cases have time limits.
function(cadre_cluster_test name)
  cadre_test_program(${name} ${ARGN})
  add_test(NAME ${name}.all COMMAND ${name}_test)
  set_tests_properties(${name}.all PROPERTIES TIMEOUT 600 RUN_SERIAL TRUE LABELS servers
                       SKIP_REGULAR_EXPRESSION "is not installed")
endfunction()
