# Turns schema/sqlite/*.sql into C when building: storage/sql.h and storage/sql.c.
#
# Each `-- name: lease_due` of queries.sql becomes SQL_LEASE_DUE, so a misspelt name does not
# compile; migrations and views become one text each. The same file is the step of the build that
# does it (cmake -P), at the end.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(SQL_FOLDER ${CMAKE_CURRENT_LIST_DIR}/sqlite)
  set(SQL_GENERATED ${PROJECT_BINARY_DIR}/generated/storage)
  file(GLOB SQL_MIGRATIONS CONFIGURE_DEPENDS ${SQL_FOLDER}/[0-9]*.sql)
  add_custom_command(
    OUTPUT ${SQL_GENERATED}/sql.h ${SQL_GENERATED}/sql.c
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${SQL_FOLDER} -DOUT=${SQL_GENERATED}
      -P ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
    DEPENDS ${CMAKE_CURRENT_LIST_DIR}/embed.cmake ${SQL_MIGRATIONS}
      ${SQL_FOLDER}/queries.sql ${SQL_FOLDER}/views.sql
    COMMENT "SQL to C" VERBATIM)
  set(EMBEDDED_SOURCES ${SQL_GENERATED}/sql.c ${SQL_GENERATED}/sql.h)
  return()
endif()

# SQL text as a C string, comments dropped: every line is one literal.
function(sql_literal text out)
  string(REGEX REPLACE "--[^\n]*" "" text "${text}")
  string(REGEX REPLACE "[ \t]*\n([ \t]*\n)*" "\n" text "${text}")
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
  set(${out} "\"${text}\"" PARENT_SCOPE)
endfunction()

set(names "")
set(texts "")
file(READ ${FOLDER}/queries.sql rest)
string(FIND "${rest}" "-- name: " at)
while(NOT at EQUAL -1)
  math(EXPR at "${at} + 9")
  string(SUBSTRING "${rest}" ${at} -1 rest)
  string(FIND "${rest}" "\n" end)
  string(SUBSTRING "${rest}" 0 ${end} name)
  string(STRIP "${name}" name)
  string(TOUPPER "${name}" name)
  string(SUBSTRING "${rest}" ${end} -1 rest)
  string(FIND "${rest}" "-- name: " at)
  string(SUBSTRING "${rest}" 0 ${at} text)
  sql_literal("${text}" text)
  string(APPEND names "    SQL_${name},\n")
  string(APPEND texts "    [SQL_${name}] =\n    ${text},\n")
endwhile()

set(migrations "")
file(GLOB files ${FOLDER}/[0-9]*.sql)
list(SORT files)
foreach(file ${files})
  file(READ ${file} text)
  sql_literal("${text}" text)
  string(APPEND migrations "    ${text},\n")
endforeach()
list(LENGTH files count)
file(READ ${FOLDER}/views.sql views)
sql_literal("${views}" views)

file(WRITE ${OUT}/sql.h "/* Made from schema/ by embed.cmake: edit the SQL there. */
#ifndef STORAGE_SQL_H
#define STORAGE_SQL_H

enum sql {
${names}    SQL_COUNT
};

enum { SQL_MIGRATIONS_COUNT = ${count} }; /* also the newest user_version */

extern const char *const sql_texts[SQL_COUNT];
extern const char *const sql_migrations[SQL_MIGRATIONS_COUNT];
extern const char *const sql_views;

#endif
")
file(WRITE ${OUT}/sql.c "/* Made from schema/ by embed.cmake: edit the SQL there. */
#include \"storage/sql.h\"

const char *const sql_texts[SQL_COUNT] = {
${texts}};

const char *const sql_migrations[SQL_MIGRATIONS_COUNT] = {
${migrations}};

const char *const sql_views =
    ${views};
")
