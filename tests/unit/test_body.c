/* Which lines of a page are the article's: small pages in several languages and markups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "extract/article.h"
#include "extract/page_links.h"

#define MENU                                                                                       \
    "<header class=site-header><nav class=menu><ul><li><a href=/>Home</a><li><a href=/news>News"   \
    "</a><li><a href=/sport>Sport</a><li><a href=/culture>Culture</a></ul></nav></header>"
#define FOOTER                                                                                     \
    "<footer class=site-footer><p>© 2024 The Paper. All rights reserved. No part of this page "   \
    "may be used without written permission of the publisher.</p><ul><li><a "                      \
    "href=/privacy>Privacy</a><li><a href=/imprint>Imprint</a></ul></footer>"
#define RELATED(title)                                                                             \
    "<div class=related-articles><h3>" title                                                       \
    "</h3><ul><li><a href=/2024/1/first-other-story>First other story of the day in the town</a>"  \
    "<li><a href=/2024/1/second-other-story>Second other story of the day in the town</a>"         \
    "<li><a href=/2024/1/third-other-story>Third other story of the day in the "                   \
    "town</a></ul></div>"

enum { PIECES_MAX = 8 };

static const struct {
    const char *name, *html;
    const char *kept[PIECES_MAX];
    const char *dropped[PIECES_MAX];
} cases[] = {
    {"an article with menus around it",
     "<html lang=en><title>Bridge opens after nine years | The Paper</title><body>" MENU
     "<main><article><h1>Bridge opens after nine years</h1>"
     "<div class=article-body>"
     "<p>The new bridge over the river opened on Friday, nine years after the council had voted "
     "for it. Thousands came to walk over it before the first cars did.</p>"
     "<p>“We had almost stopped believing in it,” said the mayor, who cut the ribbon in the rain "
     "and then walked across with a class of the nearby school.</p>"
     "<h2>Twice as dear as planned</h2>"
     "<p>It cost twice what had been planned, mostly because the ground turned out to be softer "
     "than the first drillings had shown, and had to be filled with concrete.</p>"
     "<p>From Monday on buses will use it too, and the old ferry will stop for good in May.</p>"
     "</div></article></main>" RELATED("Related stories") FOOTER,
     {"The new bridge over", "We had almost stopped", "It cost twice", "From Monday on buses",
      "Twice as dear as planned"},
     {"Home", "Culture", "other story", "All rights reserved", "Privacy", "Related stories"}},
    {"German, with a newsletter box within the text",
     "<html lang=de><title>Bahn baut um</title><body>" MENU
     "<div class=content><h1>Bahn baut um</h1><div class=story-text>"
     "<p>Die Bahn will in den kommenden drei Jahren vierzig Bahnhöfe umbauen. Das sagte eine "
     "Sprecherin am Montag in Erfurt, nachdem der Aufsichtsrat zugestimmt hatte.</p>"
     "<p>Begonnen wird im Norden, wo viele Bahnsteige zu kurz für die neuen Züge sind. Die "
     "Arbeiten "
     "sollen nachts laufen, damit der Verkehr am Tag nicht leidet.</p>"
     "<div class=newsletter-box><form><p>Newsletter abonnieren: Jeden Morgen das Wichtigste per "
     "E-Mail.</p><button>Anmelden</button></form></div>"
     "<p>Der Fahrgastverband begrüßte die Pläne, verlangte aber einen festen Zeitplan. Zu oft sei "
     "etwas angekündigt worden, das dann nicht kam, sagte der Vorsitzende.</p>"
     "</div></div>" RELATED("Mehr zum Thema") FOOTER,
     {"Die Bahn will in", "Begonnen wird im Norden", "Der Fahrgastverband"},
     {"Newsletter abonnieren", "Anmelden", "other story", "Privacy"}},
    {"Spanish, paragraphs in bare divs",
     "<html lang=es><title>El puerto crece</title><body>" MENU
     "<div id=wrap><h1>El puerto crece</h1><div class=texto>"
     "<div>El puerto de la ciudad movió el año pasado más mercancías que nunca, según las cifras "
     "que publicó este martes la autoridad portuaria en una rueda de prensa.</div>"
     "<div>El aumento se debe, sobre todo, a la nueva terminal de contenedores, que funciona desde "
     "enero y que ha dado trabajo a unas trescientas personas de la zona.</div>"
     "<div>Los vecinos, en cambio, se quejan del ruido y piden que los camiones no pasen por el "
     "centro durante la noche, algo que el ayuntamiento estudia.</div>"
     "</div></div>" FOOTER,
     {"El puerto de la ciudad", "El aumento se debe", "Los vecinos, en cambio"},
     {"Sport", "All rights reserved"}},
    {"Russian",
     "<html lang=ru><title>Мост открыт</title><body>" MENU "<article><h1>Мост открыт</h1>"
     "<p>Новый мост через реку открылся в пятницу, спустя девять лет после того, как городской "
     "совет проголосовал за строительство.</p>"
     "<p>По словам мэра, строительство обошлось вдвое дороже, чем планировалось, потому что грунт "
     "оказался мягче, чем показывали первые исследования.</p>"
     "<p>С понедельника по мосту пойдут и автобусы, а старый паром прекратит работу в мае, "
     "сообщили в мэрии.</p></article>" FOOTER,
     {"Новый мост через реку", "По словам мэра", "С понедельника"},
     {"Culture", "All rights reserved"}},
    {"Japanese, one text with line breaks",
     "<html lang=ja><title>新しい橋が開通</title><body>" MENU
     "<div class=article><h1>新しい橋が開通</h1><div class=body>"
     "川に架かる新しい橋が金曜日に開通した。議会が建設を決めてから九年になる。多くの市民が車より先"
     "に橋を歩いて渡った。<br><br>"
     "市長は雨の中でテープを切り、近くの学校の子どもたちと一緒に橋を渡った。「もう信じるのをやめか"
     "けていた」と市長は話した。<br><br>"
     "工事費は計画の二倍になった。地盤が最初の調査よりも柔らかく、コンクリートで固める必要があった"
     "ためだ。"
     "</div></div>" FOOTER,
     {"川に架かる", "市長は雨の中で", "工事費は計画の二倍"},
     {"Sport", "All rights reserved"}},
    {"a consent notice and a label of advertising are never the article",
     "<html lang=en><title>Market day moves</title><body>" MENU
     "<div class=post><h1>Market day moves</h1><div class=content>"
     "<p>The weekly market will move to the old station square from next month on, as the streets "
     "around the town hall are going to be dug up.</p>"
     "<p>Advertisement</p>"
     "<p>Most traders welcome the move, since there is more room on the square and the bus stops "
     "right in front of it, they told the council.</p>"
     "<p>This website uses cookies to improve your experience while you navigate through it, and "
     "some of them are stored on your browser as they are essential.</p>"
     "<p>Only the fish stall has not decided yet whether it will come along, because it needs "
     "water and drains that the square does not have.</p></div></div>" FOOTER,
     {"The weekly market", "Most traders", "Only the fish stall"},
     {"Advertisement", "uses cookies"}},
    {"short lines of a list belong to the text around them",
     "<html lang=en><title>Pear jam with honey | The Kitchen</title><body>" MENU
     "<main><article><h1>Pear jam with honey</h1><div class=entry-content>"
     "<p>When the pears fall in September there are always more of them than one can eat. This jam "
     "keeps them until spring, and needs an hour of your time.</p><h2>What you need</h2>"
     "<ul><li>two pounds of ripe pears</li><li>one lemon</li><li>half a pound of honey</li></ul>"
     "<h2>How it is made</h2><ol><li>Peel the pears and cut them small.</li>"
     "<li>Boil them with the juice of the lemon.</li><li>Stir in the honey.</li></ol>"
     "<p>Kept in a cool cellar it lasts for a year, although in our house no glass has ever seen "
     "the summer, as it goes well with cheese too.</p></div></article></main>" FOOTER,
     {"When the pears fall", "What you need", "one lemon", "How it is made", "Stir in the honey",
      "Kept in a cool cellar"},
     {"Home", "Culture", "All rights reserved", "Privacy"}},
    {"comments are not the article",
     "<html lang=en><title>Rain until Sunday</title><body>" MENU
     "<article class=post><h1>Rain until Sunday</h1><div class=entry-content>"
     "<p>It will rain until Sunday at least, the weather service said, and rivers in the south may "
     "rise above their banks in some places during the night.</p>"
     "<p>People who live near the water were asked to move their cars and to keep their cellars "
     "free, as the fire brigade can't be everywhere at once.</p>"
     "<p>The coming week should be dry and a little warmer, with light winds from the west and "
     "some sun in the afternoons.</p></div></article>"
     "<section id=comments class=comments-area><h2>3 comments</h2><ol class=comment-list>"
     "<li class=comment><p>I have lived here for thirty years and never saw so much rain in one "
     "week, it is quite frightening if you ask me.</p>"
     "<li class=comment><p>They say that every year, and every year my cellar stays dry, so I "
     "shall leave the car where it is.</p></ol></section>" FOOTER,
     {"It will rain until", "People who live near", "The coming week"},
     {"thirty years", "every year my cellar", "All rights reserved"}},
};

static void extract(struct page *page, struct arena *arena, const char *html, size_t size)
{
    assert_int_equal(article_extract(page, arena, html, size, "https://example.org/2024/5/a-story",
                                     "text/html; charset=utf-8", 1790000000000),
                     0);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct page page;
        arena_init(&arena, 0);
        extract(&page, &arena, cases[i].html, strlen(cases[i].html));
        const char *body = page.article.body ? page.article.body : "";
        for (size_t k = 0; k < PIECES_MAX && cases[i].kept[k]; k++)
            if (!strstr(body, cases[i].kept[k]))
                fail_msg("%s: '%s' is missing in:\n%s", cases[i].name, cases[i].kept[k], body);
        for (size_t k = 0; k < PIECES_MAX && cases[i].dropped[k]; k++)
            if (strstr(body, cases[i].dropped[k]))
                fail_msg("%s: '%s' is in:\n%s", cases[i].name, cases[i].dropped[k], body);
        arena_clear(&arena);
    }
}

static void test_page_facts(void **state)
{
    (void)state;
    static const char html[] =
        "<head><base href='https://example.org/base/'><link rel='alternate' title=All "
        "type='application/rss+xml' href=feed.xml><link rel=alternate hreflang=fr href=/fr>"
        "<link rel=amphtml href=/amp><link rel=next href='?page=2'>"
        "<meta name=robots content='noindex, NOARCHIVE'><meta name=tdm-reservation content=1>"
        "<meta http-equiv=refresh content=\"3; URL='/there'\"></head>"
        "<body><a href=one>One</a><a href='one#part'>One in more words</a>"
        "<a href='mailto:a@example.org'>Mail</a><a href='#top'>Up</a><a href='javascript:x()'>x</a>"
        "<a href='//example.com/two' rel=nofollow> Two\n words</a>";
    struct arena arena;
    struct page page;
    arena_init(&arena, 0);
    extract(&page, &arena, html, sizeof(html) - 1);
    assert_int_equal(page.feeds_count, 1);
    assert_string_equal(page.feeds[0].url, "https://example.org/base/feed.xml");
    assert_string_equal(page.feeds[0].title, "All");
    assert_string_equal(page.amp_url, "https://example.org/amp");
    assert_string_equal(page.next_url, "https://example.org/base/?page=2");
    assert_string_equal(page.refresh_url, "https://example.org/there");
    assert_int_equal(page.rights, RIGHTS_NOINDEX | RIGHTS_NOARCHIVE | RIGHTS_TDM);
    assert_false(page.nofollow);
    struct link_record *links;
    assert_int_equal(page_links_all(&links, &page), 2);
    assert_string_equal(links[0].url, "https://example.org/base/one");
    assert_string_equal(links[0].anchor, "One in more words");
    assert_string_equal(links[1].url, "https://example.com/two");
    assert_string_equal(links[1].anchor, "Two words");
    assert_string_equal(links[1].rel, "nofollow");
    arena_clear(&arena);
}

static void test_links_of_body(void **state)
{
    (void)state;
    static const char html[] =
        "<html lang=en><title>Bridge opens</title>"
        "<meta property=article:published_time content='2024-05-03T10:00:00Z'><body>" MENU
        "<article><h1>Bridge opens</h1><div class=article-body>"
        "<p>The new bridge over the river opened on Friday, nine years after the council had voted "
        "for it, as <a href=/2015/vote-on-the-bridge>we wrote back then</a> in this paper.</p>"
        "<p>“We had almost stopped believing in it,” said the mayor, who cut the ribbon in the "
        "rain and then walked across with a class of the nearby school.</p>"
        "<p>It cost twice what had been planned, mostly because the ground turned out to be softer "
        "than the first drillings had shown, and had to be filled with concrete.</p>"
        "</div></article>" RELATED("Related stories") "<nav class=menu><a "
                                                      "href=/2015/vote-on-the-bridge>The council "
                                                      "votes for a bridge</a></nav>" FOOTER;
    struct arena arena;
    struct page page;
    arena_init(&arena, 0);
    extract(&page, &arena, html, sizeof(html) - 1);
    struct link_record *links;
    size_t count = page_links_all(&links, &page), found = 0;
    for (size_t i = 0; i < count; i++) {
        bool expected = strstr(links[i].url, "/vote-on-the-bridge") != NULL;
        found += expected;
        if (links[i].in_body != expected)
            fail_msg("%s: in_body is %d", links[i].url, links[i].in_body);
    }
    assert_int_equal(found, 1);
    assert_int_equal(page_links_of_text(&links, &page), 1);
    assert_string_equal(links[0].url, "https://example.org/2015/vote-on-the-bridge");
    assert_string_equal(links[0].anchor, "we wrote back then"); /* not the menu's, longer */
    assert_true(links[0].in_body);
    arena_clear(&arena);
}

/* A page that is no article has no text for links to stand in: its menus lead to sections. */
static void test_links_of_no_article(void **state)
{
    (void)state;
    static const char html[] =
        "<html lang=en><title>The Paper</title><body>" MENU
        "<table><tr><td><h2>News</h2><p>12 May 2024<br><a href=/news?id=1>The bridge opens after "
        "nine years</a><br>The doors opened at noon, and by the evening 9,000 people had walked "
        "over it to the other side.<p>11 May 2024<br><a href=/news?id=2>The harbour grows</a><br>"
        "The council voted 32 to 3 for it on Monday, after four hours of talk in the old town "
        "hall.<p>10 May 2024<br><a href=/news?id=3>Five eggs</a><br>A stork is back on the roof of "
        "the school for the first time in thirty years.</table>" FOOTER;
    struct arena arena;
    struct page page;
    arena_init(&arena, 0);
    assert_int_equal(article_extract(&page, &arena, html, sizeof(html) - 1, "https://example.org/",
                                     "text/html; charset=utf-8", 1790000000000),
                     0);
    assert_false(page.article.is_article);
    struct link_record *links;
    size_t count = page_links_all(&links, &page);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++)
        if (links[i].in_body)
            fail_msg("%s is in the body", links[i].url);
    assert_int_equal(page_links_of_text(&links, &page), 0);
    arena_clear(&arena);
}

/* Bytes that are no page at all give no body, and no crash. */
static void test_no_pages(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        size_t size;
    } inputs[] = {
        {"", 0},
        {"\0\0\0\0", 4},
        {"\xff\xfe", 2},
        {"<", 1},
        {"</", 2},
        {"<!--", 4},
        {"<a href='", 9},
        {"<script type=application/ld+json>{\"articleBody\":\"", 49},
        {"<script type=application/ld+json>{\"articleBody\":\"a\\u12\"}</script>", 66},
        {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16},
    };
    for (size_t i = 0; i < COUNT(inputs); i++) {
        struct arena arena;
        struct page page;
        char *exact = alloc_bytes(inputs[i].size + 1); /* so that a byte too far is seen */
        exact = alloc_resized(exact, inputs[i].size ? inputs[i].size : 1);
        memcpy(exact, inputs[i].data, inputs[i].size);
        arena_init(&arena, 0);
        extract(&page, &arena, exact, inputs[i].size);
        struct link_record *links;
        assert_int_equal(page_links_all(&links, &page), 0);
        arena_clear(&arena);
        free(exact);
    }
}

/* Pages made to cost much: time and memory stay in bounds. */
static void test_bombs(void **state)
{
    (void)state;
    enum { TIMES = 100000, MEMORY_MAX = 64 << 20 };
    static const char *const pieces[][2] = {
        {"<script type=application/ld+json>{", "\"articleBody\":\"\","},
        {"<script type=application/ld+json>{", "\"articleBody\":\"a\\"},
        {"<p>", "line<br>"},
        {"<p>", "<b class=a>word</b> "},
        {"<p>", "cookies newsletter share "},
        {"<b><i><u><s><b><i><u><s>", "x<br><i></i>"},
        {"", "<a href=/x>x</a>"},
    };
    for (size_t i = 0; i < COUNT(pieces); i++) {
        struct arena arena;
        struct page page;
        size_t size = strlen(pieces[i][1]);
        char *html = alloc_bytes(strlen(pieces[i][0]) + TIMES * size + 16);
        char *at = stpcpy(html, pieces[i][0]);
        for (size_t k = 0; k < TIMES; k++)
            at = stpcpy(at, pieces[i][1]);
        at = stpcpy(at, "</script>");
        arena_init(&arena, 0);
        uint64_t before = clock_thread_cpu_us();
        extract(&page, &arena, html, (size_t)(at - html));
        uint64_t took = clock_thread_cpu_us() - before;
        if (took > 5000000 || arena.bytes > MEMORY_MAX)
            fail_msg("%s: %ju us, %zu bytes", pieces[i][1], (uintmax_t)took, arena.bytes);
        arena_clear(&arena);
        free(html);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),         cmocka_unit_test(test_page_facts),
        cmocka_unit_test(test_links_of_body), cmocka_unit_test(test_links_of_no_article),
        cmocka_unit_test(test_no_pages),      cmocka_unit_test(test_bombs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
