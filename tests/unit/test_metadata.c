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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
