/* Which addresses are forms of one, and that words which only look like a mark are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/url.h"
#include "discover/twins.h"

static const struct {
    const char *url, *plain; /* NULL: no mark */
} marks[] = {
    {"https://paper.example.org/news/fair", NULL},
    {"https://www.example.org/news/fair/", NULL},
    {"https://m.example.org/news/fair", "example.org/news/fair"},
    {"https://amp.news.example.org/fair", "news.example.org/fair"},
    {"http://touch.www.example.org/fair/", "example.org/fair"},
    {"https://mobile.example.co.uk:8080/fair", "example.co.uk:8080/fair"},
    {"https://m.co.uk/fair", NULL}, /* a registrable domain of its own */
    {"https://maps.example.org/fair", NULL},
    {"https://example.org/news/fair/amp/", "example.org/news/fair"},
    {"https://example.org/news/fair/AMP", "example.org/news/fair"},
    {"https://www.example.org/amp/news/fair", "example.org/news/fair"},
    {"https://example.org/amp/", NULL}, /* nothing else is left */
    {"https://example.org/news/lamp", NULL},
    {"https://example.org/news/amplifiers", NULL},
    {"https://example.org/news/fair.amp.html", "example.org/news/fair.html"},
    {"https://example.org/news/fair.amp", "example.org/news/fair"},
    {"https://example.org/news/fair.ample.html", NULL},
    {"https://example.org/news/fair?amp", "example.org/news/fair"},
    {"https://example.org/news/fair?amp=1&page=2&utm_source=x", "example.org/news/fair?page=2"},
    {"https://example.org/news/fair?outputType=amp", "example.org/news/fair"},
    {"https://example.org/news/fair?outputType=print", NULL},
    {"https://example.org/news/fair?ampere=1", NULL},
    {"https://example.org/?amp=1&id=7", "example.org?id=7"},
    {"http://127.0.0.1/fair/amp", "127.0.0.1/fair"},
};

static void marks_are_dropped(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(marks); i++) {
        struct url url;
        assert_int_equal(url_parse(&url, &arena, span_of(marks[i].url), NULL, NULL), 0);
        const char *plain = twins_plain(&url, &arena);
        if (!plain != !marks[i].plain || (plain && strcmp(plain, marks[i].plain) != 0))
            fail_msg("%s: %s", marks[i].url, plain ? plain : "(none)");
    }
    arena_clear(&arena);
}

static const struct {
    const char *one, *other;
    bool share;
} pairs[] = {
    {"https://m.example.org/fair", "http://www.example.org/fair/", true},
    {"https://example.org/fair?amp=1", "https://example.org/amp/fair", true},
    {"http://example.org/fair", "https://example.org/fair?fbclid=7", true},
    {"https://example.org/fair", "https://example.org/fairs", false},
    {"https://example.org/fair?id=1", "https://example.org/fair?id=2", false},
    {"https://news.example.org/fair", "https://example.org/fair", false},
    {"https://m.example.org/fair", "https://m.example.net/fair", false},
};

static void forms_share_their_address(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct url one, other;
        assert_int_equal(url_parse(&one, &arena, span_of(pairs[i].one), NULL, NULL), 0);
        assert_int_equal(url_parse(&other, &arena, span_of(pairs[i].other), NULL, NULL), 0);
        if (twins_share(&one, &other, &arena) != pairs[i].share)
            fail_msg("%s and %s", pairs[i].one, pairs[i].other);
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marks_are_dropped),
        cmocka_unit_test(forms_share_their_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
