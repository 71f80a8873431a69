#include "storage/tables/completion.h"

#include <string.h>

#include "storage/tables/adopt.h"
#include "storage/tables/arrivals.h"
#include "storage/tables/attachments.h"
#include "storage/tables/batch.h"
#include "storage/tables/fate.h"
#include "storage/tables/fetches.h"
#include "storage/tables/found.h"
#include "storage/tables/known.h"
#include "storage/tables/lease.h"
#include "storage/tables/records.h"
#include "storage/tables/rules.h"
#include "storage/tables/site_days.h"
#include "storage/tables/sources.h"
#include "storage/tables/taken.h"
#include "storage/tables/twins.h"

/* What is known of a result while it is being written. */
struct ending {
    struct fate fate;
    int64_t hash;   /* of its URL */
    int64_t gone;   /* whether its row left the queue */
    int64_t ids[2]; /* of a URL that was known: its own and its article's or 0 */
    int64_t forms;  /* whether its URL has other forms that wait for it */
};

/* A part of a batch in which no URL comes twice: what one result leaves, another reads. */
struct part {
    struct batch *batch;
    struct ending *endings; /* of the whole batch */
    size_t begin, end;
};

static size_t end_of_part(const struct part *part);
static int write_part(const struct part *part);
static int take_from_queue(const struct part *part);
static int write_urls(const struct part *part);
static int write_result(struct batch *batch, size_t i, const struct fate *fate);
static int write_next(struct batch *batch, size_t i, const struct fate *fate);
static int charge(struct batch *batch, size_t i, const struct fate *fate);
static int revive_forms(const struct part *part);

int completion_write(struct batch *batch)
{
    size_t bytes = batch->count * sizeof(struct ending);
    struct part part = {.batch = batch, .endings = pool_alloc(&batch->store->pool, bytes)};
    memset(part.endings, 0, bytes);
    int err = 0;
    for (size_t i = 0; i < batch->count; i++) {
        const struct url_lease *lease = &batch->results[i]->lease;
        bool robots = lease->kind == URL_ROBOTS;
        part.endings[i].hash = robots ? urls_hash(batch->store, lease->url) : lease->hash;
    }
    for (; part.begin < batch->count && !err; part.begin = part.end) {
        part.end = end_of_part(&part);
        err = write_part(&part);
    }
    return err;
}

/* Of two results with one URL the second; the first gets a place in the table. */
static bool is_second(const struct part *part, uint32_t *table, size_t mask, size_t i)
{
    const struct result_record *const *results = part->batch->results;
    size_t slot = (size_t)part->endings[i].hash & mask;
    for (; table[slot]; slot = (slot + 1) & mask) {
        size_t other = table[slot] - 1;
        if (part->endings[other].hash == part->endings[i].hash &&
            results[other]->lease.host_id == results[i]->lease.host_id)
            return true;
    }
    table[slot] = (uint32_t)i + 1;
    return false;
}

/* An archive has several answers of one URL, or robots.txt was asked again. */
static size_t end_of_part(const struct part *part)
{
    size_t size = 16, end = part->begin;
    while (size < 2 * (part->batch->count - part->begin))
        size *= 2;
    uint32_t *table = pool_alloc(&part->batch->store->pool, size * sizeof(*table));
    memset(table, 0, size * sizeof(*table));
    while (end < part->batch->count && !is_second(part, table, size - 1, end))
        end++;
    return end;
}

/* What hangs on the articles of a part, and which URLs brought them. */
static int settle_articles(struct database *store)
{
    int err = attachments_settle(store);
    if (!err)
        err = statement_settle(statement(store, SQL_SET_URL_ARTICLE));
    return err ? err : statement_settle(statement(store, SQL_PUT_URL_SOURCE));
}

static int write_part(const struct part *part)
{
    struct batch *batch = part->batch;
    int err = take_from_queue(part);
    if (!err)
        err = write_urls(part);
    if (!err)
        err = fetches_write(batch, part->begin, part->end);
    if (!err && batch->store->driver->gathers)
        err = arrivals_ask(batch, part->begin, part->end);
    for (size_t i = part->begin; i < part->end && !err; i++)
        if (batch->stored[i].written)
            err = write_result(batch, i, &part->endings[i].fate);
    known_end(batch->store);
    if (!err)
        err = settle_articles(batch->store);
    if (!err)
        err = revive_forms(part);
    return err ? err : batch_place(batch);
}

static int write_result(struct batch *batch, size_t i, const struct fate *fate)
{
    int err = arrivals_write(batch, i, fate->looked_again);
    if (!err)
        err = records_store(batch, i);
    if (!err)
        err = write_next(batch, i, fate);
    if (!err)
        err = charge(batch, i, fate);
    if (!err)
        err = site_days_count(batch, i);
    if (!err)
        err = rules_count(batch->store, batch->results[i]);
    if (!err && fate->followed)
        err = found_gather(batch, i);
    return err;
}

/* ---- the queue ---- */

static void note_moment(struct batch *batch, size_t i)
{
    const struct result_record *result = batch->results[i];
    struct stored *stored = &batch->stored[i];
    stored->now_ms = result->fetch.asked ? result->fetch.started_ms + result->fetch.total_ms
                                         : batch->store->now_ms;
    if (stored->now_ms > batch->store->now_ms)
        batch->store->now_ms = stored->now_ms;
    stored->found_ms = result->lease.kind == URL_ROBOTS ? stored->now_ms : result->lease.found_ms;
}

static bool needs_row(const struct url_lease *lease)
{
    return lease->kind != URL_ROBOTS && !lease->adopted;
}

/* The row's being there is the lease's being ours. robots.txt has no row, but a host, which others
 * may have meanwhile. */
static int take(struct batch *batch, size_t i, int64_t *gone)
{
    const struct url_lease *lease = &batch->results[i]->lease;
    bool *lost = &batch->outcomes[i].lost;
    if (lease->adopted)
        return adopt_is_late(batch->store, lease, batch->results[i]->fetch.started_ms, lost);
    if (!needs_row(lease)) {
        const struct run_host *host = frontier_host(batch->frontier, lease->host_id);
        *lost = batch->store->driver->sharing && (!host || host->foreign);
        return 0;
    }
    *lost =
        !frontier_is_leased(batch->frontier, lease->host_id, lease->band, lease->rank, lease->hash);
    if (*lost)
        return 0;
    struct statement *dequeue = statement(batch->store, SQL_DEQUEUE);
    bind_integer(dequeue, 1, lease->host_id);
    bind_integer(dequeue, 2, lease->band);
    bind_integer(dequeue, 3, lease->rank);
    bind_integer(dequeue, 4, lease->hash);
    return statement_add(dequeue, ANSWER_CHANGED, gone);
}

static int take_from_queue(const struct part *part)
{
    struct batch *batch = part->batch;
    int err = 0;
    for (size_t i = part->begin; i < part->end && !err; i++) {
        if (batch->results[i]->completion == COMPLETE_RELEASED)
            continue;
        note_moment(batch, i);
        err = take(batch, i, &part->endings[i].gone);
        batch->stored[i].written = true;
    }
    if (!err)
        err = statement_settle(statement(batch->store, SQL_DEQUEUE));
    for (size_t i = part->begin; i < part->end && !err; i++) {
        const struct url_lease *lease = &batch->results[i]->lease;
        if (!batch->stored[i].written)
            continue;
        batch->outcomes[i].lost |= needs_row(lease) && !part->endings[i].gone;
        batch->stored[i].written = !batch->outcomes[i].lost;
        batch->stored[i].taken =
            batch->stored[i].written && taken_result(batch->store, batch->results[i]);
        if (part->endings[i].gone)
            batch_count(batch, frontier_host(batch->frontier, lease->host_id), lease->band, -1);
    }
    return err;
}

/* ---- writing ---- */

static void bind_url(struct statement *put, const struct part *part, size_t i)
{
    const struct batch *batch = part->batch;
    const struct fate *fate = &part->endings[i].fate;
    const struct result_record *result = batch->results[i];
    const struct url_lease *lease = &result->lease;
    bind_integer(put, 1, lease->host_id);
    bind_integer(put, 2, part->endings[i].hash);
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

/* What was wrong with the request. That a redirect leads in a circle is found out here. */
static const char *error_of(const struct fetch_record *fetch, const struct fate *fate)
{
    if (fetch->error)
        return fetch->error;
    if (!fetch->status)
        return "no answer";
    return fate->target && strcmp(fate->state, "error") == 0 ? fate->why : NULL;
}

/* Most URLs are new here, and a plain insert is half the price of an upsert that returns ids. */
static int insert_urls(const struct part *part)
{
    struct batch *batch = part->batch;
    int err = 0;
    for (size_t i = part->begin; i < part->end && !err; i++) {
        if (!batch->stored[i].written)
            continue;
        err = fate_decide(batch, i, &part->endings[i].fate);
        if (err)
            break;
        batch->stored[i].error = error_of(&batch->results[i]->fetch, &part->endings[i].fate);
        struct statement *insert = statement(batch->store, SQL_INSERT_URL);
        bind_url(insert, part, i);
        err = statement_add(insert, ANSWER_NUMBER, &batch->stored[i].url_id);
    }
    return err ? err : statement_settle(statement(batch->store, SQL_INSERT_URL));
}

static int update_urls(const struct part *part)
{
    struct batch *batch = part->batch;
    int err = 0;
    for (size_t i = part->begin; i < part->end && !err; i++) {
        const struct result_record *result = batch->results[i];
        if (!batch->stored[i].written || batch->stored[i].url_id)
            continue;
        struct statement *update = statement(batch->store, SQL_UPDATE_URL);
        bind_url(update, part, i);
        /* 304s may leave validators out, and failures say nothing about them */
        bind_integer(update, 19, result->unchanged || result->completion != COMPLETE_DONE);
        err = statement_add(update, ANSWER_COLUMNS, part->endings[i].ids);
    }
    return err ? err : statement_settle(statement(batch->store, SQL_UPDATE_URL));
}

static int write_urls(const struct part *part)
{
    struct batch *batch = part->batch;
    int err = insert_urls(part);
    if (!err)
        err = update_urls(part);
    for (size_t i = part->begin; i < part->end && !err; i++) {
        struct stored *stored = &batch->stored[i];
        if (!stored->written || stored->url_id)
            continue;
        stored->url_id = part->endings[i].ids[0];
        stored->article_id = part->endings[i].ids[1];
        err = stored->url_id ? 0 : STORE_FAILED;
    }
    return err;
}

/* ---- the rest ---- */

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

static int revive_forms(const struct part *part)
{
    struct batch *batch = part->batch;
    struct statement *query = statement(batch->store, SQL_HAS_FORMS);
    int err = 0;
    for (size_t i = part->begin; i < part->end && !err; i++) {
        if (!batch->stored[i].written || !brought_nothing(batch, i, &part->endings[i].fate))
            continue;
        bind_integer(query, 1, batch->results[i]->lease.hash);
        err = statement_add(query, ANSWER_COLUMNS, &part->endings[i].forms);
    }
    if (!err)
        err = statement_settle(query);
    for (size_t i = part->begin; i < part->end && !err; i++)
        if (part->endings[i].forms)
            err = twins_revive(batch, i);
    return err;
}
