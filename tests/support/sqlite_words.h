/* sqlite_words.h - SQLite's functions and ways that the tests' questions use, for a PostgreSQL
 * server: so one question serves both. They lie in a schema of their own, behind the store's. */
#ifndef TESTS_SUPPORT_SQLITE_WORDS_H
#define TESTS_SUPPORT_SQLITE_WORDS_H

#define SQLITE_WORDS "sqlite_words"

static const char sqlite_words[] =
    "SELECT pg_advisory_xact_lock(1952805748);"
    "CREATE SCHEMA sqlite_words; SET LOCAL search_path = sqlite_words, pg_catalog;"
    "CREATE FUNCTION ifnull(anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql"
    "  AS 'SELECT coalesce($1, $2)';"
    "CREATE FUNCTION ifnull(bigint, text) RETURNS text LANGUAGE sql"
    "  AS 'SELECT coalesce($1::text, $2)';"
    "CREATE FUNCTION iif(boolean, anycompatible, anycompatible) RETURNS anycompatible LANGUAGE sql"
    "  AS 'SELECT CASE WHEN $1 THEN $2 ELSE $3 END';"
    "CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql AS 'SELECT strpos($1, $2)';"
    "CREATE DOMAIN blob AS bytea;"
    "CREATE FUNCTION instr(bytea, bytea) RETURNS integer LANGUAGE sql"
    "  AS 'SELECT position($2 IN $1)';"
    "CREATE FUNCTION json_type(json) RETURNS text LANGUAGE sql AS 'SELECT json_typeof($1)';"
    "CREATE FUNCTION json_type(jsonb) RETURNS text LANGUAGE sql AS 'SELECT jsonb_typeof($1)';"
    "CREATE FUNCTION joined(text, text, text) RETURNS text LANGUAGE sql"
    "  AS 'SELECT CASE WHEN $1 IS NULL OR $2 IS NULL THEN coalesce($1, $2) ELSE $1 || $3 || $2 "
    "END';"
    "CREATE FUNCTION joined(text, text) RETURNS text LANGUAGE sql AS 'SELECT joined($1, $2, "
    "'','')';"
    "CREATE FUNCTION joined(text, bigint) RETURNS text LANGUAGE sql"
    "  AS 'SELECT joined($1, $2::text, '','')';"
    "CREATE AGGREGATE group_concat(text) (SFUNC = joined, STYPE = text);"
    "CREATE AGGREGATE group_concat(bigint) (SFUNC = joined, STYPE = text);"
    "CREATE AGGREGATE group_concat(text, text) (SFUNC = joined, STYPE = text);"
    "CREATE FUNCTION joined(text, bytea, text) RETURNS text LANGUAGE sql"
    "  AS 'SELECT joined($1, convert_from($2, ''UTF8''), $3)';"
    "CREATE AGGREGATE group_concat(bytea, text) (SFUNC = joined, STYPE = text);"
    "CREATE FUNCTION json_extract(jsonb, text) RETURNS numeric LANGUAGE sql"
    "  AS 'SELECT jsonb_path_query_first($1, $2::jsonpath)::text::numeric';"
    "CREATE FUNCTION with_one(numeric) RETURNS numeric LANGUAGE sql"
    "  AS 'SELECT round(coalesce($1, 0), 1)';"
    "CREATE AGGREGATE total(numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0',"
    "  FINALFUNC = with_one);"
    "CREATE FUNCTION cat(text, boolean) RETURNS text LANGUAGE sql AS 'SELECT $1 || $2::int::text';"
    "CREATE FUNCTION cat(boolean, text) RETURNS text LANGUAGE sql AS 'SELECT $1::int::text || $2';"
    "CREATE FUNCTION cat(text, timestamptz) RETURNS text LANGUAGE sql AS"
    "  'SELECT $1 || to_char($2 AT TIME ZONE ''UTC'', ''YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'')';"
    "CREATE FUNCTION cat(timestamptz, text) RETURNS text LANGUAGE sql AS"
    "  'SELECT to_char($1 AT TIME ZONE ''UTC'', ''YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'') || $2';"
    "CREATE OPERATOR || (LEFTARG = text, RIGHTARG = boolean, FUNCTION = cat);"
    "CREATE OPERATOR || (LEFTARG = boolean, RIGHTARG = text, FUNCTION = cat);"
    "CREATE OPERATOR || (LEFTARG = text, RIGHTARG = timestamptz, FUNCTION = cat);"
    "CREATE OPERATOR || (LEFTARG = timestamptz, RIGHTARG = text, FUNCTION = cat);";

#endif
