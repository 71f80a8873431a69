#include "storage/tables/commit.h"

#include <stdlib.h>
#include <string.h>

#include "storage/tables/adopt.h"
#include "storage/tables/batch.h"
#include "storage/tables/completion.h"
#include "storage/tables/found.h"
#include "storage/tables/names.h"
#include "storage/tables/origins.h"
#include "storage/tables/retention.h"
#include "storage/tables/search.h"
#include "storage/tables/site_days.h"
#include "storage/tables/sources.h"

static int write_batch(struct batch *batch);
static int lock_hosts(struct batch *batch);
static int write_host_sites(struct batch *batch);
static int write_hosts(struct batch *batch);
static int write_totals(struct batch *batch);
static int share(struct batch *batch);
static void apply(struct batch *batch);
static void undo(struct batch *batch);

int commit_results(struct store *base, const struct result_record *const *results, size_t count,
                   struct commit_outcome *outcomes)
{
    struct database *store = database_of(base);
    struct batch batch = {.store = store,
                          .frontier = store->frontier,
                          .results = results,
                          .count = count,
                          .outcomes = outcomes};
    pool_reset(&store->pool);
    memset(outcomes, 0, count * sizeof(*outcomes));
    batch.stored = pool_alloc(&store->pool, count * sizeof(*batch.stored));
    memset(batch.stored, 0, count * sizeof(*batch.stored));
    int err = store->driver->sharing ? names_put(store, results, count) : 0;
    if (!err && store->driver->sharing)
        err = origins_put(store, results, count);
    if (!err)
        err = transaction_begin(store);
    if (!err)
        err = transaction_end(store, write_batch(&batch));
    if (err)
        undo(&batch);
    else
        apply(&batch);
    for (size_t i = 0; i < batch.counted_count; i++) {
        batch.counted[i]->new_added = 0;
        batch.counted[i]->new_counted = false;
    }
    free(batch.finds);
    free(batch.placings);
    free(batch.touches);
    free(batch.fresh);
    free(batch.sited);
    free(batch.counted);
    free(batch.charges);
    free(batch.site_counts);
    return err;
}

/* URLs first, then what they told of, then the sources, which want to know how much of it was new.
 */
static int write_batch(struct batch *batch)
{
    const struct sharing *sharing = batch->store->driver->sharing;
    search_begin(batch->store);
    int err = sharing ? sharing->seal(batch->store) : 0;
    if (!err)
        err = adopt_results(batch);
    if (!err)
        err = completion_write(batch);
    if (!err)
        err = found_store(batch);
    for (size_t i = 0; i < batch->count && !err; i++)
        err = sources_finish(batch, i);
    if (!err)
        err = batch_place(batch);
    if (!err && sharing)
        err = lock_hosts(batch);
    if (!err)
        err = write_host_sites(batch);
    if (!err)
        err = write_hosts(batch);
    if (!err && batch->queued)
        err = urls_count_queued(batch->store, batch->queued);
    if (!err)
        err = budgets_write(batch->store, false);
    if (!err)
        err = search_write(batch->store);
    if (!err)
        err = site_days_write(batch);
    if (!err)
        err = write_totals(batch);
    return err || !sharing ? err : share(batch);
}

/* Whether a run that begins now leases a row of that place. */
static bool is_of_this_run(const struct batch *batch, const struct touch *touch)
{
    return touch->band == BAND_NEW || touch->band == BAND_RETRIES ||
           touch->rank <= batch->frontier->due_ms;
}

/* Where the hosts are shared: who has or gets those of others learns that they got URLs. */
static int share(struct batch *batch)
{
    const struct sharing *sharing = batch->store->driver->sharing;
    struct pool *pool = &batch->store->pool;
    const struct run_host **hosts = pool_alloc(pool, (batch->touches_count + 1) * sizeof(*hosts));
    int64_t *due_ms = pool_alloc(pool, (batch->touches_count + 1) * sizeof(*due_ms));
    size_t count = 0;
    for (size_t i = 0; i < batch->touches_count; i++) {
        const struct touch *touch = &batch->touches[i];
        if (!touch->host->foreign || !is_of_this_run(batch, touch))
            continue;
        if (count && hosts[count - 1] == touch->host)
            continue; /* as they come, mostly by hosts */
        hosts[count] = touch->host;
        due_ms[count++] = touch->band == BAND_RETRIES ? touch->rank : batch->store->now_ms;
    }
    int err = count ? sharing->poke(batch->store, hosts, due_ms, count) : 0;
    return err ? err : rooms_spend(batch);
}

/* The run's figures grow with every batch, so they outlive request rows and crashes alike. */
static int write_totals(struct batch *batch)
{
    enum { REQUESTS, OK, NOT_MODIFIED, THROTTLED, SERVER, NET, BYTES, URLS, NEW, REVISED, TOTALS };
    int64_t totals[TOTALS] = {0};
    for (size_t i = 0; i < batch->count; i++) {
        const struct fetch_record *fetch = &batch->results[i]->fetch;
        const struct commit_outcome *outcome = &batch->outcomes[i];
        totals[URLS] += outcome->found_new;
        totals[NEW] += outcome->article_new;
        totals[REVISED] += outcome->article_revised;
        if (!batch->stored[i].fetch_id)
            continue;
        totals[REQUESTS]++;
        totals[OK] += fetch->status >= 200 && fetch->status < 300;
        totals[NOT_MODIFIED] += fetch->status == 304;
        totals[THROTTLED] += fetch->status == 429;
        totals[SERVER] += fetch->status >= 500;
        totals[NET] += fetch->status == 0;
        totals[BYTES] += fetch->bytes_wire;
    }
    struct statement *update = statement(batch->store, SQL_ADD_TO_RUN);
    bind_integer(update, 1, batch->store->run_id);
    for (int i = 0; i < TOTALS; i++)
        bind_integer(update, i + 2, totals[i]);
    return statement_run(update);
}

/* ---- hosts ---- */

static int write_robots(struct database *store, const struct host_record *host)
{
    struct statement *update = statement(store, SQL_UPDATE_HOST_ROBOTS);
    bind_integer(update, 1, host->host_id);
    bind_integer(update, 2, host->robots_status);
    bind_moment(update, 3, host->robots_fetched_ms);
    bind_text(update, 4, host->robots_body);
    bind_positive(update, 5, host->crawl_delay_ms);
    bind_integer(update, 6, host->robots_rights);
    return statement_run(update);
}

/* Another of its files than robots.txt. */
static int write_host_file(struct database *store, const struct result_record *result)
{
    const struct host_record *host = &result->host;
    struct statement *put = statement(store, SQL_PUT_HOST_FILE);
    bind_integer(put, 1, host->host_id);
    bind_integer(put, 2, result->lease.file);
    bind_integer(put, 3, host->robots_status);
    bind_integer(put, 4, host->robots_fetched_ms);
    bind_integer(put, 5, host->robots_rights);
    bind_text(put, 6, host->robots_body);
    return statement_run(put);
}

static int write_host(struct batch *batch, const struct host_record *host)
{
    struct database *store = batch->store;
    struct run_host *run_host = frontier_host(batch->frontier, host->host_id);
    struct statement *update = statement(store, SQL_UPDATE_HOST);
    bind_integer(update, 1, host->host_id);
    bind_integer(update, 2, host->ready_ms);
    bind_integer(update, 3, host->response_ms);
    bind_integer(update, 4, host->fails_in_row);
    bind_integer(update, 5, host->rests);
    bind_integer(update, 6, run_host ? run_host->new_added : 0);
    bind_integer(update, 7, host->slowed);
    if (run_host)
        run_host->new_added = 0; /* written */
    return statement_add(update, ANSWER_CHANGED, NULL);
}

/* Hosts that had no result in this batch, but got URLs. */
static int write_new_queued(struct batch *batch)
{
    int err = 0;
    for (size_t i = 0; i < batch->counted_count && !err; i++) {
        struct run_host *host = batch->counted[i];
        if (!host->new_added)
            continue;
        struct statement *update = statement(batch->store, SQL_COUNT_NEW_QUEUED);
        bind_integer(update, 1, host->host_id);
        bind_integer(update, 2, host->new_added);
        err = statement_add(update, ANSWER_CHANGED, NULL);
    }
    return err ? err : statement_settle(statement(batch->store, SQL_COUNT_NEW_QUEUED));
}

static bool contains(const int64_t *ids, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* What this run knows of it counts. */
static bool is_ours(const struct batch *batch, int64_t host_id)
{
    const struct run_host *host = frontier_host(batch->frontier, host_id);
    return !batch->store->driver->sharing || (host && !host->foreign);
}

/* Two runs that tell of each other's hosts write the rows of both: in the order in which they come,
 * each would wait for the other. So whoever writes several has them all first. */
static int lock_hosts(struct batch *batch)
{
    size_t most = batch->count + batch->counted_count + batch->touches_count + batch->sited_count;
    size_t count = 0;
    const struct run_host **hosts =
        pool_alloc(&batch->store->pool, (most + 1) * sizeof(struct run_host *));
    for (size_t i = 0; i < batch->count; i++) {
        struct run_host *host = frontier_host(batch->frontier, batch->results[i]->host.host_id);
        if (host && !host->foreign && (!count || hosts[count - 1] != host))
            hosts[count++] = host;
    }
    for (size_t i = 0; i < batch->counted_count; i++)
        hosts[count++] = batch->counted[i];
    for (size_t i = 0; i < batch->sited_count; i++)
        hosts[count++] = batch->sited[i].host;
    for (size_t i = 0; i < batch->touches_count; i++)
        if (batch->touches[i].host->foreign &&
            (!count || hosts[count - 1] != batch->touches[i].host))
            hosts[count++] = batch->touches[i].host;
    return count > 1 ? batch->store->driver->sharing->lock(batch->store, hosts, count) : 0;
}

static int write_host_sites(struct batch *batch)
{
    int err = 0;
    for (size_t i = 0; i < batch->sited_count && !err; i++) {
        const struct run_host *host = batch->sited[i].host; /* what it came to */
        err = urls_add_host_site(batch->store, host->host_id, host->site_id);
    }
    return err ? err : urls_settle_host_sites(batch->store);
}

/* Each host once, as the last of its results says: so from the last to the first. */
static int write_hosts(struct batch *batch)
{
    int64_t *states = pool_alloc(&batch->store->pool, (batch->count + 1) * sizeof(*states));
    int64_t *robots = pool_alloc(&batch->store->pool, (batch->count + 1) * sizeof(*robots));
    size_t states_count = 0, robots_count = 0;
    int err = 0;
    for (size_t i = batch->count; i-- && !err;) {
        const struct host_record *host = &batch->results[i]->host;
        if (!host->host_id || batch->results[i]->completion == COMPLETE_RELEASED ||
            !is_ours(batch, host->host_id))
            continue;
        if (!contains(states, states_count, host->host_id)) {
            states[states_count++] = host->host_id;
            err = write_host(batch, host);
        }
        if (!err && host->robots_known && batch->results[i]->lease.file != HOST_ROBOTS) {
            err = write_host_file(batch->store, batch->results[i]);
        } else if (!err && host->robots_known && !contains(robots, robots_count, host->host_id)) {
            robots[robots_count++] = host->host_id;
            err = write_robots(batch->store, host);
        }
    }
    if (!err)
        err = statement_settle(statement(batch->store, SQL_UPDATE_HOST));
    return err ? err : write_new_queued(batch);
}

/* ---- after the commit ---- */

static void release_lease(struct batch *batch, const struct url_lease *lease)
{
    struct frontier *frontier = batch->frontier;
    if (!frontier_forget(frontier, lease->host_id, lease->band, lease->rank, lease->hash))
        return;
    rooms_untake(frontier, lease);
    struct run_host *host = frontier_host(frontier, lease->host_id);
    if (host)
        frontier_added(frontier, host, lease->band, lease->rank, lease->hash);
    if (host && host->foreign) /* given back before its URL was */
        host->reopened = frontier->reopened = true;
}

static void apply(struct batch *batch)
{
    struct frontier *frontier = batch->frontier;
    for (size_t i = 0; i < batch->fresh_count; i++)
        frontier_confirm_host(frontier, batch->fresh[i]);
    for (size_t i = 0; i < batch->count; i++) {
        const struct result_record *result = batch->results[i];
        struct run_host *host = frontier_host(frontier, result->host.host_id);
        if (result->completion == COMPLETE_RELEASED)
            release_lease(batch, &result->lease);
        else
            frontier_forget(frontier, result->lease.host_id, result->lease.band, result->lease.rank,
                            result->lease.hash);
        if (host)
            frontier_set_ready(frontier, host, result->host.ready_ms);
        retention_kept(batch->store, batch->stored[i].raw_bytes);
    }
    for (size_t i = 0; i < batch->touches_count; i++) {
        struct touch *touch = &batch->touches[i];
        frontier_added(frontier, touch->host, touch->band, touch->rank, touch->hash);
    }
    for (size_t i = 0; i < batch->finds_count; i++)
        if (!batch->finds[i].passed)
            frontier_set_recent(frontier, batch->finds[i].host->host_id, batch->finds[i].hash);
    frontier->queued += batch->queued;
    budgets_written(frontier);
    for (size_t i = 0; i < batch->charges_count; i++)
        budget_charge(frontier, &batch->charges[i]);
}

/* Nothing was written, so hosts are again as they were. */
static void undo(struct batch *batch)
{
    for (size_t i = batch->sited_count; i--;)
        batch->sited[i].host->site_id = batch->sited[i].before;
    for (size_t i = 0; i < batch->fresh_count; i++) {
        batch->fresh[i]->host_id = 0;
        batch->fresh[i]->fresh = false;
    }
}
