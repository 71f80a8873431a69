#include "storage/postgres/leases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "storage/postgres/arrays.h"
#include "storage/postgres/limits.h"
#include "storage/postgres/session.h"
#include "storage/tables/frontier.h"

/* While others hold hosts, these may come free, or get URLs for hosts that are. */
enum { OTHERS_MS = 500, CLOCK_MS_MAX = 5000 };

/* A worker leases its share of the hosts, and what nobody else has wanted for a while. It gives up
 * what it holds beyond that, but for a few. The shares are looked at the more seldom the more
 * workers there are: together they ask some forty times a second. */
enum {
    SHARE_MS = 500,
    SHARE_MS_OF_WORKER = 25,
    UNWANTED_MS = 3000,
    SHARE_COUNTED = 4096,
    SURPLUS_PARTS = 8,
    SURPLUS_MIN = 2
};

static const char *ids_text(struct pool *pool, const struct run_host *const *hosts, size_t count)
{
    int64_t *ids = pool_alloc(pool, (count + 1) * sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = hosts[i]->host_id;
    return array_of_integers(pool, ids, count);
}

/* ---- the worker ---- */

/* When a host may be asked again is told by the clock of whoever asked it last. */
static int check_clock(struct postgres_store *store)
{
    struct timespec now;
    int64_t server_ms = 0;
    int row = statement_integer(statement(&store->database, SQL_SERVER_NOW), &server_ms);
    if (row != 1)
        return row < 0 ? row : STORE_FAILED;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t ahead_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 - server_ms;
    if (ahead_ms < CLOCK_MS_MAX && ahead_ms > -CLOCK_MS_MAX)
        return 0;
    struct store *base = &store->database.store;
    snprintf(base->message, sizeof(base->message),
             "%s: the clocks of this machine and of the server are %lld s apart: set them by NTP",
             store->database.name, (long long)(ahead_ms / 1000));
    return STORE_FAILED;
}

static int end_worker(struct postgres_store *store)
{
    struct statement *end = statement(&store->database, SQL_END_WORKER);
    bind_integer(end, 1, store->worker_id);
    int err = statement_run(end);
    return err ? err : limits_wake(&store->database);
}

/* Those who begin at once have one night, so each waits until the row of the one before is there.
 */
static int begin_worker(struct postgres_store *store)
{
    struct database *database = &store->database;
    char host[256] = "";
    if (gethostname(host, sizeof(host) - 1))
        host[0] = '\0';
    int err = statement_run(statement(database, SQL_COMMIT_FOR_GOOD));
    if (!err)
        err = limits_join(database);
    if (err)
        return err;
    struct statement *begin = statement(database, SQL_BEGIN_WORKER);
    bind_integer(begin, 1, database->run_id);
    bind_text(begin, 2, host);
    bind_integer(begin, 3, getpid());
    bind_integer(begin, 4, database->run.lease_ms);
    int row = statement_insert(begin, &store->worker_id);
    return row == 1 ? 0 : row < 0 ? row : STORE_FAILED;
}

static int end_lost_workers(struct database *database)
{
    int err = statement_run(statement(database, SQL_END_LOST_WORKERS));
    return err ? err : limits_wake(database);
}

static int on_join(struct database *database)
{
    struct postgres_store *store = postgres_of(database);
    int err = check_clock(store);
    if (!err && store->worker_id)
        err = end_worker(store);
    if (!err)
        err = end_lost_workers(database);
    if (!err)
        err = transaction_begin(database);
    if (!err)
        err = transaction_end(database, begin_worker(store));
    if (err)
        return err;
    store->batch = 0;
    store->share_ms = INT64_MIN / 2; /* not looked at */
    err = session_set_worker(store);
    if (err)
        return err;
    struct statement *wake = statement(database, SQL_WAKE_HOSTS);
    bind_integer(wake, 1, database->run.poll_all);
    return statement_run(wake);
}

static int on_leave(struct database *database)
{
    int err = statement_run(statement(database, SQL_COMMIT_FOR_GOOD));
    return err ? err : end_worker(postgres_of(database));
}

void leases_abandon(struct postgres_store *store)
{
    if (store->worker_id && session_is_connected(store))
        end_worker(store);
    store->worker_id = 0;
}

static int too_late(struct postgres_store *store)
{
    struct store *base = &store->database.store;
    snprintf(base->message, sizeof(base->message),
             "%s: this run did not renew its leases in time (--lease), or the server has lost its "
             "latest work: what it had leased is anybody's, nothing is lost",
             store->database.name);
    return STORE_LOST;
}

static int on_renew(struct database *database)
{
    struct postgres_store *store = postgres_of(database);
    int64_t batch;
    struct statement *renew = statement(database, SQL_RENEW_WORKER);
    bind_integer(renew, 1, store->worker_id);
    bind_integer(renew, 2, database->run.lease_ms);
    int row = statement_integer(renew, &batch);
    if (row != 1 || batch != store->batch)
        return row < 0 ? row : too_late(store);
    store->verified = store->generation;
    return end_lost_workers(database);
}

static int on_seal(struct database *database)
{
    struct postgres_store *store = postgres_of(database);
    int64_t batch;
    struct statement *seal = statement(database, SQL_COMMIT_BATCH);
    bind_integer(seal, 1, store->worker_id);
    bind_integer(seal, 2, store->batch + 1);
    int row = statement_integer(seal, &batch);
    store->sealed = row == 1;
    if (row != 1)
        return row < 0 ? row : too_late(store);
    store->verified = store->generation;
    return 0;
}

static bool on_is_unsure(const struct database *database)
{
    const struct postgres_store *store = (const struct postgres_store *)database;
    return store->verified != store->generation;
}

/* ---- hosts ---- */

enum { HOST_ID, ORIGIN, READY_MS, SITE_ID, NEW_QUEUED, LEASE_TOKEN, DUE_UNTIL_MS, ADDRESS };

/* A host that was leased, as the run knows it. */
static struct run_host *set_down(struct frontier *frontier, struct statement *row)
{
    int64_t host_id = column_integer(row, HOST_ID);
    const char *origin = column_text(row, ORIGIN);
    struct run_host *host = frontier_host_of(frontier, origin, strlen(origin));
    if (!host) {
        host = frontier_add_host(frontier, host_id, origin, strlen(origin));
    } else if (!host->host_id) {
        host->host_id = host_id;
        frontier_confirm_host(frontier, host);
    }
    frontier->due_ms = column_integer(row, DUE_UNTIL_MS);
    host->ready_ms = column_integer(row, READY_MS);
    host->site_id = column_integer(row, SITE_ID);
    const char *address = column_text(row, ADDRESS);
    free(host->address);
    host->address = address ? memory_string(address, strlen(address)) : NULL;
    frontier_claimed(frontier, host);
    return host;
}

/* The share of each worker: of what is held and what waits. */
static int look_at_share(struct postgres_store *store)
{
    struct database *database = &store->database;
    int64_t rest_ms = SHARE_MS + SHARE_MS_OF_WORKER * store->workers;
    if (database->now_ms - store->share_ms < rest_ms && database->now_ms >= store->share_ms)
        return 0;
    struct statement *query = statement(database, SQL_SHARE_OF_WORKER);
    bind_integer(query, 1, store->worker_id);
    bind_integer(query, 2, SHARE_COUNTED);
    int row = statement_step(query);
    if (row != 1)
        return row;
    int64_t workers = column_integer(query, 0), held = column_integer(query, 1);
    int64_t due = column_integer(query, 3);
    store->workers = workers;
    store->leased = column_integer(query, 2);
    statement_finish(query);
    store->fair = (held + due + workers - 1) / (workers ? workers : 1);
    store->share_ms = database->now_ms;
    return 0;
}

static int64_t on_surplus(struct database *database)
{
    struct postgres_store *store = postgres_of(database);
    int64_t slack = store->fair / SURPLUS_PARTS;
    return store->leased - store->fair - (slack > SURPLUS_MIN ? slack : SURPLUS_MIN);
}

static int on_claim(struct database *database, unsigned hosts_max, struct run_host **out,
                    size_t *count)
{
    struct postgres_store *store = postgres_of(database);
    *count = 0;
    int row = look_at_share(store);
    if (row)
        return row;
    int64_t room = store->fair - store->leased;
    struct statement *claim = statement(database, SQL_CLAIM_HOSTS);
    bind_integer(claim, 1, store->worker_id);
    bind_integer(claim, 2, room > 0 && room < hosts_max ? room : hosts_max);
    bind_integer(claim, 3, room > 0 ? 0 : UNWANTED_MS);
    while ((row = statement_step(claim)) == 1)
        out[(*count)++] = set_down(database->frontier, claim);
    store->leased += (int64_t)*count;
    return row;
}

static int on_release(struct database *database, const struct run_host *const *hosts,
                      const int64_t *next_ms, size_t count)
{
    struct pool *pool = &database->frontier->answer;
    struct statement *release = statement(database, SQL_RELEASE_HOSTS);
    bind_integer(release, 1, postgres_of(database)->worker_id);
    bind_text(release, 2, ids_text(pool, hosts, count));
    bind_text(release, 3, array_of_integers(pool, next_ms, count));
    bind_integer(release, 4, database->frontier->due_ms);
    postgres_of(database)->leased -= (int64_t)count;
    return statement_run(release);
}

static int on_poke(struct database *database, const struct run_host *const *hosts,
                   const int64_t *due_ms, size_t count)
{
    struct statement *poke = statement(database, SQL_POKE_HOSTS);
    bind_integer(poke, 1, postgres_of(database)->worker_id);
    bind_text(poke, 2, ids_text(&database->pool, hosts, count));
    bind_text(poke, 3, array_of_integers(&database->pool, due_ms, count));
    return statement_run(poke);
}

static int on_lock(struct database *database, const struct run_host *const *hosts, size_t count)
{
    struct statement *lock = statement(database, SQL_LOCK_HOSTS);
    int err = 0;
    for (size_t i = 0; i < count && !err; i++) {
        bind_integer(lock, 1, hosts[i]->host_id);
        err = statement_add(lock, ANSWER_CHANGED, NULL);
    }
    return err ? err : statement_settle(lock);
}

static int on_place(struct database *database, struct run_host *const *hosts,
                    const char *const *addresses, size_t count)
{
    struct pool *pool = &database->pool;
    struct statement *lease = statement(database, SQL_LEASE_ADDRESSES);
    bind_integer(lease, 1, postgres_of(database)->worker_id);
    bind_text(lease, 2, ids_text(pool, (const struct run_host *const *)hosts, count));
    bind_text(lease, 3, array_of_names(pool, addresses, count));
    int row;
    while ((row = statement_step(lease)) == 1) {
        struct run_host *host = frontier_host(database->frontier, column_integer(lease, 0));
        if (host)
            host->crowded = true;
    }
    return row;
}

static int on_next_due(struct database *database, int64_t now_ms, int64_t *out)
{
    int64_t held = 0;
    struct statement *query = statement(database, SQL_NEXT_DUE);
    int row = statement_step(query);
    if (row != 1)
        return row;
    int64_t due_ms = column_moment(query, 0);
    statement_finish(query);
    struct statement *others = statement(database, SQL_HOSTS_OF_OTHERS);
    bind_integer(others, 1, postgres_of(database)->worker_id);
    row = statement_integer(others, &held);
    if (row < 0)
        return row;
    if (held && (due_ms == MOMENT_NONE || due_ms > now_ms + OTHERS_MS))
        due_ms = now_ms + OTHERS_MS;
    *out = due_ms;
    return 0;
}

const struct sharing leases_sharing = {
    .join = on_join,
    .leave = on_leave,
    .renew = on_renew,
    .surplus = on_surplus,
    .claim = on_claim,
    .release = on_release,
    .next_due = on_next_due,
    .reserve = limits_reserve,
    .give_room = limits_give,
    .place = on_place,
    .spend_room = limits_spend,
    .poke = on_poke,
    .lock = on_lock,
    .seal = on_seal,
    .is_unsure = on_is_unsure,
};
