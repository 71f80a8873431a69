/* The life of a host's ai.txt and tdmrep.json (politeness/reservations.h), which are asked for only
 * where the run was told to: one after the other, before the first page, once in the time that was
 * given, if robots.txt allows it. Whatever the answer is, pages follow: a file that there is not,
 * or that is redirected to another host, says nothing; one that can't be had says what it said
 * before.
 */
#include "schedule/scheduler_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "politeness/robots.h"

enum { HOPS_MAX = 5 };

static bool is_allowed(const struct host *host, struct span path_and_query)
{
    return !host->robots || robots_allows(host->robots, path_and_query);
}

enum host_file reserved_due(const struct scheduler *scheduler, const struct host *host)
{
    int64_t keep_ms = (int64_t)scheduler->config.ask_reservations_ms;
    for (enum host_file file = HOST_AI_TXT; keep_ms && file < HOST_FILES; file++)
        if (host->files_asked_ms[file] + keep_ms <= clock_wall_ms() &&
            is_allowed(host, span_of(reservations_path(file))))
            return file;
    return HOST_ROBOTS;
}

void reserved_ask(struct scheduler *scheduler, struct host *host, enum host_file file)
{
    struct job *job = verdict_job(host, file, host->file_url, host->file_hops);
    verdict_begin(scheduler, host, host, job);
}

/* It was asked for, and is not again for a while. */
static void settle(struct job *job, struct host *host)
{
    struct host_record *record = &job->result.host;
    free((void *)(uintptr_t)host->file_url);
    host->file_url = NULL;
    host->file_hops = 0;
    host->robots_state = ROBOTS_KNOWN;
    host->files_asked_ms[job->result.lease.file] = clock_wall_ms();
    record->robots_known = true;
    record->robots_status = job->response.status;
    record->robots_fetched_ms = host->files_asked_ms[job->result.lease.file];
}

/* False where it leads to another host, or where it may not be followed. */
static bool follow(struct job *job, struct host *host)
{
    struct url target;
    if (host->file_hops >= HOPS_MAX ||
        url_parse(&target, &job->arena, span_of(job->response.location), &job->url, NULL) ||
        strcmp(url_origin(&target, &job->arena), host->origin) != 0 ||
        !is_allowed(host, url_path_and_query(&target)))
        return false;
    free((void *)(uintptr_t)host->file_url);
    host->file_url = alloc_string(url_fetchable(&target, &job->arena));
    host->file_hops++;
    return true;
}

void reserved_fetched(struct job *job, struct host *host)
{
    switch (job->outcome) {
    case OUTCOME_OK:
        break;
    case OUTCOME_RELEASED:
        host->robots_state = ROBOTS_KNOWN;
        break;
    case OUTCOME_REDIRECT:
        if (follow(job, host))
            host->robots_state = ROBOTS_KNOWN;
        else
            job->outcome = OUTCOME_OK;
        break;
    case OUTCOME_GONE:
    case OUTCOME_REFUSED:
        job->outcome = OUTCOME_OK;
        break;
    default:
        job->result.completion = COMPLETE_ERROR;
        settle(job, host);
        break;
    }
}

void reserved_extracted(struct job *job, struct host *host)
{
    struct host_record *record = &job->result.host;
    enum host_file file = job->result.lease.file;
    if (job->outcome == OUTCOME_RELEASED) {
        host->robots_state = ROBOTS_KNOWN;
        return;
    }
    if (!record->robots_body)
        record->robots_body = "";
    settle(job, host);
    scheduler_describe(host, record);
    reservations_learn(&host->reservations, file, record->robots_body);
    record->robots_rights = reservations_rights(&host->reservations, span_of("/")) &
                            (file == HOST_TDMREP ? RIGHTS_TDM : RIGHTS_NO_TRAIN);
}

void reserved_note(struct job *job, const struct host *host)
{
    if (host->files_asked_ms[HOST_AI_TXT] || host->files_asked_ms[HOST_TDMREP])
        job->result.rights[RIGHTS_OF_FILES] =
            reservations_rights(&host->reservations, url_path_and_query(&job->url)) | RIGHTS_KNOWN;
}
