# Turns schema/sqlite/*.sql and schema/postgres/*.sql into C when building: storage/sql.h, storage/sql.c.
#
# Each `-- name: lease_due` of queries.sql becomes SQL_LEASE_DUE, so a misspelt name does not compile;
# migrations and views become one text each. Both databases have the same names: what only one of them
# has stands behind a heading that begins with "only here", or the build stops. The same file is the
# step of the build that does it (cmake -P), at the end.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(SQL_FOLDER ${CMAKE_CURRENT_LIST_DIR})
  set(SQL_GENERATED ${PROJECT_BINARY_DIR}/generated/storage)
  file(GLOB SQL_FILES CONFIGURE_DEPENDS ${SQL_FOLDER}/sqlite/*.sql ${SQL_FOLDER}/postgres/*.sql)
  add_custom_command(
    OUTPUT ${SQL_GENERATED}/sql.h ${SQL_GENERATED}/sql.c
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${SQL_FOLDER} -DOUT=${SQL_GENERATED}
      -P ${CMAKE_CURRENT_LIST_DIR}/embed.cmake
    DEPENDS ${CMAKE_CURRENT_LIST_DIR}/embed.cmake ${SQL_FILES}
    COMMENT "SQL to C" VERBATIM)
  set(EMBEDDED_SOURCES ${SQL_GENERATED}/sql.c ${SQL_GENERATED}/sql.h)
  return()
endif()
cmake_minimum_required(VERSION 3.20)

# SQL text as a C string, comments dropped: every line is one literal.
function(sql_literal text out)
  string(REGEX REPLACE "--[^\n]*" "" text "${text}")
  string(REGEX REPLACE "[ \t]*\n([ \t]*\n)*" "\n" text "${text}")
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
  set(${out} "\"${text}\"" PARENT_SCOPE)
endfunction()

# The texts of one database's queries.sql as initializers; its names, and those that only it has.
function(read_queries database)
  set(names "")
  set(only "")
  set(texts "")
  file(READ ${FOLDER}/${database}/queries.sql rest)
  string(FIND "${rest}" "-- ---- only here" shared_end)
  string(LENGTH "${rest}" size)
  set(passed 0)
  string(FIND "${rest}" "-- name: " at)
  while(NOT at EQUAL -1)
    math(EXPR at "${at} + 9")
    math(EXPR passed "${passed} + ${at}")
    string(SUBSTRING "${rest}" ${at} -1 rest)
    string(FIND "${rest}" "\n" end)
    string(SUBSTRING "${rest}" 0 ${end} name)
    string(STRIP "${name}" name)
    string(TOUPPER "${name}" name)
    string(SUBSTRING "${rest}" ${end} -1 rest)
    math(EXPR passed "${passed} + ${end}")
    string(FIND "${rest}" "-- name: " at)
    string(SUBSTRING "${rest}" 0 ${at} text)
    sql_literal("${text}" text)
    list(APPEND names ${name})
    if(NOT shared_end EQUAL -1 AND passed GREATER shared_end)
      list(APPEND only ${name})
    endif()
    string(APPEND texts "    [SQL_${name}] =\n    ${text},\n")
  endwhile()
  set(${database}_names "${names}" PARENT_SCOPE)
  set(${database}_only "${only}" PARENT_SCOPE)
  set(${database}_texts "${texts}" PARENT_SCOPE)
endfunction()

# Its migrations and views, and these views' names in the order in which they are made.
function(read_schema database)
  set(migrations "")
  file(GLOB files ${FOLDER}/${database}/[0-9]*.sql)
  list(SORT files)
  foreach(file ${files})
    file(READ ${file} text)
    sql_literal("${text}" text)
    string(APPEND migrations "    ${text},\n")
  endforeach()
  list(LENGTH files count)
  file(READ ${FOLDER}/${database}/views.sql views)
  sql_literal("${views}" views)
  set(${database}_migrations "${migrations}" PARENT_SCOPE)
  set(${database}_count ${count} PARENT_SCOPE)
  set(${database}_views "${views}" PARENT_SCOPE)
  set(names "")
  string(REGEX MATCHALL "CREATE (OR REPLACE )?VIEW [a-z_]+" made "${views}")
  list(LENGTH made count)
  foreach(view ${made})
    string(REGEX REPLACE "^.* " "" view "${view}")
    string(APPEND names "    \"${view}\",\n")
  endforeach()
  set(${database}_views_count ${count} PARENT_SCOPE)
  set(${database}_view_names "${names}" PARENT_SCOPE)
endfunction()

foreach(database sqlite postgres)
  read_queries(${database})
  read_schema(${database})
endforeach()

# A name must be in both, or in one and said to be there alone.
function(check_names database other)
  foreach(name ${${database}_names})
    if(name IN_LIST ${other}_names AND name IN_LIST ${database}_only)
      message(FATAL_ERROR "${name} is not only in ${database}: ${other} has it too")
    elseif(NOT name IN_LIST ${other}_names AND NOT name IN_LIST ${database}_only)
      message(FATAL_ERROR "${name} is in schema/${database}/queries.sql, not in schema/${other}/queries.sql")
    endif()
  endforeach()
endfunction()
check_names(sqlite postgres)
check_names(postgres sqlite)

set(names "")
foreach(name ${sqlite_names} ${postgres_only})
  string(APPEND names "    SQL_${name},\n")
endforeach()

file(WRITE ${OUT}/sql.h "/* Made from schema/ by embed.cmake: edit the SQL there. */
#ifndef STORAGE_SQL_H
#define STORAGE_SQL_H

enum sql {
${names}    SQL_COUNT
};

/* also the newest version of the schema */
enum { SQL_MIGRATIONS_COUNT = ${sqlite_count}, SQL_POSTGRES_MIGRATIONS_COUNT = ${postgres_count} };

/* NULL: only the other database has a statement of this name. */
extern const char *const sql_texts[SQL_COUNT];
extern const char *const sql_postgres_texts[SQL_COUNT];

extern const char *const sql_migrations[SQL_MIGRATIONS_COUNT];
extern const char *const sql_postgres_migrations[SQL_POSTGRES_MIGRATIONS_COUNT];

/* The views by which people ask: the SQL that makes them, and their names in that order. */
enum { SQL_VIEWS_COUNT = ${sqlite_views_count}, SQL_POSTGRES_VIEWS_COUNT = ${postgres_views_count} };

extern const char *const sql_views;
extern const char *const sql_postgres_views;
extern const char *const sql_view_names[SQL_VIEWS_COUNT];
extern const char *const sql_postgres_view_names[SQL_POSTGRES_VIEWS_COUNT];

#endif
")
file(WRITE ${OUT}/sql.c "/* Made from schema/ by embed.cmake: edit the SQL there. */
#include \"storage/sql.h\"

const char *const sql_texts[SQL_COUNT] = {
${sqlite_texts}};

const char *const sql_postgres_texts[SQL_COUNT] = {
${postgres_texts}};

const char *const sql_migrations[SQL_MIGRATIONS_COUNT] = {
${sqlite_migrations}};

const char *const sql_postgres_migrations[SQL_POSTGRES_MIGRATIONS_COUNT] = {
${postgres_migrations}};

const char *const sql_views =
    ${sqlite_views};

const char *const sql_postgres_views =
    ${postgres_views};

const char *const sql_view_names[SQL_VIEWS_COUNT] = {
${sqlite_view_names}};

const char *const sql_postgres_view_names[SQL_POSTGRES_VIEWS_COUNT] = {
${postgres_view_names}};
")
