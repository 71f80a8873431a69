/* records.c - what JSON APIs answer: their records, and the articles that these hold. */
#include "storage/tables/records.h"

#include <string.h>

#include "storage/tables/articles.h"
#include "storage/tables/batch.h"
#include "storage/tables/site_days.h"
#include "storage/tables/taken.h"

/* An article that is fetched as a page, or waits to be, is left to its page: two texts of one
 * article would make a revision each time the other one came. Returns 1, 0 or an error. */
static int page_has_it(struct batch *batch, int64_t host_id, int64_t hash, int fresh)
{
    int64_t told = 0;
    if (fresh)
        return 0;
    struct statement *query = statement(batch->store, SQL_URL_IS_TOLD);
    bind_integer(query, 1, host_id);
    bind_integer(query, 2, hash);
    int row = statement_integer(query, &told);
    return row < 0 ? row : !row;
}

/* The address of a record: its article's, or one made from its key. */
static const char *url_of(struct database *store, const struct url_lease *lease,
                          const struct api_row *row)
{
    struct url_parts parts;
    if (row->article && urls_split(row->article->url, &parts))
        return row->article->url;
    size_t size = strlen(lease->url) + strlen(row->key) + 2;
    char *made = pool_alloc(&store->pool, size);
    return strcat(strcat(strcpy(made, lease->url), "#"), row->key);
}

static int64_t hash_of(const struct database *store, const struct api_row *row, const char *url)
{
    bool own = row->article && url == row->article->url;
    return urls_hash(store, own && row->url_key ? row->url_key : url);
}

bool records_is_taken_down(struct database *store, const struct url_lease *lease,
                           const struct api_row *row)
{
    if (!store->taken_count)
        return false;
    const char *url = url_of(store, lease, row);
    return taken_url(store, url, hash_of(store, row, url)) ||
           (row->article && taken_url(store, row->article->canonical_url, 0)) ||
           taken_json(store, row->json);
}

static int store_record_article(struct batch *batch, size_t i, const struct api_row *row)
{
    const struct result_record *result = batch->results[i];
    const struct url_lease *lease = &result->lease;
    struct stored *stored = &batch->stored[i];
    struct database *store = batch->store;
    const char *url = url_of(store, lease, row);
    struct url_parts parts;
    struct run_host *host;
    if (!urls_split(url, &parts))
        return 0;
    int err = batch_host(batch, &parts, &host);
    if (err)
        return err;
    int64_t hash = hash_of(store, row, url);
    int fresh = urls_see(store, host->host_id, hash);
    int passed = fresh < 0 ? fresh : page_has_it(batch, host->host_id, hash, fresh);
    if (passed)
        return passed < 0 ? passed : 0;
    batch->outcomes[i].found_new += (unsigned)fresh;
    struct article_put put = {.site_id = lease->site_id,
                              .fetch_id = stored->fetch_id,
                              .now_ms = stored->now_ms,
                              .record = row->article,
                              .url = url,
                              .url_hash = hash};
    struct article_facts facts = {0};
    err = articles_put_url(store, &put, host->host_id, lease->feed_id);
    if (!err)
        err = articles_put(store, &put, &facts);
    if (!err)
        err = site_days_count_article(batch, i, row->article, &facts);
    if (err || put.known_id || !facts.article_id)
        return err;
    struct statement *update = statement(store, SQL_SET_URL_ARTICLE);
    bind_integer(update, 1, put.url_id);
    bind_integer(update, 2, facts.article_id);
    bind_moment(update, 3, MOMENT_NONE);
    return statement_add(update, ANSWER_CHANGED, NULL);
}

int records_store(struct batch *batch, size_t i)
{
    const struct result_record *result = batch->results[i];
    struct stored *stored = &batch->stored[i];
    int64_t feed_id = result->lease.feed_id;
    if (result->lease.kind != URL_SOURCE || !feed_id || !result->api_rows_count)
        return 0;
    if (result->lease.depth) { /* a further page: they are the API's records all the same */
        struct statement *query = statement(batch->store, SQL_API_OF_PAGE);
        bind_integer(query, 1, feed_id);
        int row = statement_integer(query, &feed_id);
        if (row < 0)
            return row;
    }
    /* which asks what the batch's URLs before brought */
    int settled = statement_settle(statement(batch->store, SQL_SET_URL_ARTICLE));
    if (settled)
        return settled;
    for (size_t k = 0; k < result->api_rows_count; k++) {
        const struct api_row *row = &result->api_rows[k];
        int64_t fresh = 0;
        if (records_is_taken_down(batch->store, &result->lease, row))
            continue;
        struct statement *put = statement(batch->store, SQL_PUT_API_RECORD);
        bind_integer(put, 1, feed_id);
        bind_text(put, 2, row->key);
        bind_nonzero(put, 3, stored->fetch_id);
        bind_integer(put, 4, stored->now_ms);
        bind_text(put, 5, row->json);
        int changed = statement_integer(put, &fresh);
        if (changed < 0)
            return changed;
        stored->records_new += fresh != 0;
        if (changed && row->article && row->article->is_article) {
            int err = store_record_article(batch, i, row);
            if (err)
                return err;
        }
    }
    return 0;
}
