/* The station that reads. fetcher → extractor_submit() → on_extracted → writer.
 *
 *     queue ─▶ worker's two places ─▶ pipe ─▶ process ─▶ pipe ─▶ answer ─▶ on_extracted
 *
 * A worker is handed a second document while it reads the first, so that it need not wait for the
 * loop. It answers in order: when it dies, the first of its two is the one that killed it, the
 * other goes back to the head of the queue.
 *
 * Invariants
 * 1. A job is in the queue, at one worker, or in `ready` on its way back.
 * 2. on_extracted is called from deliver() only.
 * 3. The process handle, the pipe and the timer of a worker are closed together; its memory goes in
 *    the last of their close callbacks, and a new worker then takes its place. */
#include "extract/extractor.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/list.h"
#include "extract/rights.h"
#include "extract/sandbox.h"
#include "extract/wire.h"
#include "job.h"

enum {
    PLACES = 2,
    READ_BYTES = 64 * 1024,
    KEPT_BYTES = 1024 * 1024,
    STARTS_FAILED_MAX = 20,
    START_MS_MAX = 30000, /* until a worker greets */
    STEPS = 4,            /* of the time for a page, see on_uv_late() */
    STARVED_TIMES = 5,    /* as much for a worker that has got too little CPU */
    SOURCE_TIMES = 10,    /* as much for a feed or a sitemap */
    ENDING_MS_MAX = 2000, /* of sanitizer builds: what a worker may take to end */
};

struct worker {
    struct list node; /* in extractor->workers */
    struct extractor *extractor;
    uv_process_t process;
    uv_pipe_t pipe;
    uv_timer_t timer; /* runs while the first place is taken */
    unsigned handles_open;
    bool closing;
    bool greeted;             /* it runs and has given up its rights */
    bool killed;              /* by us: gets nothing more */
    bool slow;                /* killed for its time */
    unsigned steps;           /* of its time that have passed */
    uint64_t cpu_ms;          /* used before the first document */
    struct job *jobs[PLACES]; /* in the order of asking */
    unsigned jobs_count;
    struct bytes answer; /* what has arrived of it */
};

struct sending {
    uv_write_t request; /* first member */
    struct bytes bytes;
};

struct extractor {
    uv_loop_t *loop;
    struct extractor_config config;
    extracted_fn *on_extracted;
    void *context;
    struct list workers;
    unsigned workers_count; /* alive or not yet reaped */
    struct list queue;      /* jobs that wait for a worker */
    size_t queue_count;
    struct list ready; /* jobs to be given back */
    uv_timer_t deliver_timer;
    unsigned starts_failed; /* in a row: workers that never greeted */
    bool closing;
    bool handles_closed;
    bool told_failed;
    struct extractor_stats stats;
};

static int start_worker(struct extractor *extractor);
static void hand_out(struct extractor *extractor);
static void on_uv_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer);
static void on_uv_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer);
static void on_uv_exit(uv_process_t *process, int64_t status, int signal);
static void on_uv_late(uv_timer_t *timer);
static void start_clock(struct worker *worker);
static void take_answers(struct worker *worker);
static void close_worker(struct worker *worker);
static void give_back(struct extractor *extractor, struct job *job);
static void fail_job(struct extractor *extractor, struct job *job);
static void fail_queue(struct extractor *extractor);
static void deliver(uv_timer_t *timer);

unsigned extractor_workers_standard(void)
{
    unsigned cores = (unsigned)uv_available_parallelism();
    return cores > 1 ? cores - 1 : 1;
}

int extractor_create(struct extractor **out, struct uv_loop_s *loop,
                     const struct extractor_config *config, extracted_fn *on_extracted,
                     void *context)
{
    struct extractor *extractor = alloc_zeroed(1, sizeof *extractor);
    extractor->loop = loop;
    extractor->config = *config;
    extractor->on_extracted = on_extracted;
    extractor->context = context;
    list_init(&extractor->workers);
    list_init(&extractor->queue);
    list_init(&extractor->ready);
    uv_timer_init(loop, &extractor->deliver_timer);
    extractor->deliver_timer.data = extractor;
    int err = 0;
    for (unsigned i = 0; i < config->workers && !err; i++)
        err = start_worker(extractor);
    if (err) {
        extractor_close(extractor);
        return err;
    }
    *out = extractor;
    return 0;
}

/* And none will be started. */
static bool has_no_worker(const struct extractor *extractor)
{
    return extractor->starts_failed > STARTS_FAILED_MAX && !extractor->workers_count;
}

/* libuv: one of a worker's handles is closed; only after the last is its memory free. */
static void on_uv_worker_closed(uv_handle_t *handle)
{
    struct worker *worker = handle->data;
    struct extractor *extractor = worker->extractor;
    if (--worker->handles_open)
        return;
    list_remove(&worker->node);
    bytes_clear(&worker->answer);
    free(worker);
    extractor->workers_count--;
    if (!extractor->closing && extractor->starts_failed <= STARTS_FAILED_MAX) {
        start_worker(extractor);
        hand_out(extractor);
    } else if (has_no_worker(extractor) && !extractor->closing) {
        fail_queue(extractor);
    } else if (extractor->handles_closed && extractor->workers_count == 0) {
        free(extractor);
    }
}

static int start_worker(struct extractor *extractor)
{
    struct worker *worker = alloc_zeroed(1, sizeof *worker);
    worker->extractor = extractor;
    list_init(&worker->node);
    list_append(&extractor->workers, &worker->node);
    extractor->workers_count++;
    uv_pipe_init(extractor->loop, &worker->pipe, 0);
    uv_timer_init(extractor->loop, &worker->timer);
    worker->process.data = worker->pipe.data = worker->timer.data = worker;
    worker->handles_open = 3;
    char command[] = "worker";
    char *arguments[] = {(char *)(uintptr_t)extractor->config.program, command, NULL};
    char *environment[] = {NULL};
    uv_stdio_container_t stdio[] = {
        {.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE,
         .data.stream = (uv_stream_t *)&worker->pipe},
        {.flags = UV_IGNORE},
#ifdef CRAWLER_SANITIZED
        {.flags = UV_INHERIT_FD, .data.fd = 2},
#else
        {.flags = UV_IGNORE}, /* how it ends is the outcome of its page, not a line on the screen */
#endif
    };
    uv_process_options_t options = {.file = extractor->config.program,
                                    .args = arguments,
                                    .env = environment,
                                    .stdio = stdio,
                                    .stdio_count = 3,
                                    .exit_cb = on_uv_exit};
    int err = uv_spawn(extractor->loop, &worker->process, &options);
    if (!err)
        err = uv_read_start((uv_stream_t *)&worker->pipe, on_uv_alloc, on_uv_read);
    if (err) {
        extractor->starts_failed++;
        close_worker(worker);
        return ERR_FULL;
    }
    uv_timer_start(&worker->timer, on_uv_late, START_MS_MAX, 0);
    return 0;
}

/* ---- jobs out ---- */

void extractor_submit(struct extractor *extractor, struct job *job)
{
    job_enter(job, JOB_EXTRACTING);
    if (has_no_worker(extractor)) {
        fail_job(extractor, job);
        return;
    }
    list_append(&extractor->queue, &job->node);
    if (++extractor->queue_count > extractor->stats.queue_most)
        extractor->stats.queue_most = extractor->queue_count;
    hand_out(extractor);
}

static uint64_t decoded_max(const struct extractor *extractor, const struct url_lease *lease)
{
    if (lease->kind != URL_SOURCE)
        return extractor->config.page_bytes_max;
    return lease->source == KIND_SITEMAP ? extractor->config.sitemap_bytes_max
                                         : extractor->config.feed_bytes_max;
}

/* When the page came: "two hours ago" means before that, whenever it is read. */
static int64_t moment_of(const struct response *response)
{
    return response->started_ms ? response->started_ms + response->total_ms : clock_wall_ms();
}

static void describe(const struct extractor *extractor, const struct job *job,
                     struct worker_request *out)
{
    const struct url_lease *lease = &job->result.lease;
    *out = (struct worker_request){.kind = lease->kind,
                                   .source = lease->source,
                                   .file = lease->file,
                                   .depth = lease->depth,
                                   .hops = lease->hops,
                                   .now_ms = moment_of(&job->response),
                                   .url = lease->url,
                                   .site_home = lease->site_home,
                                   .content_type = job->response.content_type,
                                   .content_encoding = job->response.content_encoding,
                                   .link = job->response.link,
                                   .rules = lease->rules,
                                   .since_ms = extractor->config.since_ms,
                                   .until_ms = extractor->config.until_ms,
                                   .hint_title = lease->hint_title,
                                   .hint_published_ms = lease->hint_published_ms,
                                   .body_bytes_max = decoded_max(extractor, lease),
                                   .agent = job->agent ? job->agent : extractor->config.agent,
                                   .body = {job->response.body.data, job->response.body.size}};
}

/* libuv: the request is in the pipe, or the worker is gone (on_uv_exit tells that). */
static void on_uv_sent(uv_write_t *request, int status)
{
    struct sending *sending = (struct sending *)request;
    (void)status;
    bytes_clear(&sending->bytes);
    free(sending);
}

static void send_job(struct worker *worker, struct job *job)
{
    struct worker_request request;
    struct sending *sending = alloc_zeroed(1, sizeof *sending);
    describe(worker->extractor, job, &request);
    wire_put_request(&sending->bytes, &request);
    uv_buf_t buffer = uv_buf_init(sending->bytes.data, (unsigned)sending->bytes.size);
    worker->jobs[worker->jobs_count++] = job;
    if (worker->jobs_count == 1 && worker->greeted)
        start_clock(worker);
    if (uv_write(&sending->request, (uv_stream_t *)&worker->pipe, &buffer, 1, on_uv_sent))
        on_uv_sent(&sending->request, 0); /* the worker is dying: its exit gives the job back */
}

/* The worker with the fewest documents, if one has a place. */
static struct worker *free_worker(struct extractor *extractor)
{
    struct worker *best = NULL;
    for (struct list *node = extractor->workers.next; node != &extractor->workers;
         node = node->next) {
        struct worker *worker = LIST_ITEM(node, struct worker, node);
        if (!worker->closing && !worker->killed && worker->jobs_count < PLACES &&
            (!best || worker->jobs_count < best->jobs_count))
            best = worker;
    }
    return best;
}

static void hand_out(struct extractor *extractor)
{
    struct worker *worker;
    while (!list_empty(&extractor->queue) && (worker = free_worker(extractor))) {
        struct list *node = list_take(&extractor->queue);
        extractor->queue_count--;
        send_job(worker, LIST_ITEM(node, struct job, node));
    }
}

/* ---- answers in ---- */

static void give_back(struct extractor *extractor, struct job *job)
{
    list_append(&extractor->ready, &job->node);
    uv_timer_start(&extractor->deliver_timer, deliver, 0, 0);
}

/* libuv: at least one job has been read since the last turn. */
static void deliver(uv_timer_t *timer)
{
    struct extractor *extractor = timer->data;
    struct list ready, *node;
    list_init(&ready);
    list_splice(&ready, &extractor->ready);
    while ((node = list_take(&ready)))
        extractor->on_extracted(LIST_ITEM(node, struct job, node), extractor->context);
}

static void kill_worker(struct worker *worker)
{
    worker->killed = true;
    uv_read_stop((uv_stream_t *)&worker->pipe);
    uv_process_kill(&worker->process, SIGKILL);
}

/* libuv: where to put what comes next. */
static void on_uv_alloc(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    struct worker *worker = handle->data;
    (void)wanted;
    bytes_reserve(&worker->answer, READ_BYTES);
    *buffer = uv_buf_init(worker->answer.data + worker->answer.size, READ_BYTES);
}

/* libuv: a piece of an answer; below 0 the worker is gone, which on_uv_exit handles. */
static void on_uv_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct worker *worker = stream->data;
    (void)buffer;
    if (size < 0) {
        kill_worker(worker); /* without its pipe it is of no use */
        return;
    }
    worker->answer.size += (size_t)size;
    take_answers(worker);
}

/* Puts what the worker found into the job: it has been checked on arrival, and is the job's own. */
static void take_answer(struct job *job, const struct worker_answer *answer, const char *agent)
{
    struct result_record *result = &job->result;
    job_fail(job, (enum outcome)answer->outcome, answer->detail);
    result->fetch.mime = answer->mime;
    result->fetch.charset = answer->charset;
    result->fetch.body_hash = answer->body_hash;
    result->fetch.bytes_body = answer->bytes_body;
    result->unchanged =
        (answer->body_hash && answer->body_hash == result->lease.body_hash) ||
        (answer->source.told_hash && answer->source.told_hash == result->lease.told_hash);
    if (answer->has_article) {
        struct article_record *article = arena_alloc(&job->arena, sizeof *article);
        *article = answer->article;
        result->article = article;
    }
    result->links = answer->links;
    result->links_count = answer->links_count;
    result->found = answer->found;
    result->found_count = answer->found_count;
    result->api_rows = answer->api_rows;
    result->api_rows_count = answer->api_rows_count;
    result->source = answer->source;
    result->host.robots_body = answer->robots_body;
    result->rules_told = answer->rules_told;
    result->rights[RIGHTS_OF_PAGE] = answer->rights;
    result->rights[RIGHTS_OF_HEAD] = rights_of_head(&job->response, agent) | RIGHTS_KNOWN;
    bool noarchive = (answer->rights | result->rights[RIGHTS_OF_HEAD]) & RIGHTS_NOARCHIVE;
    result->raw.body_size = noarchive ? 0 : job->response.body.size;
}

static struct job *take_first_job(struct worker *worker)
{
    struct job *job = worker->jobs[0];
    worker->jobs_count--;
    memmove(worker->jobs, worker->jobs + 1, worker->jobs_count * sizeof *worker->jobs);
    start_clock(worker);
    return job;
}

/* The longest message that the worker may send now. */
static size_t message_bytes_max(const struct worker *worker)
{
    struct worker_request request;
    if (!worker->greeted)
        return WIRE_GREETING_BYTES;
    if (!worker->jobs_count)
        return 0;
    describe(worker->extractor, worker->jobs[0], &request);
    return wire_answer_bytes_max(&request);
}

static void take_answers(struct worker *worker)
{
    struct extractor *extractor = worker->extractor;
    size_t used = 0, size;
    while ((size = wire_message_size(worker->answer.data + used, worker->answer.size - used))) {
        /* More than was asked for, or than the page can hold: it is no longer our worker. */
        if (size > message_bytes_max(worker)) {
            kill_worker(worker);
            return;
        }
        if (worker->answer.size - used < size)
            break;
        if (!worker->greeted) { /* it is ready */
            if (wire_get_greeting(&extractor->stats.sandbox_lacks, worker->answer.data + used,
                                  size)) {
                kill_worker(worker);
                return;
            }
            worker->greeted = true;
            start_clock(worker);
            extractor->starts_failed = 0;
            used += size;
            continue;
        }
        struct worker_answer answer; /* it may also not look like one */
        if (wire_get_answer(&answer, &worker->jobs[0]->arena, worker->answer.data + used, size)) {
            kill_worker(worker);
            return;
        }
        used += size;
        struct job *job = take_first_job(worker);
        job->answer_bytes = size;
        take_answer(job, &answer, job->agent ? job->agent : extractor->config.agent);
        extractor->stats.pages++;
        extractor->stats.cpu_us += answer.cpu_us;
        give_back(extractor, job);
    }
    worker->answer.size -= used;
    memmove(worker->answer.data, worker->answer.data + used, worker->answer.size);
    if (!worker->answer.size && worker->answer.capacity > KEPT_BYTES)
        bytes_clear(&worker->answer);
    hand_out(extractor);
}

/* ---- workers that end ---- */

/* The time of the first document begins. */
static void start_clock(struct worker *worker)
{
    uint64_t step_ms = worker->extractor->config.wait_ms_max / STEPS;
    if (worker->extractor->closing)
        return; /* its time to end runs */
    worker->steps = 0;
    if (!worker->jobs_count) {
        uv_timer_stop(&worker->timer);
        return;
    }
    if (worker->jobs[0]->result.lease.kind == URL_SOURCE)
        step_ms *= SOURCE_TIMES;
    worker->cpu_ms = sandbox_cpu_ms(worker->process.pid);
    uv_timer_start(&worker->timer, on_uv_late, step_ms, step_ms);
}

/* libuv: one step of the worker's time has passed. Its time goes in steps since one is all that is
 * lost when we were stopped ourselves, for hours perhaps. Where it got less CPU than half of the
 * time, the machine is busy with other things, and a page is not to blame; up to a point, as who
 * only waits looks the same. */
static void on_uv_late(uv_timer_t *timer)
{
    struct worker *worker = timer->data;
    uint64_t half_ms = uv_timer_get_repeat(timer) * STEPS / 2;
    worker->steps++;
    if (worker->greeted && !worker->extractor->closing) {
        bool starved = sandbox_cpu_ms(worker->process.pid) - worker->cpu_ms < half_ms;
        if (worker->steps < (starved ? STEPS * STARVED_TIMES : STEPS))
            return;
    }
    worker->slow = true;
    kill_worker(worker);
}

/* What the page that was being read ends as, from how its worker ended. */
static enum outcome outcome_of_death(const struct worker *worker, int64_t status, int signal)
{
    if (worker->slow || signal == SIGPROF || signal == SIGXCPU)
        return OUTCOME_PARSER_SLOW;
    return status == EXIT_FULL && !signal ? OUTCOME_TOO_LARGE : OUTCOME_PARSER_DIED;
}

/* The page is not to blame: it is for another run. */
static void fail_job(struct extractor *extractor, struct job *job)
{
    job_fail(job, OUTCOME_RELEASED, NULL);
    give_back(extractor, job);
}

/* No worker can be started: what waits for one ends here. */
static void fail_queue(struct extractor *extractor)
{
    struct list *node;
    while ((node = list_take(&extractor->queue))) {
        extractor->queue_count--;
        fail_job(extractor, LIST_ITEM(node, struct job, node));
    }
    if (!extractor->told_failed)
        extractor->config.on_failed(extractor->context);
    extractor->told_failed = true;
}

/* libuv: a worker's process has ended. */
static void on_uv_exit(uv_process_t *process, int64_t status, int signal)
{
    struct worker *worker = process->data;
    struct extractor *extractor = worker->extractor;
    if (!extractor->closing) {
        extractor->stats.replaced++;
        extractor->starts_failed += !worker->greeted;
    }
    /* A worker that never greeted read nothing, so none of its documents is to blame. */
    for (unsigned i = worker->jobs_count; i-- > (worker->greeted ? 1 : 0);) {
        list_prepend(&extractor->queue, &worker->jobs[i]->node);
        extractor->queue_count++;
    }
    if (worker->jobs_count && worker->greeted) {
        enum outcome outcome = outcome_of_death(worker, status, signal);
        job_fail(worker->jobs[0], outcome, outcome == OUTCOME_TOO_LARGE ? "memory" : NULL);
        give_back(extractor, worker->jobs[0]);
    }
    worker->jobs_count = 0;
    close_worker(worker);
}

static void close_worker(struct worker *worker)
{
    if (worker->closing)
        return;
    worker->closing = true;
    uv_close((uv_handle_t *)&worker->process, on_uv_worker_closed);
    uv_close((uv_handle_t *)&worker->pipe, on_uv_worker_closed);
    uv_close((uv_handle_t *)&worker->timer, on_uv_worker_closed);
}

void extractor_stats(const struct extractor *extractor, struct extractor_stats *out)
{
    *out = extractor->stats;
}

void extractor_cancel(struct extractor *extractor)
{
    struct list *node;
    while ((node = list_take(&extractor->queue))) {
        extractor->queue_count--;
        job_fail(LIST_ITEM(node, struct job, node), OUTCOME_RELEASED, NULL);
        give_back(extractor, LIST_ITEM(node, struct job, node));
    }
    for (node = extractor->workers.next; node != &extractor->workers; node = node->next) {
        struct worker *worker = LIST_ITEM(node, struct worker, node);
        for (unsigned i = 0; i < worker->jobs_count; i++) {
            job_fail(worker->jobs[i], OUTCOME_RELEASED, NULL);
            give_back(extractor, worker->jobs[i]);
        }
        worker->jobs_count = 0;
        if (!worker->closing)
            kill_worker(worker); /* what it still answers is nobody's */
    }
}

/* libuv: the extractor's own handle is closed. */
static void on_uv_closed(uv_handle_t *handle)
{
    struct extractor *extractor = handle->data;
    extractor->handles_closed = true;
    if (extractor->workers_count == 0)
        free(extractor);
}

/* It holds nothing; on_uv_exit follows. */
static void end_worker(struct worker *worker)
{
#ifdef CRAWLER_SANITIZED /* it tells what it leaked, or where it was, when it ends by itself */
    uv_os_fd_t pipe;
    if (uv_fileno((uv_handle_t *)&worker->pipe, &pipe) == 0 && shutdown(pipe, SHUT_WR) == 0) {
        uv_timer_start(&worker->timer, on_uv_late, ENDING_MS_MAX, 0);
        return;
    }
#endif
    uv_process_kill(&worker->process, SIGKILL);
}

void extractor_close(struct extractor *extractor)
{
    if (!extractor)
        return;
    extractor->closing = true;
    for (struct list *node = extractor->workers.next; node != &extractor->workers;
         node = node->next) {
        struct worker *worker = LIST_ITEM(node, struct worker, node);
        assert(worker->jobs_count == 0);
        if (!worker->closing)
            end_worker(worker);
    }
    uv_close((uv_handle_t *)&extractor->deliver_timer, on_uv_closed);
}
