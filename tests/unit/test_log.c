/* test_log.c - lines on pipes, sockets and files: whole, harmless, and never waited for. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/log.h"
#include "support/scratch.h"

enum { OUTPUT_MAX = 1 << 20 };

/* All that can be read now; the text lives until the next call. */
static const char *read_all(int descriptor)
{
    static char text[OUTPUT_MAX];
    size_t size = 0;
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    for (;;) {
        ssize_t got = read(descriptor, text + size, sizeof text - 1 - size);
        if (got <= 0)
            break;
        size += (size_t)got;
    }
    text[size] = '\0';
    return text;
}

static void test_text(void **state)
{
    static const struct {
        enum log_level level;
        const char *message, *expected;
    } cases[] = {
        {LOG_INFO, "begun", "crawler: begun\n"},
        {LOG_WARNING, "no contact", "crawler: warning: no contact\n"},
        {LOG_ERROR, "full", "crawler: error: full\n"},
        {LOG_INFO, "a\x1b[2Jb\r\nc", "crawler: a\xef\xbf\xbd[2Jb  c\n"},
        {LOG_INFO, "\xff", "crawler: \xef\xbf\xbd\n"},
    };
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct log *log = log_create(ends[1], LOG_TEXT, false);
    assert_false(log_is_live(log));
    for (size_t i = 0; i < COUNT(cases); i++) {
        log_say(log, cases[i].level, "event", "%s", cases[i].message);
        assert_string_equal(read_all(ends[0]), cases[i].expected);
    }
    log_progress(log, "not on a terminal");
    log_close(log);
    assert_string_equal(read_all(ends[0]), "");
    close(ends[0]);
    close(ends[1]);
}

static void test_quiet(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct log *log = log_create(ends[1], LOG_TEXT, true);
    log_say(log, LOG_INFO, "event", "progress");
    log_say(log, LOG_WARNING, "event", "trouble");
    log_close(log);
    assert_string_equal(read_all(ends[0]), "crawler: warning: trouble\n");
    close(ends[0]);
    close(ends[1]);
}

static void test_json(void **state)
{
    static const char message[] = "say \"x\\y\"\n\x1b[1m \xc2\x85 \xe2\x80\xae \xff \xc3\xa9";
    const struct log_field fields[] = {
        {"count", NULL, 12}, {"rate", NULL, 0.5}, {"why", "a\tb", 0}};
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct log *log = log_create(ends[1], LOG_JSON, false);
    log_event(log, LOG_WARNING, "trouble", message, fields, COUNT(fields));
    log_close(log);
    const char *line = read_all(ends[0]);
    for (const char *at = line; *at && *at != '\n'; at++)
        if ((unsigned char)*at < 0x20)
            fail_msg("control character in %s", line);
    assert_null(strstr(line, "\xc2\x85"));
    assert_null(strstr(line, "\xe2\x80\xae"));
    json_t *object = json_loads(line, 0, NULL);
    assert_non_null(object);
    assert_string_equal(json_string_value(json_object_get(object, "level")), "warning");
    assert_string_equal(json_string_value(json_object_get(object, "event")), "trouble");
    assert_string_equal(json_string_value(json_object_get(object, "message")),
                        "say \"x\\y\"\n\x1b[1m \xc2\x85 \xe2\x80\xae \xef\xbf\xbd \xc3\xa9");
    assert_int_equal(json_number_value(json_object_get(object, "count")), 12);
    assert_true(json_number_value(json_object_get(object, "rate")) == 0.5);
    assert_string_equal(json_string_value(json_object_get(object, "why")), "a\tb");
    const char *time = json_string_value(json_object_get(object, "time"));
    assert_int_equal(strlen(time), strlen("2026-11-21T08:00:00.000Z"));
    assert_int_equal(time[10], 'T');
    json_decref(object);
    close(ends[0]);
    close(ends[1]);
}

/* However long a message is: a line is whole, and JSON stays JSON. */
static void test_long_lines(void **state)
{
    static char message[20000];
    int ends[2];
    (void)state;
    memset(message, 'x', sizeof message - 1);
    for (int format = LOG_TEXT; format <= LOG_JSON; format++) {
        assert_int_equal(pipe(ends), 0);
        struct log *log = log_create(ends[1], (enum log_format)format, false);
        log_event(log, LOG_INFO, "long", message, NULL, 0);
        log_close(log);
        const char *line = read_all(ends[0]);
        size_t size = strlen(line);
        assert_true(size > 10 && size <= 4096 && line[size - 1] == '\n');
        json_t *object = format == LOG_JSON ? json_loads(line, 0, NULL) : json_null();
        assert_non_null(object);
        json_decref(object);
        close(ends[0]);
        close(ends[1]);
    }
}

/* Fills what nobody reads: lines are dropped, counted and later told, and none is torn. Would a
 * write wait, the test would not end. */
static void check_full(int reader, int writer)
{
    static char filling[400];
    memset(filling, 'x', sizeof filling - 1);
    struct log *log = log_create(writer, LOG_TEXT, false);
    for (int i = 0; i < 5000; i++)
        log_say(log, LOG_INFO, "filling", "%s", filling);
    uint64_t dropped = log_dropped(log);
    assert_true(dropped > 1000 && dropped < 5000);
    int flags = fcntl(writer, F_GETFL);
    assert_false(flags & O_NONBLOCK); /* whoever shares the descriptor sees no change */

    const char *text = read_all(reader);
    size_t line_size = strlen("crawler: ") + strlen(filling) + 1;
    assert_int_equal(strlen(text) % line_size, 0);
    assert_int_equal(strlen(text) / line_size, 5000 - dropped);

    char expected[128];
    snprintf(expected, sizeof expected,
             "crawler: warning: %ju lines found no room and are lost\ncrawler: again\n",
             (uintmax_t)dropped);
    log_say(log, LOG_INFO, "again", "again");
    assert_string_equal(read_all(reader), expected);
    log_close(log);
    assert_string_equal(read_all(reader), "");
    close(reader);
    close(writer);
}

static void test_full_pipe(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    check_full(ends[0], ends[1]);
}

static void test_full_socket(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    int small = 32768;
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    static char filling[400];
    memset(filling, 'x', sizeof filling - 1);
    struct log *log = log_create(ends[1], LOG_TEXT, false);
    for (int i = 0; i < 5000; i++)
        log_say(log, LOG_INFO, "filling", "%s", filling);
    assert_true(log_dropped(log) > 1000);
    assert_false(fcntl(ends[1], F_GETFL) & O_NONBLOCK);
    read_all(ends[0]);
    log_say(log, LOG_INFO, "again", "again");
    const char *text = read_all(ends[0]);
    assert_non_null(strstr(text, "crawler: again\n"));
    log_close(log);
    close(ends[0]);
    close(ends[1]);
}

/* The reader has gone: no signal ends the program, nothing waits. */
static void test_closed_pipe(void **state)
{
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct log *log = log_create(ends[1], LOG_TEXT, false);
    close(ends[0]);
    for (int i = 0; i < 100; i++)
        log_say(log, LOG_INFO, "event", "nobody listens");
    log_close(log);
    close(ends[1]);
}

static void test_closed_descriptor(void **state)
{
    (void)state;
    struct log *log = log_create(999, LOG_TEXT, false);
    log_say(log, LOG_INFO, "event", "nobody listens");
    log_close(log);
}

static void test_file(void **state)
{
    (void)state;
    const char *path = scratch_file(scratch_directory(), "log", "before\n");
    int file = open(path, O_RDWR | O_APPEND);
    struct log *log = log_create(file, LOG_TEXT, false);
    log_say(log, LOG_INFO, "event", "one");
    log_say(log, LOG_INFO, "event", "two");
    log_close(log);
    lseek(file, 0, SEEK_SET);
    assert_string_equal(read_all(file), "before\ncrawler: one\ncrawler: two\n");
    close(file);
}

/* On a terminal the line of progress is taken away for a message and drawn again below it. */
static void test_terminal(void **state)
{
    (void)state;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master))
        skip();
    int terminal = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0);
    setenv("TERM", "xterm", 1);
    struct log *log = log_create(terminal, LOG_TEXT, false);
    assert_true(log_is_live(log));
    log_progress(log, "3 sites\x1b[2J");
    assert_string_equal(read_all(master), "\r3 sites\xef\xbf\xbd[2J\x1b[K");
    log_say(log, LOG_INFO, "event", "hello");
    assert_string_equal(read_all(master),
                        "\r\x1b[Kcrawler: hello\r\n\r3 sites\xef\xbf\xbd[2J\x1b[K");
    char wide[500];
    memset(wide, 'w', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    log_progress(log, wide);
    assert_int_equal(strlen(read_all(master)), 1 + 79 + 3);
    log_close(log);
    assert_string_equal(read_all(master), "\r\x1b[K");
    setenv("TERM", "dumb", 1);
    log = log_create(terminal, LOG_TEXT, false);
    assert_false(log_is_live(log));
    log_close(log);
    close(terminal);
    close(master);
}

/* Where systemd's journal reads, a line has its priority before it; elsewhere not. */
static void test_journal(void **state)
{
    static const struct {
        enum log_level level;
        const char *begin;
    } cases[] = {
        {LOG_INFO, "<6>{\"time\":"}, {LOG_WARNING, "<4>{\"time\":"}, {LOG_ERROR, "<3>{\"time\":"}};
    int ends[2], others[2];
    struct stat info;
    char stream[64];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, others), 0);
    assert_int_equal(fstat(ends[1], &info), 0);
    snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)info.st_dev, (uintmax_t)info.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    struct log *text = log_create(ends[1], LOG_TEXT, false);
    struct log *json = log_create(ends[1], LOG_JSON, false);
    struct log *other = log_create(others[1], LOG_TEXT, false);
    unsetenv("JOURNAL_STREAM");
    log_say(text, LOG_WARNING, "event", "no contact");
    assert_string_equal(read_all(ends[0]), "<4>crawler: warning: no contact\n");
    for (size_t i = 0; i < COUNT(cases); i++) {
        log_say(json, cases[i].level, "event", "said");
        const char *line = read_all(ends[0]);
        assert_memory_equal(line, cases[i].begin, strlen(cases[i].begin));
        json_t *object = json_loads(line + 3, 0, NULL);
        assert_non_null(object);
        json_decref(object);
    }
    log_say(other, LOG_WARNING, "event", "no contact");
    assert_string_equal(read_all(others[0]), "crawler: warning: no contact\n");
    log_close(text);
    log_close(json);
    log_close(other);
    for (size_t i = 0; i < 2; i++) {
        close(ends[i]);
        close(others[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),        cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_json),        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_full_pipe),   cmocka_unit_test(test_full_socket),
        cmocka_unit_test(test_closed_pipe), cmocka_unit_test(test_closed_descriptor),
        cmocka_unit_test(test_file),        cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
