#include "storage/tables/adopt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/tables/batch.h"
#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/taken.h"
#include "storage/tables/urls.h"

int adopt_is_late(struct database *store, const struct url_lease *lease, int64_t answered_ms,
                  bool *late)
{
    int64_t asked_ms = 0;
    struct statement *query = statement(store, SQL_URL_ASKED);
    bind_integer(query, 1, lease->host_id);
    bind_integer(query, 2, lease->hash);
    int row = statement_integer(query, &asked_ms);
    *late = row == 1 && asked_ms >= answered_ms;
    return row < 0 ? row : 0;
}

/* The site of the domain; a new one has a home, and nothing that would be asked. */
static int find_site(struct database *store, const char *domain, int64_t *site_id)
{
    struct statement *find = statement(store, SQL_SITE_BY_DOMAIN);
    bind_part(find, 1, domain, strlen(domain));
    int row = statement_integer(find, site_id);
    if (row)
        return row < 0 ? row : 0;
    char home[512];
    snprintf(home, sizeof home, "https://%s/", domain);
    struct statement *put = statement(store, SQL_PUT_SITE);
    bind_text(put, 1, "site");
    bind_text(put, 2, home);
    bind_part(put, 3, domain, strlen(domain));
    bind_text(put, 4, NULL);
    bind_text(put, 5, NULL);
    bind_positive(put, 6, -1);
    bind_positive(put, 7, -1);
    bind_integer(put, 8, store->run.started_ms);
    for (int i = 9; i <= 11; i++)
        bind_text(put, i, NULL);
    row = statement_integer(put, site_id);
    return row < 0 ? row : 0;
}

/* Two imports with the same sites must not wait for each other. */
static int compare_domains(const void *a, const void *b)
{
    const struct url_lease *const *x = a, *const *y = b;
    return strcmp((*x)->domain, (*y)->domain);
}

static int adopt(struct batch *batch, struct url_lease **leases, size_t count)
{
    struct url_parts parts;
    struct run_host *host;
    int err = 0;
    if (count)
        qsort(leases, count, sizeof(*leases), compare_domains);
    for (size_t i = 0; i < count && !err; i++)
        err = find_site(batch->store, leases[i]->domain, &leases[i]->site_id);
    for (size_t i = 0; i < count && !err; i++) {
        if (!urls_split(leases[i]->url, &parts))
            return STORE_FAILED; /* adopt_url() wants none such */
        err = batch_host(batch, &parts, &host);
        leases[i]->host_id = host->host_id;
        if (!err) /* not to be queued either */
            err = urls_add_seen(batch->store, host->host_id, leases[i]->hash, NULL);
    }
    return err ? err : urls_settle_seen(batch->store);
}

int adopt_results(struct batch *batch)
{
    struct pool *pool = &batch->store->pool;
    const struct result_record **results = pool_alloc(pool, batch->count * sizeof(*results));
    struct url_lease **leases = pool_alloc(pool, batch->count * sizeof(*leases));
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        results[i] = batch->results[i];
        if (!results[i]->lease.adopted)
            continue;
        struct result_record *copy = pool_alloc(pool, sizeof(*copy));
        *copy = *results[i];
        leases[count++] = &copy->lease;
        results[i] = copy;
    }
    int err = adopt(batch, leases, count);
    if (!err)
        batch->results = results;
    return err;
}

int adopt_url(struct store *base, const char *key, int64_t answered_ms, struct url_lease *lease,
              bool *wanted)
{
    struct database *store = database_of(base);
    struct url_parts parts;
    int64_t asked_ms = INT64_MIN;
    *wanted = false;
    if (!urls_split(lease->url, &parts))
        return 0;
    lease->adopted = true;
    lease->found_ms = answered_ms;
    lease->hash = urls_hash(store, key);
    int err = store->taken ? 0 : taken_load(store); /* a store without a run has none so far */
    if (err)
        return err;
    struct statement *query = statement(store, SQL_URL_OF_ORIGIN_ASKED);
    bind_part(query, 1, parts.origin, parts.origin_size);
    bind_integer(query, 2, lease->hash);
    int row = statement_integer(query, &asked_ms);
    *wanted = row >= 0 && asked_ms < answered_ms && !taken_url(store, lease->url, lease->hash);
    return row < 0 ? row : 0;
}
