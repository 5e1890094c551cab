# Several files of a room are compiled as one: a third of a file's time is reading headers that the next one reads too. So
# names of one room's files have to differ, also those that no other file sees. Off for clang in CI, so that every file
# still includes what it needs; and for editors and tools that want a command for each file.
option(CADRE_UNITY "Compile several files of a room as one" ON)
set(CADRE_UNITY_FILES 6)
if(CADRE_UNITY AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # To g++ a file that is included is a header, in which no class may have members of types that others do not see.
  add_compile_options(-Wno-subobject-linkage)
endif()

# cadre_unity(OUT NAME FILE …): OUT becomes the files to compile, which include the others. They name them from src on, so that
# clones at other paths share what ccache keeps of them. What is made in the build folder stays as it is.
function(cadre_unity out name)
  if(NOT CADRE_UNITY)
    set(${out} ${ARGN} PARENT_SCOPE)
    return()
  endif()
  set(sources ${ARGN})
  set(compiled ${ARGN})
  list(FILTER sources EXCLUDE REGEX ^/)
  list(FILTER compiled INCLUDE REGEX ^/)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/src OUTPUT_VARIABLE room)
  set(part 0)
  while(sources)
    list(SUBLIST sources 0 ${CADRE_UNITY_FILES} some)
    list(REMOVE_ITEM sources ${some})
    list(TRANSFORM some REPLACE "(.+)" "#include \"${room}/\\1\"\n" OUTPUT_VARIABLE includes)
    list(JOIN includes "" includes)
    math(EXPR part "${part} + 1")
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${name}_${part}.cc)
    file(CONFIGURE OUTPUT ${file} CONTENT "${includes}")
    list(APPEND compiled ${file})
  endwhile()
  set(${out} ${compiled} PARENT_SCOPE)
endfunction()

# cadre_room(NAME [OWN_HEADERS] SOURCES … [HOT …] LINKS …): the static library cadre_NAME, with src/ as the include root.
# OWN_HEADERS: it has none of the precompiled headers of cmake/libraries.h. HOT: what a GET of a derivative goes through,
# compiled with -O3 where others have -O2; it costs the precompiled headers, which serve only who has the same options.
function(cadre_room name)
  cmake_parse_arguments(ROOM "OWN_HEADERS" "" "SOURCES;HOT;LINKS" ${ARGN})
  cadre_unity(sources ${name} ${ROOM_SOURCES})
  cadre_unity(hot ${name}_hot ${ROOM_HOT})
  add_library(cadre_${name} STATIC ${sources} ${hot})
  target_include_directories(cadre_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(cadre_${name} PUBLIC ${ROOM_LINKS})
  if(NOT ROOM_OWN_HEADERS)
    cadre_use_precompiled(cadre_${name} cadre_libraries)
  endif()
  set_source_files_properties(${hot} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O3> SKIP_PRECOMPILE_HEADERS ON)
endfunction()

# Tests run once: compiling them with -O2 takes longer than what they save. What they test is compiled as it is shipped.
set(CADRE_TEST_OPTIONS $<$<CONFIG:Release>:-O1>)

function(cadre_test_program name)
  cmake_parse_arguments(TEST "OWN_HEADERS" "" "SOURCES;LINKS" ${ARGN})
  cadre_unity(sources ${name}_test ${TEST_SOURCES})
  add_executable(${name}_test ${sources})
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
