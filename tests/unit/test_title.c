#include "extract/title.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/extract.h"

static const char url[] = "https://www.the-herald.example.com/2024/05/03/old-bridge";

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
    {"a kicker of the h1 goes by its class",
     "<title>Old bridge to stay</title><h1><span class=article__kicker>Traffic</span> Old bridge "
     "to stay</h1>" PROSE,
     "Old bridge to stay"},
    {"so does a line below, and what only screen readers say",
     "<h1><span class=sr-only>Headline:</span>Die alte Br\xc3\xbc"
     "cke bleibt <small class=subtitle>Der Rat hat entschieden</small></h1>" PROSE,
     "Die alte Br\xc3\xbc"
     "cke bleibt"},
    {"what an element with a mark parts from the headline is a kicker",
     "<h1><span class=a7>Le pont</span><span class=a8> : </span><span class=a9>La mairie a "
     "tranch\xc3\xa9</span></h1>" PROSE,
     "La mairie a tranch\xc3\xa9"},
    {"a kicker stays where og:title and JSON-LD have it too",
     "<meta property=og:title content='Traffic: Old bridge to stay'><h1><span class=kicker>Traffic:"
     "</span> Old bridge to stay</h1>" PROSE,
     "Traffic: Old bridge to stay"},
    {"an h1 that is all of one class has no kicker",
     "<h1><span class=section-label>Old bridge to stay</span></h1>" PROSE, "Old bridge to stay"},
    {"a headline about the site is not the site's name",
     "<meta property=og:site_name content='The Herald'><meta property=og:title content='A letter "
     "to all'><title>A letter to all</title><h1>Letters to the editor: what The Herald does with "
     "what you write to it</h1><script type=application/ld+json>{\"@type\":\"NewsArticle\","
     "\"headline\":\"Letters to the editor: what The Herald does with what you write to "
     "it\"}</script>" PROSE,
     "Letters to the editor: what The Herald does with what you write to it"},
    {"an og:title that a quotation mark cut short",
     "<title>Mayor calls bridge a \"ruin\" | Herald</title><meta property=og:title content=\"Mayor "
     "calls bridge a \"ruin\"\"><h2>Mayor calls bridge a \"ruin\"</h2>" PROSE,
     "Mayor calls bridge a \"ruin\""},
    {"<title> settles it between h1 and a wording for streams",
     "<title>Council: Old bridge not to be torn down</title><meta property=og:title content='Old "
     "bridge will stay for good'><script type=application/ld+json>{\"@type\":\"NewsArticle\","
     "\"headline\":\"Old bridge will stay for good\"}</script><h1>Council: Old bridge not to be "
     "torn down</h1>" PROSE,
     "Council: Old bridge not to be torn down"},
    {"of two h1s the one that og:title has, though the other shares its words",
     "<meta property=og:title content='About us'><title>About us | The Herald</title>"
     "<h1>About us</h1>" PROSE "<h1>About The Herald</h1>",
     "About us"},
    {"the only h1 where the head speaks to search engines",
     "<title>Bridges, roads, traffic: all you want to know</title><meta property=og:title "
     "content='Bridges, roads, traffic: all you want to know'><h1>How the council works</h1>" PROSE,
     "How the council works"},
    {"but not where the page is declared an article",
     "<meta property=og:type content=article><title>Old bridge to stay</title><meta "
     "property=og:title content='Old bridge to stay'><h1>Read this week's magazine</h1>" PROSE,
     "Old bridge to stay"},
    {"nor the word that names a section",
     "<title>Old bridge to stay</title><meta property=og:title content='Old bridge to stay'>"
     "<h1>Local news</h1>" PROSE,
     "Old bridge to stay"},
    {"nothing to go by", "<p>x</p>", NULL},
};

static void test_titles(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(titles); i++) {
        struct arena arena;
        struct page page;
        extract_page(&page, &arena, titles[i].html, url);
        extract_check(titles[i].name, "title", page.article.title, titles[i].title);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_titles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
