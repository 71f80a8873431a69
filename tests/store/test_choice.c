/* test_choice.c - which articles an export is narrowed to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "storage/store.h"
#include "support/storebox.h"

static void put(struct storebox *box, const char *suffix, const char *title, int64_t published_ms)
{
    struct article_record article = storebox_article(title, "The ferry leaves at noon.");
    struct result_record result = storebox_result(storebox_leased(box, suffix), T0);
    article.published_ms = published_ms;
    article.published_has_time = true;
    result.article = &article;
    assert_true(storebox_commit(box, &result).article_new);
}

static void label(struct storebox *box, const char *url, const char *name)
{
    struct store_value params[] = {STORE_PARAM_TEXT(url), STORE_PARAM_TEXT(name)};
    assert_int_equal(store_begin(box->store), 0);
    assert_int_equal(store_change(box->store, SQL_PUT_LABEL_BY_URL, params, 2), 0);
    assert_int_equal(store_end(box->store, true), 0);
}

/* Two sites, one of them of two groups, with an article each. */
static void start(struct storebox *box)
{
    static const char *const fronts[] = {"https://example.org/", "https://example.net/"};
    static const char *const pages[] = {"https://example.org/a", "https://example.net/b"};
    storebox_open(box);
    for (int i = 0; i < 2; i++)
        storebox_add(box, "site", fronts[i]);
    label(box, fronts[0], "north");
    label(box, fronts[0], "daily");
    storebox_begin(box, T0);
    storebox_lease(box, T0, 10);
    for (int i = 0; i < 2; i++) {
        struct found_record found = storebox_found(pages[i]);
        struct result_record result = storebox_result(storebox_leased(box, fronts[i] + 8), T0);
        result.found = &found;
        result.found_count = 1;
        storebox_commit(box, &result);
    }
    storebox_lease(box, T0, 10);
    put(box, "/a", "North", T0 - 2 * DAY); /* 2025-06-13T15:06:40Z */
    put(box, "/b", "South", T0 - HOUR);
}

static int add_title(const struct store_value *columns, size_t count, void *context)
{
    strcat(context, store_column(columns, count, "title")->text);
    strcat(context, " ");
    return 0;
}

static void test_all_of_a_choice_is_true(void **state)
{
    static const struct {
        const char *name;
        struct article_choice choice;
        const char *titles;
    } cases[] = {
        {"all", {0}, "North South "},
        {"a site", {.site = "example.net"}, "South "},
        {"a group", {.labels = ",south,north,"}, "North "},
        {"groups that none is of", {.labels = ",nor,th,"}, ""},
        {"since", {.since_utc = "2025-06-14T00:00:00Z"}, "South "},
        {"until", {.until_utc = "2025-06-14T00:00:00Z"}, "North "},
        {"a condition", {.where = "title = 'South' OR words > 300"}, "South "},
        {"group and condition", {.where = "title = 'South'", .labels = ",daily,"}, ""},
        {"group and site", {.site = "example.org", .labels = ",daily,"}, "North "},
    };
    struct storebox box;
    (void)state;
    start(&box);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char titles[64] = "";
        int err =
            store_each_chosen(box.store, SQL_EXPORT_ARTICLES, &cases[i].choice, add_title, titles);
        if (err || strcmp(titles, cases[i].titles) != 0)
            fail_msg("%s: %d, '%s'", cases[i].name, err, titles);
    }
    storebox_close(&box);
}

static void test_a_condition_is_no_more_than_one(void **state)
{
    static const char *const conditions[] = {
        "no_such_column = 1", "words > ", "1) OR (1 = 1; DROP TABLE urls",
        "1 = 1); DELETE FROM links WHERE (1 = 1", "abs(-9223372036854775807 - article_id) > 0"};
    struct storebox box;
    (void)state;
    start(&box);
    for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
        char titles[64] = "";
        struct article_choice choice = {.where = conditions[i]};
        assert_int_equal(
            store_each_chosen(box.store, SQL_EXPORT_ARTICLES, &choice, add_title, titles),
            STORE_REFUSED);
        assert_non_null(strstr(store_message(box.store), "the condition can't be used"));
    }
    storebox_close(&box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_a_choice_is_true),
        cmocka_unit_test(test_a_condition_is_no_more_than_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
