#include "extract/metadata.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "extract/article.h"
#include "extract/jsonld.h"

enum { NOW_S = 1767225600 }; /* 1 January 2026 */

/* Enough prose to be a body. */
#define PROSE                                                                                      \
    "<p>The council met on a cold evening to talk about the old bridge, which carries more "       \
    "traffic than it was built for, and about who should pay for a new one in the years "          \
    "ahead.</p>"                                                                                   \
    "<p>Nobody in the room thought that the matter would be settled soon, but all agreed that "    \
    "something has to be done before another winter damages the arches any further.</p>"

static const char url[] = "https://www.the-herald.example.com/2024/05/03/old-bridge";

static const char *joined(struct arena *arena, const char *const *items, size_t count)
{
    const char *all = "";
    for (size_t i = 0; i < count; i++)
        all = arena_format(arena, "%s%s%s", all, i ? "; " : "", items[i]);
    return all;
}

static void extract(struct page *page, struct arena *arena, const char *html, const char *address)
{
    arena_init(arena, 0);
    article_extract(page, arena, html, strlen(html), address, "text/html; charset=utf-8",
                    INT64_C(1000) * NOW_S);
}

static void check(const char *name, const char *what, const char *got, const char *expected)
{
    if (!got != !expected || (got && strcmp(got, expected) != 0))
        fail_msg("%s: %s is '%s', expected '%s'", name, what, got ? got : "(none)",
                 expected ? expected : "(none)");
}

static const struct {
    const char *name, *html, *title;
} titles[] = {
    {"a site's name behind the headline goes",
     "<title>Old bridge to stay | The Herald</title><meta property=og:site_name content='The "
     "Herald'>" PROSE,
     "Old bridge to stay"},
    {"a site's name before the headline goes",
     "<title>The Herald - Old bridge to stay</title><h1>Old bridge to stay</h1>" PROSE,
     "Old bridge to stay"},
    {"the host names the site too",
     "<title>Old bridge to stay - The-Herald</title><meta property=og:title content='Old bridge "
     "to stay - The Herald'>" PROSE,
     "Old bridge to stay - The Herald"},
    {"a hyphen inside the headline stays",
     "<title>Bridge - what comes next? - The Herald</title><h1>Bridge - what comes "
     "next?</h1>" PROSE,
     "Bridge - what comes next?"},
    {"the page's headline beats a shorter social one",
     "<meta property=og:title content='Bridge will stay'><title>Old bridge stays after all, "
     "council says</title><h1>Old bridge stays after all, council says</h1>" PROSE,
     "Old bridge stays after all, council says"},
    {"a kicker inside the h1 goes where og:title has none",
     "<meta property=og:title content='Old bridge to stay for good'><h1><span>Traffic</span> Old "
     "bridge to stay for good</h1>" PROSE,
     "Old bridge to stay for good"},
    {"JSON-LD settles it between og:title and h1",
     "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Bridge vote "
     "postponed again\"}</script><meta property=og:title content='Bridge vote postponed again'>"
     "<h1>Council puts off bridge vote again</h1>" PROSE,
     "Bridge vote postponed again"},
    {"an h1 with a link to the front page is a logo",
     "<title>The Daily Moon \xc2\xbb Old bridge to stay</title><h1><a href='/'>The Daily "
     "Moon</a></h1><h2>Old bridge to stay</h2>" PROSE,
     "Old bridge to stay"},
    {"without an h1 the part of <title> that the page shows",
     "<title>Archive \xc2\xbb Old bridge to stay</title><div><b>Old bridge to stay</b></div>" PROSE,
     "Old bridge to stay"},
    {"entities are decoded once more than the parser does, and no further",
     "<meta property=og:title content='Tom &amp;amp; Jerry &amp;#8217;24'>" PROSE,
     "Tom & Jerry \xe2\x80\x99"
     "24"},
    {"nothing to go by", "<p>x</p>", NULL},
};

static void test_titles(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(titles); i++) {
        struct arena arena;
        struct page page;
        extract(&page, &arena, titles[i].html, url);
        check(titles[i].name, "title", page.article.title, titles[i].title);
        arena_clear(&arena);
    }
}

#define LD(author)                                                                                 \
    "<script type='application/ld+json'>{\"@context\":\"https://schema.org\","                     \
    "\"@type\":\"NewsArticle\",\"headline\":\"Old bridge to stay\",\"author\":" author             \
    ",\"publisher\":{\"@type\":\"Organization\",\"name\":\"The Herald\"}}</script>"                \
    "<h1>Old bridge to stay</h1>"

static const struct {
    const char *name, *html, *authors;
} authors[] = {
    {"JSON-LD: one person", LD("{\"@type\":\"Person\",\"name\":\"Jane Doe\"}") PROSE, "Jane Doe"},
    {"JSON-LD: a list", LD("[{\"name\":\"Jane Doe\"},{\"name\":\"John Roe\"}]") PROSE,
     "Jane Doe; John Roe"},
    {"JSON-LD: names in one string", LD("\"Jane Doe, John Roe and Ann Poe\"") PROSE,
     "Jane Doe; John Roe; Ann Poe"},
    {"JSON-LD: a list of names in one person", LD("{\"name\":[\"Jane Doe\",\"John Roe\"]}") PROSE,
     "Jane Doe; John Roe"},
    {"JSON-LD: a reference into the graph",
     "<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"Article\",\"author\":{\"@id\":"
     "\"#p1\"},\"headline\":\"Old bridge\"},{\"@type\":\"Person\",\"@id\":\"#p1\",\"name\":\"Jane "
     "Doe\"}]}</script><h1>Old bridge</h1>" PROSE,
     "Jane Doe"},
    {"a byline names who the site's own name hides",
     LD("{\"@type\":\"Organization\",\"name\":\"The Herald\"}") "<div class=byline>By <b>Jane "
                                                                "Doe</b>, Staff Writer</div>" PROSE,
     "Jane Doe"},
    {"the site's own name where nobody else is named",
     LD("{\"@type\":\"Organization\",\"name\":\"The Herald\"}") PROSE, "The Herald"},
    {"addresses are no names",
     "<meta property=article:author content='https://social.example/janedoe'><h1>Old bridge</h1>"
     "<p class=author>Jane Doe</p>" PROSE,
     "Jane Doe"},
    {"a role behind the name goes",
     "<h1>Old bridge</h1><p class=byline>By Jane Doe, Chief Reporter</p>" PROSE, "Jane Doe"},
    {"a date behind the name goes",
     "<h1>Old bridge</h1><p class=author>Jane Doe 3 May 2024, 14:30</p>" PROSE, "Jane Doe"},
    {"elements that touch",
     "<h1>Old bridge</h1><p class=byline><span>By</span><a>Jane "
     "Doe</a><time>May 3</time></p>" PROSE,
     "Jane Doe"},
    {"a link's title is no name",
     "<h1>Old bridge</h1><span class=author><a href=/author/jane>View all posts by Jane "
     "Doe</a></span>" PROSE,
     "Jane Doe"},
    {"commenters are no authors",
     "<h1>Old bridge</h1><p class=byline>By Jane Doe</p>" PROSE
     "<div id=comments><p class=author>Troll One</p></div>",
     "Jane Doe"},
    {"two elements side by side",
     "<h1>Old bridge</h1><p><a rel=author href=/a>Jane Doe</a> and <a rel=author href=/b>John "
     "Roe</a></p>" PROSE,
     "Jane Doe; John Roe"},
    {"German prose",
     "<h1>Die alte Br\xc3\xbc"
     "cke</h1><p>Von Max Muster und Eva Beispiel</p>" PROSE,
     "Max Muster; Eva Beispiel"},
    {"French prose", "<h1>Le vieux pont</h1><p>Par Jean Dupont et Marie Durand</p>" PROSE,
     "Jean Dupont; Marie Durand"},
    {"Spanish prose", "<h1>El puente viejo</h1><p>Por Juan P\xc3\xa9rez</p>" PROSE,
     "Juan P\xc3\xa9rez"},
    {"a label in prose",
     "<h1>Die alte Br\xc3\xbc"
     "cke</h1>" PROSE "<p>Text: Max Muster</p>",
     "Max Muster"},
    {"behind a date",
     "<h1>Die alte Br\xc3\xbc"
     "cke</h1><p>3. Mai 2024 von Max Muster</p>" PROSE,
     "Max Muster"},
    {"beside a date",
     "<h1>Die alte Br\xc3\xbc"
     "cke</h1><p>03.05.2024 | 13:10 Uhr | Eva Beispiel</p>" PROSE,
     "Eva Beispiel"},
    {"a sentence is no byline",
     "<h1>Old bridge</h1><p>By the time the council met it was too late.</p>" PROSE, ""},
    {"a nobleman keeps his particle",
     "<h1>Br\xc3\xbc"
     "cke</h1><p class=author>Von der Heide</p>" PROSE,
     "Von der Heide"},
};

static void test_authors(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(authors); i++) {
        struct arena arena;
        struct page page;
        extract(&page, &arena, authors[i].html, url);
        check(authors[i].name, "authors",
              joined(&arena, page.article.authors, page.article.authors_count), authors[i].authors);
        arena_clear(&arena);
    }
}

static const struct {
    const char *name, *address, *html, *why;
} kinds[] = {
    {"an article", url, "<h1>Old bridge</h1>" PROSE, NULL},
    {"a wall against robots", url,
     "<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>", "bot wall"},
    {"a headline with the words of a wall", url,
     "<title>Just a moment of silence for the old bridge that fell last night</title><h1>Just a "
     "moment of silence for the old bridge that fell last night</h1>" PROSE,
     NULL},
    {"a page that is not there", url,
     "<title>Page not found - The Herald</title><p>The page may have moved.</p>", "soft 404"},
    {"the same in German", url,
     "<title>Seite nicht gefunden</title><p>Leider gibt es diese Seite nicht.</p>", "soft 404"},
    {"a consent page", url, "<title>Before you continue</title><p>We use cookies.</p>",
     "consent page"},
    {"the front page", "https://the-herald.example.com/", "<h1>The Herald</h1>" PROSE,
     "front page"},
    {"a list of a tag", "https://the-herald.example.com/tag/bridges", "<h1>Bridges</h1>" PROSE,
     "section page"},
    {"no text at all", url, "<h1>Old bridge</h1>", "no text"},
    {"a video", url,
     "<meta property=og:type content=video.other><h1>Old bridge</h1><p>Watch it fall.</p>",
     "video page"},
};

static void test_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct arena arena;
        struct page page;
        extract(&page, &arena, kinds[i].html, kinds[i].address);
        check(kinds[i].name, "why", page.article.not_article_why, kinds[i].why);
        assert_true(page.article.is_article == !kinds[i].why);
        arena_clear(&arena);
    }
}

static const struct {
    const char *name, *html;
    int free_access;
} accesses[] = {
    {"not said", "<h1>Old bridge</h1>" PROSE, -1},
    {"false as text",
     "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Old bridge\","
     "\"isAccessibleForFree\":\"False\"}</script><h1>Old bridge</h1>" PROSE,
     0},
    {"true",
     "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Old "
     "bridge\",\"isAccessibleForFree\":true}</script><h1>Old bridge</h1>" PROSE,
     1},
    {"a part that costs",
     "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":\"Old bridge\","
     "\"hasPart\":{\"isAccessibleForFree\":false,\"cssSelector\":\".p\"}}</script><h1>Old "
     "bridge</h1>" PROSE,
     0},
    {"a tier", "<meta property=article:content_tier content=metered><h1>Old bridge</h1>" PROSE, 0},
};

static void test_access(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(accesses); i++) {
        struct arena arena;
        struct page page;
        extract(&page, &arena, accesses[i].html, url);
        if (page.article.free_access != accesses[i].free_access)
            fail_msg("%s: got %d, expected %d", accesses[i].name, page.article.free_access,
                     accesses[i].free_access);
        arena_clear(&arena);
    }
}

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
        extract(&page, &arena, canonicals[i].html, url);
        check(canonicals[i].name, "canonical", page.article.canonical_url, canonicals[i].canonical);
        arena_clear(&arena);
    }
}

static void test_details(void **state)
{
    (void)state;
    struct arena arena;
    struct page page;
    extract(
        &page, &arena,
        "<meta name=keywords content='bridge, council; Bridge'><meta property=article:section "
        "content=Local><meta property=og:image content=/i.jpg><meta name=description "
        "content='What the council said.'><meta property=og:site_name content='The Herald'>" PROSE,
        url);
    check("tags", "tags", joined(&arena, page.article.tags, page.article.tags_count),
          "bridge; council");
    check("section", "section", page.article.section, "Local");
    check("image", "image", page.article.image_url, "https://www.the-herald.example.com/i.jpg");
    check("lead", "lead", page.article.lead, "What the council said.");
    check("site", "site", page.article.site_name, "The Herald");
    arena_clear(&arena);
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
        check(faults[i].name, "headline", jsonld.headline, faults[i].headline);
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
        cmocka_unit_test(test_titles),      cmocka_unit_test(test_authors),
        cmocka_unit_test(test_kinds),       cmocka_unit_test(test_access),
        cmocka_unit_test(test_canonical),   cmocka_unit_test(test_details),
        cmocka_unit_test(test_json_faults), cmocka_unit_test(test_json_of_the_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
