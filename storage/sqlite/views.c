#include "storage/sqlite/views.h"

#include <string.h>

#include "storage/sqlite/connection.h"

/* Views first, each list in the order in which it was made. */
static const char listed[] =
    "SELECT type = 'view', name, sql FROM sqlite_schema WHERE type = 'view' OR type = 'trigger'"
    "   AND tbl_name IN (SELECT name FROM sqlite_schema WHERE type = 'view')"
    " ORDER BY type = 'trigger', rowid";

static bool is_of_crawler(const char *name)
{
    for (size_t i = 0; i < SQL_VIEWS_COUNT; i++)
        if (strcmp(name, sql_view_names[i]) == 0)
            return true;
    return false;
}

int views_put_aside(struct sqlite_store *store, char **others)
{
    sqlite3_stmt *query = NULL;
    sqlite3_str *drop = sqlite3_str_new(store->db), *make = sqlite3_str_new(store->db);
    int code = sqlite3_prepare_v2(store->db, listed, -1, &query, NULL);
    while (!code && (code = sqlite3_step(query)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(query, 1);
        if (sqlite3_column_int(query, 0)) /* its triggers go with it */
            sqlite3_str_appendf(drop, "DROP VIEW \"%w\";", name);
        if (!is_of_crawler(name))
            sqlite3_str_appendf(make, "%s\n;", sqlite3_column_text(query, 2));
        code = SQLITE_OK;
    }
    sqlite3_finalize(query);
    char *sql = sqlite3_str_finish(drop);
    *others = sqlite3_str_finish(make);
    int err = code != SQLITE_DONE ? connection_error(store, code)
              : sql               ? connection_run(store, sql)
                                  : 0;
    sqlite3_free(sql);
    return err;
}

int views_put_back(struct sqlite_store *store, char *others, int err)
{
    if (!err && others)
        err = connection_run(store, others);
    sqlite3_free(others);
    return err;
}
