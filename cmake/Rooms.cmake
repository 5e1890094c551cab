# cadre_room(NAME SOURCES … LINKS …): the static library cadre_NAME, with src/ as the include root.
function(cadre_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS" ${ARGN})
  add_library(cadre_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(cadre_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(cadre_${name} PUBLIC ${ROOM_LINKS})
endfunction()

# cadre_test(NAME SOURCES … LINKS …): the program NAME_test, each of whose cases is a test of ctest.
function(cadre_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name}_test ${TEST_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${TEST_LINKS} GTest::gmock GTest::gtest_main)
  include(GoogleTest)
  gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()

# cadre_cluster_test(NAME SOURCES … LINKS …): the program NAME_test as one test of ctest, since its cases share servers
# that take seconds to start. It runs alone: some of its cases have time limits.
function(cadre_cluster_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name}_test ${TEST_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${TEST_LINKS} GTest::gmock GTest::gtest_main)
  add_test(NAME ${name}.all COMMAND ${name}_test)
  set_tests_properties(${name}.all PROPERTIES TIMEOUT 600 RUN_SERIAL TRUE
                       SKIP_REGULAR_EXPRESSION "is not installed")
endfunction()
