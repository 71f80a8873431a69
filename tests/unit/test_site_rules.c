/* test_site_rules.c - rules for a site: their lines, their way as JSON, and what they make of
 * pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "extract/article.h"
#include "extract/site_rules.h"
#include "support/extract.h"

static int parse(struct site_rule *rule, struct arena *arena, const char *line, char *reason)
{
    return site_rule_parse(rule, arena, span_of(line), reason, 700);
}

static void test_lines_are_read_and_written(void **state)
{
    static const struct {
        const char *line, *again; /* NULL: as it is */
    } cases[] = {
        {"title css h1.headline", NULL},
        {"  title\tcss   h1 > a  ", "title css h1 > a"},
        {"published 2024-05-01..2025-04-30 css time::attr(datetime)", NULL},
        {"body 2024-05-01.. xpath //div[@id='a b']/p", NULL},
        {"authors ..2024-05-01 css .by, .byline", NULL},
        {"lang .. css html::attr(lang)", "lang css html::attr(lang)"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct bytes text;
        struct site_rule rule = {.id = (int64_t)i + 1}, *again;
        char reason[700] = "";
        arena_init(&arena, 0);
        bytes_init(&text, 0);
        if (parse(&rule, &arena, cases[i].line, reason))
            fail_msg("%s: %s", cases[i].line, reason);
        const char *json = site_rules_write(&rule, 1, &arena);
        assert_int_equal(site_rules_read(&again, &arena, json), 1);
        assert_int_equal(again->id, i + 1);
        site_rule_format(&text, again);
        assert_string_equal(text.data, cases[i].again ? cases[i].again : cases[i].line);
        bytes_clear(&text);
        arena_clear(&arena);
    }
}

static void test_what_is_no_rule_is_said(void **state)
{
    static const struct {
        const char *line, *reason;
    } cases[] = {
        {"headline css h1", "there is no field 'headline'; there are title, lead,"},
        {"title h1", "a rule is FIELD"},
        {"title css", "a rule is FIELD"},
        {"title css p:hover", "'p:hover' has ':hover', which is not known"},
        {"title xpath //h1[", "'//h1[' is no XPath 1.0"},
        {"title xpath upper(//h1)", "'upper(//h1)' is no XPath 1.0"},
        {"title xpath //x:h1", "'//x:h1' is no XPath 1.0"},
        {"title 2024..2025 css h1", "'2024..2025' is no range of days"},
        {"title 2024-05-02..2024-05-01 css h1", "is no range of days"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct site_rule rule = {0};
        char reason[700] = "";
        arena_init(&arena, 0);
        if (!parse(&rule, &arena, cases[i].line, reason) || !strstr(reason, cases[i].reason))
            fail_msg("%s: '%s'", cases[i].line, reason);
        arena_clear(&arena);
    }
    assert_true(site_rule_is_blank(span_of("  # title css h1")));
    assert_true(site_rule_is_blank(span_of(" ")));
}

static void test_json_of_others_is_passed_over(void **state)
{
    static const char *const cases[] = {"",
                                        "[]",
                                        "{",
                                        "{\"items\":\"/x\"}",
                                        "{\"fields\":{}}",
                                        "{\"fields\":[1,[],[1,2,3]]}",
                                        "{\"fields\":[[1,\"nothing\",\"css\",\"p\",null,null]]}"};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct site_rule *rules;
        arena_init(&arena, 0);
        assert_int_equal(site_rules_read(&rules, &arena, cases[i]), 0);
        arena_clear(&arena);
    }
}

/* ---- on a page ---- */

static const char html[] =
    "<html lang=en><head><title>Site</title><meta name=shown content=' 3 May  2024 '></head><body>"
    "<div class=top><b class=hl>The&nbsp;real   <i>title</i></b><span class=who>By Ann Lee and Bo "
    "Mays</span><time datetime=2024-05-04T10:00:00+02:00>yesterday</time>"
    "<img class=pic src=/i/1.jpg></div>"
    "<div id=story><p>First.<br>Still<script>x</script> first.</p><ul><li>One<li>Two</ul></div>"
    "<i class=tag>A</i><i class=tag> </i><i class=tag>B</i></body></html>";

/* Applies lines of rules, each with its line as its id; the page's moment is 5 May 2024. */
static void apply(struct page *page, struct arena *arena, const char *lines, const char *document,
                  const char **told)
{
    const int64_t now_ms = INT64_C(1714910400000);
    struct site_rule rules[20];
    size_t count = 0;
    char reason[700], *copy = arena_string(arena, lines), *rest = copy;
    for (char *line; (line = strsep(&rest, "\n")); count++) {
        rules[count].id = (int64_t)count + 1;
        if (parse(&rules[count], arena, line, reason))
            fail_msg("%s: %s", line, reason);
    }
    article_extract(page, arena, document, strlen(document), "https://example.org/a", NULL, now_ms);
    site_rules_apply(page, site_rules_write(rules, count, arena), document, strlen(document), NULL,
                     now_ms, told);
}

static void test_every_field_is_found(void **state)
{
    struct arena arena;
    struct page page;
    const char *told;
    (void)state;
    arena_init(&arena, 0);
    apply(&page, &arena,
          "title css .hl\nauthors css .who\npublished css [name=shown]\nmodified css time\n"
          "section xpath string(//i[2]/@class)\nlang xpath //html/@lang\nimage css img.pic\n"
          "tags css i.tag\nlead css li:last-child\nbody css #story p, #story li",
          html, &told);
    const struct article_record *article = &page.article;
    assert_string_equal(article->title, "The real title");
    assert_string_equal(article->title_from, "rule");
    assert_string_equal(extract_joined(&arena, article->authors, article->authors_count),
                        "Ann Lee; Bo Mays");
    assert_string_equal(article->authors_from, "rule");
    assert_true(article->published_ms == INT64_C(1714694400000) && !article->published_has_time);
    assert_string_equal(article->published_from, "rule");
    assert_true(article->modified_ms == INT64_C(1714809600000) && article->modified_has_time);
    assert_int_equal(article->modified_zone_min, 120);
    assert_string_equal(article->section, "tag");
    assert_string_equal(article->lang, "en");
    assert_string_equal(article->image_url, "https://example.org/i/1.jpg");
    assert_string_equal(extract_joined(&arena, article->tags, article->tags_count), "A; B");
    assert_string_equal(article->lead, "Two");
    assert_string_equal(article->body, "First.\nStill first.\nOne\nTwo");
    assert_string_equal(article->body_from, "rule");
    assert_true(article->is_article);
    assert_string_equal(told, "+10 +1 +9 +6 +2 +3 +4 +5 +7 +8");
    arena_clear(&arena);
}

static void test_what_is_not_found_stays(void **state)
{
    static const struct {
        const char *name, *rules, *title, *told;
    } cases[] = {
        {"the general extraction decides", "title css h3", "Another title of it", "-1"},
        {"the first one that finds something", "title css h3\ntitle css h2\ntitle css p", "Sub",
         "-1 +2"},
        {"empty is not found", "title css hr", "Another title of it", "-1"},
        {"before its days", "title 2024-05-06.. css h2", "Another title of it", NULL},
        {"behind its days", "title ..2024-05-04 css h2", "Another title of it", NULL},
        {"within them", "title 2024-05-05..2024-05-05 css h2", "Sub", "+1"},
        {"no set of nodes", "title xpath 1 + 1", "Another title of it", "-1"},
        {"steps without end", "title xpath //*[count(//*[count(//*[count(//*)])])]",
         "Another title of it", "-1"},
    };
    struct bytes page_text;
    (void)state;
    bytes_init(&page_text, 0);
    bytes_append_string(&page_text, "<meta property=og:type content=article><title>Another title "
                                    "of it</title><h1>Another title of it</h1>"
                                    "<h2>Sub</h2><hr>" PROSE PROSE);
    for (int i = 0; i < 300; i++)
        bytes_append_string(&page_text, "<b></b>");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct page page;
        const char *told;
        arena_init(&arena, 0);
        apply(&page, &arena, cases[i].rules, page_text.data, &told);
        extract_check(cases[i].name, "title", page.article.title, cases[i].title);
        extract_check(cases[i].name, "told", told, cases[i].told);
        arena_clear(&arena);
    }
    bytes_clear(&page_text);
}

static void test_no_article_tells_nothing(void **state)
{
    struct arena arena;
    struct page page;
    const char *told;
    (void)state;
    arena_init(&arena, 0);
    apply(&page, &arena, "title css h1\nbody css .story", "<a href=/x>one</a><a href=/y>two</a>",
          &told);
    assert_false(page.article.is_article);
    assert_null(told);
    arena_clear(&arena);
}

static void test_fields_have_an_end(void **state)
{
    struct arena arena;
    struct page page;
    struct bytes text;
    const char *told;
    (void)state;
    arena_init(&arena, 0);
    bytes_init(&text, 0);
    bytes_append_string(&text, "<h1>x");
    for (int i = 0; i < 300000; i++)
        bytes_append_string(&text, "\xc3\xa4");
    apply(&page, &arena, "title css h1\nbody css h1", text.data, &told);
    assert_int_equal(strlen(page.article.title), 1999);
    assert_int_equal(strlen(page.article.body), 499999);
    bytes_clear(&text);
    arena_clear(&arena);
}

/* Deep, wide and long pages end in time: what they cost is the limit of a fuzz target. */
static void test_hostile_pages_end(void **state)
{
    static const char *const parts[] = {"<div>", "<b><i>", "<p a=1 ", "&#0;", "<table><tr><td>"};
    (void)state;
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct arena arena;
        struct page page;
        struct bytes text;
        const char *told;
        arena_init(&arena, 0);
        bytes_init(&text, 0);
        for (int k = 0; k < 5000; k++)
            bytes_append_string(&text, parts[i]);
        apply(&page, &arena, "title css div div div b\nbody css p ~ p, table td", text.data, &told);
        bytes_clear(&text);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_are_read_and_written),
        cmocka_unit_test(test_what_is_no_rule_is_said),
        cmocka_unit_test(test_json_of_others_is_passed_over),
        cmocka_unit_test(test_every_field_is_found),
        cmocka_unit_test(test_what_is_not_found_stays),
        cmocka_unit_test(test_no_article_tells_nothing),
        cmocka_unit_test(test_fields_have_an_end),
        cmocka_unit_test(test_hostile_pages_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
