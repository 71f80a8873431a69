#include "extract/pagedate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "extract/article.h"
#include "extract/datescan.h"

enum { NOW_S = 1767225600 }; /* 1 January 2026 */

#define PROSE                                                                                      \
    "<p>The council met on a cold evening to talk about the old bridge, which carries more "       \
    "traffic than it was built for, and about who should pay for a new one in the years "          \
    "ahead.</p>"
#define HEAD "<title>Old bridge</title><h1>Old bridge</h1>"
#define LD(fields)                                                                                 \
    "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Old "            \
    "bridge\"," fields "}</script>"

static const struct {
    const char *name, *url, *html, *published, *from;
} cases[] = {
    {"JSON-LD, with its zone", NULL,
     LD("\"datePublished\":\"2024-05-03T15:47:42+02:00\"") HEAD PROSE, "2024-05-03T15:47:42+02:00",
     "json-ld"},
    {"meta", NULL, "<meta property=article:published_time content=2024-05-03T13:47:42Z>" HEAD PROSE,
     "2024-05-03T13:47:42Z", "meta"},
    {"a day in JSON-LD, the time in a meta", NULL,
     LD("\"datePublished\":\"2024-05-03\"") "<meta property=article:published_time "
                                            "content=2024-05-03T08:00:00+02:00>" HEAD PROSE,
     "2024-05-03T08:00:00+02:00", "json-ld"},
    {"microdata", NULL, HEAD "<meta itemprop=datePublished content=2024-05-03>" PROSE, "2024-05-03",
     NULL},
    {"the modified date is not the published one", NULL,
     "<meta property=article:modified_time content=2024-06-01T10:00:00Z>" HEAD
     "<time datetime=2024-05-03T10:00:00Z>3 May</time>" PROSE,
     "2024-05-03T10:00:00Z", "time-tag"},
    {"nothing but a modified date", NULL,
     "<meta property=article:modified_time content=2024-06-01T10:00:00Z>" HEAD PROSE,
     "2024-06-01T10:00:00Z", "meta"},
    {"a date after now is not believed", NULL,
     LD("\"datePublished\":\"2031-05-03\"") HEAD "<time datetime=2024-05-03>3 May</time>" PROSE,
     "2024-05-03", "time-tag"},
    {"the address", "https://example.com/2024/05/03/bridge", HEAD PROSE, "2024-05-03", "url"},
    {"the address that the page says it has", "https://example.com/?p=7",
     "<link rel=canonical href=/2024/05/03/bridge>" HEAD PROSE, "2024-05-03", "url"},
    {"the same for a network", NULL,
     "<meta name=og:url content=https://example.com/2024/05/03/bridge>" HEAD PROSE, "2024-05-03",
     "url"},
    {"an element of the page's own making", NULL,
     HEAD "<relative-time datetime=2024-05-03T10:00:00Z>x</relative-time>" PROSE,
     "2024-05-03T10:00:00Z", "time-tag"},
    {"seconds in an attribute", NULL, HEAD "<abbr data-utime=1714744062>x</abbr>" PROSE,
     "2024-05-03T13:47:42Z", "time-tag"},
    {"figures in the address", "https://example.com/news-20240503-bridge.html", HEAD PROSE,
     "2024-05-03", "url"},
    {"the page's own zone, told by its address", "https://example.com/2024/05/03/bridge",
     LD("\"datePublished\":\"2024-05-04T02:25:54Z\"") HEAD PROSE, "2024-05-03T23:25:54-03:00",
     "json-ld"},
    {"English text", NULL, HEAD "<p>Published on May 3, 2024</p>" PROSE, "2024-05-03", "text"},
    {"German text", NULL, "<html lang=de>" HEAD "<p>3. Mai 2024</p>" PROSE, "2024-05-03", "text"},
    {"German figures", NULL, "<html lang=de>" HEAD "<p>Stand: 03.05.2024, 14:30 Uhr</p>" PROSE,
     "2024-05-03T14:30:00Z", "text"},
    {"French text", NULL, "<html lang=fr>" HEAD "<p>Publi\xc3\xa9 le 3 mai 2024</p>" PROSE,
     "2024-05-03", "text"},
    {"Spanish text", NULL, "<html lang=es>" HEAD "<p>3 de mayo de 2024</p>" PROSE, "2024-05-03",
     "text"},
    {"Russian text", NULL, "<html lang=ru>" HEAD "<p>3 \xd0\xbc\xd0\xb0\xd1\x8f 2024</p>" PROSE,
     "2024-05-03", "text"},
    {"Japanese text", NULL,
     "<html lang=ja>" HEAD "<p>2024\xe5\xb9\xb4"
     "5\xe6\x9c\x88"
     "3\xe6\x97\xa5</p>" PROSE,
     "2024-05-03", "text"},
    {"a word that touches", NULL, HEAD "<p>Date:<b>3 May 2024</b></p>" PROSE, "2024-05-03", "text"},
    {"the byline's date, not the copyright's", NULL,
     "<p>\xc2\xa9 2 January 2025 The Herald</p>" HEAD "<p class=date>3 May 2024</p>" PROSE,
     "2024-05-03", "text"},
    {"the byline's date, not one of related articles", NULL,
     HEAD "<p>3 May 2024</p>" PROSE "<div class=related><p>4 May 2024</p></div>", "2024-05-03",
     "text"},
    {"the byline's date, not a comment's", NULL,
     HEAD PROSE "<p>Posted: 3 May 2024</p><div id=comments><time datetime=2024-05-09>9 May</time>"
                "</div>",
     "2024-05-03", "text"},
    {"day or month first is the language's choice", NULL,
     "<html lang=en-GB><meta name=date content=03/05/2024>" HEAD PROSE, "2024-05-03", "meta"},
    {"another place settles which comes first", NULL,
     "<html lang=de><meta name=date content='11/01/2023 12:43:42'>" HEAD
     "<p class=date>1. November 2023</p>" PROSE,
     "2023-11-01T12:43:42Z", "meta"},
    {"midnight in Berlin", NULL,
     "<html lang=de>" LD("\"datePublished\":\"2022-11-06T23:00:00Z\"") HEAD,
     "2022-11-07T00:00:00+01:00", "json-ld"},
    {"seconds since 1970", NULL, HEAD "<span class=date data-timestamp=1714744062>x</span>" PROSE,
     "2024-05-03T13:47:42Z", "time-tag"},
    {"a post of a social network has its own date", NULL,
     "<p class=date>May 3, 2024</p>" HEAD PROSE "<blockquote><p>Look at it!</p><time "
     "datetime=2024-05-01T10:00:00Z>May 1, 2024</time></blockquote>",
     "2024-05-03", "text"},
    {"the date with a time of day, not those of a list", NULL,
     "<p>03.05.2024 10:16 - Local news - by the desk, and others</p>" HEAD PROSE PROSE PROSE PROSE
         PROSE PROSE
     "<div>02.05.2024</div><p>One story</p><div>01.05.2024</div><p>Another story</p>",
     "2024-05-03T10:16:00Z", "text"},
    {"a date before the first sentence", NULL,
     HEAD "<p>(3 May 2024) The council met on a cold evening to talk about the old bridge, which "
          "carries more traffic than it was built for. It had met before on 1 May 2024.</p>" PROSE,
     "2024-05-03", "text"},
    {"Arabic, the month by both its names", NULL,
     "<html lang=ar>" HEAD "<p>3 أيار / مايو 2024</p>" PROSE, "2024-05-03", "text"},
    {"Arabic figures", NULL, "<html lang=ar>" HEAD "<p>٣ مايو ٢٠٢٤</p>" PROSE, "2024-05-03",
     "text"},
    {"Bengali figures", NULL, "<html lang=bn>" HEAD "<p>প্রকাশিত: ৩ মে ২০২৪</p>" PROSE, "2024-05-03",
     "text"},
    {"Hindi figures", NULL, "<html lang=hi>" HEAD "<p>३ मई २०२४</p>" PROSE, "2024-05-03", "text"},
    {"Persian figures and calendar", NULL, "<html lang=fa>" HEAD "<p>۱۴ اردیبهشت ۱۴۰۳</p>",
     "2024-05-03", "text"},
    {"the Buddhist era", NULL, "<html lang=th>" HEAD "<p>3 พฤษภาคม 2567</p>", "2024-05-03", "text"},
    {"an image's path is no date", NULL, HEAD "<img src=/2024/05/03/a.jpg>" PROSE, NULL, NULL},
};

static void test_published(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct arena arena;
        struct page page;
        arena_init(&arena, 0);
        article_extract(&page, &arena, cases[i].html, strlen(cases[i].html), cases[i].url,
                        "text/html; charset=utf-8", INT64_C(1000) * NOW_S);
        const struct article_record *article = &page.article;
        bool zoned = article->published_zone_min != ZONE_NONE;
        struct moment moment = {.ms = article->published_ms,
                                .has_time = article->published_has_time,
                                .has_zone = zoned,
                                .zone_min = zoned ? article->published_zone_min : 0};
        const char *got =
            article->published_ms == MOMENT_NONE ? NULL : date_format(&moment, &arena);
        if (!got != !cases[i].published || (got && strcmp(got, cases[i].published) != 0))
            fail_msg("%s: got %s, expected %s", cases[i].name, got ? got : "(none)",
                     cases[i].published ? cases[i].published : "(none)");
        if (cases[i].from && strcmp(article->published_from, cases[i].from) != 0)
            fail_msg("%s: from %s, expected %s", cases[i].name, article->published_from,
                     cases[i].from);
        arena_clear(&arena);
    }
}

static const struct {
    const char *name, *text;
    size_t count;
} scans[] = {
    {"none", "The bridge was built in 1912 and cost 12.50 a brick.", 0},
    {"figures", "03.05.2024 and 2024-05-04 and 5/6/2024", 3},
    {"words", "May 3, 2024; 3rd of May 2024; 3-May-2024", 3},
    {"an address of the net is no date", "192.168.20.24 v3.5.2024.1", 0},
    {"a time is no date", "at 14:30:2024", 0},
    {"no such day", "31.02.2024", 0},
};

static void test_scan(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(scans); i++) {
        struct found_date found[8];
        size_t count =
            datescan(found, COUNT(found), span_of(scans[i].text), 0, "en", INT64_C(1000) * NOW_S);
        if (count != scans[i].count)
            fail_msg("%s: found %zu, expected %zu", scans[i].name, count, scans[i].count);
    }
}

static const struct {
    const char *path;
    bool found;
} paths[] = {
    {"/2024/05/03/x", true},  {"/2024/5/3/", true},   {"/x-20240503", true},
    {"/2024-05-03-x", true},  {"/2024/05/x", false},  {"/12024/05/03", false},
    {"/id/202405031", false}, {"/2024/13/03", false}, {"/2031/05/03/x", false},
};

static void test_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(paths); i++) {
        struct moment moment;
        if (pagedate_in_path(span_of(paths[i].path), INT64_C(1000) * NOW_S, &moment) !=
            paths[i].found)
            fail_msg("%s", paths[i].path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_scan),
        cmocka_unit_test(test_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
