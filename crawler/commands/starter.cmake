# Turns data/sites/starter.csv into C when building: commands/starter_sites.c, for commands/starter.h.
# The same file is the step of the build that does it (cmake -P), at the end.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(STARTER_CMAKE ${CMAKE_CURRENT_LIST_FILE})
  set(STARTER_CSV ${PROJECT_SOURCE_DIR}/data/sites/starter.csv)
  set(STARTER_SITES ${PROJECT_BINARY_DIR}/generated/commands/starter_sites.c)
  add_custom_command(
    OUTPUT ${STARTER_SITES}
    COMMAND ${CMAKE_COMMAND} -DCSV=${STARTER_CSV} -DOUT=${STARTER_SITES} -P ${STARTER_CMAKE}
    DEPENDS ${STARTER_CMAKE} ${STARTER_CSV}
    COMMENT "Sites to start from to C" VERBATIM)
  return()
endif()

# A row a line, its first line names the columns; no field has a comma or a quotation mark in it.
file(READ ${CSV} text)
string(FIND "${text}" "\n" at)
math(EXPR at "${at} + 1")
string(SUBSTRING "${text}" ${at} -1 text)
set(field "([^,\n]+)")
string(REGEX REPLACE "${field},${field},${field},${field},${field},${field}\n"
  "    {\"\\1\", \"\\2\", \"\\3\", \"\\4\", \"\\5\", \"\\6\"},\n" text "${text}")
file(WRITE ${OUT} "/* Made from data/sites/starter.csv by starter.cmake: edit the table there. */
#include \"commands/starter.h\"

const struct starter_site starter_sites[] = {
${text}};

const size_t starter_sites_count = sizeof starter_sites / sizeof *starter_sites;
")
