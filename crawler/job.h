/* job.h - one URL under way: arena, state, response, result.
 *
 *     LEASED ─▶ WAITING ─▶ FETCHING ─▶ EXTRACTING ─▶ WRITING ─▶ freed
 *                  │           └─ failed, unchanged, redirect ──▲
 *                  └────────── denied, cancelled ───────────────┘
 *
 * A job has one owner, the station that holds it, and one state; states move by job_enter() only,
 * which asserts that the move is drawn above. All that belongs to a job lives in its arena and is
 * freed with it, but for the body (response.body). Thread: the owner's. */
#ifndef CRAWLER_JOB_H
#define CRAWLER_JOB_H

#include <stdint.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/url.h"
#include "fetch/response.h"
#include "storage/record.h"

struct host;

enum job_state { JOB_LEASED, JOB_WAITING, JOB_FETCHING, JOB_EXTRACTING, JOB_WRITING };

/* How a job ended. Everything about an outcome is in the table of job.c. */
enum outcome {
    OUTCOME_OK,                /* answered, and read as what it was asked for */
    OUTCOME_UNCHANGED,         /* 304 */
    OUTCOME_REDIRECT,          /* 3xx: the target is a URL of its own */
    OUTCOME_NOT_ARTICLE,       /* a page, but no article */
    OUTCOME_NOT_HTML,          /* neither a page nor anything else that we read */
    OUTCOME_GONE,              /* 404, 410 */
    OUTCOME_REFUSED,           /* other 4xx */
    OUTCOME_THROTTLED,         /* 429, or 503 with Retry-After */
    OUTCOME_SERVER_ERROR,      /* 5xx */
    OUTCOME_ODD_STATUS,        /* a status that is none of HTTP's, or 1xx, 3xx without Location */
    OUTCOME_DNS,               /* the name leads nowhere */
    OUTCOME_CONNECT,           /* refused, unreachable */
    OUTCOME_TLS,               /* certificate or handshake */
    OUTCOME_TIMEOUT,           /* to connect, in all, or too slow */
    OUTCOME_RESET,             /* broken off in the middle */
    OUTCOME_PROTOCOL,          /* not HTTP */
    OUTCOME_TOO_LARGE,         /* a ceiling of bytes: wire, headers or decoded */
    OUTCOME_BAD_ENCODING,      /* content coding broken or cut short */
    OUTCOME_BAD_DOCUMENT,      /* a source that can't be read as one */
    OUTCOME_FORBIDDEN_ADDRESS, /* the address guard: the detail names --allow-net */
    OUTCOME_BAD_URL,           /* not an http or https URL */
    OUTCOME_TOO_MANY_HOPS,     /* redirects */
    OUTCOME_ROBOTS_DENIED,
    OUTCOME_ROBOTS_UNREACHABLE, /* its host gives no verdict for now: not asked */
    OUTCOME_PARSER_DIED,
    OUTCOME_PARSER_SLOW,
    OUTCOME_NOT_STORED, /* the database does not take what came of it; the detail has its words */
    OUTCOME_RELEASED,   /* not asked, or given up at the end: goes back as it was */
};

/* What follows from an outcome, whatever the URL was. */
struct outcome_row {
    const char *name;           /* class of the error, as stored; NULL: no error */
    enum completion completion; /* when there are no tries left, or none are of use */
    bool retried;               /* may be different next time */
    bool host_failed;           /* counts against the host */
};

const struct outcome_row *outcome_row(enum outcome outcome);

struct job {
    struct list node; /* in the list of the station that has it */
    struct arena arena;
    enum job_state state;
    enum outcome outcome;
    const char *agent;  /* under which name it was asked, if not the run's; lives as long as it */
    const char *detail; /* beside the outcome's name: curl's words, a status; may be NULL */
    struct host *host;  /* whose budget it uses; the scheduler's */
    struct url url;     /* what to ask */
    struct response response;
    struct result_record result; /* result.lease says where it came from */
    size_t answer_bytes;         /* that its worker sent */
};

/* A new job, owned by the caller, with its own copy of `lease`'s texts. Its URL is parsed; one
 * that can't be has outcome OUTCOME_BAD_URL, others OUTCOME_OK. */
struct job *job_create(const struct url_lease *lease, struct host *host);
void job_free(struct job *job); /* takes */

void job_enter(struct job *job, enum job_state state);
void job_fail(struct job *job, enum outcome outcome, const char *detail); /* borrows `detail` */

/* The response's facts as the row of its request: outcome, status, times, validators. */
void job_record_fetch(struct job *job);

/* The database does not take the result, for the reason that it `said` (borrowed): the job fails,
 * and the record of a URL that did is returned, with nothing in it that came from outside. The rest
 * of job->result stays. */
struct result_record job_record_refusal(struct job *job, const char *said);

/* The target of a redirect becomes a URL that was found, of the same kind and one hop further; too
 * many hops, or a target that is no URL, change the outcome. */
void job_record_redirect(struct job *job, unsigned hops_max);

#endif
