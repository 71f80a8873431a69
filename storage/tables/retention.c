#include "storage/tables/retention.h"

#include "storage/tables/search.h"
#include "storage/tables/database.h"
#include "storage/tables/removal.h"

/* Rows a step: some milliseconds each. */
enum { DROPPED_MAX = 500, ARTICLES_MAX = 50, INDEXED_MAX = 100 };

static int drop(struct database *store, enum sql sql, int64_t keep_ms, int *dropped)
{
    struct statement *statement_of = statement(store, sql);
    bind_integer(statement_of, 1, store->run.started_ms - keep_ms);
    bind_integer(statement_of, 2, DROPPED_MAX);
    int64_t gone = statement_change(statement_of);
    *dropped += gone > 0 ? (int)gone : 0;
    return gone < 0 ? (int)gone : 0;
}

/* Whether a page kept has to go: for its age, or to make room. */
static bool is_surplus(const struct database *store, int64_t last_ms, int64_t bytes_left)
{
    return last_ms < store->run.started_ms - store->run.keep_raw_ms ||
           (store->run.max_raw_bytes && bytes_left > store->run.max_raw_bytes);
}

/* *bytes is what the others take. */
static int drop_raw_pages(struct database *store, int64_t *bytes, int *dropped)
{
    int64_t ids[DROPPED_MAX];
    int count = 0, row, err = 0;
    struct statement *query = statement(store, SQL_OLDEST_RAW_PAGES);
    bind_integer(query, 1, DROPPED_MAX);
    while ((row = statement_step(query)) == 1) {
        if (!is_surplus(store, column_integer(query, 1), *bytes)) {
            statement_finish(query);
            break;
        }
        ids[count++] = column_integer(query, 0);
        *bytes -= column_integer(query, 2);
    }
    if (row < 0)
        return row;
    for (int i = 0; !err && i < count; i++) {
        struct statement *drop_one = statement(store, SQL_DROP_RAW_PAGE);
        bind_integer(drop_one, 1, ids[i]);
        err = statement_run(drop_one);
    }
    *dropped += count;
    return err;
}

static int drop_articles(struct database *store, int *dropped)
{
    int64_t ids[ARTICLES_MAX], versions;
    int count = 0, row, err = 0;
    if (!store->run.keep_articles_ms)
        return 0;
    struct statement *query = statement(store, SQL_OLDEST_ARTICLES);
    bind_integer(query, 1, store->run.started_ms - store->run.keep_articles_ms);
    bind_integer(query, 2, ARTICLES_MAX);
    while ((row = statement_step(query)) == 1)
        ids[count++] = column_integer(query, 0);
    if (row)
        return row;
    for (int i = 0; !err && i < count; i++)
        err = removal_article(store, ids[i], &versions);
    *dropped += count;
    return err;
}

int retention_step(struct database *store)
{
    int dropped = 0;
    int64_t raw_bytes = store->raw_bytes;
    int err = transaction_begin(store);
    if (err)
        return err;
    err = drop_raw_pages(store, &raw_bytes, &dropped);
    if (!err)
        err = drop(store, SQL_DROP_FETCHES, store->run.keep_fetches_ms, &dropped);
    if (!err)
        err = drop_articles(store, &dropped);
    err = transaction_end(store, err);
    if (err)
        return err;
    store->retention_pending = dropped > 0;
    store->raw_bytes = raw_bytes;
    return 0;
}

int retention_begin(struct database *store)
{
    store->retention_pending = true;
    store->raw_bytes = 0;
    if (!store->run.max_raw_bytes)
        return 0;
    int row = statement_integer(statement(store, SQL_RAW_BYTES), &store->raw_bytes);
    return row < 0 ? row : 0;
}

void retention_kept(struct database *store, int64_t raw_bytes)
{
    store->raw_bytes += raw_bytes;
    if (store->run.max_raw_bytes && store->raw_bytes > store->run.max_raw_bytes)
        store->retention_pending = true;
}

int retention_index_step(struct database *store)
{
    int indexed = 0;
    int err = transaction_begin(store);
    if (err)
        return err;
    for (int64_t article_id; !err && indexed < INDEXED_MAX; indexed++) {
        int row = statement_integer(statement(store, SQL_NEXT_OF_BACKLOG), &article_id);
        if (row != 1) {
            err = row;
            store->search_behind = row != 0;
            break;
        }
        err = search_catch_up(store, article_id);
    }
    return transaction_end(store, err);
}
