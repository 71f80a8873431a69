#include "storage/tables/reread.h"

#include <stdio.h>
#include <string.h>

#include "storage/tables/articles.h"
#include "storage/tables/attachments.h"
#include "storage/tables/database.h"
#include "storage/tables/correction.h"
#include "storage/tables/runs.h"
#include "storage/tables/search.h"
#include "storage/tables/versions.h"

int reread_begin(struct store *base, int64_t now_ms)
{
    struct database *store = database_of(base);
    int err = runs_lock(store, false, now_ms);
    store->run.search = true;
    return err;
}

/* So that it is not read again before there is another extractor. */
static int mark(struct database *store, enum sql sql, int64_t id)
{
    struct statement *update = statement(store, sql);
    bind_integer(update, 1, id);
    bind_text(update, 2, store_extractor());
    return statement_run(update);
}

/* The page had brought no article: a new one, or a copy of one that is known. */
static int put_found(struct database *store, const struct article_put *put,
                     struct reread_outcome *outcome)
{
    struct article_facts facts;
    int err = articles_put(store, put, &facts);
    if (err || !facts.article_id)
        return err;
    outcome->article_new = facts.is_new;
    struct statement *update = statement(store, SQL_SET_URL_OF_REREAD);
    bind_integer(update, 1, put->url_id);
    bind_integer(update, 2, facts.article_id);
    err = statement_run(update);
    if (err)
        return err;
    struct statement *told = statement(store, SQL_PUT_SOURCE_OF_REREAD);
    bind_integer(told, 1, put->url_id);
    return statement_run(told);
}

/* A version whose page shows no article any more stays as it was. */
static int write_version(struct database *store, const struct article_put *put,
                         struct reread_outcome *outcome)
{
    if (put->record && put->record->is_article)
        return versions_correct(store, put, &outcome->version_changed);
    struct statement *update = statement(store, SQL_MARK_VERSION_READ);
    bind_integer(update, 1, put->known_id);
    bind_text(update, 2, store_extractor());
    bind_integer(update, 3, put->fetch_id);
    return statement_run(update);
}

static int write_one(struct database *store, const struct reread_record *record,
                     struct reread_outcome *outcome)
{
    struct article_put put = {
        .site_id = record->site_id,
        .url_id = record->url_id,
        .fetch_id = record->fetch_id,
        .known_id = record->article_id,
        .now_ms = record->fetched_ms,
        .url = record->url,
        .record = record->article,
        .rights = record->rights,
        .links = record->links,
        .links_count = record->links_count,
    };
    if (record->version)
        return write_version(store, &put, outcome);
    if (record->article && record->article->is_article)
        return record->article_id ? correction_write(store, &put, &outcome->changed)
                                  : put_found(store, &put, outcome);
    outcome->no_article = record->article_id != 0;
    return record->article_id ? mark(store, SQL_MARK_ARTICLE_READ, record->article_id)
                              : mark(store, SQL_MARK_URL_READ, record->url_id);
}

int reread_commit(struct store *base, const struct reread_record *records, size_t count,
                  struct reread_outcome *outcomes)
{
    struct database *store = database_of(base);
    memset(outcomes, 0, count * sizeof(*outcomes));
    pool_reset(&store->pool);
    int err = transaction_begin(store);
    if (err)
        return err;
    search_begin(store);
    for (size_t i = 0; i < count && !err; i++)
        err = write_one(store, &records[i], &outcomes[i]);
    if (!err)
        err = attachments_settle(store);
    if (!err)
        err = search_write(store);
    return transaction_end(store, err);
}
