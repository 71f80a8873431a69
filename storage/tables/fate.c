#include "storage/tables/fate.h"

#include <string.h>

#include "storage/tables/taken.h"

enum { NIGHTS_MAX = 3, LOOP_STEPS_MAX = 8, HOPS_MAX = 8 };

#define HOUR_MS INT64_C(3600000)

/* ---- redirects ---- */

static const struct found_record *redirect_target(const struct result_record *result)
{
    for (size_t i = 0; i < result->found_count; i++)
        if (result->found[i].via && strcmp(result->found[i].via, "redirect") == 0)
            return &result->found[i];
    return NULL;
}

/* Whether the redirects from (host, hash) on lead to the leased URL; marks them if they do. */
static int leads_back(struct batch *batch, const struct url_lease *lease, int64_t host_id,
                      int64_t hash, bool *loop)
{
    struct {
        int64_t host_id, hash;
    } steps[LOOP_STEPS_MAX];
    size_t count = 0;
    int err = statement_settle(statement(batch->store, SQL_INSERT_URL)); /* of this batch, too */
    if (err)
        return err;
    while (count < LOOP_STEPS_MAX && !(host_id == lease->host_id && hash == lease->hash)) {
        steps[count].host_id = host_id;
        steps[count++].hash = hash;
        struct statement *query = statement(batch->store, SQL_URL_STATE);
        bind_integer(query, 1, host_id);
        bind_integer(query, 2, hash);
        int row = statement_step(query);
        if (row != 1)
            return row;
        struct url_parts parts;
        struct run_host *host = NULL;
        if (urls_split(column_text(query, 4), &parts))
            host = frontier_host_of(batch->frontier, parts.origin, parts.origin_size);
        hash = column_integer(query, 5);
        statement_finish(query);
        if (!host)
            return 0;
        host_id = host->host_id;
    }
    *loop = host_id == lease->host_id && hash == lease->hash;
    for (size_t i = 0; *loop && i < count; i++) {
        struct statement *mark = statement(batch->store, SQL_MARK_REDIRECT_LOOP);
        bind_integer(mark, 1, steps[i].host_id);
        bind_integer(mark, 2, steps[i].hash);
        err = statement_run(mark);
        if (err)
            return err;
    }
    return 0;
}

static void end_as_loop(struct fate *fate)
{
    fate->state = "error";
    fate->why = "redirect loop";
    fate->followed = fate->queued = false;
}

/* The same identity under another spelling is asked once more; the very same URL is a loop. */
static void redirect_to_itself(struct fate *fate, const struct url_parts *parts, bool can_be_asked)
{
    if (!can_be_asked || strcmp(parts->path, fate->row.path) == 0 ||
        fate->target->hops > HOPS_MAX) {
        end_as_loop(fate);
        return;
    }
    fate->followed = false;
    fate->queued = true;
    fate->row.path = parts->path;
    fate->row.hops = fate->target->hops;
}

static int decide_redirect(struct batch *batch, size_t i, struct fate *fate)
{
    const struct url_lease *lease = &batch->results[i]->lease;
    struct url_parts parts;
    struct run_host *host;
    bool can_be_asked = batch_row_again(batch, i, &fate->row);
    if (!urls_split(fate->target->url, &parts))
        return 0;
    int err = batch_host(batch, &parts, &host);
    if (err)
        return err;
    const char *key = fate->target->key ? fate->target->key : fate->target->url;
    fate->target_hash = urls_hash(batch->store, key);
    bool loop = false;
    if (host->host_id == lease->host_id && fate->target_hash == lease->hash)
        redirect_to_itself(fate, &parts, can_be_asked);
    else if (lease->kind != URL_SOURCE && !lease->known)
        err = leads_back(batch, lease, host->host_id, fate->target_hash, &loop);
    if (loop)
        end_as_loop(fate);
    return err;
}

/* ---- the decision ---- */

/* Failed for good tonight; what may be better tomorrow is tried on some more nights. */
static int decide_error(struct batch *batch, size_t i, struct fate *fate)
{
    const struct result_record *result = batch->results[i];
    const struct url_lease *lease = &result->lease;
    int status = result->fetch.status;
    bool may_pass = status == 0 || status == 429 || status >= 500;
    if (lease->kind == URL_SOURCE || lease->kind == URL_ROBOTS || lease->known || !may_pass)
        return 0;
    struct statement *query = statement(batch->store, SQL_URL_STATE);
    bind_integer(query, 1, lease->host_id);
    bind_integer(query, 2, lease->hash);
    int row = statement_step(query);
    if (row < 0)
        return row;
    if (row == 1) {
        fate->nights = column_integer(query, 2);
        statement_finish(query);
    }
    fate->queued = ++fate->nights < NIGHTS_MAX && batch_row_again(batch, i, &fate->row);
    fate->row.band = BAND_AGAIN;
    fate->row.rank = batch->stored[i].now_ms + 20 * HOUR_MS;
    return 0;
}

static void decide_retry(struct batch *batch, size_t i, struct fate *fate)
{
    const struct result_record *result = batch->results[i];
    fate->tries = result->lease.tries + 1;
    fate->queued = batch_row_again(batch, i, &fate->row);
    fate->row.band = BAND_RETRIES;
    fate->row.rank = result->retry_ms;
    fate->row.tries = fate->tries;
}

int fate_decide(struct batch *batch, size_t i, struct fate *fate)
{
    static const char *const states[] = {
        [COMPLETE_DONE] = "done",     [COMPLETE_RETRY] = "retry",     [COMPLETE_GONE] = "gone",
        [COMPLETE_DENIED] = "denied", [COMPLETE_SKIPPED] = "skipped", [COMPLETE_ERROR] = "error",
    };
    const struct result_record *result = batch->results[i];
    if (batch->stored[i].taken) {
        fate->state = states[COMPLETE_DENIED];
        fate->why = TAKEN_WHY;
        return 0;
    }
    fate->state = states[result->completion];
    fate->why = result->why;
    fate->followed = true;
    switch (result->completion) {
    case COMPLETE_DONE:
        fate->target = result->lease.kind == URL_ROBOTS ? NULL : redirect_target(result);
        fate->looked_again = !fate->target;
        return fate->target ? decide_redirect(batch, i, fate) : 0;
    case COMPLETE_RETRY:
        if (result->lease.kind != URL_ROBOTS)
            decide_retry(batch, i, fate);
        return 0;
    case COMPLETE_ERROR:
        fate->looked_again = true;
        return decide_error(batch, i, fate);
    default:
        return 0;
    }
}
