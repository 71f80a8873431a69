/* test_twins.c - further addresses of an article leave the queue, and come back if they must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

/* A run in which the front page has told of these, of which the first is leased. */
static void start(struct storebox *box, const char *const *urls, size_t count)
{
    struct found_record found[8];
    storebox_open(box);
    storebox_add(box, "site", "https://example.org/");
    storebox_begin(box, T0);
    storebox_lease(box, T0, 10);
    struct result_record result = storebox_result(storebox_leased(box, "/"), T0);
    for (size_t i = 0; i < count; i++) {
        found[i] = storebox_found(urls[i]);
        found[i].published_ms = T0 - (int64_t)i * HOUR; /* the freshest is leased first */
    }
    result.found = found;
    result.found_count = count;
    storebox_commit(box, &result);
    assert_int_equal(storebox_lease(box, T0, 1), 1);
}

static void bring(struct storebox *box, struct found_record *twin, enum completion completion)
{
    static const char text[] = "The council met on Monday evening and decided, after four hours of "
                               "debate, to close the old bridge over the river for two years.";
    struct article_record article = storebox_article("Bridge closed", text);
    struct result_record result = storebox_result(&box->answer.hosts[0].urls[0], T0);
    result.completion = completion;
    result.article = completion == COMPLETE_DONE ? &article : NULL;
    result.found = twin;
    result.found_count = twin != NULL;
    if (twin && strcmp(twin->via, "canonical") == 0)
        article.canonical_url = twin->url;
    storebox_commit(box, &result);
}

static void test_a_twin_that_waits_leaves_the_queue(void **state)
{
    static const char *const vias[] = {"amp", "canonical"};
    static const char *const urls[] = {"https://example.org/a", "https://example.org/b",
                                       "https://example.org/c"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct storebox box;
        struct found_record twin = storebox_found("https://example.org/b");
        twin.via = vias[i];
        start(&box, urls, 3);
        bring(&box, &twin, COMPLETE_DONE);
        storebox_expect(&box, "SELECT new_queued FROM hosts WHERE origin LIKE 'https:%'", "1");
        storebox_expect(&box,
                        "SELECT state || article_id || (asked IS NULL) FROM v_urls"
                        " WHERE url LIKE '%/b'",
                        "done11");
        assert_int_equal(storebox_lease(&box, T0, 10), 1);
        storebox_leased(&box, "/c");
        storebox_close(&box);
    }
}

/* The page says that it is /b's, robots.txt keeps /b from us: then it may not be known by it. */
static void test_a_canonical_address_that_was_refused_is_none(void **state)
{
    static const char *const urls[] = {"https://example.org/a", "https://example.org/b"};
    struct storebox box;
    struct found_record twin = storebox_found("https://example.org/b");
    struct article_record article = storebox_article("Bridge closed", "For two years or more.");
    (void)state;
    start(&box, urls, 2);
    struct result_record result = storebox_result(&box.answer.hosts[0].urls[0], T0);
    twin.via = "canonical";
    result.article = &article;
    result.found = &twin;
    result.found_count = 1;
    storebox_commit(&box, &result);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    storebox_leased(&box, "/b");
    storebox_close(&box);
}

static void test_the_other_scheme_is_asked_only_without_an_article(void **state)
{
    static const char *const urls[] = {"https://example.org/a", "http://example.org/a",
                                       "http://www.example.org/a"};
    static const struct {
        enum completion completion;
        const char *left_out;
        size_t leased;
    } cases[] = {
        {COMPLETE_DONE, "2", 0},
        {COMPLETE_GONE, "0", 2},
        {COMPLETE_ERROR, "0", 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct storebox box;
        start(&box, urls, 3);
        storebox_expect(&box, "SELECT count(*) || max(why) FROM v_urls WHERE state = 'skipped'",
                        "2other form of https://example.org/a");
        bring(&box, NULL, cases[i].completion);
        storebox_expect(&box, "SELECT count(*) FROM v_urls WHERE state = 'skipped'",
                        cases[i].left_out);
        assert_int_equal(storebox_lease(&box, T0, 10), cases[i].leased);
        storebox_close(&box);
    }
}

/* What http leads to is https, of which the http form is known: it is asked all the same. */
static void test_a_redirect_to_another_form_is_followed(void **state)
{
    static const char *const urls[] = {"http://example.org/a"};
    struct storebox box;
    struct found_record target = storebox_found("https://example.org/a");
    (void)state;
    start(&box, urls, 1);
    struct result_record result = storebox_result(&box.answer.hosts[0].urls[0], T0);
    target.via = "redirect";
    result.found = &target;
    result.found_count = 1;
    storebox_commit(&box, &result);
    assert_int_equal(storebox_lease(&box, T0, 10), 1);
    assert_string_equal(box.answer.hosts[0].urls[0].url, "https://example.org/a");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_twin_that_waits_leaves_the_queue),
        cmocka_unit_test(test_a_canonical_address_that_was_refused_is_none),
        cmocka_unit_test(test_the_other_scheme_is_asked_only_without_an_article),
        cmocka_unit_test(test_a_redirect_to_another_form_is_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
