/* test_usage.c - what robots.txt and header fields say content may be used for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/alloc.h"
#include "politeness/robots.h"
#include "politeness/usage.h"
#include "storage/record.h"

static void test_lists(void **state)
{
    static const struct {
        const char *name, *list;
        unsigned expected;
    } cases[] = {
        {"nothing", "", 0},
        {"Content-Signal", "search=yes, ai-train=no, ai-input=no",
         RIGHTS_MAY_SEARCH | RIGHTS_NO_TRAIN | RIGHTS_NO_INPUT},
        {"Content-Usage", "train-ai=n,search=y", RIGHTS_NO_TRAIN | RIGHTS_MAY_SEARCH},
        {"in any case, with blanks", " AI-Train = NO ", RIGHTS_NO_TRAIN},
        {"what is not known", "fly=no, ai-train=perhaps, ai-input, =no", 0},
        {"with a parameter", "train-ai=n;since=2025", RIGHTS_NO_TRAIN},
        {"yes and no is no", "ai-train=yes, train-ai=n", RIGHTS_NO_TRAIN},
        {"text and data mining", "tdm=n", RIGHTS_TDM},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        if (usage_parse(span_of(cases[i].list)) != cases[i].expected)
            fail_msg("%s: %u", cases[i].name, usage_parse(span_of(cases[i].list)));
}

static const struct {
    const char *name, *text, *path;
    unsigned expected;
} files[] = {
    {"for all", "User-agent: *\nContent-Signal: ai-train=no\nAllow: /", "/a", RIGHTS_NO_TRAIN},
    {"before every group", "Content-Signal: ai-train=no\nUser-agent: other\nDisallow: /", "/a",
     RIGHTS_NO_TRAIN},
    {"of another group", "User-agent: other\nContent-Signal: ai-train=no\n", "/a", 0},
    {"of our group, not of all",
     "User-agent: *\nContent-Usage: train-ai=n\nUser-agent: us\nContent-Usage: search=n", "/a",
     RIGHTS_NO_SEARCH},
    {"for a path", "User-agent: *\nContent-Usage: /news/ train-ai=n", "/news/1", RIGHTS_NO_TRAIN},
    {"not for another", "User-agent: *\nContent-Usage: /news/ train-ai=n", "/about", 0},
    {"the longest path wins",
     "User-agent: *\nContent-Usage: train-ai=n\nContent-Usage: /open/ train-ai=y", "/open/1",
     RIGHTS_MAY_TRAIN},
    {"of equally long ones no wins",
     "User-agent: *\nContent-Usage: /a train-ai=y\nContent-Usage: /a train-ai=n", "/a",
     RIGHTS_NO_TRAIN},
    {"a wildcard", "User-agent: *\nContent-Usage: *.pdf$ train-ai=n", "/x.pdf", RIGHTS_NO_TRAIN},
    {"a signal beside it", "User-agent: *\nContent-Signal: ai-input=no\nContent-Usage: /a search=y",
     "/a", RIGHTS_NO_INPUT | RIGHTS_MAY_SEARCH},
};

/* What was read from the file and from its reduced form, which the database keeps. */
static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        struct robots *robots = robots_parse(files[i].text, strlen(files[i].text), "us/1.0");
        struct bytes reduced;
        bytes_init(&reduced, 0);
        assert_int_equal(robots_reduce(robots, &reduced), 0);
        struct robots *again = robots_parse(reduced.data, reduced.size, "whoever");
        if (robots_rights(robots, span_of(files[i].path)) != files[i].expected ||
            robots_rights(again, span_of(files[i].path)) != files[i].expected)
            fail_msg(
                "%s: %u, from\n%s %u", files[i].name, robots_rights(robots, span_of(files[i].path)),
                reduced.size ? reduced.data : "", robots_rights(again, span_of(files[i].path)));
        bytes_clear(&reduced);
        robots_free(again);
        robots_free(robots);
    }
}

/* Who does not know these lines sees one group here, and so do we. */
static void test_they_change_no_verdict(void **state)
{
    static const char text[] =
        "User-agent: us\nContent-Signal: search=no\nContent-Usage: / search=n\n"
        "User-agent: other\nDisallow: /a\n";
    struct robots *robots = robots_parse(text, sizeof text - 1, "us");
    (void)state;
    assert_false(robots_allows(robots, span_of("/a")));
    assert_true(robots_allows(robots, span_of("/b")));
    robots_free(robots);
}

static void test_so_many_lines(void **state)
{
    struct bytes text;
    (void)state;
    bytes_init(&text, 0);
    bytes_append_string(&text, "User-agent: *\n");
    for (int i = 0; i < 20000; i++)
        bytes_append_string(&text, "Content-Usage: /*a*b*c*d train-ai=n\n");
    struct robots *robots = robots_parse(text.data, text.size, "us");
    struct bytes reduced;
    bytes_init(&reduced, 0);
    assert_int_equal(robots_reduce(robots, &reduced), 0);
    assert_in_range(reduced.size, 1, 20000);
    bytes_clear(&reduced);
    robots_free(robots);
    bytes_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lists), cmocka_unit_test(test_files),
                                       cmocka_unit_test(test_they_change_no_verdict),
                                       cmocka_unit_test(test_so_many_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
