/* The station that writes. extractor (or fetcher, or scheduler) → writer_submit() → on_written.
 *
 *     loop thread                          store thread
 *     writer_submit, writer_lease ─▶ inbox ─▶ gather ─▶ commit ─▶ outbox ─▶ on_uv_async
 *
 * The store thread owns the store, the batch and the answer of the last lease. Both directions are
 * mailboxes; uv_async_send() may merge calls, so on_uv_async() empties the outbox each time.
 *
 * Invariants
 * 1. A job is in one of: inbox, letters, batch, outbox.
 * 2. A lease that gives hosts back is answered after everything submitted before it is committed;
 *    any other is answered even while a commit waits for another process's lock.
 * 3. One lease request at a time, so one answer's memory serves. */
#include "write/writer.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/list.h"
#include "job.h"
#include "write/mailbox.h"

enum {
    IDLE_WAIT_MS = 1000,
    BATCH_RESULTS_MAX = 1024,
    LEASE_COMMITS_SHARE = 4,
    BATCH_FOUND_MAX = 10000
};

enum letter_kind {
    LETTER_RESULT,
    LETTER_LEASE,
    LETTER_FLUSH,
    LETTER_LEASED,
    LETTER_WRITTEN,
    LETTER_FAILED,
    LETTER_LOST,
    LETTER_STOP
};

/* What goes through the mailboxes. A job has one all its way through the writer. */
struct letter {
    struct list node; /* first member */
    enum letter_kind kind;
    struct job *job;
    bool written;
    struct commit_outcome outcome;
    struct lease_request request; /* LEASE: arrays owned */
    int store_error;
    char message[256];
};

struct writer {
    uv_loop_t *loop;
    struct store *store;
    struct writer_config config;
    struct writer_callbacks callbacks;
    uv_async_t async;
    uv_thread_t thread;
    struct mailbox inbox;
    struct mailbox outbox;
    atomic_bool give_up;
    atomic_bool waiting; /* for a lock of somebody else's */
    atomic_llong log_bytes;
    atomic_llong committed_ms; /* by the wall clock */
    atomic_ullong leased_until_ms;
    atomic_uint losses_untold; /* that the loop has not heard of */
    /* the store thread's */
    struct list letters; /* taken out of the inbox, in their order */
    struct list batch;   /* letters whose jobs wait for the commit */
    size_t batch_count;
    size_t batch_found; /* URLs that its results tell of */
    uint64_t batch_since_ms;
    uint64_t renewed_ms;
    struct lease_answer answer;
    int broken; /* the store's error that ended writing, or 0 */
    struct writer_stats stats;
};

static void store_thread(void *context);
static void note_renewal(struct writer *writer, uint64_t began_ms);
static void commit(struct writer *writer);
static void on_uv_async(uv_async_t *async);

int writer_create(struct writer **out, struct uv_loop_s *loop, struct store *store,
                  const struct writer_config *config, const struct writer_callbacks *callbacks)
{
    struct writer *writer = alloc_zeroed(1, sizeof *writer);
    writer->loop = loop;
    writer->store = store;
    writer->config = *config;
    writer->callbacks = *callbacks;
    list_init(&writer->letters);
    list_init(&writer->batch);
    mailbox_init(&writer->inbox);
    mailbox_init(&writer->outbox);
    note_renewal(writer, clock_monotonic_ms());
    if (uv_async_init(loop, &writer->async, on_uv_async)) {
        free(writer);
        return ERR_IO;
    }
    writer->async.data = writer;
    if (uv_thread_create(&writer->thread, store_thread, writer))
        alloc_failed(0);
    *out = writer;
    return 0;
}

/* ---- the loop's side ---- */

static struct letter *letter_of(enum letter_kind kind, struct job *job)
{
    struct letter *letter = alloc_zeroed(1, sizeof *letter);
    list_init(&letter->node);
    letter->kind = kind;
    letter->job = job;
    return letter;
}

static void *copied(const void *items, size_t count, size_t size)
{
    void *copy = alloc_bytes(count * size);
    if (count)
        memcpy(copy, items, count * size);
    return copy;
}

void writer_lease(struct writer *writer, const struct lease_request *request)
{
    struct letter *letter = letter_of(LETTER_LEASE, NULL);
    letter->request = *request;
    letter->request.wants = copied(request->wants, request->wants_count, sizeof *request->wants);
    letter->request.places =
        copied(request->places, request->places_count, sizeof *request->places);
    letter->request.released =
        copied(request->released, request->released_count, sizeof *request->released);
    mailbox_put(&writer->inbox, &letter->node, true);
}

void writer_submit(struct writer *writer, struct job *job)
{
    job_enter(job, JOB_WRITING);
    mailbox_put(&writer->inbox, &letter_of(LETTER_RESULT, job)->node, false);
}

void writer_flush(struct writer *writer)
{
    mailbox_put(&writer->inbox, &letter_of(LETTER_FLUSH, NULL)->node, true);
}

void writer_give_up(struct writer *writer)
{
    atomic_store(&writer->give_up, true);
    store_hurry(writer->store, true);
}

bool writer_is_waiting(const struct writer *writer)
{
    return atomic_load(&writer->waiting);
}

uint64_t writer_leased_until_ms(const struct writer *writer)
{
    uint64_t until_ms = atomic_load(&writer->leased_until_ms); /* a loss is counted before it */
    return atomic_load(&writer->losses_untold) ? 0 : until_ms;
}

int64_t writer_log_bytes(const struct writer *writer)
{
    return atomic_load(&writer->log_bytes);
}

int64_t writer_committed_ms(const struct writer *writer)
{
    return atomic_load(&writer->committed_ms);
}

static void tell_loss(struct writer *writer)
{
    if (writer->callbacks.lost)
        writer->callbacks.lost(writer->callbacks.context);
    atomic_fetch_sub(&writer->losses_untold, 1);
}

/* libuv: the store thread has put something into the outbox. */
static void on_uv_async(uv_async_t *async)
{
    struct writer *writer = async->data;
    struct list letters, *node;
    list_init(&letters);
    mailbox_take(&writer->outbox, &letters);
    while ((node = list_take(&letters))) {
        struct letter *letter = LIST_ITEM(node, struct letter, node);
        if (letter->kind == LETTER_LEASED)
            writer->callbacks.leased(&writer->answer, writer->callbacks.context);
        else if (letter->kind == LETTER_FAILED)
            writer->callbacks.failed(letter->store_error, letter->message,
                                     writer->callbacks.context);
        else if (letter->kind == LETTER_LOST)
            tell_loss(writer);
        else
            writer->callbacks.written(letter->job, letter->written ? &letter->outcome : NULL,
                                      writer->callbacks.context);
        free(letter);
    }
}

/* libuv: only now is the writer's memory free. */
static void on_uv_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void writer_close(struct writer *writer, struct writer_stats *stats)
{
    if (!writer)
        return;
    mailbox_put(&writer->inbox, &letter_of(LETTER_STOP, NULL)->node, true);
    uv_thread_join(&writer->thread);
    store_hurry(writer->store, false);
    on_uv_async(&writer->async); /* what it put there last */
    if (stats)
        *stats = writer->stats;
    mailbox_clear(&writer->inbox);
    mailbox_clear(&writer->outbox);
    uv_close((uv_handle_t *)&writer->async, on_uv_closed);
}

/* ---- the store thread ---- */

static void post(struct writer *writer, struct letter *letter)
{
    mailbox_put(&writer->outbox, &letter->node, false);
    uv_async_send(&writer->async);
}

/* The first failure for good ends writing: nothing after it could be relied on. */
static void fail(struct writer *writer, int store_error)
{
    if (writer->broken)
        return;
    writer->broken = store_error;
    struct letter *letter = letter_of(LETTER_FAILED, NULL);
    letter->store_error = store_error;
    snprintf(letter->message, sizeof letter->message, "%s", store_message(writer->store));
    post(writer, letter);
}

static void note_renewal(struct writer *writer, uint64_t began_ms)
{
    uint64_t lease_ms = (uint64_t)writer->config.lease_ms;
    bool shared = store_is_shared(writer->store);
    writer->renewed_ms = began_ms;
    atomic_store(&writer->leased_until_ms, shared ? began_ms + lease_ms : UINT64_MAX);
}

/* A lock is somebody else's for now, or the server is gone: the store has waited a quarter of a
 * second, we try again. */
static bool try_again(struct writer *writer, int err, uint64_t since_ms)
{
    bool again = err == STORE_BUSY && !atomic_load(&writer->give_up);
    atomic_store(&writer->waiting, again);
    if (!again)
        return false;
    writer->stats.busy_ms += clock_monotonic_ms() - since_ms;
    return true;
}

/* Of what the store has forgotten the loop is told before any answer that comes after. */
static int rejoin(struct writer *writer)
{
    uint64_t since_ms;
    int err;
    do {
        since_ms = clock_monotonic_ms();
        err = store_rejoin(writer->store);
    } while (try_again(writer, err, since_ms));
    if (err)
        return err;
    atomic_fetch_add(&writer->losses_untold, 1);
    note_renewal(writer, since_ms);
    post(writer, letter_of(LETTER_LOST, NULL));
    return 0;
}

static void renew_leases(struct writer *writer)
{
    uint64_t now_ms = clock_monotonic_ms();
    if (writer->broken || now_ms - writer->renewed_ms < (uint64_t)writer->config.lease_ms / 3)
        return;
    int err = store_renew(writer->store);
    if (!err)
        note_renewal(writer, now_ms); /* else at the next turn: two thirds of the lease are left */
    else if (err == STORE_LOST && (err = rejoin(writer)) && err != STORE_BUSY)
        fail(writer, err);
}

/* Whether a call that failed so is to be made once more; *err is what is left to tell. */
static bool recovers(struct writer *writer, int *err, uint64_t since_ms)
{
    bool lost = *err == STORE_LOST;
    if (lost)
        *err = rejoin(writer);
    return lost ? !*err : try_again(writer, *err, since_ms);
}

static void lease(struct writer *writer, struct letter *letter)
{
    int err = writer->broken;
    uint64_t since_ms;
    writer->answer = (struct lease_answer){.next_due_ms = MOMENT_NONE};
    while (!err) {
        since_ms = clock_monotonic_ms();
        letter->request.now_ms = clock_wall_ms();
        err = store_lease(writer->store, &letter->request, &writer->answer);
        if (!recovers(writer, &err, since_ms))
            break;
        renew_leases(writer);
        err = writer->broken;
    }
    if (err) {
        writer->answer = (struct lease_answer){.next_due_ms = MOMENT_NONE};
        if (err != STORE_BUSY)
            fail(writer, err);
    }
    free((void *)(uintptr_t)letter->request.wants);
    free((void *)(uintptr_t)letter->request.places);
    free((void *)(uintptr_t)letter->request.released);
    letter->kind = LETTER_LEASED;
    post(writer, letter);
}

/* While a commit waits for a lock, leases go on: they only read. One that gives hosts back keeps
 * its turn behind the results before it. */
static void answer_leases(struct writer *writer)
{
    mailbox_take(&writer->inbox, &writer->letters);
    for (struct list *node = writer->letters.next, *next; node != &writer->letters; node = next) {
        struct letter *letter = LIST_ITEM(node, struct letter, node);
        next = node->next;
        if (letter->kind != LETTER_LEASE || letter->request.released_count)
            continue;
        list_remove(node);
        lease(writer, letter);
    }
    atomic_store(&writer->waiting, true); /* the commit still does */
}

static void note_commit(struct writer *writer, size_t count, uint64_t took_ms)
{
    writer->stats.batches++;
    writer->stats.results += count;
    if (count > writer->stats.batch_results_most)
        writer->stats.batch_results_most = count;
    writer->stats.commit_ms += took_ms;
    atomic_store(&writer->committed_ms, clock_wall_ms());
    if (took_ms > writer->stats.commit_ms_most)
        writer->stats.commit_ms_most = took_ms;
}

/* Commits results, those of `letters`, in one transaction and for as long as it takes. */
static int write_whole(struct writer *writer, struct letter **letters,
                       const struct result_record *const *results, size_t count)
{
    struct commit_outcome outcomes[BATCH_RESULTS_MAX];
    int err = writer->broken;
    while (!err) {
        uint64_t since_ms = clock_monotonic_ms();
        memset(outcomes, 0, count * sizeof *outcomes);
        err = store_commit(writer->store, results, count, outcomes);
        if (!err)
            note_commit(writer, count, clock_monotonic_ms() - since_ms);
        if (!recovers(writer, &err, since_ms))
            break;
        answer_leases(writer);
        renew_leases(writer);
        err = writer->broken;
    }
    for (size_t i = 0; i < count && !err; i++) {
        letters[i]->written = true;
        letters[i]->outcome = outcomes[i];
    }
    return err;
}

/* A result that the database does not take is looked for by halves, so that it alone is lost. Where
 * not even its URL can be noted, the fault is not in the result. */
static int write_fitting(struct writer *writer, struct letter **letters,
                         const struct result_record *const *results, size_t count)
{
    int err = write_whole(writer, letters, results, count);
    if (err != STORE_UNFIT)
        return err;
    if (count == 1) {
        struct job *job = letters[0]->job;
        struct result_record rest = job_record_refusal(job, store_message(writer->store));
        const struct result_record *left = &rest;
        return write_whole(writer, letters, &left, 1);
    }
    err = write_fitting(writer, letters, results, count / 2);
    if (!err)
        err = write_fitting(writer, letters + count / 2, results + count / 2, count - count / 2);
    return err;
}

/* Writes the batch; then gives its jobs back. */
static void commit(struct writer *writer)
{
    if (list_empty(&writer->batch))
        return;
    struct letter *letters[BATCH_RESULTS_MAX];
    const struct result_record *results[BATCH_RESULTS_MAX];
    struct list *node;
    size_t count = 0;
    for (node = writer->batch.next; node != &writer->batch; node = node->next) {
        letters[count] = LIST_ITEM(node, struct letter, node);
        letters[count]->kind = LETTER_WRITTEN;
        results[count] = &letters[count]->job->result;
        count++;
    }
    int err = write_fitting(writer, letters, results, count);
    if (err)
        fail(writer, err);
    while ((node = list_take(&writer->batch)))
        mailbox_put(&writer->outbox, node, false);
    writer->batch_count = writer->batch_found = 0;
    uv_async_send(&writer->async);
    if (err)
        return;
    store_checkpoint(writer->store);
    atomic_store(&writer->log_bytes, store_log_bytes(writer->store));
}

static void gather(struct writer *writer, struct letter *letter)
{
    if (!writer->batch_count)
        writer->batch_since_ms = clock_monotonic_ms();
    list_append(&writer->batch, &letter->node);
    writer->batch_found += letter->job->result.found_count;
    if (++writer->batch_count >= writer->config.batch_max || writer->batch_found >= BATCH_FOUND_MAX)
        commit(writer);
}

static uint64_t wait_ms(const struct writer *writer)
{
    if (!list_empty(&writer->letters)) /* they came while a commit waited */
        return 0;
    if (!writer->batch_count)
        return IDLE_WAIT_MS;
    uint64_t age_ms = clock_monotonic_ms() - writer->batch_since_ms;
    return age_ms < writer->config.batch_ms ? writer->config.batch_ms - age_ms : 0;
}

/* How many results are worth waking up for: a whole batch, or the one that begins it. */
static size_t letters_missing(const struct writer *writer)
{
    return writer->batch_count ? writer->config.batch_max - writer->batch_count : 1;
}

/* A host that is given back takes its politeness from its last result, so that comes first. Else
 * the batch may go on growing: what it has found is leased the next time. */
static bool commits_first(const struct writer *writer, const struct letter *letter)
{
    return letter->kind != LETTER_LEASE || letter->request.released_count ||
           writer->batch_count >= writer->config.batch_max / LEASE_COMMITS_SHARE;
}

static void store_thread(void *context)
{
    struct writer *writer = context;
    assert(writer->config.batch_max <= BATCH_RESULTS_MAX);
    bool stopping = false;
    while (!stopping) {
        struct list *node;
        mailbox_wait(&writer->inbox, &writer->letters, letters_missing(writer), wait_ms(writer));
        while ((node = list_take(&writer->letters))) {
            struct letter *letter = LIST_ITEM(node, struct letter, node);
            if (letter->kind == LETTER_RESULT) {
                gather(writer, letter);
                continue;
            }
            if (commits_first(writer, letter))
                commit(writer);
            if (letter->kind == LETTER_LEASE) {
                lease(writer, letter);
            } else {
                stopping = stopping || letter->kind == LETTER_STOP;
                free(letter);
            }
        }
        if (writer->batch_count && wait_ms(writer) == 0)
            commit(writer);
        renew_leases(writer);
    }
    writer->stats.cpu_us = clock_thread_cpu_us();
}
