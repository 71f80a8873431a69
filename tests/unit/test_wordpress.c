/* test_wordpress.c - the addresses of WordPress' REST interface. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "discover/wordpress.h"

static void test_posts(void **state)
{
    static const struct {
        const char *root, *expected;
    } cases[] = {
        {"https://a.example/wp-json/", "https://a.example/wp-json/wp/v2/posts?per_page="},
        {"https://a.example/wp-json", "https://a.example/wp-json/wp/v2/posts?per_page="},
        {"https://a.example/?rest_route=/", "https://a.example/?rest_route=/wp/v2/posts&per_page="},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got = wordpress_posts(cases[i].root, &arena);
        if (strncmp(got, cases[i].expected, strlen(cases[i].expected)) != 0)
            fail_msg("%s", got);
    }
    arena_clear(&arena);
}

static void test_next(void **state)
{
    static const struct {
        const char *url;
        size_t records;
        const char *expected;
    } cases[] = {
        {"https://a.example/posts?per_page=50&x=1", 50,
         "https://a.example/posts?per_page=50&x=1&page=2"},
        {"https://a.example/posts?per_page=50&page=9", 50,
         "https://a.example/posts?per_page=50&page=10"},
        {"https://a.example/posts?page=2&per_page=5", 5,
         "https://a.example/posts?page=3&per_page=5"},
        {"https://a.example/posts", 10, "https://a.example/posts?page=2"},
        {"https://a.example/posts?per_page=50", 49, NULL},
        {"https://a.example/posts", 0, NULL},
        {"https://a.example/posts?page=x", 10, NULL},
        {"https://a.example/posts?page=99999999999999999999", 10, NULL},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got = wordpress_next(cases[i].url, cases[i].records, &arena);
        if (!got != !cases[i].expected || (got && strcmp(got, cases[i].expected) != 0))
            fail_msg("%s: %s", cases[i].url, got ? got : "none");
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_posts), cmocka_unit_test(test_next)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
