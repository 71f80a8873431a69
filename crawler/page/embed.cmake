# Turns style.css and table.js into C when building: page/assets.c, for page/assets.h. The same file is
# the step of the build that does it (cmake -P), at the end.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(PAGE_FOLDER ${CMAKE_CURRENT_LIST_DIR})
  set(PAGE_ASSETS ${PROJECT_BINARY_DIR}/generated/page/assets.c)
  add_custom_command(
    OUTPUT ${PAGE_ASSETS}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${PAGE_FOLDER} -DOUT=${PAGE_ASSETS}
      -P ${PAGE_FOLDER}/embed.cmake
    DEPENDS ${PAGE_FOLDER}/embed.cmake ${PAGE_FOLDER}/style.css ${PAGE_FOLDER}/table.js
    COMMENT "Style and script of the report to C" VERBATIM)
  return()
endif()

# A file as a C string, its first line (which says what it is) and the indentation dropped.
function(literal file out)
  file(READ ${FOLDER}/${file} text)
  string(FIND "${text}" "\n" at)
  math(EXPR at "${at} + 1")
  string(SUBSTRING "${text}" ${at} -1 text)
  string(REGEX REPLACE "\n +" "\n" text "${text}")
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
  set(${out} "\"${text}\"" PARENT_SCOPE)
endfunction()

literal(style.css style)
literal(table.js script)
file(WRITE ${OUT} "/* Made from crawler/page/ by embed.cmake: edit the files there. */
#include \"page/assets.h\"

const char page_style[] =
    ${style};

const char page_script[] =
    ${script};
")
