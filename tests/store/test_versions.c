/* test_versions.c - older versions of articles, read anew from their own pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

#define STORY                                                                                      \
    "The old stone bridge over the river will close to all traffic from the first of March, the "  \
    "council decided on Monday evening after engineers had found cracks in two of its arches. "    \
    "Buses will take the road by the mill, which adds ten minutes to most journeys in the valley."

static const struct {
    const char *title, *body;
} as_read[] = {
    {"Home | Bridge to close", "News Sport Weather Business Culture Travel Letters. " STORY},
    {"Home | Bridge closes", "News Sport Weather Business Culture Travel Letters. " STORY},
    {"Bridge closes", STORY}, /* the same page but for a byte, read by a newer extractor */
    {"Bridge closed", STORY},
};

enum { VERSIONS = sizeof(as_read) / sizeof(as_read[0]) };

static int64_t seen_ms(int version)
{
    return T0 + version * DAY;
}

/* An article of four versions, of which the request with the number of the version tells. */
static void start(struct storebox *box)
{
    storebox_open(box);
    storebox_add(box, "page", "https://example.org/a");
    for (int i = 0; i < VERSIONS; i++) {
        storebox_begin(box, seen_ms(i));
        assert_int_equal(storebox_lease(box, seen_ms(i), 10), 1);
        struct article_record article = storebox_article(as_read[i].title, as_read[i].body);
        struct result_record result = storebox_result(storebox_leased(box, "/a"), seen_ms(i));
        article.published_ms = MOMENT_NONE;
        result.article = &article;
        result.fetch.body_hash = (uint64_t)i + 1;
        struct commit_outcome outcome = storebox_commit(box, &result);
        assert_true(i ? outcome.article_revised : outcome.article_new);
        storebox_end(box, seen_ms(i));
    }
    storebox_do(box, "UPDATE article_revisions SET extractor = 'older' WHERE rev < 3");
}

static bool read_again(struct storebox *box, int fetch_id, const struct article_record *article)
{
    struct reread_record record = {.url_id = 1,
                                   .article_id = 1,
                                   .version = true,
                                   .site_id = 1,
                                   .fetch_id = fetch_id,
                                   .fetched_ms = seen_ms(fetch_id - 1),
                                   .url = "https://example.org/a",
                                   .article = article};
    struct reread_outcome outcome;
    assert_int_equal(store_reread_begin(box->store, seen_ms(VERSIONS)), 0);
    assert_int_equal(store_reread_commit(box->store, &record, 1, &outcome), 0);
    assert_false(outcome.changed || outcome.article_new || outcome.no_article);
    storebox_reopen(box);
    return outcome.version_changed;
}

static void expect_versions(const struct storebox *box, const char *expected)
{
    storebox_expect(box,
                    "SELECT group_concat(rev || ifnull(changed, '-') || ':' || title || '@'"
                    " || ((seen_ms - 1750000000000) / 86400000), ' ')"
                    " FROM (SELECT * FROM v_revisions ORDER BY rev) x",
                    expected);
    storebox_expect(box, "SELECT max(rev) = (SELECT rev_count FROM articles) FROM v_revisions",
                    "1");
}

static void test_what_was_no_version_is_folded(void **state)
{
    struct storebox box;
    struct article_record first = storebox_article("Bridge to close", STORY);
    struct article_record second = storebox_article("Bridge closes", STORY);
    (void)state;
    start(&box);
    expect_versions(&box, "1-:Home | Bridge to close@0 2title:Home | Bridge closes@1"
                          " 3title,body:Bridge closes@2 4title:Bridge closed@3");
    assert_true(read_again(&box, 2, &second));
    expect_versions(&box, "1-:Home | Bridge to close@0 2title,body:Bridge closes@1"
                          " 3title:Bridge closed@3");
    assert_true(read_again(&box, 1, &first));
    expect_versions(&box, "1-:Bridge to close@0 2title:Bridge closes@1 3title:Bridge closed@3");
    assert_false(read_again(&box, 1, &first));  /* again: nothing */
    assert_false(read_again(&box, 2, &second)); /* the one that was folded */
    storebox_expect(&box, "SELECT count(*) FROM article_revisions WHERE extractor = 'older'", "0");
    storebox_close(&box);
}

static void test_of_one_version_nothing_was_changed(void **state)
{
    struct storebox box;
    struct article_record same = storebox_article("Bridge closed", STORY);
    (void)state;
    start(&box);
    for (int fetch_id = 1; fetch_id < VERSIONS; fetch_id++)
        assert_true(read_again(&box, fetch_id, &same));
    expect_versions(&box, "1-:Bridge closed@0");
    storebox_expect(&box, "SELECT revised_ms IS NULL FROM articles", "1");
    storebox_close(&box);
}

/* Copies are found by the first version: with it go its keys. */
static void test_keys_are_those_of_the_first_version(void **state)
{
    struct storebox box;
    struct article_record first = storebox_article("Bridge to close", STORY);
    (void)state;
    start(&box);
    storebox_do(&box, "CREATE TABLE before AS SELECT key FROM story_keys");
    assert_true(read_again(&box, 1, &first));
    storebox_expect(
        &box, "SELECT count(*) > 0 FROM story_keys WHERE key NOT IN (SELECT key FROM before)", "1");
    box.run.keep_articles_ms = DAY;
    storebox_add(&box, "page", "https://example.org/b");
    storebox_begin(&box, T0 + 40 * DAY);
    storebox_lease(&box, T0 + 40 * DAY, 10);
    struct result_record result = storebox_result(storebox_leased(&box, "/b"), T0 + 40 * DAY);
    struct article_record later = storebox_article("Ferry", "");
    result.article = &later;
    storebox_commit(&box, &result);
    storebox_end(&box, T0 + 40 * DAY);
    storebox_begin(&box, T0 + 40 * DAY);
    storebox_expect(&box, "SELECT group_concat(title) FROM articles", "Ferry");
    storebox_expect(&box, "SELECT count(*) FROM story_keys", "0");
    storebox_close(&box);
}

static void test_a_page_without_article_leaves_its_version(void **state)
{
    struct storebox box;
    (void)state;
    start(&box);
    assert_false(read_again(&box, 1, NULL));
    storebox_expect(&box, "SELECT title FROM article_revisions WHERE rev = 1",
                    "Home | Bridge to close");
    storebox_expect(&box, "SELECT count(*) FROM article_revisions WHERE extractor = 'older'", "1");
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_no_version_is_folded),
        cmocka_unit_test(test_of_one_version_nothing_was_changed),
        cmocka_unit_test(test_keys_are_those_of_the_first_version),
        cmocka_unit_test(test_a_page_without_article_leaves_its_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
