#include "storage/tables/database.h"

#include <stdlib.h>

#include "storage/tables/runs.h"
#include "storage/tables/taken.h"
#include "storage/tables/takedown.h"

struct statement *statement(struct database *store, enum sql sql)
{
    return store->driver->statement(store, sql);
}

int statement_integer(struct statement *statement, int64_t *out)
{
    int row = statement_step(statement);
    if (row != 1)
        return row;
    *out = column_integer(statement, 0);
    statement_finish(statement);
    return 1;
}

void database_clear(struct database *store)
{
    runs_abandon(store);
    pool_clear(&store->pool);
    free(store->unindexed);
    free(store->shingles);
    taken_unload(store);
    takedown_free(store->takedown);
    free(store->name);
}
