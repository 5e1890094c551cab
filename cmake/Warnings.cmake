# Flags that hold for every target. Headers of libraries are system headers and do not warn.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
# g++ 12 with -O2 takes the frames of Asio's coroutines, freed where they were allocated, for mismatched.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-mismatched-new-delete)
  # Optimising, it sees copies in std::string that overlap or pass its end, and there are none (GCC bug 105651); inside a
  # precompiled header it no longer keeps them to itself as a system header's.
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_options(-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
endif()
# Asio's implementation is compiled once, in base. Each thread keeps that many frames of coroutines that ended for the
# next ones: a request has about a dozen at once, and two, Asio's default, would send the others to malloc.
add_compile_definitions(
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_VISIBILITY
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16 BOOST_BEAST_SEPARATE_COMPILATION
  # As hiredis asks for; everywhere, since a precompiled header serves only who has the same definitions.
  _FILE_OFFSET_BITS=64)

if(CADRE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # What the sanitizers add confuses this warning, as GCC's manual says of it.
  add_compile_options(-Wno-maybe-uninitialized)
  add_link_options(-fsanitize=address,undefined)
endif()
if(CADRE_TSAN)
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()

if(CADRE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

# Hardening, where the compiler optimises.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT CADRE_SANITIZE AND NOT CADRE_TSAN)
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(CADRE_MOLD mold)
if(CADRE_MOLD AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  add_link_options(-fuse-ld=mold)
endif()

find_program(CADRE_CCACHE ccache)
if(CADRE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${PROJECT_SOURCE_DIR}/cmake/compile.sh ${PROJECT_SOURCE_DIR})
endif()
