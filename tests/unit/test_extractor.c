/* Real worker processes, and stubs in their place that die, hang and talk nonsense. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>
#include <zstd.h>

#include "base/alloc.h"
#include "extract/extractor.h"
#include "job.h"
#include "support/scratch.h"
#include "support/story.h"

enum { JOBS = 64, LIMIT_MS = 20000 };

struct bench {
    uv_loop_t loop;
    uv_timer_t tick; /* the loop turns, whatever happens */
    struct extractor *extractor;
    struct job *done[JOBS];
    size_t done_count;
    unsigned failed; /* times that it told so */
};

static void on_extracted(struct job *job, void *context)
{
    struct bench *bench = context;
    assert_true(bench->done_count < JOBS);
    bench->done[bench->done_count++] = job;
}

static void on_failed(void *context)
{
    struct bench *bench = context;
    bench->failed++;
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

static void open_bench(struct bench *bench, const char *program, unsigned workers,
                       uint64_t wait_ms_max)
{
    *bench = (struct bench){0};
    uv_loop_init(&bench->loop);
    uv_timer_init(&bench->loop, &bench->tick);
    uv_timer_start(&bench->tick, on_tick, 10, 10);
    struct extractor_config config = {.workers = workers,
                                      .on_failed = on_failed,
                                      .program = program,
                                      .agent = "test",
                                      .page_bytes_max = (uint64_t)1 << 30,
                                      .feed_bytes_max = 1 << 20,
                                      .sitemap_bytes_max = 1 << 20,
                                      .wait_ms_max = wait_ms_max};
    assert_int_equal(
        extractor_create(&bench->extractor, &bench->loop, &config, on_extracted, bench), 0);
}

/* Nothing may be left: no handle in the loop, no process, reaped or not. */
static void close_bench(struct bench *bench)
{
    for (size_t i = 0; i < bench->done_count; i++)
        job_free(bench->done[i]);
    extractor_close(bench->extractor);
    uv_close((uv_handle_t *)&bench->tick, NULL);
    uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static struct job *submit(struct bench *bench, const char *url, const void *body, size_t size,
                          const char *coding)
{
    struct url_lease lease = {.kind = URL_ARTICLE, .url = url, .hint_published_ms = MOMENT_NONE};
    struct job *job = job_create(&lease, NULL);
    job_enter(job, JOB_WAITING);
    job_enter(job, JOB_FETCHING);
    job->response.status = 200;
    job->response.content_type = "text/html; charset=utf-8";
    job->response.content_encoding = coding;
    bytes_append(&job->response.body, body, size);
    extractor_submit(bench->extractor, job);
    return job;
}

static struct job *submit_story(struct bench *bench, const char *path)
{
    struct bytes page;
    char url[128];
    bytes_init(&page, 0);
    story_append(path, &page);
    snprintf(url, sizeof url, "https://news.example%s", path);
    struct job *job = submit(bench, url, page.data, page.size, NULL);
    bytes_clear(&page);
    return job;
}

static void run_until(struct bench *bench, size_t count)
{
    uint64_t since_ms = uv_hrtime() / 1000000;
    while (bench->done_count < count && uv_hrtime() / 1000000 - since_ms < LIMIT_MS)
        uv_run(&bench->loop, UV_RUN_ONCE);
    assert_int_equal(bench->done_count, count);
}

static struct extractor_stats stats_of(struct bench *bench)
{
    struct extractor_stats stats;
    extractor_stats(bench->extractor, &stats);
    return stats;
}

/* A program that does `first` when it is started for the first time, and is a real worker from
 * then on. Descriptor 0 is the pipe both ways; its length and a byte are the greeting. */
static const char *stub(const char *first)
{
    char script[2048];
    const char *directory = scratch_directory();
    snprintf(script, sizeof script,
             "#!/bin/sh\n"
             "PATH=/usr/local/bin:/usr/bin:/bin\n"
             "cd %s\n"
             "if [ ! -e begun ]; then\n: > begun\n%s\nfi\n"
             "exec %s worker\n",
             directory, first, CRAWLER_PROGRAM);
    const char *path = scratch_file(directory, "stub", script);
    assert_int_equal(chmod(path, 0755), 0);
    return path;
}

#define GREET "printf '\\001\\000\\000\\000\\000' >&0\n"
#define HEAR  "head -c 4 > /dev/null\n" /* a document has come */

static void reads_a_page(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, CRAWLER_PROGRAM, 1, LIMIT_MS);
    struct job *job = submit_story(&bench, "/news/2026/a-story");
    assert_int_equal(bench.done_count, 0); /* never from inside submit */
    run_until(&bench, 1);
    assert_int_equal(job->outcome, OUTCOME_OK);
    assert_non_null(job->result.article);
    assert_non_null(job->result.article->title);
    assert_true(strlen(job->result.article->body) > 400);
    assert_true(job->result.fetch.body_hash != 0);
    assert_string_equal(job->result.fetch.mime, "text/html");
    assert_int_equal(stats_of(&bench).pages, 1);
    close_bench(&bench);
}

static void answers_in_order(void **state)
{
    (void)state;
    struct bench bench;
    struct job *jobs[12];
    char path[64];
    open_bench(&bench, CRAWLER_PROGRAM, 1, LIMIT_MS);
    for (size_t i = 0; i < COUNT(jobs); i++) {
        snprintf(path, sizeof path, "/news/2026/story-%zu", i);
        jobs[i] = submit_story(&bench, path);
    }
    run_until(&bench, COUNT(jobs));
    for (size_t i = 0; i < COUNT(jobs); i++) {
        assert_ptr_equal(bench.done[i], jobs[i]);
        assert_int_equal(jobs[i]->outcome, OUTCOME_OK);
    }
    assert_int_equal(stats_of(&bench).queue_most, COUNT(jobs) - 2); /* two were at the worker */
    assert_int_equal(stats_of(&bench).replaced, 0);
    close_bench(&bench);
}

static void shares_among_workers(void **state)
{
    (void)state;
    struct bench bench;
    char path[64];
    open_bench(&bench, CRAWLER_PROGRAM, 3, LIMIT_MS);
    for (size_t i = 0; i < 20; i++) {
        snprintf(path, sizeof path, "/news/2026/story-%zu", i);
        submit_story(&bench, path);
    }
    run_until(&bench, 20);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(bench.done[i]->outcome, OUTCOME_OK);
    close_bench(&bench);
}

/* What becomes of the document that a worker had when it ended, and of the one behind it. */
static const struct {
    const char *name;
    const char *first_worker;
    uint64_t wait_ms_max;
    enum outcome outcome;
} deaths[] = {
    {"killed while it reads", GREET HEAR "kill -9 $$", LIMIT_MS, OUTCOME_PARSER_DIED},
    {"ends without an answer", GREET HEAR "exit 0", LIMIT_MS, OUTCOME_PARSER_DIED},
    {"crashes", GREET HEAR "kill -SEGV $$", LIMIT_MS, OUTCOME_PARSER_DIED},
    {"uses up its CPU time", GREET HEAR "kill -PROF $$", LIMIT_MS, OUTCOME_PARSER_SLOW},
    {"never answers", GREET HEAR "exec sleep 60", 1000, OUTCOME_PARSER_SLOW},
    {"runs out of memory", GREET HEAR "exit 6", LIMIT_MS, OUTCOME_TOO_LARGE},
    {"answers nonsense", GREET HEAR "printf '\\003\\000\\000\\000abc' >&0\nexec sleep 60", LIMIT_MS,
     OUTCOME_PARSER_DIED},
    {"announces more than its page can hold",
     GREET HEAR "printf '\\000\\000\\000\\001' >&0\nexec sleep 60", LIMIT_MS, OUTCOME_PARSER_DIED},
    {"announces an endless answer", GREET HEAR "printf '\\377\\377\\377\\377' >&0\nexec sleep 60",
     LIMIT_MS, OUTCOME_PARSER_DIED},
};

static void a_death_costs_one_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(deaths); i++) {
        struct bench bench;
        open_bench(&bench, stub(deaths[i].first_worker), 1, deaths[i].wait_ms_max);
        struct job *first = submit_story(&bench, "/news/2026/first");
        struct job *second = submit_story(&bench, "/news/2026/second");
        struct job *third = submit_story(&bench, "/news/2026/third");
        run_until(&bench, 3);
        if (first->outcome != deaths[i].outcome)
            fail_msg("%s: outcome %s, expected %s", deaths[i].name,
                     outcome_row(first->outcome)->name, outcome_row(deaths[i].outcome)->name);
        if (second->outcome != OUTCOME_OK || third->outcome != OUTCOME_OK)
            fail_msg("%s: the pages behind it suffered", deaths[i].name);
        assert_int_equal(stats_of(&bench).replaced, 1);
        assert_int_equal(stats_of(&bench).pages, 2);
        close_bench(&bench);
    }
}

static void a_worker_that_never_greeted_is_not_the_page_s_fault(void **state)
{
    (void)state;
    static const char *const greetings[] = {
        "exit 1", "printf '\\000\\000\\000\\001hello' >&0\nexec sleep 60"};
    for (size_t i = 0; i < COUNT(greetings); i++) {
        struct bench bench;
        open_bench(&bench, stub(greetings[i]), 1, LIMIT_MS);
        struct job *job = submit_story(&bench, "/news/2026/a-story");
        run_until(&bench, 1);
        assert_int_equal(job->outcome, OUTCOME_OK);
        close_bench(&bench);
    }
}

static void gives_up_on_workers_that_never_start(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, "/bin/false", 2, LIMIT_MS);
    struct job *first = submit_story(&bench, "/news/2026/first");
    run_until(&bench, 1);
    assert_int_equal(first->outcome, OUTCOME_RELEASED);
    assert_int_equal(bench.failed, 1);
    struct job *second = submit_story(&bench, "/news/2026/second");
    run_until(&bench, 2);
    assert_int_equal(second->outcome, OUTCOME_RELEASED);
    assert_int_equal(bench.failed, 1);
    close_bench(&bench);
}

static void a_page_that_takes_too_much_memory(void **state)
{
    (void)state;
#ifdef CRAWLER_SANITIZED
    print_message("skipped: sanitizer builds have no limit of memory\n");
    skip();
#endif
    struct bench bench;
    size_t size = (size_t)400 << 20, room = ZSTD_compressBound(size);
    char *zeros = calloc(1, size), *packed = malloc(room);
    size_t packed_size = ZSTD_compress(packed, room, zeros, size, 1);
    free(zeros);
    open_bench(&bench, CRAWLER_PROGRAM, 1, LIMIT_MS);
    struct job *job = submit(&bench, "https://news.example/bomb", packed, packed_size, "zstd");
    struct job *next = submit_story(&bench, "/news/2026/next");
    free(packed);
    run_until(&bench, 2);
    assert_int_equal(job->outcome, OUTCOME_TOO_LARGE);
    assert_string_equal(job->detail, "memory");
    assert_int_equal(next->outcome, OUTCOME_OK);
    close_bench(&bench);
}

static void cancel_gives_all_back(void **state)
{
    (void)state;
    struct bench bench;
    const char *program = stub(GREET HEAR ": > heard\nexec sleep 60");
    char heard[256];
    snprintf(heard, sizeof heard, "%.*s/heard", (int)(strrchr(program, '/') - program), program);
    open_bench(&bench, program, 1, LIMIT_MS);
    for (size_t i = 0; i < 5; i++)
        submit_story(&bench, "/news/2026/a-story");
    while (access(heard, F_OK) != 0)
        uv_run(&bench.loop, UV_RUN_ONCE);
    extractor_cancel(bench.extractor);
    /* The worker is about to die of it, so this one must wait for the next. */
    struct job *after = submit_story(&bench, "/news/2026/after");
    run_until(&bench, 6);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(bench.done[i]->outcome, OUTCOME_RELEASED);
    assert_ptr_equal(bench.done[5], after);
    assert_int_equal(after->outcome, OUTCOME_OK);
    close_bench(&bench);
}

static void close_ends_workers_that_hang(void **state)
{
    (void)state;
    struct bench bench;
    open_bench(&bench, stub(GREET "exec sleep 60"), 1, LIMIT_MS);
    uint64_t since_ms = uv_hrtime() / 1000000;
    close_bench(&bench);
    assert_true(uv_hrtime() / 1000000 - since_ms < 5000);
}

static void a_program_that_is_not_there(void **state)
{
    (void)state;
    uv_loop_t loop;
    struct extractor *extractor = NULL;
    struct extractor_config config = {.workers = 1, .program = "/nonexistent/crawler"};
    uv_loop_init(&loop);
    assert_int_not_equal(extractor_create(&extractor, &loop, &config, on_extracted, NULL), 0);
    assert_null(extractor);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_page),
        cmocka_unit_test(answers_in_order),
        cmocka_unit_test(shares_among_workers),
        cmocka_unit_test(a_death_costs_one_page),
        cmocka_unit_test(a_worker_that_never_greeted_is_not_the_page_s_fault),
        cmocka_unit_test(gives_up_on_workers_that_never_start),
        cmocka_unit_test(a_page_that_takes_too_much_memory),
        cmocka_unit_test(cancel_gives_all_back),
        cmocka_unit_test(close_ends_workers_that_hang),
        cmocka_unit_test(a_program_that_is_not_there),
    };
    signal(SIGPIPE, SIG_IGN); /* as the program does: a worker may be gone before it has read */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
