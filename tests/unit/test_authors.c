#include "extract/authors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/extract.h"

static const char url[] = "https://www.the-herald.example.com/2024/05/03/old-bridge";

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
        extract_page(&page, &arena, authors[i].html, url);
        extract_check(authors[i].name, "authors",
                      extract_joined(&arena, page.article.authors, page.article.authors_count),
                      authors[i].authors);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_authors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
