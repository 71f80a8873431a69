/* sites.c - crawler sites: the sites and how each is doing. */
#include <stdio.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/rows.h"

static const struct rows_column columns[] = {
    {"url", "site", ROWS_NAME},
    {"kind", "kind", ROWS_TEXT},
    {"state", "state", ROWS_TEXT},
    {"sources", "sources", ROWS_NUMBER},
    {"sources_failing", "bad", ROWS_NUMBER},
    {"articles", "articles", ROWS_NUMBER},
    {"articles_7d", "7 days", ROWS_NUMBER},
    {"newest", "newest", ROWS_DAY},
    {"error", "trouble", ROWS_TEXT},
};

int command_sites(const struct options *options)
{
    struct store *store;
    int status = database_open(&store, options->sites, STORE_READ);
    if (status)
        return status;
    const struct store_value params[] = {
        STORE_PARAM_INTEGER(clock_wall_ms()),
        STORE_PARAM_INTEGER(0),
        STORE_PARAM_INTEGER(-1),
    };
    struct rows_query query = {NULL, SQL_READ_SITES, params, COUNT(params)};
    json_t *rows = NULL;
    size_t count = 0;
    int err = options->json ? rows_json(store, &query, &rows)
                            : rows_print(store, &query, columns, COUNT(columns), &count);
    if (err)
        status = database_failed(store, err);
    else if (options->json)
        rows_dump(rows);
    else if (count == 0)
        puts("no sites yet: add some with crawler add");
    store_close(store);
    return status;
}
