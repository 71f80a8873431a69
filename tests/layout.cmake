# The shape of the repository, as a test: what lies at the top, which folder may include which, where
# each library is used, and that every header compiles alone.
#
#   cmake -DTOP=<checkout> -DCOMPILER=<cc> -DINCLUDES=<dir|dir|...> -P layout.cmake
#
# A change of the architecture is a change of the tables below, and so is seen in review.
cmake_minimum_required(VERSION 3.20)

set(TOP_LEVEL CMakeLists.txt LICENSE README.md crawler data schema storage tests)

# Folder, and what its files may include beside libraries (a regular expression). Files of a folder
# below count as the folder's own unless they have a row; the first row that matches a file decides,
# so a file that may do more stands before its folder.
set(MAY_INCLUDE
  # Rows are plain data which everybody may read. Nobody in storage/ knows the crawler.
  "storage/                   storage/"
  "crawler/base/              base/"
  "crawler/politeness/        base/|politeness/|storage/record.h"
  # Feeds and sitemaps in old encodings need the tables, which pages use far more.
  "crawler/discover/          base/|discover/|extract/charset.h|storage/record.h"
  "crawler/schedule/          base/|politeness/|schedule/|job.h|storage/record.h"
  "crawler/fetch/             base/|fetch/|job.h|storage/record.h"
  "crawler/extract/           base/|discover/|extract/|politeness/robots.h|politeness/usage.h|job.h|storage/record.h"
  "crawler/write/             base/|write/|job.h|storage/store.h|storage/record.h"
  # Formats that others read and write; rows come as the store gives them.
  "crawler/exchange/          base/|exchange/|storage/store.h|storage/record.h"
  # The report as a page for people.
  "crawler/page/              base/|page/"
  # The map and what starts it.
  "crawler/commands/run.c     base/|commands/|discover/|extract/|fetch/|politeness/|crawl.h|job.h|metrics.h|options|report.h|storage/store.h|storage/record.h"
  "crawler/commands/import.c  base/|commands/|exchange/|extract/|write/writer.h|job.h|options|storage/store.h|storage/record.h"
  "crawler/commands/          base/|commands/|discover/|exchange/|extract/|fetch/|page/|politeness/|job.h|options|report.h|storage/store.h|storage/record.h"
  "crawler/main.c             base/|commands/commands.h|crawl.h|extract/|options|report.h|storage/"
  "crawler/crawl              base/|discover/|extract/|fetch/|politeness/|schedule/|write/|crawl.h|heartbeat.h|job.h|options.h|report.h|storage/"
  # Jobs and options are read by every station, so they must not know any.
  "crawler/job.               base/|fetch/response.h|job.h|storage/record.h"
  "crawler/options            base/|commands/commands.h|options"
  "crawler/report.            base/|report.h|storage/"
  "crawler/metrics.           base/|metrics.h|report.h|storage/"
  "crawler/heartbeat.         base/|heartbeat.h|metrics.h|report.h"
)

# Header of a library, and the files that may include it.
set(LIBRARIES
  "sqlite3[.]h             storage/sqlite/"
  "libpq-fe[.]h            storage/postgres/"
  "uv[.]h                  crawler/(schedule/|fetch/|write/|extract/extractor|crawl|heartbeat|main[.]c|commands/(run|try|reextract|import|finish|doctor_(machine|network))[.]c)"
  "curl/                   crawler/(fetch/|crawl|main[.]c|commands/(run|try)[.]c)"
  "ares[.]h                crawler/(fetch/|crawl|main[.]c)"
  "libxml/                 crawler/(discover/|extract/)"
  "openssl/                crawler/(exchange/digest|fetch/(request|credential|trust))"
  "jansson[.]h             crawler/(base/json|discover/|extract/|commands/|report|crawl|main[.]c)"
  "(libdeflate|zlib)[.]h   crawler/(extract/decode|exchange/|commands/)"
  "zstd[.]h                crawler/(extract/(decode|packer)|exchange/)|storage/tables/packed"
  "brotli/                 crawler/extract/decode"
  "uchardet[.]h            crawler/extract/charset"
  "seccomp[.]h             crawler/extract/sandbox[.]c"
  "linux/landlock[.]h      crawler/extract/sandbox[.]c"
  "malloc[.]h              crawler/base/alloc[.]c"
  "(idn2|libpsl)[.]h       crawler/base/url"
  "xxhash[.]h              crawler/(base/|extract/)|storage/"
  "iconv[.]h               crawler/(base/url_query|extract/charset)"
  "pthread[.]h             crawler/base/"
)

# Everything else in angle brackets must be one of these: a library that is new has to be named above.
string(CONCAT LIBC
  "^((assert|ctype|errno|fcntl|inttypes|limits|math|netdb|poll|signal|stdalign|stdarg|stdatomic|stdbool"
  "|stddef|stdint|stdio|stdlib|string|strings|time|unistd|locale|float|dirent|sched)[.]h"
  "|(sys|netinet|arpa|linux)/.*)$")

set(FAULTS 0)
function(fault text)
  message("${text}")
  math(EXPR count "${FAULTS} + 1")
  set(FAULTS ${count} PARENT_SCOPE)
endfunction()

# Splits "a   b" at its first run of blanks.
function(split_row row first rest)
  string(REGEX MATCH "^([^ ]+) +(.*)$" whole "${row}")
  set(${first} "${CMAKE_MATCH_1}" PARENT_SCOPE)
  set(${rest} "${CMAKE_MATCH_2}" PARENT_SCOPE)
endfunction()

# The expression that the includes of `file` must match, or nothing when no row knows it.
function(allowed_for file out)
  set(${out} "" PARENT_SCOPE)
  foreach(row IN LISTS MAY_INCLUDE)
    split_row("${row}" place allowed)
    string(FIND "${file}" "${place}" at)
    if(at EQUAL 0)
      set(${out} "^(${allowed})" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# The expression for the files that may include the library header `name`, or nothing for libc.
function(users_of name out)
  set(${out} "" PARENT_SCOPE)
  foreach(row IN LISTS LIBRARIES)
    split_row("${row}" header users)
    if(name MATCHES "^${header}")
      set(${out} "^(${users})" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

function(check_include file line)
  if(line MATCHES "^#include +\"([^\"]+)\"")
    set(name ${CMAKE_MATCH_1})
    allowed_for(${file} allowed)
    if(NOT allowed)
      fault("${file}: no row of MAY_INCLUDE knows this place")
    elseif(NOT name MATCHES "${allowed}")
      fault("${file}: may not include \"${name}\"")
    endif()
  elseif(line MATCHES "^#include +<([^>]+)>")
    set(name ${CMAKE_MATCH_1})
    users_of(${name} users)
    if(users AND NOT file MATCHES "${users}")
      fault("${file}: may not use <${name}>")
    elseif(NOT users AND NOT name MATCHES "${LIBC}")
      fault("${file}: <${name}> is neither libc nor a library that LIBRARIES knows")
    endif()
  endif()
  set(FAULTS ${FAULTS} PARENT_SCOPE)
endfunction()

# A .c includes its own header first, which shows in passing that the header needs nothing before it.
function(check_own_header file first)
  string(REGEX REPLACE "[.]c$" ".h" header ${file})
  if(file MATCHES "[.]c$" AND EXISTS ${TOP}/${header})
    string(REGEX REPLACE "^crawler/" "" wanted ${header})
    if(NOT first STREQUAL "#include \"${wanted}\"")
      fault("${file}: includes something before its own header")
    endif()
  endif()
  set(FAULTS ${FAULTS} PARENT_SCOPE)
endfunction()

function(check_top_level)
  file(GLOB entries RELATIVE ${TOP} ${TOP}/*)
  foreach(entry IN LISTS entries)
    if(NOT entry IN_LIST TOP_LEVEL AND NOT entry MATCHES "^([.]|build|compile_commands[.]json$)")
      fault("${entry}: does not belong at the top level")
    endif()
  endforeach()
  set(FAULTS ${FAULTS} PARENT_SCOPE)
endfunction()

function(check_includes)
  file(GLOB_RECURSE files RELATIVE ${TOP}
    ${TOP}/crawler/*.c ${TOP}/crawler/*.h ${TOP}/storage/*.c ${TOP}/storage/*.h)
  foreach(file IN LISTS files)
    file(STRINGS ${TOP}/${file} lines REGEX "^#include")
    foreach(line IN LISTS lines)
      check_include(${file} "${line}")
    endforeach()
    if(lines)
      list(GET lines 0 first)
      check_own_header(${file} "${first}")
    endif()
  endforeach()
  set(FAULTS ${FAULTS} PARENT_SCOPE)
endfunction()

function(check_headers_alone)
  set(flags -std=c11 -D_GNU_SOURCE -fsyntax-only -I${TOP}/crawler -I${TOP} -I${TOP}/tests)
  string(REPLACE "|" ";" directories "${INCLUDES}")
  foreach(directory IN LISTS directories)
    list(APPEND flags -I${directory})
  endforeach()
  file(GLOB_RECURSE headers
    ${TOP}/crawler/*.h ${TOP}/storage/*.h ${TOP}/tests/support/*.h)
  foreach(header IN LISTS headers)
    execute_process(COMMAND ${COMPILER} ${flags} -x c ${header}
      RESULT_VARIABLE status ERROR_VARIABLE errors)
    if(NOT status EQUAL 0)
      fault("${header} does not compile alone:\n${errors}")
    endif()
  endforeach()
  set(FAULTS ${FAULTS} PARENT_SCOPE)
endfunction()

check_top_level()
check_includes()
check_headers_alone()
if(FAULTS GREATER 0)
  message(FATAL_ERROR "${FAULTS} faults of layout")
endif()
