#include "storage/tables/completion.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/tables/adopt.h"
#include "storage/tables/articles.h"
#include "storage/tables/attachments.h"
#include "storage/tables/batch.h"
#include "storage/tables/fate.h"
#include "storage/tables/found.h"
#include "storage/tables/lease.h"
#include "storage/tables/looks.h"
#include "storage/tables/records.h"
#include "storage/tables/rules.h"
#include "storage/tables/site_days.h"
#include "storage/tables/sources.h"
#include "storage/tables/taken.h"
#include "storage/tables/twins.h"

#define DAY_MS INT64_C(86400000)

static int take_from_queue(struct batch *batch, size_t i, bool *lost);
static int write_url(struct batch *batch, size_t i, const struct fate *fate);
static int write_fetch(struct batch *batch, size_t i, const struct fate *fate);
static int write_article(struct batch *batch, size_t i, const struct fate *fate);
static int write_next(struct batch *batch, size_t i, const struct fate *fate);
static bool brought_nothing(const struct batch *batch, size_t i, const struct fate *fate);
static int charge(struct batch *batch, size_t i, const struct fate *fate);

int completion_write(struct batch *batch, size_t i)
{
    const struct result_record *result = batch->results[i];
    struct stored *stored = &batch->stored[i];
    struct fate fate = {0};
    bool lost = false;
    if (result->completion == COMPLETE_RELEASED)
        return 0;
    stored->now_ms = result->fetch.asked ? result->fetch.started_ms + result->fetch.total_ms
                                         : batch->store->now_ms;
    if (stored->now_ms > batch->store->now_ms)
        batch->store->now_ms = stored->now_ms;
    int err = take_from_queue(batch, i, &lost);
    batch->outcomes[i].lost = lost;
    if (err || lost)
        return err;
    stored->written = true;
    stored->taken = taken_url(batch->store, result->lease.url, result->lease.hash) ||
                    (result->article && taken_url(batch->store, result->article->canonical_url, 0));
    err = fate_decide(batch, i, &fate);
    if (!err)
        err = write_url(batch, i, &fate);
    if (!err)
        err = write_fetch(batch, i, &fate);
    if (!err)
        err = write_article(batch, i, &fate);
    if (!err)
        err = records_store(batch, i);
    if (!err)
        err = write_next(batch, i, &fate);
    if (!err && brought_nothing(batch, i, &fate))
        err = twins_revive(batch, i);
    if (!err)
        err = charge(batch, i, &fate);
    if (!err)
        err = site_days_count(batch, i);
    if (!err)
        err = rules_count(batch->store, batch->results[i]);
    if (!err && fate.followed)
        err = found_gather(batch, i);
    return err;
}

/* The row's being there is the lease's being ours. robots.txt has no row and needs no lease. */
static int take_from_queue(struct batch *batch, size_t i, bool *lost)
{
    const struct url_lease *lease = &batch->results[i]->lease;
    struct stored *stored = &batch->stored[i];
    stored->found_ms = lease->kind == URL_ROBOTS ? stored->now_ms : lease->found_ms;
    if (lease->kind == URL_ROBOTS)
        return 0;
    if (lease->adopted)
        return adopt_is_late(batch->store, lease, batch->results[i]->fetch.started_ms, lost);
    *lost =
        !frontier_is_leased(batch->frontier, lease->host_id, lease->band, lease->rank, lease->hash);
    if (*lost)
        return 0;
    struct statement *dequeue = statement(batch->store, SQL_DEQUEUE);
    bind_integer(dequeue, 1, lease->host_id);
    bind_integer(dequeue, 2, lease->band);
    bind_integer(dequeue, 3, lease->rank);
    bind_integer(dequeue, 4, lease->hash);
    int64_t gone = statement_change(dequeue);
    *lost = gone == 0;
    if (gone > 0)
        batch_count(batch, frontier_host(batch->frontier, lease->host_id), lease->band, -1);
    return gone < 0 ? (int)gone : 0;
}

/* ---- writing ---- */

static int64_t hash_of(const struct batch *batch, const struct url_lease *lease)
{
    return lease->kind == URL_ROBOTS ? urls_hash(batch->store, lease->url) : lease->hash;
}

static void bind_url(struct statement *put, const struct batch *batch, size_t i,
                     const struct fate *fate)
{
    const struct result_record *result = batch->results[i];
    const struct url_lease *lease = &result->lease;
    bind_integer(put, 1, lease->host_id);
    bind_integer(put, 2, hash_of(batch, lease));
    bind_text(put, 3, lease->url);
    bind_nonzero(put, 4, lease->site_id);
    bind_nonzero(put, 5, lease->feed_id);
    bind_integer(put, 6, lease->kind);
    bind_text(put, 7, fate->state);
    bind_text(put, 8, fate->why);
    bind_integer(put, 9, fate->tries);
    bind_integer(put, 10, fate->nights);
    bind_integer(put, 11, batch->stored[i].found_ms);
    bind_moment(put, 12, result->fetch.asked ? result->fetch.started_ms : MOMENT_NONE);
    bind_moment(put, 13, fate->queued ? fate->row.rank : MOMENT_NONE);
    bind_text(put, 14, result->etag);
    bind_text(put, 15, result->last_modified);
    bind_nonzero(put, 16, (int64_t)result->fetch.body_hash);
    bind_text(put, 17, fate->target ? fate->target->url : result->fetch.redirect_url);
    bind_nonzero(put, 18, fate->target_hash);
}

/* Most URLs are new here, and a plain insert is half the price of an upsert that returns ids. */
static int write_url(struct batch *batch, size_t i, const struct fate *fate)
{
    const struct result_record *result = batch->results[i];
    struct database *store = batch->store;
    struct stored *stored = &batch->stored[i];
    struct statement *insert = statement(store, SQL_INSERT_URL);
    bind_url(insert, batch, i, fate);
    int row = statement_insert(insert, &stored->url_id);
    if (row)
        return row < 0 ? row : 0;
    struct statement *update = statement(store, SQL_UPDATE_URL);
    bind_url(update, batch, i, fate);
    /* 304s may leave validators out, and failures say nothing about them */
    bind_integer(update, 19, result->unchanged || result->completion != COMPLETE_DONE);
    int err = statement_run(update);
    if (err)
        return err;
    struct statement *query = statement(store, SQL_URL_IDS);
    bind_integer(query, 1, result->lease.host_id);
    bind_integer(query, 2, hash_of(batch, &result->lease));
    row = statement_step(query);
    if (row != 1)
        return row < 0 ? row : STORE_FAILED;
    stored->url_id = column_integer(query, 0);
    stored->article_id = column_integer(query, 1);
    statement_finish(query);
    return 0;
}

/* The page as it came, once however often it came. */
static int write_raw(struct batch *batch, size_t i, int64_t *raw_id)
{
    const struct result_record *result = batch->results[i];
    const struct raw_record *raw = &result->raw;
    /* an archive's page is kept as long as if it had come today */
    int64_t now_ms = result->lease.adopted ? batch->store->run.started_ms : batch->stored[i].now_ms;
    *raw_id = 0;
    if (!raw->body_size || batch->stored[i].taken)
        return 0;
    int64_t hash = (int64_t)(result->fetch.body_hash ? result->fetch.body_hash
                                                     : XXH3_64bits(raw->body, raw->body_size));
    struct statement *find = statement(batch->store, SQL_RAW_OF_HASH);
    bind_integer(find, 1, hash);
    int row = statement_step(find);
    if (row < 0)
        return row;
    if (row == 1) {
        *raw_id = column_integer(find, 0);
        bool old = column_integer(find, 1) < now_ms - DAY_MS;
        statement_finish(find);
        struct statement *touch = statement(batch->store, SQL_TOUCH_RAW);
        bind_integer(touch, 1, *raw_id);
        bind_integer(touch, 2, now_ms);
        return old ? statement_run(touch) : 0;
    }
    struct statement *insert = statement(batch->store, SQL_INSERT_RAW);
    bind_integer(insert, 1, hash);
    bind_integer(insert, 2, now_ms);
    bind_text(insert, 3, raw->codec ? raw->codec : "none");
    bind_text(insert, 4, raw->headers ? raw->headers : "");
    bind_bytes(insert, 5, raw->body, raw->body_size);
    row = statement_insert(insert, raw_id);
    batch->stored[i].raw_bytes =
        (int64_t)(raw->body_size + (raw->headers ? strlen(raw->headers) : 0));
    return row < 0 ? row : 0;
}

/* What was wrong with the request. That a redirect leads in a circle is found out here. */
static const char *error_of(const struct fetch_record *fetch, const struct fate *fate)
{
    if (fetch->error)
        return fetch->error;
    if (!fetch->status)
        return "no answer";
    return fate->target && strcmp(fate->state, "error") == 0 ? fate->why : NULL;
}

static int write_fetch(struct batch *batch, size_t i, const struct fate *fate)
{
    const struct fetch_record *fetch = &batch->results[i]->fetch;
    struct stored *stored = &batch->stored[i];
    int64_t raw_id;
    if (!fetch->asked)
        return 0;
    int err = write_raw(batch, i, &raw_id);
    if (err)
        return err;
    struct statement *insert = statement(batch->store, SQL_INSERT_FETCH);
    bind_integer(insert, 1, batch->store->run_id);
    bind_integer(insert, 2, stored->url_id);
    bind_integer(insert, 3, fetch->attempt);
    bind_integer(insert, 4, fetch->started_ms);
    bind_positive(insert, 5, fetch->total_ms);
    bind_positive(insert, 6, fetch->ttfb_ms);
    bind_nonzero(insert, 7, fetch->status);
    bind_text(insert, 8, error_of(fetch, fate));
    bind_nonzero(insert, 9, fetch->retry_after_ms);
    bind_text(insert, 10, fetch->http);
    bind_text(insert, 11, fetch->ip);
    bind_integer(insert, 12, fetch->bytes_wire);
    bind_integer(insert, 13, fetch->bytes_body);
    bind_text(insert, 14, fetch->mime);
    bind_text(insert, 15, fetch->charset);
    bind_integer(insert, 16, fetch->truncated);
    bind_nonzero(insert, 17, (int64_t)fetch->body_hash);
    bind_nonzero(insert, 18, raw_id);
    bind_text(insert, 19, fetch->redirect_url);
    int row = statement_insert(insert, &stored->fetch_id);
    return row < 0 ? row : 0;
}

/* ---- the article ---- */

static int set_article(struct batch *batch, size_t i, int64_t article_id, int64_t next_ms)
{
    struct statement *update = statement(batch->store, SQL_SET_URL_ARTICLE);
    bind_integer(update, 1, batch->stored[i].url_id);
    bind_integer(update, 2, article_id);
    bind_moment(update, 3, next_ms == NEVER ? MOMENT_NONE : next_ms);
    return statement_run(update);
}

/* Only the article's own address is looked at again, not every other under which it was met. */
static int look_again(struct batch *batch, size_t i, const struct article_facts *facts)
{
    struct stored *stored = &batch->stored[i];
    struct queue_row row;
    int64_t next_ms = NEVER;
    if (facts->url_id == stored->url_id && !batch->results[i]->lease.adopted)
        next_ms = looks_next_ms(facts, stored->now_ms, batch->results[i]->lease.hash);
    int err = set_article(batch, i, facts->article_id, next_ms);
    if (err || next_ms == NEVER || !batch_row_again(batch, i, &row))
        return err;
    row.band = BAND_AGAIN;
    row.rank = next_ms;
    row.hops = 0;
    row.hint_title = NULL;
    row.hint_published_ms = MOMENT_NONE;
    return batch_enqueue(batch, frontier_host(batch->frontier, row.host_id), &row);
}

static int write_article(struct batch *batch, size_t i, const struct fate *fate)
{
    const struct result_record *result = batch->results[i];
    const struct url_lease *lease = &result->lease;
    struct stored *stored = &batch->stored[i];
    struct article_facts facts = {0};
    int err = 0;
    if ((lease->kind != URL_ARTICLE && lease->kind != URL_PAGE) || stored->taken)
        return 0;
    if (result->completion == COMPLETE_GONE)
        return stored->article_id ? articles_set_gone(batch->store, stored->article_id,
                                                      stored->url_id, stored->now_ms)
                                  : 0;
    if (result->completion == COMPLETE_DONE && result->article && result->article->is_article) {
        struct article_put put = {
            .site_id = lease->site_id,
            .url_id = stored->url_id,
            .fetch_id = stored->fetch_id,
            .known_id = stored->article_id,
            .now_ms = stored->now_ms,
            .record = result->article,
            .rights = result->rights,
            .url = lease->url,
            .url_hash = lease->hash,
            .same_page = lease->body_hash && lease->body_hash == result->fetch.body_hash,
            .links = result->links,
            .links_count = result->links_count,
        };
        err = articles_put(batch->store, &put, &facts);
        batch->outcomes[i].article_new = facts.is_new;
        stored->simhash = facts.simhash;
        stored->words = facts.words;
        batch->outcomes[i].article_revised = facts.revised;
        if (!err)
            err = site_days_count_article(batch, i, result->article, &facts);
    } else if (stored->article_id && fate->looked_again) {
        err = articles_facts(batch->store, stored->article_id, &facts);
        if (!err && facts.gone_ms != MOMENT_NONE && result->completion == COMPLETE_DONE)
            err = articles_set_gone(batch->store, stored->article_id, stored->url_id, MOMENT_NONE);
        if (!err && facts.url_id == stored->url_id && result->completion == COMPLETE_DONE)
            err = attachments_put_rights(batch->store, facts.article_id, result->rights);
    }
    if (err || !facts.article_id)
        return err;
    stored->article_id = facts.article_id;
    if (lease->feed_id) {
        struct statement *told = statement(batch->store, SQL_PUT_URL_SOURCE);
        bind_integer(told, 1, stored->url_id);
        bind_integer(told, 2, lease->feed_id);
        bind_integer(told, 3, stored->found_ms);
        err = statement_run(told);
    }
    return err ? err : look_again(batch, i, &facts);
}

/* The URL's own next moment; a source's is set once it is known what was new (sources.c). */
static int write_next(struct batch *batch, size_t i, const struct fate *fate)
{
    const struct url_lease *lease = &batch->results[i]->lease;
    if (lease->kind == URL_SOURCE && fate->target && fate->followed)
        return sources_redirect(batch, i, fate->target);
    if (!fate->queued)
        return 0;
    batch->stored[i].requeued = true;
    struct queue_row row = fate->row;
    return batch_enqueue(batch, frontier_host(batch->frontier, row.host_id), &row);
}

/* Then perhaps another form of its address does. */
static bool brought_nothing(const struct batch *batch, size_t i, const struct fate *fate)
{
    const struct result_record *result = batch->results[i];
    if (result->lease.kind != URL_ARTICLE || fate->target || result->completion == COMPLETE_RETRY)
        return false;
    return !batch->stored[i].article_id || result->completion == COMPLETE_GONE;
}

/* What failed may be better later, and where a redirect leads is found out with the target. */
static enum verdict verdict_of(const struct batch *batch, size_t i, const struct fate *fate)
{
    switch (batch->results[i]->completion) {
    case COMPLETE_DONE:
        if (fate->target)
            return VERDICT_NONE;
        return batch->outcomes[i].article_new ? VERDICT_ARTICLE : VERDICT_BARREN;
    case COMPLETE_GONE:
    case COMPLETE_DENIED:
    case COMPLETE_SKIPPED:
        return VERDICT_BARREN;
    default:
        return VERDICT_NONE;
    }
}

static int charge(struct batch *batch, size_t i, const struct fate *fate)
{
    const struct url_lease *lease = &batch->results[i]->lease;
    enum verdict verdict = verdict_of(batch, i, fate);
    if (lease->kind != URL_ARTICLE || lease->known || lease->adopted || verdict == VERDICT_NONE)
        return 0;
    return batch_charge(batch, i, verdict);
}
