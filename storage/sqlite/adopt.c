#include "storage/sqlite/adopt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/sqlite/batch.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/frontier.h"
#include "storage/sqlite/taken.h"
#include "storage/sqlite/urls.h"

int adopt_is_late(struct sqlite_store *store, const struct url_lease *lease, int64_t answered_ms,
                  bool *late)
{
    int64_t asked_ms = 0;
    sqlite3_stmt *query = statement(store, SQL_URL_ASKED);
    bind_integer(query, 1, lease->host_id);
    bind_integer(query, 2, lease->hash);
    int row = statement_integer(store, query, &asked_ms);
    *late = row == 1 && asked_ms >= answered_ms;
    return row < 0 ? row : 0;
}

/* The site of the domain; a new one has a home, and nothing that would be asked. */
static int find_site(struct sqlite_store *store, const char *domain, int64_t *site_id)
{
    sqlite3_stmt *find = statement(store, SQL_SITE_BY_DOMAIN);
    bind_text(find, 1, domain);
    int row = statement_integer(store, find, site_id);
    if (row)
        return row < 0 ? row : 0;
    char home[512];
    snprintf(home, sizeof home, "https://%s/", domain);
    sqlite3_stmt *put = statement(store, SQL_PUT_SITE);
    bind_text(put, 1, "site");
    bind_text(put, 2, home);
    bind_text(put, 3, domain);
    bind_text(put, 4, NULL);
    bind_text(put, 5, NULL);
    bind_positive(put, 6, -1);
    bind_positive(put, 7, -1);
    bind_integer(put, 8, store->run.started_ms);
    bind_text(put, 9, NULL);
    row = statement_integer(store, put, site_id);
    return row < 0 ? row : 0;
}

static int adopt(struct batch *batch, const struct url_parts *parts, const char *domain,
                 const char *key, struct url_lease *lease)
{
    struct run_host *host;
    int err = find_site(batch->store, domain, &lease->site_id);
    if (!err)
        err = batch_host(batch, parts, &host);
    if (err)
        return err;
    lease->host_id = host->host_id;
    lease->hash = urls_hash(batch->store, key);
    int fresh = urls_see(batch->store, lease->host_id, lease->hash); /* not to be queued either */
    return fresh < 0 ? fresh : 0;
}

int adopt_url(struct store *base, const char *domain, const char *key, int64_t answered_ms,
              struct url_lease *lease, bool *wanted)
{
    struct sqlite_store *store = sqlite_of(base);
    struct batch batch = {.store = store, .frontier = store->frontier};
    struct url_parts parts;
    *wanted = false;
    if (!urls_split(lease->url, &parts))
        return 0;
    int err = transaction_begin(store);
    if (!err)
        err = transaction_end(store, adopt(&batch, &parts, domain, key, lease));
    for (size_t i = 0; i < batch.fresh_count; i++) {
        if (!err) {
            frontier_confirm_host(store->frontier, batch.fresh[i]);
        } else { /* rolled back: its row must be made again */
            batch.fresh[i]->host_id = 0;
            batch.fresh[i]->fresh = false;
        }
    }
    free(batch.fresh);
    bool late = true;
    if (!err)
        err = adopt_is_late(store, lease, answered_ms, &late);
    lease->adopted = true;
    lease->found_ms = answered_ms;
    *wanted = !err && !late && !taken_url(store, lease->url, lease->hash);
    return err;
}
