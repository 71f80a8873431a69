/* test_addresses.c - what an address alone tells: its pattern, and whether software made it up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/url.h"
#include "discover/traps.h"
#include "storage/shape.h"

static const char ORIGIN[] = "https://h.example:8443";

static void test_patterns(void **state)
{
    static const struct {
        const char *path, *pattern, *coarse;
    } cases[] = {
        {"/", "/", ""},
        {"/2025/06/15/a-bridge-is-closed", "/#/#/#/*", "/*/*/*/*"},
        {"/2025-06/15", "/#-#/#", "/*/*"},
        {"/news/bridge.html", "/news/*.html", "/*/*"},
        {"/news/4711.html", "/news/#.html", "/*/*"},
        {"/news/bridge/", "/news/*", "/*/*"},
        {"/top-news/page2/x", "/top-news/page#/*", "/*/*/*"},
        {"/s-81cd44ef0123abcd/x", "/*/*", "/*/*"},
        {"/%D0%BC%D0%B8%D1%80/x", "/*/*", "/*/*"},
        {"/list?page=2", "/list?page", "/*?*"},
        {"/list.php?b=2&a=1", "/list.php?a&b", "/*?*"},
        {"/list?d=1&c=2&b=3&a=4", "/list?*", "/*?*"},
        {"/1/2/3/4/5/6/7/8/9/10", "/#/#/#/#/#/#/#/#/...", "/*/*/*/*/*/*/*/*"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (int coarse = 0; coarse < 2; coarse++) {
            char got[SHAPE_BYTES], expected[SHAPE_BYTES];
            shape_write(got, ORIGIN, strlen(ORIGIN), cases[i].path, coarse);
            snprintf(expected, sizeof(expected), "h.example:8443%s",
                     coarse ? cases[i].coarse : cases[i].pattern);
            if (strcmp(got, expected) != 0)
                fail_msg("%s: %s, expected %s", cases[i].path, got, expected);
        }
    }
}

static void test_long_patterns_are_cut(void **state)
{
    char got[SHAPE_BYTES], path[1000] = "/";
    (void)state;
    memset(path + 1, '.', sizeof(path) - 2);
    for (size_t i = 1; i + 1 < sizeof(path); i += 3)
        path[i] = "?&="[i % 3];
    shape_write(got, ORIGIN, strlen(ORIGIN), path, false);
    assert_true(strlen(got) < SHAPE_BYTES);
}

static void test_traps(void **state)
{
    static const struct {
        const char *path, *why;
    } cases[] = {
        {"/2025/06/15/a-bridge-is-closed", NULL},
        {"/11/11/11/carnival-begins", NULL},
        {"/news/news/a-bridge-is-closed", NULL},
        {"/a/b/a/b/c", NULL},
        {"/news/news/news/x", "path repeats itself"},
        {"/town/a/b/a/b/a/b", "path repeats itself"},
        {"/a/b/c/d/a/b/c/d/a/b/c/d/x", "path repeats itself"},
        {"/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u", "path too deep"},
        {"/x?a&b&c&d&e&f&g&h&i&j&k&l", NULL},
        {"/x?a&b&c&d&e&f&g&h&i&j&k&l&m", "too many parameters"},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct url url;
        const char *text = arena_format(&arena, "%s%s", ORIGIN, cases[i].path);
        assert_int_equal(url_parse(&url, &arena, span_of(text), NULL, NULL), 0);
        const char *why = traps_judge(&url);
        if (strcmp(why ? why : "", cases[i].why ? cases[i].why : "") != 0)
            fail_msg("%s: %s", cases[i].path, why ? why : "nothing");
        assert_true(!why || traps_advice(why));
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_long_patterns_are_cut),
        cmocka_unit_test(test_traps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
