#include "storage/store.h"

#include <stdio.h>
#include <string.h>

#include "storage/backend.h"
#include "storage/extractor.h"
#include "storage/tables/adopt.h"
#include "storage/tables/commit.h"
#include "storage/tables/database.h"
#include "storage/tables/lease.h"
#include "storage/tables/packed.h"
#include "storage/tables/reading.h"
#include "storage/tables/reread.h"
#include "storage/tables/runs.h"
#include "storage/tables/site_days.h"
#include "storage/tables/sites.h"
#include "storage/tables/takedown.h"

/* libpq's form of keywords and values, in any order: of what says where to, one is there. */
static bool has_keyword(const char *dsn, const char *keyword)
{
    const char *at = dsn;
    size_t size = strlen(keyword);
    for (; (at = strstr(at, keyword)); at++)
        if ((at == dsn || at[-1] == ' ') && at[size + strspn(at + size, " ")] == '=')
            return true;
    return false;
}

bool store_is_server(const char *dsn)
{
    static const char *const keywords[] = {"service", "host", "hostaddr", "dbname"};
    if (strncmp(dsn, "postgresql://", 13) == 0 || strncmp(dsn, "postgres://", 11) == 0)
        return true;
    const char *first = dsn + strspn(dsn, "abcdefghijklmnopqrstuvwxyz_");
    if (first == dsn || first[strspn(first, " ")] != '=')
        return false;
    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
        if (has_keyword(dsn, keywords[i]))
            return true;
    return false;
}

int store_open(struct store **out, const char *dsn, enum store_access access, char *message,
               size_t message_size)
{
    if (!store_is_server(dsn))
        return sqlite_store_open(out, dsn, access, message, message_size);
#ifdef HAVE_LIBPQ
    return postgres_store_open(out, dsn, access, message, message_size);
#else
    snprintf(message, message_size,
             "this build keeps its sites in SQLite only, since libpq-dev was not there when it was "
             "made: give the path of a database file");
    return STORE_FAILED;
#endif
}

bool store_is_older(const char *dsn)
{
    if (!store_is_server(dsn))
        return sqlite_store_is_older(dsn);
#ifdef HAVE_LIBPQ
    return postgres_store_is_older(dsn);
#else
    return false;
#endif
}

bool store_is_held(const char *dsn, char *message, size_t message_size)
{
    return !store_is_server(dsn) && sqlite_store_is_held(dsn, message, message_size);
}

void store_hurry(struct store *store, bool hurry)
{
    atomic_store(&store->hurried, hurry);
}

void store_close(struct store *store)
{
    if (store)
        database_of(store)->driver->close(database_of(store));
}

const char *store_message(const struct store *store)
{
    return store->message;
}

int store_add_site(struct store *store, const struct site_record *site, int64_t now_ms, bool *added)
{
    return sites_add(store, site, now_ms, added);
}

int store_begin(struct store *store)
{
    return sites_begin(store);
}

int store_end(struct store *store, bool commit)
{
    return sites_end(store, commit);
}

int store_change(struct store *store, enum sql statement, const struct store_value *params,
                 size_t params_count)
{
    return reading_change(store, statement, params, params_count);
}

int store_protect(struct store *store, bool *changed)
{
    struct database *database = database_of(store);
    return database->driver->protect(database, changed);
}

int store_run_begin(struct store *store, const struct run_record *run, int64_t *out_run_id)
{
    return runs_begin(store, run, out_run_id);
}

int store_lease(struct store *store, const struct lease_request *request, struct lease_answer *out)
{
    return lease_hosts(store, request, out);
}

int store_adopt(struct store *store, const char *key, int64_t answered_ms, struct url_lease *lease,
                bool *wanted)
{
    return adopt_url(store, key, answered_ms, lease, wanted);
}

int store_renew(struct store *store)
{
    return runs_renew(store);
}

bool store_is_shared(const struct store *store)
{
    return ((const struct database *)store)->driver->sharing != NULL;
}

int store_rejoin(struct store *store)
{
    return runs_rejoin(store);
}

int store_commit(struct store *store, const struct result_record *const *results, size_t count,
                 struct commit_outcome *outcomes)
{
    return commit_results(store, results, count, outcomes);
}

int store_checkpoint(struct store *store)
{
    return runs_checkpoint(store);
}

int64_t store_log_bytes(const struct store *store)
{
    return store->log_bytes;
}

int store_judge_sites(struct store *store, int64_t now_ms, bool whole)
{
    return site_days_judge(store, now_ms, whole);
}

int store_run_end(struct store *store, int64_t now_ms, const char *outcome, const char *report)
{
    return runs_end(store, now_ms, outcome, report);
}

int store_takedown_begin(struct store *store, const struct takedown_record *takedowns, size_t count,
                         int64_t now_ms)
{
    return takedown_begin(store, takedowns, count, now_ms);
}

int store_takedown_step(struct store *store, int64_t now_ms, struct takedown_progress *progress)
{
    return takedown_step(store, now_ms, progress);
}

const char *store_extractor(void)
{
    return EXTRACTOR;
}

int store_reread_begin(struct store *store, int64_t now_ms)
{
    return reread_begin(store, now_ms);
}

int store_reread_commit(struct store *store, const struct reread_record *records, size_t count,
                        struct reread_outcome *outcomes)
{
    return reread_commit(store, records, count, outcomes);
}

int store_pack_begin(struct store *store, int64_t now_ms)
{
    return packed_begin(store, now_ms);
}

int store_pack_commit(struct store *store, const struct packed_record *records, size_t count)
{
    return packed_commit(store, records, count);
}

int store_each_row(struct store *store, enum sql query, const struct store_value *params,
                   size_t params_count, store_row_fn *on_row, void *context)
{
    return reading_each_row(store, query, params, params_count, on_row, context);
}

int store_each_chosen(struct store *store, enum sql query, const struct article_choice *choice,
                      store_row_fn *on_row, void *context)
{
    struct database *database = database_of(store);
    return database->driver->each_chosen(database, query, choice, on_row, context);
}

const struct store_value *store_column(const struct store_value *columns, size_t count,
                                       const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(columns[i].name, name) == 0)
            return &columns[i];
    return NULL;
}
