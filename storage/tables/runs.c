#include "storage/tables/runs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "storage/tables/budget.h"
#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/retention.h"
#include "storage/tables/taken.h"

static int insert_run(struct database *store, const struct run_record *run)
{
    char host[256] = "";
    if (gethostname(host, sizeof(host) - 1))
        host[0] = '\0';
    struct statement *insert = statement(store, SQL_INSERT_RUN);
    bind_integer(insert, 1, run->started_ms);
    bind_text(insert, 2, host);
    bind_integer(insert, 3, getpid());
    bind_text(insert, 4, run->version ? run->version : "");
    bind_text(insert, 5, run->argv ? run->argv : "[]");
    int row = statement_insert(insert, &store->run_id);
    return row < 0 ? row : 0;
}

enum { WRONG_MS = 3600 * 1000 };

/* Nothing is put off for longer (poll.c), so beyond this the clock was wrong in any case. */
#define PUT_OFF_MS_MAX (INT64_C(31) * 24 * 3600 * 1000)

/* A run whose clock was years ahead has put all it asked off until then, and nobody would ask it
 * again in between. Its clock shows in its own row. */
static int bring_back(struct database *store, int64_t now_ms)
{
    static const enum sql steps[] = {SQL_BRING_LOOKS_BACK, SQL_BRING_QUEUE_BACK,
                                     SQL_BRING_FEEDS_BACK, SQL_BRING_HOSTS_BACK};
    int64_t last_ms = 0;
    int row = statement_integer(statement(store, SQL_LAST_MOMENT), &last_ms);
    if (row < 0 || last_ms - now_ms < WRONG_MS)
        return row < 0 ? row : 0;
    int64_t later_ms = now_ms + PUT_OFF_MS_MAX < last_ms ? now_ms + PUT_OFF_MS_MAX : last_ms;
    int err = 0;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !err; i++) {
        struct statement *update = statement(store, steps[i]);
        bind_integer(update, 1, later_ms);
        bind_integer(update, 2, now_ms);
        err = statement_run(update);
    }
    return err;
}

/* All in one transaction: runs that died are marked, this one begins. */
static int open_run(struct database *store, const struct run_record *run)
{
    int err = transaction_begin(store);
    if (err)
        return err;
    err = statement_run(statement(store, SQL_MARK_CRASHED_RUNS));
    if (!err)
        err = bring_back(store, run->started_ms);
    if (!err)
        err = insert_run(store, run);
    if (!err && run->poll_all) { /* sources whose retry lies far ahead are due as well */
        struct statement *update = statement(store, SQL_HASTEN_SOURCE_RETRIES);
        bind_integer(update, 1, run->started_ms);
        err = statement_run(update);
    }
    return transaction_end(store, err);
}

static int load_hosts(struct database *store, struct frontier *frontier)
{
    struct statement *query = statement(store, SQL_ALL_HOSTS);
    int row;
    while ((row = statement_step(query)) == 1) {
        const char *origin = column_text(query, 1);
        struct run_host *host = frontier_add_host(frontier, column_integer(query, 0), origin,
                                                  (size_t)column_size(query, 1));
        host->ready_ms = column_integer(query, 2);
        host->site_id = column_integer(query, 3);
        if (!frontier->run.discover_only)
            host->left = column_integer(query, 4);
        if (host->site_id != SITE_NONE) /* else it never had a URL in the queue */
            frontier_heap_set(frontier, host, host->ready_ms);
    }
    return row;
}

static int count_queued(struct database *store, struct frontier *frontier)
{
    int row = statement_integer(statement(store, SQL_QUEUED), &frontier->queued);
    return row < 0 ? row : 0;
}

int runs_lock(struct database *store, bool shared, int64_t now_ms)
{
    struct store *base = &store->store;
    if (store->access == STORE_READ) {
        snprintf(base->message, sizeof(base->message), "%s: it was opened for reading only",
                 store->name);
        return STORE_READONLY;
    }
    runs_abandon(store);
    return store->driver->lock(store, shared, now_ms);
}

int runs_begin(struct store *base, const struct run_record *run, int64_t *out_run_id)
{
    struct database *store = database_of(base);
    int err = runs_lock(store, true, run->started_ms);
    if (err)
        return err;
    struct frontier *frontier = frontier_create(run);
    frontier->shared = store->driver->sharing != NULL;
    room_init(frontier, &frontier->pages, 0, ROOM_PAGES, run->max_pages);
    store->run = *run;
    store->night_ms = run->started_ms;
    err = store->driver->run_begins(store, run);
    if (!err)
        err = open_run(store, run);
    if (!err)
        err = frontier->shared ? store->driver->sharing->join(store) : load_hosts(store, frontier);
    if (!err)
        err = count_queued(store, frontier);
    if (!err)
        err = taken_load(store);
    if (!err)
        err = retention_begin(store);
    if (err) {
        frontier_free(frontier);
        store->driver->unlock(store);
        return err;
    }
    frontier->night_ms = store->night_ms;
    store->frontier = frontier;
    store->search_behind = true;
    *out_run_id = store->run_id;
    return runs_checkpoint(base);
}

/* Where one run has all hosts, the lock is the kernel's and the leases are in memory: nothing runs
 * out. */
int runs_renew(struct store *base)
{
    struct database *store = database_of(base);
    return store->driver->sharing ? store->driver->sharing->renew(store) : 0;
}

/* What was taken down meanwhile is not to be asked. */
int runs_rejoin(struct store *base)
{
    struct database *store = database_of(base);
    frontier_forget_hosts(store->frontier);
    rooms_forget(store->frontier);
    int err = store->driver->sharing->join(store);
    store->frontier->night_ms = store->night_ms;
    if (!err)
        err = count_queued(store, store->frontier);
    if (!err) {
        taken_unload(store);
        err = taken_load(store);
    }
    return err;
}

/* Housekeeping is done in small steps, so that a batch never waits long for it; and a step that
 * finds the database locked is done another time. */
int runs_checkpoint(struct store *base)
{
    struct database *store = database_of(base);
    int err = store->driver->checkpoint(store);
    if (!err && store->retention_pending)
        err = retention_step(store);
    if (!err && store->search_behind && store->run.search)
        err = retention_index_step(store);
    return err == STORE_BUSY ? 0 : err;
}

int runs_end(struct store *base, int64_t now_ms, const char *outcome, const char *report)
{
    struct database *store = database_of(base);
    int err = transaction_begin(store);
    if (err)
        return err;
    struct statement *update = statement(store, SQL_END_RUN);
    bind_integer(update, 1, store->run_id);
    bind_integer(update, 2, now_ms);
    bind_text(update, 3, outcome);
    bind_text(update, 4, report);
    err = statement_run(update);
    if (!err)
        err = budgets_write(store, true);
    if (!err && store->driver->sharing)
        err = store->driver->sharing->leave(store);
    err = transaction_end(store, err);
    if (err)
        return err;
    runs_abandon(store);
    store->driver->run_ended(store);
    return 0;
}

void runs_abandon(struct database *store)
{
    frontier_free(store->frontier);
    store->frontier = NULL;
    taken_unload(store);
    store->run_id = 0;
    store->driver->unlock(store);
}
