/* test_diff.c - what crawler diff says of an article that was edited twice and then vanished. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/alloc.h"
#include "support/program.h"
#include "support/storebox.h"

#define FIRST                                                                                      \
    "The council met on Monday evening and decided to close the old bridge for two years.\n"       \
    "Traders in the old town had asked for a ferry, and the mayor promised one by spring, if the " \
    "state pays half of it; the state's minister had said in the week before that there was "      \
    "money for roads alone, and that a ferry is no road, however long it may run.\n"               \
    "Work begins in May."
#define SECOND                                                                                     \
    "The council met on Monday evening and decided to close the old bridge for three years.\n"     \
    "Traders in the old town had asked for a ferry, and the mayor promised one by spring, if the " \
    "state pays half of it; the state's minister had said in the week before that there was "      \
    "money for roads alone, and that a ferry is no road, however long it may run.\n"               \
    "Work begins in June."

#define URL "https://example.org/a"

enum { LIMIT_MS = 60000 };

static void look(struct storebox *box, const char *title, const char *body, int64_t now_ms)
{
    struct article_record article = storebox_article(title, body);
    storebox_do(box, "UPDATE queue SET rank = 0 WHERE band = 3");
    storebox_begin(box, now_ms);
    storebox_lease(box, now_ms, 20);
    struct result_record result = storebox_result(storebox_leased(box, "/a"), now_ms);
    if (title) {
        result.article = &article;
    } else {
        result.completion = COMPLETE_GONE;
        result.fetch.status = 410;
    }
    storebox_commit(box, &result);
    storebox_end(box, now_ms);
}

static void fill(struct storebox *box)
{
    storebox_open(box);
    storebox_add(box, "page", URL);
    look(box, "Bridge to close", FIRST, T0);
    look(box, "Bridge closes", SECOND, T0 + HOUR);
    look(box, "Bridge closes", SECOND, T0 + 3 * HOUR); /* nothing new */
    look(box, "Bridge closes", SECOND " 新桥开通。", T0 + 12 * HOUR);
    look(box, NULL, NULL, T0 + DAY);
}

static const char people[] = URL "\n"
                                 "  first seen 2025-06-15T15:06:40Z\n"
                                 "\nversion 2, 2025-06-15T16:06:40Z\n"
                                 "  title\n"
                                 "    Bridge [-to close-] {+closes+}\n"
                                 "  body\n";

static void test_for_people(void **state)
{
    struct storebox box;
    struct program_result got;
    (void)state;
    fill(&box);
    program_run((const char *const[]){CRAWLER_PROGRAM, "diff", "--sites", box.path, URL, NULL},
                LIMIT_MS, &got);
    assert_int_equal(got.exit_status, 0);
    assert_memory_equal(got.out, people, strlen(people));
    static const char *const says[] = {
        "old bridge for [-two-] {+three+} years.\n",
        "…",
        "Work begins in [-May.-] {+June.+}\n",
        "\nversion 3, 2025-06-16T03:06:40Z\n  body\n",
        "Work begins in June. {+新桥开通。+}\n",
        "\ngone since 2025-06-16T15:06:40Z: its address answers 404 or 410\n",
    };
    for (size_t i = 0; i < COUNT(says); i++)
        if (!strstr(got.out, says[i]))
            fail_msg("it doesn't say '%s' but %s", says[i], got.out);
    assert_null(strchr(got.out, '\033'));
    program_result_clear(&got);
    storebox_close(&box);
}

static void test_for_programs(void **state)
{
    struct storebox box;
    struct program_result got;
    (void)state;
    fill(&box);
    program_run(
        (const char *const[]){CRAWLER_PROGRAM, "diff", "--json", "--sites", box.path, URL, NULL},
        LIMIT_MS, &got);
    assert_int_equal(got.exit_status, 0);
    json_t *answer = json_loads(got.out, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(answer, "gone")), "2025-06-16T15:06:40Z");
    const json_t *changes = json_object_get(answer, "changes");
    assert_int_equal(json_array_size(changes), 2);
    char *title = json_dumps(json_object_get(json_array_get(changes, 0), "title"), JSON_COMPACT);
    assert_string_equal(title,
                        "[{\"same\":\"Bridge\"},{\"gone\":\"to close\"},{\"new\":\"closes\"}]");
    free(title);
    assert_null(json_object_get(json_array_get(changes, 1), "title"));
    json_decref(answer);
    program_result_clear(&got);

    program_run((const char *const[]){CRAWLER_PROGRAM, "diff", "--sites", box.path, URL "x", NULL},
                LIMIT_MS, &got);
    assert_int_equal(got.exit_status, 2);
    assert_non_null(strstr(got.err, "no article is stored of https://example.org/ax"));
    program_result_clear(&got);
    storebox_close(&box);
}

/* What the program writes when its output is a terminal. */
static void read_terminal(const struct storebox *box, const char *no_color, char *out, size_t size)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_int_equal(grantpt(master), 0);
    assert_int_equal(unlockpt(master), 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    pid_t child = fork();
    if (!child) {
        dup2(slave, STDOUT_FILENO);
        setenv("TERM", "xterm", 1);
        setenv("NO_COLOR", no_color, 1);
        execl(CRAWLER_PROGRAM, CRAWLER_PROGRAM, "diff", "--sites", box->path, URL, (char *)NULL);
        _exit(127);
    }
    close(slave); /* once the child has ended there is nothing more to read */
    size_t used = 0;
    for (ssize_t got; used + 1 < size && (got = read(master, out + used, size - used - 1)) > 0;)
        used += (size_t)got;
    out[used] = '\0';
    close(master);
    waitpid(child, NULL, 0);
}

static void test_colour_is_for_terminals(void **state)
{
    struct storebox box;
    static char out[16384];
    (void)state;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0) { /* a bare root without /dev/pts */
        print_message("there are no pseudo-terminals here\n");
        skip();
    }
    close(terminal);
    fill(&box);
    read_terminal(&box, "", out, sizeof(out));
    assert_non_null(strstr(out, "Bridge \033[31;9mto close\033[m \033[32mcloses\033[m"));
    read_terminal(&box, "1", out, sizeof(out));
    assert_non_null(strstr(out, "Bridge [-to close-] {+closes+}"));
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_for_people),
        cmocka_unit_test(test_for_programs),
        cmocka_unit_test(test_colour_is_for_terminals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
