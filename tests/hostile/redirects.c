/* Redirects that lead nowhere, in circles, to other protocols, or to what cannot be a URL. Where
 * they may not lead is in addresses.c. */
#include <stdio.h>

#include "base/alloc.h"
#include "hostile/groups.h"

#define FOUND(location) "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " location "\r\n\r\n"
#define MOVED(location)                                                                            \
    "HTTP/1.1 301 Moved Permanently\r\nContent-Length: 0\r\nLocation: " location "\r\n\r\n"

/* Each hop one further: /hop/1 → /hop/2 … */
static void serve_growing(struct visit *visit)
{
    unsigned hop = 0;
    sscanf(visit->path, "/news/hop/%u", &hop);
    visit_say(visit, arena_format(visit->arena, FOUND("/news/hop/%u"), hop + 1));
}

/* A path that is longer each time. */
static void serve_longer(struct visit *visit)
{
    visit_say(visit, arena_format(visit->arena, FOUND("%s/and-on"), visit->path));
}

/* /news/ping ⇄ /news/pong. */
static void serve_two(struct visit *visit)
{
    bool ping = visit->path[7] == 'i';
    visit_say(visit, ping ? FOUND("/news/pong") : FOUND("/news/ping"));
}

/* As many hops as there are digits left in /news/chain/4321: then a story. */
static void serve_chain(struct visit *visit)
{
    unsigned left = 0;
    sscanf(visit->path, "/news/chain/%u", &left);
    if (left > 1)
        visit_say(visit, arena_format(visit->arena, FOUND("/news/chain/%u"), left - 1));
    else
        visit_say(visit, HTML_HEAD "Content-Length: {length}\r\n\r\n{story}");
}

/* Only who has been here before sees the page: nobody without cookies ever has. */
static void serve_consent(struct visit *visit)
{
    visit_say(visit, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nSet-Cookie: seen=1\r\n"
                     "Location: " FAULT_STORY "\r\n\r\n");
}

static void serve_long_location(struct visit *visit)
{
    struct bytes location;
    bytes_init(&location, 0);
    bytes_append_string(&location, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /");
    for (unsigned i = 0; i < 80; i++)
        bytes_append_string(&location, "{1k}");
    bytes_append_string(&location, "\r\n\r\n");
    visit_say(visit, location.data);
    bytes_clear(&location);
}

static const struct fault faults[] = {
    {.name = "to itself", .bytes = FOUND(FAULT_STORY), .error = "redirect loop"},
    {.name = "to itself, with a fragment",
     .bytes = FOUND(FAULT_STORY "#top"),
     .error = "redirect loop"},
    {.name = "to itself, for a cookie", .serve = serve_consent, .error = "redirect loop"},
    {.name = "two that name each other",
     .path = "/news/p*",
     .seed = "/news/ping",
     .kind = "page",
     .serve = serve_two,
     .error = "redirect loop",
     .judged = "/news/pong",
     .lost = true},
    {.name = "a chain that grows",
     .path = "/news/hop/*",
     .seed = "/news/hop/1",
     .kind = "page",
     .serve = serve_growing,
     .error = "too many redirects%",
     .judged = "/news/hop/6",
     .lost = true},
    {.name = "a path that grows",
     .path = "/news/long*",
     .seed = "/news/long",
     .kind = "page",
     .serve = serve_longer,
     .error = "too many redirects%",
     .judged = "/news/long/and-on/and-on/and-on/and-on/and-on",
     .lost = true},
    {.name = "five hops and a story",
     .path = "/news/chain/*",
     .seed = "/news/chain/6",
     .kind = "page",
     .serve = serve_chain,
     .error = "http 200",
     .judged = "/news/chain/1",
     .articles = 1,
     .lost = true},
    {.name = "six hops and a story",
     .path = "/news/chain/*",
     .seed = "/news/chain/7",
     .kind = "page",
     .serve = serve_chain,
     .error = "too many redirects%",
     .judged = "/news/chain/2",
     .lost = true},
    {.name = "the front page to itself",
     .path = "/",
     .bytes = FOUND("/"),
     .error = "redirect loop"},
    {.name = "the sitemap to itself",
     .path = "/sitemap.xml",
     .bytes = FOUND("/sitemap.xml"),
     .error = "redirect loop"},

    {.name = "to file:", .bytes = FOUND("file:///etc/passwd"), .error = "bad url%"},
    {.name = "to ftp:", .bytes = FOUND("ftp://127.0.0.1:{port}/x"), .error = "bad url%"},
    {.name = "to gopher:",
     .bytes = FOUND("gopher://127.0.0.1:{port}/_GET%20/"),
     .error = "bad url%"},
    {.name = "to dict:", .bytes = FOUND("dict://127.0.0.1:{port}/stat"), .error = "bad url%"},
    {.name = "to javascript:", .bytes = FOUND("javascript:alert(1)"), .error = "bad url%"},
    {.name = "to data:", .bytes = FOUND("data:text/html,<h1>News</h1>"), .error = "bad url%"},
    {.name = "to about:", .bytes = FOUND("about:blank"), .error = "bad url%"},
    {.name = "to mailto:", .bytes = FOUND("mailto:desk@example.org"), .error = "bad url%"},
    {.name = "to a view of the source", .bytes = FOUND("view-source:{base}/"), .error = "bad url%"},
    {.name = "to ws:", .bytes = FOUND("ws://127.0.0.1:{port}/"), .error = "bad url%"},
    {.name = "to a scheme in capitals", .bytes = FOUND("FILE:///etc/passwd"), .error = "bad url%"},
    {.name = "to a scheme with a line break",
     .bytes = FOUND("java\tscript:alert(1)"),
     .error = "bad url%"},

    {.name = "no place",
     .bytes = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
     .error = "odd status%"},
    {.name = "an empty place",
     .bytes = FOUND(""),
     .error = "odd status%|bad url%|too many redirects%"},
    {.name = "a place of blanks",
     .bytes = FOUND("   "),
     .error = "odd status%|bad url%|too many redirects%"},
    {.name = "a place of 80 KB", .serve = serve_long_location, .error = "bad url%|too large%"},
    {.name = "two places",
     .bytes = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /news/first\r\nLocation: "
              "http://127.0.0.1:{port}/second\r\n\r\n",
     .error = "http 302",
     .articles = 1},
    {.name = "a place without a host", .bytes = FOUND("http://"), .error = "bad url%"},
    {.name = "a place with half an address", .bytes = FOUND("http://[::1"), .error = "bad url%"},
    {.name = "a place with a blank in its host",
     .bytes = FOUND("http://a b/"),
     .error = "bad url%"},
    {.name = "a place with a NUL", .bytes = FOUND("/a{nul}b"), .error = "protocol%"},
    {.name = "port 0",
     .bytes = FOUND("http://127.128.0.1:0/"),
     .error = "http 302",
     .sql = "SELECT count(*) FROM v_urls WHERE url = 'http://127.128.0.1:0/' AND why = 'robots "
            "unreachable'"},
    {.name = "port 99999", .bytes = FOUND("http://127.128.0.1:99999/"), .error = "bad url%"},
    {.name = "a negative port", .bytes = FOUND("http://127.128.0.1:-80/"), .error = "bad url%"},
    {.name = "a port that is a word",
     .bytes = FOUND("http://127.128.0.1:http/"),
     .error = "bad url%"},
    {.name = "two ports", .bytes = FOUND("http://127.128.0.1:80:8080/"), .error = "bad url%"},
    {.name = "an endless body behind a place",
     .bytes = "HTTP/1.1 302 Found\r\nLocation: /news/2026/behind-it\r\n\r\n",
     .endless = "{1k}",
     .error = "http 302",
     .articles = 1},
    {.name = "a silent body behind a place",
     .bytes =
         "HTTP/1.1 302 Found\r\nLocation: /news/2026/behind-it\r\nContent-Length: 100\r\n\r\nabc",
     .ending = END_HANG,
     .error = "timeout%|http 302"},
    {.name = "a place on a page that is there",
     .bytes = "HTTP/1.1 200 OK\r\nLocation: http://127.0.0.1:{port}/\r\nContent-Type: "
              "text/html\r\nContent-Length: {length}\r\n\r\n{story}",
     .error = "http 200",
     .articles = 1},
    {.name = "a page that refreshes to itself",
     .bytes = HTML_HEAD "\r\n<html><head><meta http-equiv=\"refresh\" content=\"0; url=" FAULT_STORY
                        "\"></head><body></body></html>",
     .error = "not %"},
    {.name = "to a password",
     .bytes = FOUND("http://user:secret@127.128.0.1:1/"),
     .error = "http 302",
     .sql = "SELECT count(*) = 0 FROM v_urls WHERE url LIKE '%secret%'"},
};

const struct group group_redirects = FAULT_GROUP("redirects", faults);
