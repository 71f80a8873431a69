/* test_slugs.c - an article that got another slug stays one row; what only shares its number, or
 * a number that is none, does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support/storebox.h"

#define TEXT                                                                                       \
    "The council met on Monday evening and decided, after four hours of debate, to close the old " \
    "bridge over the river for two years. Traders in the old town had asked for a ferry; the "     \
    "mayor promised one by spring, if the state pays half of it. Engineers who looked at the "     \
    "piers in autumn had found cracks that nobody could explain. "
#define MORE "On Tuesday the state said that it would pay a third, and only for a smaller boat."
#define OTHER                                                                                      \
    "Shares fell for a third day as investors waited for figures on inflation that are due on "    \
    "Thursday. Banks lost most; the price of oil hardly moved, and gold was a little dearer than " \
    "at the end of last week, dealers in three cities said, while bonds were in demand again."

static const struct {
    const char *old, *new, *text;
    const char *old_short, *new_short;
    unsigned rows;
} cases[] = {
    {"/news/bridge-closed-123456", "/news/ferry-too-late-123456", TEXT MORE, NULL, NULL, 1},
    {"/news/123456/bridge-closed", "/news/123456/ferry-too-late", TEXT MORE, NULL, NULL, 1},
    {"/bridge-closed/a123456.html", "/ferry-too-late/a123456.html", TEXT MORE, NULL, NULL, 1},
    {"/news/bridge-closed", "/news/ferry-too-late", TEXT MORE, "/?p=12", "/?p=12", 1},
    {"/news/bridge-closed-123456", "/news/shares-fall-123456", OTHER, NULL, NULL, 2},
    {"/news/bridge-closed", "/news/shares-fall", OTHER, "/?p=12", "/?p=12", 2},
    {"/news/bridge-closed", "/news/ferry-too-late", TEXT MORE, "/?p=12", "/?p=13", 2},
    {"/news/bridge-closed-123456", "/news/ferry-too-late-123457", TEXT MORE, NULL, NULL, 2},
    {"/news/bridge-closed-123456", "/news/print/x-123456", TEXT MORE, NULL, NULL, 2},
    {"/bridge-closed-123456.html", "/ferry-too-late-123456.pdf", TEXT MORE, NULL, NULL, 2},
    {"/news/bridge-closed-20260115", "/news/ferry-too-late-20260115", TEXT MORE, NULL, NULL, 2},
    {"/news/bridge-closed-1234", "/news/ferry-too-late-1234", TEXT MORE, NULL, NULL, 2},
};

static const char *address(char *out, size_t size, const char *path)
{
    snprintf(out, size, "https://example.org%s", path);
    return path ? out : NULL;
}

/* The run's front page tells of one more. */
static void tell(struct storebox *box, const char *url)
{
    struct found_record found = storebox_found(url);
    struct result_record result = storebox_result(storebox_leased(box, "/"), T0);
    result.found = &found;
    result.found_count = 1;
    storebox_commit(box, &result);
}

static struct commit_outcome put(struct storebox *box, const char *path, const char *short_path,
                                 const char *title, const char *text, int64_t now_ms)
{
    char short_url[100];
    struct article_record article = storebox_article(title, text);
    article.short_url = address(short_url, sizeof(short_url), short_path);
    struct result_record result = storebox_result(storebox_leased(box, path), now_ms);
    result.article = &article;
    return storebox_commit(box, &result);
}

static void test_a_new_slug_makes_no_new_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct storebox box;
        char url[100], rows[8];
        storebox_open(&box);
        box.run.poll_all = true;
        storebox_add(&box, "site", "https://example.org/");
        storebox_begin(&box, T0);
        storebox_lease(&box, T0, 10);
        tell(&box, address(url, sizeof(url), cases[i].old));
        storebox_lease(&box, T0, 10);
        put(&box, cases[i].old, cases[i].old_short, "Bridge closed", TEXT, T0);
        storebox_end(&box, T0 + 1);
        storebox_begin(&box, T0 + 1000);
        storebox_lease(&box, T0 + 1000, 10);
        tell(&box, address(url, sizeof(url), cases[i].new));
        storebox_lease(&box, T0 + 1000, 10);
        struct commit_outcome outcome = put(&box, cases[i].new, cases[i].new_short,
                                            "Ferry comes too late", cases[i].text, T0 + 1000);
        snprintf(rows, sizeof(rows), "%u", cases[i].rows);
        if (strcmp(storebox_ask(&box, "SELECT count(*) FROM v_articles"), rows) != 0)
            fail_msg("%s and %s", cases[i].old, cases[i].new);
        assert_true(outcome.article_revised == (cases[i].rows == 1));
        if (cases[i].rows == 1) { /* the new slug is its address from now on */
            storebox_expect(&box, "SELECT title || rev_count FROM v_articles",
                            "Ferry comes too late2");
            storebox_expect(&box, "SELECT url FROM v_articles", url);
            storebox_expect(&box,
                            "SELECT count(DISTINCT article_id) || '' || count(*) FROM v_urls"
                            " WHERE article_id IS NOT NULL",
                            "12");
        }
        storebox_close(&box);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_slug_makes_no_new_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
