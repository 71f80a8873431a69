/* sources.c - what a source is, what it brought, and when it is asked again. */
#include <string.h>

#include "storage/sqlite/articles.h"
#include "storage/sqlite/batch.h"
#include "storage/sqlite/lease.h"

/* Minutes between two polls of one source. */
enum {
    POLL_MIN = 15,
    POLL_MAX = 24 * 60,
    POLL_SHARD_MAX = 30 * 24 * 60, /* of a sitemap within an index: most never change again */
    POLL_FIRST = 60,
};

#define MINUTE_MS INT64_C(60000)
#define FAILING   1.0 /* of fail_score */
#define DEAD      5.0

struct feed_facts {
    int64_t host_id, hash;
    const char *url; /* in the pool */
    int64_t poll_min;
    double fail_score;
    bool moving;
    bool guessed; /* and never found */
    int64_t hint_min, depth, site_id;
    enum source_kind source;
};

static int read_facts(struct batch *batch, int64_t feed_id, struct feed_facts *out)
{
    sqlite3_stmt *query = statement(batch->store, SQL_FEED_FACTS);
    bind_integer(query, 1, feed_id);
    int row = statement_step(batch->store, query);
    if (row != 1)
        return row < 0 ? row : STORE_FAILED;
    const char *url = column_text(query, 2);
    *out = (struct feed_facts){
        .host_id = sqlite3_column_int64(query, 0),
        .hash = sqlite3_column_int64(query, 1),
        .url = pool_copy(&batch->store->pool, url, strlen(url)),
        .poll_min = sqlite3_column_int64(query, 3),
        .fail_score = sqlite3_column_double(query, 4),
        .moving = sqlite3_column_int(query, 5),
        .hint_min = sqlite3_column_int64(query, 6),
        .depth = sqlite3_column_int64(query, 7),
        .source = (enum source_kind)sqlite3_column_int(query, 8),
        .guessed = sqlite3_column_int(query, 9),
        .site_id = sqlite3_column_int64(query, 10),
    };
    statement_finish(query);
    return 0;
}

/* ---- redirects ---- */

static int set_moving(struct batch *batch, size_t i)
{
    const struct result_record *result = batch->results[i];
    bool permanent = result->fetch.status == 301 || result->fetch.status == 308;
    struct feed_facts facts;
    int err = read_facts(batch, result->lease.feed_id, &facts);
    if (err)
        return err;
    sqlite3_stmt *update = statement(batch->store, SQL_SET_FEED_MOVING);
    bind_integer(update, 1, result->lease.feed_id);
    bind_integer(update, 2, permanent && (!result->lease.hops || facts.moving));
    bind_integer(update, 3, batch->stored[i].now_ms);
    return statement_run(batch->store, update);
}

/* Where the redirect leads is asked next, for the same source, unless it is one by itself. */
int sources_redirect(struct batch *batch, size_t i, const struct found_record *target)
{
    const struct result_record *result = batch->results[i];
    struct url_parts parts;
    struct run_host *host;
    struct queue_row row;
    int64_t other_id = 0;
    if (!urls_split(target->url, &parts) || !batch_row_again(batch, i, &row))
        return 0;
    int err = batch_host(batch, &parts, &host);
    if (err)
        return err;
    row.host_id = host->host_id;
    row.hash = urls_hash(batch->store, target->key ? target->key : target->url);
    sqlite3_stmt *find = statement(batch->store, SQL_FEED_OF_URL);
    bind_integer(find, 1, row.host_id);
    bind_integer(find, 2, row.hash);
    int found = statement_integer(batch->store, find, &other_id);
    if (found < 0)
        return found;
    if (found && other_id != result->lease.feed_id) {
        if (result->fetch.status != 301 && result->fetch.status != 308)
            return 0; /* asked as what it is; this one again at its own next poll */
        batch->stored[i].requeued = true;
        sqlite3_stmt *retire = statement(batch->store, SQL_RETIRE_FEED);
        bind_integer(retire, 1, result->lease.feed_id);
        bind_integer(retire, 2, batch->stored[i].now_ms);
        return statement_run(batch->store, retire);
    }
    err = set_moving(batch, i);
    if (err)
        return err;
    batch->stored[i].requeued = true;
    row.band = BAND_SOURCES;
    row.rank = batch->frontier->run.started_ms;
    row.hops = target->hops;
    row.path = parts.path;
    int fresh = urls_see(batch->store, row.host_id, row.hash);
    return fresh < 0 ? fresh : batch_enqueue(batch, host, &row);
}

/* ---- the next poll ---- */

/* What the answer means for the source. */
struct poll {
    bool ok;
    bool retry; /* asked again soon, by the queue row of the retry */
    unsigned news;
    double fail_score;
    const char *status;
    int64_t poll_min;
    int64_t next_ms;
};

/* Of an API its records count, not also the URLs of their articles. */
static unsigned count_news(const struct batch *batch, size_t i)
{
    return batch->results[i]->api_rows_count ? batch->stored[i].records_new
                                             : batch->outcomes[i].found_new;
}

/* A failure that may pass weighs less than a hard one (gone, refused, no feed). */
static bool may_pass(const struct result_record *result)
{
    int status = result->fetch.status;
    return status == 0 || status == 429 || status >= 500;
}

static double next_fail_score(double score, const struct result_record *result, bool ok)
{
    if (ok)
        return score < 0.1 ? 0 : score / 2;
    return score + (may_pass(result) ? 0.5 : 1.0);
}

/* Often for what changes often, within what the source itself asks for. */
static int64_t next_poll_min(const struct feed_facts *facts, const struct result_record *result,
                             const struct poll *poll)
{
    int64_t next = facts->poll_min;
    int64_t most = facts->source == KIND_SITEMAP && facts->depth ? POLL_SHARD_MAX : POLL_MAX;
    int64_t hint = result->source.hint_min ? result->source.hint_min : facts->hint_min;
    if (!poll->ok)
        next = next * 2;
    else if (poll->news)
        next = next * 2 / 3;
    else
        next = result->unchanged ? next * 3 / 2 : next * 4 / 3;
    if (next < hint)
        next = hint;
    if (next > most)
        next = most;
    return next < POLL_MIN ? POLL_MIN : next;
}

static struct poll judge(const struct batch *batch, size_t i, const struct feed_facts *facts)
{
    const struct result_record *result = batch->results[i];
    struct poll poll = {
        .ok = result->completion == COMPLETE_DONE && result->fetch.status < 400,
        .retry = result->completion == COMPLETE_RETRY,
        .news = count_news(batch, i),
        .poll_min = facts->poll_min,
        .next_ms = result->retry_ms,
    };
    bool missed = facts->guessed && !poll.ok && !poll.retry && !may_pass(result);
    poll.fail_score = next_fail_score(facts->fail_score, result, poll.ok);
    poll.status = "ok";
    if (!poll.ok && (missed || poll.fail_score >= DEAD))
        poll.status = "dead";
    else if (!poll.ok && (poll.retry || poll.fail_score >= FAILING))
        poll.status = "failing";
    if (poll.retry)
        return poll;
    poll.poll_min = missed ? POLL_SHARD_MAX : next_poll_min(facts, result, &poll);
    poll.next_ms = batch->stored[i].now_ms + poll.poll_min * MINUTE_MS;
    return poll;
}

static int enqueue_poll(struct batch *batch, size_t i, const struct feed_facts *facts,
                        int64_t next_ms)
{
    struct queue_row row;
    struct url_parts parts;
    if (!batch_row_again(batch, i, &row) || !urls_split(facts->url, &parts))
        return 0;
    struct run_host *host;
    int err = batch_host(batch, &parts, &host);
    if (err)
        return err;
    row.host_id = facts->host_id;
    row.hash = facts->hash;
    row.band = BAND_SOURCES;
    row.rank = next_ms;
    row.tries = row.hops = 0;
    row.path = parts.path;
    return batch_enqueue(batch, host, &row);
}

/* A chain of permanent redirects ended well: the source has a new address. */
static int move_source(struct batch *batch, const struct url_lease *lease, struct feed_facts *facts)
{
    sqlite3_stmt *move = statement(batch->store, SQL_MOVE_FEED);
    bind_integer(move, 1, lease->feed_id);
    bind_integer(move, 2, lease->host_id);
    bind_integer(move, 3, lease->hash);
    bind_text(move, 4, lease->url);
    int err = statement_run(batch->store, move);
    if (err || !sqlite3_changes(batch->store->db))
        return err;
    facts->host_id = lease->host_id;
    facts->hash = lease->hash;
    facts->url = lease->url;
    return 0;
}

static int write_feed(struct batch *batch, size_t i, const struct feed_facts *facts,
                      const struct poll *poll)
{
    const struct result_record *result = batch->results[i];
    int64_t now_ms = batch->stored[i].now_ms;
    const char *error = result->fetch.error ? result->fetch.error : result->why;
    int64_t records =
        facts->source == KIND_API ? (int64_t)result->api_rows_count : (int64_t)result->found_count;
    sqlite3_stmt *update = statement(batch->store, SQL_UPDATE_FEED);
    bind_integer(update, 1, result->lease.feed_id);
    bind_text(update, 2, result->source.kind);
    bind_text(update, 3, result->source.title);
    bind_text(update, 4, result->source.hub);
    bind_integer(update, 5, result->fetch.status == 304);
    bind_nonzero(update, 6, result->source.hint_min);
    bind_integer(update, 7, poll->poll_min);
    bind_integer(update, 8, poll->next_ms);
    bind_moment(update, 9, result->fetch.asked ? now_ms : MOMENT_NONE);
    bind_moment(update, 10, poll->ok ? now_ms : MOMENT_NONE);
    bind_moment(update, 11, poll->ok && poll->news ? now_ms : MOMENT_NONE);
    bind_positive(update, 12, result->fetch.total_ms);
    bind_integer(update, 13, result->fetch.bytes_wire);
    bind_positive(update, 14, poll->ok && !result->unchanged ? records : -1);
    bind_integer(update, 15, poll->news);
    bind_nonzero(update, 16, result->fetch.status);
    bind_text(update, 17, poll->ok ? NULL : error);
    sqlite3_bind_double(update, 18, poll->fail_score);
    bind_text(update, 19, poll->status);
    return statement_run(batch->store, update);
}

int sources_finish(struct batch *batch, size_t i)
{
    const struct url_lease *lease = &batch->results[i]->lease;
    const struct stored *stored = &batch->stored[i];
    struct feed_facts facts;
    bool retry = batch->results[i]->completion == COMPLETE_RETRY;
    if (lease->kind != URL_SOURCE || !stored->written || (stored->requeued && !retry))
        return 0;
    int err = read_facts(batch, lease->feed_id, &facts);
    if (err)
        return err;
    struct poll poll = judge(batch, i, &facts);
    if (poll.ok && lease->hops && facts.moving)
        err = move_source(batch, lease, &facts);
    if (!err)
        err = write_feed(batch, i, &facts, &poll);
    return err || retry ? err : enqueue_poll(batch, i, &facts, poll.next_ms);
}

/* ---- records of an API ---- */

/* The article that a record holds, under its own address or one made from its key. */
static int store_record_article(struct batch *batch, size_t i, const struct api_row *row)
{
    const struct result_record *result = batch->results[i];
    const struct url_lease *lease = &result->lease;
    struct stored *stored = &batch->stored[i];
    struct sqlite_store *store = batch->store;
    const char *url = row->article->url;
    struct url_parts parts;
    struct run_host *host;
    if (!urls_split(url, &parts)) {
        size_t size = strlen(lease->url) + strlen(row->key) + 2;
        char *made = pool_alloc(&store->pool, size);
        strcat(strcat(strcpy(made, lease->url), "#"), row->key);
        url = made;
        if (!urls_split(url, &parts))
            return 0;
    }
    int err = batch_host(batch, &parts, &host);
    if (err)
        return err;
    int64_t hash = urls_hash(store, url);
    int fresh = urls_see(store, host->host_id, hash);
    if (fresh < 0)
        return fresh;
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
    if (err || put.known_id || !facts.article_id)
        return err;
    sqlite3_stmt *update = statement(store, SQL_SET_URL_ARTICLE);
    bind_integer(update, 1, put.url_id);
    bind_integer(update, 2, facts.article_id);
    bind_moment(update, 3, MOMENT_NONE);
    return statement_run(store, update);
}

int sources_store_records(struct batch *batch, size_t i)
{
    const struct result_record *result = batch->results[i];
    struct stored *stored = &batch->stored[i];
    if (result->lease.kind != URL_SOURCE || !result->lease.feed_id)
        return 0;
    for (size_t k = 0; k < result->api_rows_count; k++) {
        const struct api_row *row = &result->api_rows[k];
        int64_t fresh = 0;
        sqlite3_stmt *put = statement(batch->store, SQL_PUT_API_RECORD);
        bind_integer(put, 1, result->lease.feed_id);
        bind_text(put, 2, row->key);
        bind_nonzero(put, 3, stored->fetch_id);
        bind_integer(put, 4, stored->now_ms);
        bind_text(put, 5, row->json);
        int changed = statement_integer(batch->store, put, &fresh);
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
