#include "extract/metadata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "extract/jsonld.h"
#include "support/extract.h"

static const char url[] = "https://www.the-herald.example.com/2024/05/03/old-bridge";

static const struct {
    const char *name, *html, *canonical;
} canonicals[] = {
    {"relative", "<link rel=canonical href=/bridge>", "https://www.the-herald.example.com/bridge"},
    {"another host of the site", "<link rel=canonical href=https://m.example.com/bridge>",
     "https://m.example.com/bridge"},
    {"another site is not believed", "<link rel=canonical href=https://other.example.org/bridge>",
     NULL},
    {"the front page is not believed", "<link rel=canonical href=/>", NULL},
    {"og:url where there is none",
     "<meta property=og:url content=https://www.the-herald.example.com/b>",
     "https://www.the-herald.example.com/b"},
};

static void test_canonical(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(canonicals); i++) {
        struct arena arena;
        struct page page;
        extract_page(&page, &arena, canonicals[i].html, url);
        extract_check(canonicals[i].name, "canonical", page.article.canonical_url,
                      canonicals[i].canonical);
        arena_clear(&arena);
    }
}

static void test_shortlink(void **state)
{
    static const struct {
        const char *name, *html, *address;
    } cases[] = {
        {"with its number", "<link rel=shortlink href='/?p=77'>",
         "https://www.the-herald.example.com/?p=77"},
        {"of a shortener", "<link rel=shortlink href='https://sho.example/x'>", NULL},
        {"the front page", "<link rel=shortlink href='/'>", NULL},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct page page;
        extract_page(&page, &arena, cases[i].html, url);
        extract_check(cases[i].name, "shortlink", page.article.short_url, cases[i].address);
        arena_clear(&arena);
    }
}

static void test_details(void **state)
{
    (void)state;
    struct arena arena;
    struct page page;
    extract_page(
        &page, &arena,
        "<meta name=keywords content='bridge, council; Bridge、old，stone'><meta "
        "property=article:section "
        "content=Local><meta property=og:image content=/i.jpg><meta name=description "
        "content='What the council said.'><meta property=og:site_name content='The Herald'>" PROSE,
        url);
    extract_check("tags", "tags",
                  extract_joined(&arena, page.article.tags, page.article.tags_count),
                  "bridge; council; old; stone");
    extract_check("section", "section", page.article.section, "Local");
    extract_check("image", "image", page.article.image_url,
                  "https://www.the-herald.example.com/i.jpg");
    extract_check("lead", "lead", page.article.lead, "What the council said.");
    extract_check("site", "site", page.article.site_name, "The Herald");
    arena_clear(&arena);
}

static const struct {
    const char *name, *html, *site, *section;
} sites[] = {
    {"an address as the name", "<meta property=og:site_name content=https://www.example.com/>",
     "example.com", NULL},
    {"the end of <title>, where the host is called so", "<title>Old bridge - Example</title>",
     "Example", NULL},
    {"not where it is called otherwise", "<title>Old bridge - Traffic</title>", NULL, NULL},
    {"the name of the icon", "<meta name=application-name content=Example>", "Example", NULL},
    {"the site is no section",
     "<meta property=og:site_name content='The Herald'><meta property=article:section content='The "
     "Herald'>",
     "The Herald", NULL},
    {"a section that the host is named by is one", "<meta property=article:section content=Exam>",
     NULL, "Exam"},
};

static void test_sites(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sites); i++) {
        struct arena arena;
        struct page page;
        extract_page(&page, &arena, sites[i].html, url);
        extract_check(sites[i].name, "site", page.article.site_name, sites[i].site);
        extract_check(sites[i].name, "section", page.article.section, sites[i].section);
        arena_clear(&arena);
    }
}

static const struct {
    const char *name, *block, *headline;
} faults[] = {
    {"a comma too many", "{\"@type\":\"Article\",\"headline\":\"Old bridge\",}", "Old bridge"},
    {"a line end inside a string", "{\"@type\":\"Article\",\"headline\":\"Old\nbridge\"}",
     "Old bridge"},
    {"an HTML comment around", "<!-- {\"@type\":\"Article\",\"headline\":\"Old bridge\"} -->",
     "Old bridge"},
    {"CDATA marks around",
     "//<![CDATA[\n{\"@type\":\"Article\",\"headline\":\"Old bridge\"}\n//]]>", "Old bridge"},
    {"half of a surrogate pair", "{\"@type\":\"Article\",\"headline\":\"Old \\ud83d bridge\"}",
     "Old \xef\xbf\xbd bridge"},
    {"a semicolon at the end", "{\"@type\":\"Article\",\"headline\":\"Old bridge\"};",
     "Old bridge"},
    {"two objects without a list",
     "{\"@type\":\"WebSite\",\"name\":\"Herald\"}{\"@type\":\"Article\",\"headline\":\"Old "
     "bridge\"}",
     "Old bridge"},
    {"quotation marks inside a string",
     "{\"@type\":\"Article\",\"headline\":\"The \"old\" bridge\"}", "The \"old\" bridge"},
    {"an escape that is none", "{\"@type\":\"Article\",\"headline\":\"Old \\'bridge\\'\"}",
     "Old 'bridge'"},
    {"cut short", "{\"@type\":\"Article\",\"headline\":\"Old", NULL},
};

static void test_json_faults(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct arena arena;
        struct jsonld jsonld;
        struct span block = span_of(faults[i].block);
        arena_init(&arena, 0);
        jsonld_read(&jsonld, &arena, &block, 1, span_of("/"));
        extract_check(faults[i].name, "headline", jsonld.headline, faults[i].headline);
        arena_clear(&arena);
    }
}

/* What JSON-LD says in the many ways in which it may be said: authors and tags joined by '|'. */
static const struct {
    const char *name, *block, *authors, *tags;
    int free_access;
} facts[] = {
    {"strings", "\"author\":\"Ann\",\"keywords\":\"a, b;c,,\",\"isAccessibleForFree\":true", "Ann",
     "a|b|c", 1},
    {"lists", "\"author\":[\"Ann\",\"Ann\",\"Bo\"],\"keywords\":[\"a\",{\"name\":\"b\"},7,[]]",
     "Ann|Bo", "a|b", -1},
    {"objects",
     "\"author\":{\"@type\":\"Person\",\"name\":\"Ann\"},\"isAccessibleForFree\":"
     "\"http://schema.org/False\"",
     "Ann", "", 0},
    {"parts of names",
     "\"author\":[{\"givenName\":\"Ann\",\"familyName\":\"Lee\"},{\"givenName\":\"Bo\"},{\"name\":["
     "\"Cy\","
     "\"Di\"]},{\"name\":{\"@value\":\"Ed\"}},{},null]",
     "Ann Lee|Cy|Di|Ed", "", -1},
    {"the creator where there is no author", "\"author\":[],\"creator\":\"Ann\"", "Ann", "", -1},
    {"a person by reference",
     "\"author\":{\"@id\":\"#ann\"},\"about\":{\"@id\":\"#no\",\"name\":\"No\"},\"editor\":{\"@"
     "id\":\"#ann\","
     "\"@type\":\"Person\",\"name\":\"Ann\"}",
     "Ann", "", -1},
    {"a reference to nobody", "\"author\":{\"@id\":\"#nobody\"}", "", "", -1},
    {"a part that costs", "\"hasPart\":[{\"isAccessibleForFree\":\"false\"}]", "", "", 0},
    {"what is no answer",
     "\"isAccessibleForFree\":\"maybe\",\"hasPart\":{\"isAccessibleForFree\":7}", "", "", -1},
};

static const char *joined(struct arena *arena, const char *const *texts, size_t count)
{
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_format(arena, "%s%s%s", all, i ? "|" : "", texts[i]);
    return all;
}

static void test_json_facts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(facts); i++) {
        struct arena arena;
        struct jsonld jsonld;
        arena_init(&arena, 0);
        struct span block = span_of(arena_format(
            &arena, "{\"@type\":[\"Thing\",\"schema:NewsArticle\"],%s}", facts[i].block));
        jsonld_read(&jsonld, &arena, &block, 1, span_of(""));
        assert_string_equal(jsonld.type, "NewsArticle");
        extract_check(facts[i].name, "authors",
                      joined(&arena, jsonld.authors, jsonld.authors_count), facts[i].authors);
        extract_check(facts[i].name, "tags", joined(&arena, jsonld.tags, jsonld.tags_count),
                      facts[i].tags);
        if (jsonld.free_access != facts[i].free_access)
            fail_msg("%s: free access is %d", facts[i].name, jsonld.free_access);
        arena_clear(&arena);
    }
}

/* Nothing is read without end: blocks, depth, lists, articles, objects with an "@id". */
static void test_json_without_end(void **state)
{
    static const struct {
        const char *start, *piece, *end;
        size_t times;
        const char *headline; /* NULL: none is found */
    } cases[] = {
        {"{\"@type\":\"Article\",\"headline\":\"One\",\"x\":\"", "aaaaaaaaaaaaaaaa", "\"}", 1 << 16,
         "One"},
        {"{\"@type\":\"Article\",\"headline\":\"One\",\"x\":\"", "aaaaaaaaaaaaaaaa", "\"}", 1 << 18,
         NULL},
        {"", "{\"a\":[", "{\"@type\":\"Article\",\"headline\":\"One\"}", 5, NULL},
        {"[{\"@type\":\"Article\",\"headline\":\"One\"}",
         ",{\"@type\":\"Article\",\"headline\":\"No\"}", "]", 1000, "One"},
        {"[", "{\"@id\":\"a\",\"x\":1},", "{\"@type\":\"Article\",\"headline\":\"One\"}]", 200,
         "One"},
        {"[", "[],[],[],[],", "{\"@type\":\"Article\",\"headline\":\"One\"}]", 100, NULL},
        {"{\"@type\":\"Article\",\"headline\":\"One\",\"author\":[\"A\"", ",\"B\"", "]}", 9999,
         "One"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct jsonld jsonld;
        struct bytes text;
        arena_init(&arena, 0);
        bytes_init(&text, 0);
        bytes_append_string(&text, cases[i].start);
        for (size_t k = 0; k < cases[i].times; k++)
            bytes_append_string(&text, cases[i].piece);
        bytes_append_string(&text, cases[i].end);
        struct span block = {text.data, text.size};
        jsonld_read(&jsonld, &arena, &block, 1, span_of(""));
        extract_check("without end", cases[i].piece, jsonld.headline, cases[i].headline);
        bytes_clear(&text);
        arena_clear(&arena);
    }
    static struct span blocks[100];
    struct arena arena;
    struct jsonld jsonld;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(blocks); i++)
        blocks[i] = span_of(i == 80 ? "{\"@type\":\"Article\",\"headline\":\"Late\"}" : "[]");
    blocks[2] = (struct span){NULL, 0};
    jsonld_read(&jsonld, &arena, blocks, COUNT(blocks), span_of(""));
    assert_null(jsonld.headline);
    jsonld_read(&jsonld, &arena, blocks + 70, 30, span_of(""));
    assert_string_equal(jsonld.headline, "Late");
    arena_clear(&arena);
}

/* Of several articles the one whose address is the page's. */
static void test_json_of_the_page(void **state)
{
    (void)state;
    struct arena arena;
    struct jsonld jsonld;
    struct span block = span_of(
        "[{\"@type\":\"NewsArticle\",\"headline\":\"Other\",\"url\":\"https://e.example/other\"},"
        "{\"@type\":\"NewsArticle\",\"headline\":\"This\",\"url\":\"https://e.example/this/\"},"
        "{\"@type\":\"ItemList\",\"itemListElement\":[{\"@type\":\"NewsArticle\",\"headline\":"
        "\"Third\",\"url\":\"https://e.example/this\",\"author\":\"X "
        "Y\",\"datePublished\":\"2024\"}]}]");
    arena_init(&arena, 0);
    jsonld_read(&jsonld, &arena, &block, 1, span_of("/this"));
    assert_string_equal(jsonld.headline, "This");
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_canonical),   cmocka_unit_test(test_shortlink),
        cmocka_unit_test(test_sites),       cmocka_unit_test(test_details),
        cmocka_unit_test(test_json_faults), cmocka_unit_test(test_json_of_the_page),
        cmocka_unit_test(test_json_facts),  cmocka_unit_test(test_json_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
