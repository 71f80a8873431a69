/* The worker as a process: what it says on its one descriptor, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/error.h"
#include "extract/wire.h"
#include "support/story.h"

struct process {
    pid_t id;
    int fd;
};

static struct process start(void)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pid_t id = fork();
    assert_true(id >= 0);
    if (id == 0) {
        dup2(ends[1], STDIN_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl(CRAWLER_PROGRAM, CRAWLER_PROGRAM, "worker", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    return (struct process){id, ends[0]};
}

/* Its exit status, once nothing more is asked of it. */
static int finish(struct process *process)
{
    int status;
    close(process->fd);
    assert_int_equal(waitpid(process->id, &status, 0), process->id);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* The next whole message; `in` keeps what came behind it. Returns its size, or 0 at the end. */
static size_t hear(const struct process *process, struct bytes *in)
{
    for (;;) {
        size_t size = wire_message_size(in->data, in->size);
        if (size && in->size >= size)
            return size;
        bytes_reserve(in, 64 * 1024);
        ssize_t got = read(process->fd, in->data + in->size, 64 * 1024);
        if (got <= 0)
            return 0;
        in->size += (size_t)got;
    }
}

static void forget(struct bytes *in, size_t size)
{
    in->size -= size;
    memmove(in->data, in->data + size, in->size);
}

static void ask(struct bytes *out, const struct bytes *page)
{
    struct worker_request request = {.kind = URL_ARTICLE,
                                     .now_ms = INT64_C(1770000000000),
                                     .url = "https://news.example/news/2026/a-story",
                                     .content_type = "text/html; charset=utf-8",
                                     .body_bytes_max = 8 << 20,
                                     .agent = "testbot",
                                     .body = {page->data, page->size}};
    assert_int_equal(wire_put_request(out, &request), 0);
}

static void expect_article(const struct process *process, struct bytes *in)
{
    struct arena arena;
    struct worker_answer answer;
    arena_init(&arena, 0);
    size_t size = hear(process, in);
    assert_true(size > 0);
    assert_int_equal(wire_get_answer(&answer, &arena, in->data, size), 0);
    assert_int_equal(answer.outcome, OUTCOME_OK);
    assert_true(answer.has_article && answer.article.title);
    forget(in, size);
    arena_clear(&arena);
}

/* Requests may come two at a time and in pieces; a large one leaves no memory behind it. */
static void answers_in_order_and_ends_with_its_pipe(void **state)
{
    (void)state;
    struct bytes in, out, page;
    bytes_init(&in, 0);
    bytes_init(&out, 0);
    bytes_init(&page, 0);
    struct process process = start();
    assert_int_equal(hear(&process, &in), 5); /* the greeting */
    forget(&in, 5);

    story_append("/news/2026/a-story", &page);
    ask(&out, &page);
    ask(&out, &page);
    for (size_t at = 0, size; at < out.size; at += size) {
        size = out.size - at < 1000 ? out.size - at : 1000;
        assert_int_equal(write(process.fd, out.data + at, size), size);
    }
    expect_article(&process, &in);
    expect_article(&process, &in);

    bytes_append_string(&page, "<!--");
    while (page.size < 5 << 20)
        bytes_append_string(&page, " a comment that nobody reads");
    bytes_append_string(&page, "-->");
    out.size = 0;
    ask(&out, &page);
    for (size_t at = 0; at < out.size;) {
        ssize_t size = write(process.fd, out.data + at, out.size - at);
        assert_true(size > 0);
        at += (size_t)size;
    }
    expect_article(&process, &in);
    assert_int_equal(in.size, 0);
    assert_int_equal(finish(&process), EXIT_COMPLETED);
    bytes_clear(&in);
    bytes_clear(&out);
    bytes_clear(&page);
}

/* Hundreds of addresses, each as long as the sitemap's own is: more than it may answer. */
static void tells_that_a_document_holds_too_much(void **state)
{
    (void)state;
    struct bytes in, out, page, url;
    struct arena arena;
    struct worker_answer answer;
    char place[64];
    arena_init(&arena, 0);
    bytes_init(&in, 0);
    bytes_init(&out, 0);
    bytes_init(&page, 0);
    bytes_init(&url, 0);
    bytes_append_string(&url, "https://news.example/");
    for (int i = 0; i < 6000; i++)
        bytes_append_string(&url, "folder/");
    bytes_append_string(&page, "<urlset>");
    for (int i = 0; i < 500; i++) {
        snprintf(place, sizeof place, "<url><loc>story-%d</loc></url>", i);
        bytes_append_string(&page, place);
    }
    bytes_append_string(&page, "</urlset>");
    const struct worker_request request = {.kind = URL_SOURCE,
                                           .source = KIND_SITEMAP,
                                           .url = url.data,
                                           .body_bytes_max = 64 << 20,
                                           .agent = "testbot",
                                           .body = {page.data, page.size}};
    assert_int_equal(wire_put_request(&out, &request), 0);
    struct process process = start();
    assert_int_equal(hear(&process, &in), 5);
    forget(&in, 5);
    assert_int_equal(write(process.fd, out.data, out.size), out.size);
    size_t size = hear(&process, &in);
    assert_true(size > 0);
    assert_int_equal(wire_get_answer(&answer, &arena, in.data, size), 0);
    assert_int_equal(answer.outcome, OUTCOME_TOO_LARGE);
    assert_string_equal(answer.detail, "what it holds");
    assert_int_equal(finish(&process), EXIT_COMPLETED);
    bytes_clear(&in);
    bytes_clear(&out);
    bytes_clear(&page);
    bytes_clear(&url);
    arena_clear(&arena);
}

/* What is no request ends it, as does one that can't be meant. */
static void ends_when_it_is_spoken_to_in_nonsense(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        int status;
    } cases[] = {
        {"\x05\0\0\0hello", 9, EXIT_USAGE},
        {"\xff\xff\xff\xff and more", 13, EXIT_COMPLETED},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes in;
        struct process process = start();
        bytes_init(&in, 0);
        assert_int_equal(hear(&process, &in), 5);
        forget(&in, 5);
        assert_int_equal(write(process.fd, cases[i].bytes, cases[i].size), cases[i].size);
        assert_int_equal(hear(&process, &in), 0);
        assert_int_equal(finish(&process), cases[i].status);
        bytes_clear(&in);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_in_order_and_ends_with_its_pipe),
        cmocka_unit_test(tells_that_a_document_holds_too_much),
        cmocka_unit_test(ends_when_it_is_spoken_to_in_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
