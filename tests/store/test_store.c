/* test_store.c - the way of a URL through the store, on a real database file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

static void test_a_site_becomes_an_article(void **state)
{
    struct storebox box;
    (void)state;
    storebox_open(&box);
    assert_true(storebox_add(&box, "site", "https://example.org/"));
    assert_false(storebox_add(&box, "site", "https://example.org/"));
    storebox_begin(&box, T0);

    assert_int_equal(storebox_lease(&box, T0, 100), 1);
    const struct url_lease *front = storebox_leased(&box, "/");
    assert_int_equal(front->kind, URL_SOURCE);
    assert_int_equal(front->source, KIND_FRONT);
    assert_string_equal(front->site_home, "https://example.org/");
    struct result_record result = storebox_result(front, T0);
    struct found_record found[] = {storebox_found("https://example.org/old"),
                                   storebox_found("https://example.org/new")};
    found[0].published_ms = T0 - 2 * DAY;
    found[1].published_ms = T0 - HOUR;
    found[1].title = "New";
    result.found = found;
    result.found_count = 2;
    assert_int_equal(storebox_commit(&box, &result).found_new, 2);

    assert_int_equal(storebox_lease(&box, T0 + 1, 100), 2);
    assert_string_equal(box.answer.hosts[0].urls[0].url, "https://example.org/new");
    assert_string_equal(box.answer.hosts[0].urls[0].hint_title, "New");
    struct article_record article = storebox_article("A title", "Some words of a text.");
    struct result_record page = storebox_result(storebox_leased(&box, "/new"), T0 + 2);
    page.article = &article;
    assert_true(storebox_commit(&box, &page).article_new);
    page = storebox_result(storebox_leased(&box, "/old"), T0 + 2);
    page.completion = COMPLETE_GONE;
    page.fetch.status = 404;
    page.why = "404";
    storebox_commit(&box, &page);

    assert_int_equal(storebox_lease(&box, T0 + 3, 100), 0);
    assert_true(box.answer.next_due_ms == MOMENT_NONE);
    storebox_end(&box, T0 + 4);
    storebox_expect(&box, "SELECT title FROM v_articles", "A title");
    storebox_expect(&box, "SELECT words FROM v_articles", "5");
    storebox_expect(&box, "SELECT count(*) FROM v_results", "3");
    storebox_expect(&box, "SELECT outcome FROM v_run", "ok");
    storebox_expect_found(&box, "words", "1");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_site_becomes_an_article),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
