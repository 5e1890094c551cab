# The headers that almost every file reads, parsed once: of a file's time, half was reading Asio's and Boost.JSON's headers.
# Off for clang in CI, so that every file still includes what it needs.
option(CADRE_PCH "Precompile the headers of libraries" ON)

# cadre_precompiled(NAME [TESTS] FROM HEADER LINKS …): an object library whose precompiled header others reuse; with
# TESTS the programs of tests, else libraries.
function(cadre_precompiled name)
  cmake_parse_arguments(PCH "TESTS" "FROM" "LINKS" ${ARGN})
  if(CADRE_PCH)
    file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${name}.cc CONTENT "")
    add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cc)
    target_link_libraries(${name} PRIVATE ${PCH_LINKS})
    if(PCH_TESTS)
      set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
      target_compile_options(${name} PRIVATE -fPIE ${CADRE_TEST_OPTIONS})
    endif()
    # In angle brackets no path of this checkout is in it, so that clones at other paths share one in ccache.
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/cmake)
    target_precompile_headers(${name} PRIVATE <${PCH_FROM}>)
  endif()
endfunction()

# cadre_use_precompiled(TARGET NAME)
function(cadre_use_precompiled target name)
  if(CADRE_PCH)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()
