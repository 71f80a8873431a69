#include "storage/tables/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

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

int database_write_seed(struct database *store)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed)) {
        snprintf(store->store.message, sizeof(store->store.message),
                 "%s: no random bytes can be had", store->name);
        return STORE_FAILED;
    }
    struct statement *insert = statement(store, SQL_INSERT_HASH_SEED);
    bind_integer(insert, 1, (int64_t)(seed >> 1));
    return statement_run(insert);
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
