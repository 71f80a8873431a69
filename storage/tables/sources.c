/* sources.c - what came of a source that was asked, and where and when it is asked again. */
#include "storage/tables/sources.h"

#include <string.h>

#include "storage/tables/batch.h"
#include "storage/tables/lease.h"
#include "storage/tables/poll.h"

struct feed_facts {
    int64_t host_id, hash;
    const char *url; /* in the pool */
    bool moving;
    struct poll_facts poll;
};

static int read_facts(struct batch *batch, int64_t feed_id, struct feed_facts *out)
{
    struct statement *query = statement(batch->store, SQL_FEED_FACTS);
    bind_integer(query, 1, feed_id);
    int row = statement_step(query);
    if (row != 1)
        return row < 0 ? row : STORE_FAILED;
    const char *url = column_text(query, 2);
    *out = (struct feed_facts){
        .host_id = column_integer(query, 0),
        .hash = column_integer(query, 1),
        .url = pool_copy(&batch->store->pool, url, strlen(url)),
        .moving = column_integer(query, 5),
        .poll = {.poll_min = column_integer(query, 3),
                 .fail_score = column_real(query, 4),
                 .hint_min = column_integer(query, 6),
                 .depth = column_integer(query, 7),
                 .source = (enum source_kind)column_integer(query, 8),
                 .guessed = column_integer(query, 9),
                 .answered = column_integer(query, 10),
                 .unlisted = column_integer(query, 11),
                 .newest_ms = column_moment(query, 12),
                 .lastmod_ms = column_moment(query, 13)},
    };
    statement_finish(query);
    return 0;
}

/* ---- redirects ---- */

/* It is another source now. */
static int retire(struct batch *batch, size_t i)
{
    struct statement *retire = statement(batch->store, SQL_RETIRE_FEED);
    bind_integer(retire, 1, batch->results[i]->lease.feed_id);
    bind_integer(retire, 2, batch->stored[i].now_ms);
    return statement_run(retire);
}

static int set_moving(struct batch *batch, size_t i)
{
    const struct result_record *result = batch->results[i];
    bool permanent = result->fetch.status == 301 || result->fetch.status == 308;
    struct feed_facts facts;
    int err = read_facts(batch, result->lease.feed_id, &facts);
    if (err)
        return err;
    struct statement *update = statement(batch->store, SQL_SET_FEED_MOVING);
    bind_integer(update, 1, result->lease.feed_id);
    bind_integer(update, 2, permanent && (!result->lease.hops || facts.moving));
    bind_integer(update, 3, batch->stored[i].now_ms);
    return statement_run(update);
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
    struct statement *find = statement(batch->store, SQL_FEED_OF_URL);
    bind_integer(find, 1, row.host_id);
    bind_integer(find, 2, row.hash);
    int found = statement_integer(find, &other_id);
    if (found < 0)
        return found;
    if (found && other_id != result->lease.feed_id) {
        if (result->fetch.status != 301 && result->fetch.status != 308)
            return 0; /* asked as what it is; this one again at its own next poll */
        batch->stored[i].requeued = true;
        return retire(batch, i);
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

/* Of an API its records count, not also the URLs of their articles. */
static unsigned count_news(const struct batch *batch, size_t i)
{
    return batch->results[i]->api_rows_count ? batch->stored[i].records_new
                                             : batch->outcomes[i].found_new;
}

/* The newest moment that it announced. */
static int64_t newest_of(const struct result_record *result)
{
    int64_t newest_ms = MOMENT_NONE;
    for (size_t i = 0; i < result->found_count; i++)
        if (result->found[i].published_ms > newest_ms)
            newest_ms = result->found[i].published_ms;
    return newest_ms;
}

static struct poll judge(const struct batch *batch, size_t i, const struct feed_facts *facts)
{
    const struct result_record *result = batch->results[i];
    struct poll_answer answer = {
        .completion = result->completion,
        .status = result->fetch.status,
        .asked = result->fetch.asked,
        .unchanged = result->unchanged,
        .news = count_news(batch, i),
        .hint_min = result->source.hint_min,
        .newest_ms = newest_of(result),
        .now_ms = batch->stored[i].now_ms,
        .retry_ms = result->retry_ms,
    };
    return poll_judge(&facts->poll, &answer);
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
    struct statement *move = statement(batch->store, SQL_MOVE_FEED);
    bind_integer(move, 1, lease->feed_id);
    bind_integer(move, 2, lease->host_id);
    bind_integer(move, 3, lease->hash);
    bind_text(move, 4, lease->url);
    int64_t moved = statement_change(move);
    if (moved <= 0)
        return (int)moved;
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
    unsigned news = count_news(batch, i);
    size_t records = facts->poll.source == KIND_API ? result->api_rows_count : result->found_count;
    struct statement *update = statement(batch->store, SQL_UPDATE_FEED);
    bind_integer(update, 1, result->lease.feed_id);
    bind_text(update, 2, result->source.kind);
    bind_text(update, 3, result->source.title);
    bind_text(update, 4, result->source.hub);
    bind_integer(update, 5, result->fetch.status == 304);
    bind_nonzero(update, 6, poll->hint_min);
    bind_integer(update, 7, poll->poll_min);
    bind_moment(update, 8, poll->retired ? MOMENT_NONE : poll->next_ms);
    bind_moment(update, 9, result->fetch.asked ? now_ms : MOMENT_NONE);
    bind_moment(update, 10, poll->ok ? now_ms : MOMENT_NONE);
    bind_moment(update, 11, poll->ok && news ? now_ms : MOMENT_NONE);
    bind_positive(update, 12, result->fetch.total_ms);
    bind_integer(update, 13, result->fetch.bytes_wire);
    bind_positive(update, 14, poll->ok && result->fetch.status != 304 ? (int64_t)records : -1);
    bind_integer(update, 15, news);
    bind_nonzero(update, 16, result->fetch.status);
    bind_text(update, 17, poll->ok ? NULL : error);
    bind_real(update, 18, poll->fail_score);
    bind_text(update, 19, poll->status);
    bind_moment(update, 20, poll->newest_ms);
    bind_moment(update, 21, poll->retired ? now_ms : MOMENT_NONE);
    bind_positive(update, 22, poll->ok ? result->unchanged : -1);
    bind_nonzero(update, 23, (int64_t)result->source.told_hash);
    return statement_run(update);
}

/* An index that was read as a whole has said which sitemaps there are: the rest are no longer. */
static int unlist_others(struct batch *batch, size_t i, const struct poll *poll)
{
    const struct result_record *result = batch->results[i];
    const char *kind = result->source.kind;
    bool whole = !batch->frontier->run.backfill; /* otherwise some were left out */
    if (!poll->ok || !whole || !kind || strcmp(kind, "sitemap-index") != 0)
        return 0;
    struct statement *unlist = statement(batch->store, SQL_UNLIST_FEEDS);
    bind_integer(unlist, 1, result->lease.feed_id);
    bind_integer(unlist, 2, batch->stored[i].now_ms);
    return statement_run(unlist);
}

/* Of several guesses that lead to the same feed one is enough. Returns 1, 0 or an error. */
static int is_repeated(struct batch *batch, size_t i, const struct feed_facts *facts,
                       const struct poll *poll)
{
    int64_t found = 0;
    const struct result_record *result = batch->results[i];
    if (!facts->poll.guessed || !poll->ok || !result->source.told_hash || !result->found_count)
        return 0;
    struct statement *query = statement(batch->store, SQL_FEED_LIKE);
    bind_integer(query, 1, result->lease.feed_id);
    bind_integer(query, 2, (int64_t)result->source.told_hash);
    return statement_integer(query, &found);
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
    if (!err)
        err = unlist_others(batch, i, &poll);
    int repeated = err ? err : is_repeated(batch, i, &facts, &poll);
    if (repeated)
        return repeated < 0 ? repeated : retire(batch, i);
    return retry || poll.retired ? 0 : enqueue_poll(batch, i, &facts, poll.next_ms);
}
