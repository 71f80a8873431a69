#include "storage/postgres/views.h"

#include <stdio.h>
#include <string.h>

#include "storage/postgres/session.h"

enum { NAME_BYTES = 64, LIST_BYTES = SQL_POSTGRES_VIEWS_COUNT * NAME_BYTES };

/* The crawler's views as an array, those first that were made last. */
static const char *list_of_views(char list[LIST_BYTES])
{
    char *at = list;
    for (size_t i = SQL_POSTGRES_VIEWS_COUNT; i-- > 0;)
        at += sprintf(at, "%c%s", at == list ? '{' : ',', sql_postgres_view_names[i]);
    strcpy(at, "}");
    return list;
}

int views_drop(struct postgres_store *store)
{
    char list[LIST_BYTES], sql[LIST_BYTES + 256];
    snprintf(sql, sizeof(sql),
             "DO $$ DECLARE name text; BEGIN FOREACH name IN ARRAY '%s'::text[] LOOP "
             "BEGIN EXECUTE format('DROP VIEW IF EXISTS %%I.%%I', current_schema(), name); "
             "EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END; END LOOP; END $$",
             list_of_views(list));
    return session_run(store, sql);
}

int views_make(struct postgres_store *store)
{
    return session_run(store, sql_postgres_views);
}

/* The names of those that are not by one of ours' names and read one of ours. */
static PGresult *ask_for_others(struct postgres_store *store)
{
    char list[LIST_BYTES], sql[LIST_BYTES + 640];
    snprintf(sql, sizeof(sql),
             "WITH ours AS (SELECT c.oid FROM pg_class c JOIN unnest('%s'::text[]) AS n (name)"
             "  ON c.relname = n.name WHERE c.relnamespace = current_schema()::regnamespace)"
             "SELECT string_agg(DISTINCT r.ev_class::regclass::text, ', ') FROM pg_depend d"
             "  JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid"
             " WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT oid FROM ours)"
             "   AND r.ev_class NOT IN (SELECT oid FROM ours)",
             list_of_views(list));
    PQexitPipelineMode(store->connection);
    PGresult *result = PQexec(store->connection, sql);
    PQenterPipelineMode(store->connection);
    return result;
}

void views_explain(struct postgres_store *store)
{
    struct store *base = &store->database.store;
    char said[STORE_MESSAGE_BYTES];
    PGresult *others = ask_for_others(store);
    if (PQresultStatus(others) == PGRES_TUPLES_OK && !PQgetisnull(others, 0, 0)) {
        snprintf(said, sizeof(said), "%s", base->message);
        snprintf(base->message, sizeof(base->message),
                 "%.220s; if these views are in the way, which stand on the crawler's, drop them "
                 "and make them again afterwards: %.150s",
                 said, PQgetvalue(others, 0, 0));
    }
    PQclear(others);
}
