#include "job.h"

#include <assert.h>
#include <stdlib.h>

#include "base/alloc.h"

/* A page, its links and its texts; a document that needs more is cut by wire.c's limits first. */
enum { JOB_ARENA_BYTES_MAX = 128 * 1024 * 1024 };

static const struct outcome_row rows[] = {
    [OUTCOME_OK] = {NULL, COMPLETE_DONE, false, false},
    [OUTCOME_UNCHANGED] = {NULL, COMPLETE_DONE, false, false},
    [OUTCOME_REDIRECT] = {NULL, COMPLETE_DONE, false, false},
    [OUTCOME_NOT_ARTICLE] = {"not an article", COMPLETE_DONE, false, false},
    [OUTCOME_NOT_HTML] = {"not html", COMPLETE_SKIPPED, false, false},
    [OUTCOME_GONE] = {"gone", COMPLETE_GONE, false, false},
    [OUTCOME_REFUSED] = {"refused", COMPLETE_ERROR, false, false},
    [OUTCOME_THROTTLED] = {"throttled", COMPLETE_ERROR, true, true},
    [OUTCOME_SERVER_ERROR] = {"server error", COMPLETE_ERROR, true, true},
    [OUTCOME_ODD_STATUS] = {"odd status", COMPLETE_ERROR, false, false},
    [OUTCOME_DNS] = {"dns", COMPLETE_ERROR, true, true},
    [OUTCOME_CONNECT] = {"connect", COMPLETE_ERROR, true, true},
    [OUTCOME_TLS] = {"tls", COMPLETE_ERROR, true, true},
    [OUTCOME_TIMEOUT] = {"timeout", COMPLETE_ERROR, true, true},
    [OUTCOME_RESET] = {"reset", COMPLETE_ERROR, true, true},
    [OUTCOME_PROTOCOL] = {"protocol", COMPLETE_ERROR, true, true},
    [OUTCOME_TOO_LARGE] = {"too large", COMPLETE_ERROR, false, false},
    [OUTCOME_BAD_ENCODING] = {"bad encoding", COMPLETE_ERROR, true, false},
    [OUTCOME_BAD_DOCUMENT] = {"bad document", COMPLETE_ERROR, false, false},
    [OUTCOME_FORBIDDEN_ADDRESS] = {"forbidden address", COMPLETE_DENIED, false, false},
    [OUTCOME_BAD_URL] = {"bad url", COMPLETE_SKIPPED, false, false},
    [OUTCOME_TOO_MANY_HOPS] = {"too many redirects", COMPLETE_ERROR, false, false},
    [OUTCOME_ROBOTS_DENIED] = {"robots", COMPLETE_DENIED, false, false},
    [OUTCOME_ROBOTS_UNREACHABLE] = {"robots unreachable", COMPLETE_RETRY, false, false},
    [OUTCOME_PARSER_DIED] = {"parser died", COMPLETE_ERROR, false, false},
    [OUTCOME_PARSER_SLOW] = {"parser slow", COMPLETE_ERROR, false, false},
    [OUTCOME_NOT_STORED] = {"not stored", COMPLETE_ERROR, false, false},
    [OUTCOME_RELEASED] = {"released", COMPLETE_RELEASED, false, false},
};

const struct outcome_row *outcome_row(enum outcome outcome)
{
    assert((size_t)outcome < COUNT(rows));
    return &rows[outcome];
}

static void copy_lease(struct job *job, const struct url_lease *lease)
{
    struct arena *arena = &job->arena;
    struct url_lease *copy = &job->result.lease;
    *copy = *lease;
    copy->url = arena_string(arena, lease->url);
    copy->domain = arena_string(arena, lease->domain);
    copy->site_home = arena_string(arena, lease->site_home);
    copy->rules = arena_string(arena, lease->rules);
    copy->hint_title = arena_string(arena, lease->hint_title);
    copy->etag = arena_string(arena, lease->etag);
    copy->last_modified = arena_string(arena, lease->last_modified);
}

struct job *job_create(const struct url_lease *lease, struct host *host)
{
    struct job *job = alloc_zeroed(1, sizeof *job);
    list_init(&job->node);
    arena_init(&job->arena, JOB_ARENA_BYTES_MAX);
    job->host = host;
    copy_lease(job, lease);
    if (url_parse(&job->url, &job->arena, span_of(job->result.lease.url), NULL, NULL))
        job->outcome = OUTCOME_BAD_URL;
    return job;
}

void job_free(struct job *job)
{
    if (!job)
        return;
    bytes_clear(&job->response.body);
    arena_clear(&job->arena);
    free(job);
}

void job_enter(struct job *job, enum job_state state)
{
    static const unsigned moves[] = {
        [JOB_LEASED] = 1U << JOB_WAITING | 1U << JOB_WRITING,
        [JOB_WAITING] = 1U << JOB_FETCHING | 1U << JOB_WRITING,
        [JOB_FETCHING] = 1U << JOB_EXTRACTING | 1U << JOB_WRITING,
        [JOB_EXTRACTING] = 1U << JOB_WRITING,
        [JOB_WRITING] = 0,
    };
    assert(moves[job->state] & 1U << state);
    (void)moves;
    job->state = state;
}

void job_fail(struct job *job, enum outcome outcome, const char *detail)
{
    job->outcome = outcome;
    job->detail = arena_string(&job->arena, detail);
}

void job_record_fetch(struct job *job)
{
    const struct response *response = &job->response;
    struct fetch_record *fetch = &job->result.fetch;
    const char *name = outcome_row(job->outcome)->name;
    fetch->asked = true;
    fetch->attempt = job->result.lease.tries + 1;
    fetch->started_ms = response->started_ms;
    fetch->total_ms = response->total_ms;
    fetch->ttfb_ms = response->first_byte_ms;
    fetch->status = response->status;
    fetch->retry_after_ms = (int64_t)response->retry_after_ms;
    fetch->http = response->http;
    fetch->ip = response->ip;
    fetch->bytes_wire = response->bytes_wire;
    fetch->truncated = job->outcome == OUTCOME_TOO_LARGE;
    if (name && job->detail)
        fetch->error = arena_format(&job->arena, "%s: %s", name, job->detail);
    else if (name)
        fetch->error = name;
    if (outcome_row(job->outcome)->completion == COMPLETE_DONE) {
        /* Only then: those of an error page or of half a page would call the whole one known. */
        job->result.etag = response->etag;
        job->result.last_modified = response->last_modified;
    }
    job->result.unchanged = job->result.unchanged || job->outcome == OUTCOME_UNCHANGED;
    if (!job->result.source.hint_min && response->max_age_s > 0)
        job->result.source.hint_min = (unsigned)(response->max_age_s / 60);
}

struct result_record job_record_refusal(struct job *job, const char *said)
{
    struct result_record *result = &job->result;
    const struct fetch_record *fetch = &result->fetch;
    job_fail(job, OUTCOME_NOT_STORED, said);
    result->completion = outcome_row(job->outcome)->completion;
    result->why = outcome_row(job->outcome)->name;
    struct result_record rest = {.lease = result->lease,
                                 .completion = result->completion,
                                 .why = result->why,
                                 .fetch = {.asked = fetch->asked,
                                           .attempt = fetch->attempt,
                                           .started_ms = fetch->started_ms,
                                           .total_ms = fetch->total_ms,
                                           .ttfb_ms = fetch->ttfb_ms,
                                           .status = fetch->status,
                                           .error = result->why,
                                           .bytes_wire = fetch->bytes_wire,
                                           .bytes_body = fetch->bytes_body},
                                 .host = result->host};
    rest.host.robots_known = false;
    return rest;
}

void job_record_redirect(struct job *job, unsigned hops_max)
{
    struct url target;
    const struct url_lease *lease = &job->result.lease;
    if (url_parse(&target, &job->arena, span_of(job->response.location), &job->url, NULL)) {
        job_fail(job, OUTCOME_BAD_URL, "redirect");
        return;
    }
    job->result.fetch.redirect_url = url_fetchable(&target, &job->arena);
    if (lease->hops >= hops_max) {
        job_fail(job, OUTCOME_TOO_MANY_HOPS, NULL);
        return;
    }
    struct found_record *found = arena_alloc_zeroed(&job->arena, sizeof *found);
    *found = (struct found_record){.url = job->result.fetch.redirect_url,
                                   .key = url_key(&target, &job->arena),
                                   .kind = lease->kind,
                                   .source = lease->source,
                                   .via = "redirect",
                                   .title = lease->hint_title,
                                   .published_ms = lease->hint_published_ms,
                                   .depth = lease->depth,
                                   .hops = lease->hops + 1};
    job->result.found = found;
    job->result.found_count = 1;
}
