# Every .c and .h as .clang-format has it.
#
#   cmake -DTOP=<checkout> -P format.cmake
#
# Versions of clang-format disagree on details, so only Debian 12's judges; with another, or none,
# the test is skipped.
cmake_minimum_required(VERSION 3.20)
set(JUDGE 14)

find_program(CLANG_FORMAT NAMES clang-format-${JUDGE} clang-format)
set(version "none")
if(CLANG_FORMAT)
  execute_process(COMMAND ${CLANG_FORMAT} --version OUTPUT_VARIABLE version
    OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
if(NOT version MATCHES "version ${JUDGE}[.]")
  message("skipped: wants clang-format ${JUDGE}, found: ${version}")
  return()
endif()

set(files)
foreach(folder crawler storage tests)
  file(GLOB_RECURSE found ${TOP}/${folder}/*.c ${TOP}/${folder}/*.h)
  list(APPEND files ${found})
endforeach()
execute_process(COMMAND ${CLANG_FORMAT} --dry-run -Werror ${files} RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "clang-format -i puts the files above in order")
endif()
