/* Sitemaps of strangers: entities, endless indexes, far too many addresses, something else. */
#include <string.h>

#include "base/alloc.h"
#include "hostile/grown.h"
#include "hostile/groups.h"

#define MAP_HEAD                                                                                   \
    "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">"
#define INDEX_HEAD "<?xml version=\"1.0\"?><sitemapindex>"
#define PLACE      "<url><loc>{base}" FAULT_STORY "</loc></url>"
#define BILLION                                                                                    \
    "<!DOCTYPE urlset [<!ENTITY a \"laughter laughter laughter\">"                                 \
    "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">" \
    "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\">" \
    "<!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\"><!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\">" \
    "<!ENTITY h \"&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;\"><!ENTITY i "                                    \
    "\"&h;&h;&h;&h;&h;&h;&h;&h;&h;&h;\">]>"

/* An index whose only child is another one, further down each time. */
static void serve_deeper(struct visit *visit)
{
    const char *body = arena_format(visit->arena,
                                    INDEX_HEAD "<sitemap><loc>%s%s0.xml</loc>"
                                               "</sitemap></sitemapindex>",
                                    visit->base, visit->path);
    visit_answer(visit, "Content-Type: application/xml\r\n", body, strlen(body));
}

/* An index of a hundred others, each of which is one, too. */
static void serve_branches(struct visit *visit)
{
    struct bytes body;
    bytes_init(&body, 0);
    bytes_append_string(&body, INDEX_HEAD);
    for (unsigned i = 0; i < 100; i++)
        bytes_append_string(&body,
                            arena_format(visit->arena, "<sitemap><loc>%s%s%02u.xml</loc></sitemap>",
                                         visit->base, visit->path, i));
    bytes_append_string(&body, "</sitemapindex>");
    visit_answer(visit, "Content-Type: application/xml\r\n", body.data, body.size);
    bytes_clear(&body);
}

#define MAP(row, ...)                                                                              \
    {                                                                                              \
        .name = row, .path = "/sitemap.xml", GROWN(.type = "application/xml", __VA_ARGS__)         \
    }

/* What can be read of it is believed. */
#define TOLD(row, count, ...)                                                                      \
    {                                                                                              \
        .name = row, .path = "/sitemap.xml", .articles = count,                                    \
        GROWN(.type = "application/xml", __VA_ARGS__)                                              \
    }

static const struct fault faults[] = {
    TOLD("a billion laughs", 1,
         .head = "<?xml version=\"1.0\"?>" BILLION "<urlset><url><loc>{base}/&i;"
                 "</loc></url>" PLACE "</urlset>"),
    MAP("a quadratic blow-up", .head = "<!DOCTYPE urlset [<!ENTITY a \"", .piece = "laughter%u ",
        .times = 100000,
        .tail = "\">]><urlset><url><loc>&a;&a;&a;&a;&a;&a;&a;</loc></url></urlset>"),
    MAP("an entity of itself",
        .head = "<!DOCTYPE urlset [<!ENTITY a \"&b;\"><!ENTITY b \"&a;\">]><urlset><url><loc>&a;"
                "</loc></url></urlset>"),
    MAP("an entity that is a file",
        .head = "<!DOCTYPE urlset [<!ENTITY a SYSTEM \"file:///etc/hostname\">]>"
                "<urlset><url><loc>{base}/&a;</loc></url></urlset>"),
    MAP("an entity that is a request",
        .head = "<!DOCTYPE urlset [<!ENTITY a SYSTEM \"http://127.0.0.1/x\">]>"
                "<urlset><url><loc>{base}/&a;</loc></url></urlset>"),
    MAP("a definition elsewhere",
        .head = "<!DOCTYPE urlset SYSTEM \"http://127.0.0.1/x.dtd\"><urlset></urlset>"),
    MAP("a parameter entity",
        .head = "<!DOCTYPE urlset [<!ENTITY % p SYSTEM \"file:///etc/passwd\">%p;]><urlset/>"),
    {.name = "indexes without end",
     .path = "/sitemap.xml*",
     .serve = serve_deeper,
     .ending = END_KEEP,
     .judged = "/sitemap.xml",
     .error = "http 200",
     .sql = "SELECT count(*) BETWEEN 1 AND 10 FROM v_fetches WHERE url LIKE '{base}/sitemap.xml%'"},
    MAP("an index of itself", .head = INDEX_HEAD "<sitemap><loc>{base}/sitemap.xml</loc></sitemap>"
                                                 "</sitemapindex>"),
    {.name = "an index of fifty thousand",
     .path = "/sitemap.xml",
     GROWN(.type = "application/xml", .head = INDEX_HEAD,
           .piece = "<sitemap><loc>/map-%u.xml</loc></sitemap>", .times = 50000,
           .tail = "</sitemapindex>"),
     .sql = "SELECT (SELECT count(*) FROM v_fetches WHERE url LIKE '{base}/map-%') = 1000 AND"
            " (SELECT count(*) FROM v_urls WHERE url LIKE '{base}/map-%' AND state = 'waiting'"
            " AND why LIKE 'left to a later run: %') = 49000"},
    {.name = "an index of indexes of indexes",
     .path = "/sitemap.xml*",
     .serve = serve_branches,
     .ending = END_KEEP,
     .judged = "/sitemap.xml",
     .error = "http 200",
     .sql = "SELECT count(*) BETWEEN 101 AND 1001 FROM v_fetches"
            " WHERE url LIKE '{base}/sitemap.xml%'"},
    MAP("a million addresses", .head = MAP_HEAD,
        .piece = "<url><loc>http://127.0.0.1/news/2026/%u</loc></url>\n", .times = 400000,
        .tail = "</urlset>", .packed = true),
    TOLD("the same address a hundred thousand times", 1, .head = MAP_HEAD,
         .piece = "<url><loc>/news/2026/the-report-on-all-that-can-go-wrong</loc></url>",
         .times = 100000, .tail = "</urlset>", .packed = true),
    MAP("a bomb", .head = MAP_HEAD "<!-- ",
        .piece = "                                        "
                 "                                  %u\n",
        .times = 1100000, .tail = "-->" PLACE "</urlset>", .packed = true),
    MAP("a hundred thousand deep", .head = MAP_HEAD, .piece = "<url>", .times = 100000),
    MAP("a hundred thousand attributes", .head = MAP_HEAD "<url ", .piece = "a%u=\"%u\" ",
        .times = 100000, .tail = "><loc>{base}/x</loc></url></urlset>"),
    MAP("a hundred thousand names for spaces", .head = "<urlset ", .piece = "xmlns:n%u=\"urn:%u\" ",
        .times = 100000, .tail = "></urlset>"),
    MAP("an address of a megabyte", .head = MAP_HEAD "<url><loc>{base}/", .piece = "%08u",
        .times = 131072, .tail = "</loc></url></urlset>"),
    MAP("a page instead", .head = "<!DOCTYPE html><html><body><p>We are closed<br></p>"),
    MAP("nothing"),
    MAP("text that is no XML", .head = "\x89PNG\r\n\x1a\n\x01\x02\x03 not a map"),
    TOLD("cut in an element", 1, .head = MAP_HEAD PLACE "<url><loc>{base}/news/2026/cut",
         .tail = "", .piece = "", .times = 0),
    TOLD("bytes that are no text", 1,
         .head = MAP_HEAD "<url><loc>{base}/\xff\xfe\xc0\x80</loc></url>" PLACE "</urlset>"),
    TOLD("a control character", 1,
         .head = MAP_HEAD "<url><loc>{base}/a\x01\x1b[2J</loc></url>" PLACE "</urlset>"),
    TOLD("other schemes", 1,
         .head = MAP_HEAD "<url><loc>file:///etc/passwd</loc></url><url><loc>"
                          "javascript:alert(1)</loc></url><url><loc>gopher://x/"
                          "</loc></url>" PLACE "</urlset>"),
    TOLD("days that there are not", 3,
         .head =
             MAP_HEAD "<url><loc>{base}" FAULT_STORY "</loc><lastmod>0000-00-00</lastmod></url>"
                      "<url><loc>{base}/news/2026/a</loc><lastmod>9999-99-99T99:99:99Z</lastmod>"
                      "</url><url><loc>{base}/news/2026/b</loc><lastmod>NaN</lastmod></url>"
                      "</urlset>"),
    TOLD("an encoding that there is not", 1,
         .head = "<?xml version=\"1.0\" encoding=\"martian-7\"?><urlset>" PLACE "</urlset>"),
    TOLD("utf-16 that it is not", 1,
         .head = "<?xml version=\"1.0\" encoding=\"utf-16\"?><urlset>" PLACE "</urlset>"),
};

const struct group group_sitemaps = FAULT_GROUP("sitemaps", faults);
