/* Servers that refuse, are overloaded, or change their minds; and the same of robots.txt. */
#include "base/alloc.h"
#include "hostile/groups.h"

#define STATUS(line)                                                                               \
    "HTTP/1.1 " line "\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n\r\n{story}"
#define LATER(line, value)                                                                         \
    "HTTP/1.1 " line "\r\nContent-Length: 0\r\nRetry-After: " value "\r\n\r\n"
#define WHOLE     HTML_HEAD "Content-Length: {length}\r\n\r\n{story}"
#define ALLOW_ALL "User-agent: *\nDisallow:\nSitemap: {base}/sitemap.xml\n"

/* Every other request fails. */
static void serve_flapping(struct visit *visit)
{
    if (visit->asked % 2 == 0)
        visit_say(visit, STATUS("503 Service Unavailable"));
    else
        visit_healthy(visit);
}

/* The first request of a path is too early, the second is not. */
static void serve_patience(struct visit *visit)
{
    if (visit->asked == 0)
        visit_say(visit, visit->fault->context);
    else
        visit_say(visit, WHOLE);
}

/* 500, 502, 503, 504 and 429 in turn, for ever. */
static void serve_storm(struct visit *visit)
{
    static const char *const storm[] = {
        STATUS("500 Internal Server Error"), STATUS("502 Bad Gateway"),
        STATUS("503 Service Unavailable"), STATUS("504 Gateway Timeout"),
        STATUS("429 Too Many Requests")};
    visit_say(visit, storm[visit->asked % COUNT(storm)]);
}

/* Three redirects, more than anybody follows, and then more. */
static void serve_robots_chain(struct visit *visit)
{
    visit_say(visit,
              arena_format(visit->arena,
                           "HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: %s0\r\n\r\n",
                           visit->path));
}

#define STORY_STATUS(line, class)                                                                  \
    {                                                                                              \
        .name = "a page as " line, .bytes = STATUS(line), .error = class                           \
    }
#define PATIENCE(row, class, line, value)                                                          \
    {                                                                                              \
        .name = row, .serve = serve_patience, .context = LATER(line, value), .error = class,       \
        .articles = 1                                                                              \
    }
/* Put off: whether the site's other stories were asked for before that is chance. */
#define PUT_OFF(row, line, value)                                                                  \
    {                                                                                              \
        .name = row, .bytes = LATER(line, value), .error = "throttled%", .unsure = true            \
    }
#define ROBOTS(row, class, ...)                                                                    \
    {                                                                                              \
        .name = "robots.txt: " row, .path = "/robots.txt", .error = class, __VA_ARGS__             \
    }

static const struct fault faults[] = {
    STORY_STATUS("500 Internal Server Error", "server error%"),
    STORY_STATUS("501 Not Implemented", "server error%"),
    STORY_STATUS("502 Bad Gateway", "server error%"),
    STORY_STATUS("503 Service Unavailable", "server error%"),
    STORY_STATUS("504 Gateway Timeout", "server error%"),
    STORY_STATUS("520 Web server returns an unknown error", "server error%"),
    STORY_STATUS("599 Network Connect Timeout", "server error%"),
    STORY_STATUS("400 Bad Request", "refused%"),
    STORY_STATUS("401 Unauthorized", "refused%"),
    STORY_STATUS("402 Payment Required", "refused%"),
    STORY_STATUS("403 Forbidden", "refused%"),
    STORY_STATUS("404 Not Found", "gone%"),
    STORY_STATUS("405 Method Not Allowed", "refused%"),
    STORY_STATUS("407 Proxy Authentication Required", "refused%"),
    STORY_STATUS("408 Request Timeout", "refused%|timeout%"),
    STORY_STATUS("410 Gone", "gone%"),
    STORY_STATUS("416 Range Not Satisfiable", "refused%"),
    STORY_STATUS("418 I'm a teapot", "refused%"),
    STORY_STATUS("429 Too Many Requests", "throttled%"),
    STORY_STATUS("451 Unavailable For Legal Reasons", "refused%"),
    {.name = "a storm of errors",
     .path = "*",
     .serve = serve_storm,
     .error = "server error%|throttled%",
     .lost = true},
    {.name = "every other request fails",
     .path = "*",
     .serve = serve_flapping,
     .ending = END_KEEP,
     .error = "http 200",
     .articles = 1},
    {.name = "an error without end",
     .bytes = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\n\r\n",
     .endless = "{1k}{1k}{1k}{1k}",
     .error = "server error%"},
    {.name = "an error a byte at a time",
     .bytes = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\n\r\n",
     .endless = "a",
     .pause_ms = 50,
     .error = "timeout%|server error%"},
    {.name = "a password wanted",
     .bytes = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"{1k}\", Negotiate, "
              "NTLM, Digest realm=\"x\", nonce=\"y\"\r\nContent-Length: 0\r\n\r\n",
     .error = "refused%"},

    /* Retry-After; RFC 9110, section 10.2.3 */
    PATIENCE("later: in a second", "http 200", "503 Service Unavailable", "1"),
    PATIENCE("later: in no time", "http 200", "429 Too Many Requests", "0"),
    PATIENCE("later: a moment ago", "http 200", "429 Too Many Requests",
             "Wed, 21 Oct 2015 07:28:00 GMT"),
    PATIENCE("later: in minus five seconds", "http 200", "503 Service Unavailable", "-5"),
    PATIENCE("later: soon", "http 200", "503 Service Unavailable", "soon"),
    PATIENCE("later: a day that there is not", "http 200", "503 Service Unavailable",
             "Fri, 31 Feb 2042 25:61:61 GMT"),
    PATIENCE("later: not a number", "http 200", "503 Service Unavailable", "NaN"),
    PATIENCE("later: half a second", "http 200", "503 Service Unavailable", "0.5"),
    PATIENCE("later: 10 KB of letters", "http 200", "429 Too Many Requests",
             "{1k}{1k}{1k}{1k}{1k}{1k}{1k}{1k}{1k}{1k}"),
    PUT_OFF("later: in two hours", "503 Service Unavailable", "7200"),
    PUT_OFF("later: in ten years", "429 Too Many Requests", "315360000"),
    PUT_OFF("later: in more than 64 bits", "429 Too Many Requests", "99999999999999999999999"),
    PUT_OFF("later: in 2^63 seconds", "429 Too Many Requests", "9223372036854775807"),
    PUT_OFF("later: in 9999", "429 Too Many Requests", "Fri, 31 Dec 9999 23:59:59 GMT"),

    /* RFC 9309, section 2.3.1: 4xx is "all is allowed", 5xx and silence are "nothing is" */
    ROBOTS("400", "http 400", .bytes = STATUS("400 Bad Request")),
    ROBOTS("403", "http 403", .bytes = STATUS("403 Forbidden")),
    ROBOTS("404", "http 404", .bytes = STATUS("404 Not Found")),
    ROBOTS("500", "server error%", .bytes = STATUS("500 Internal Server Error"), .lost = true),
    ROBOTS("503, in ten years", "throttled%",
           .bytes = LATER("503 Service Unavailable", "315360000"), .lost = true),
    ROBOTS("429", "throttled%", .bytes = STATUS("429 Too Many Requests"), .lost = true),
    ROBOTS("999", "odd status%", .bytes = STATUS("999 Denied"), .lost = true),
    ROBOTS("206", "odd status%", .bytes = STATUS("206 Partial Content"), .lost = true),
    ROBOTS("304", "odd status%", .bytes = "HTTP/1.1 304 Not Modified\r\n\r\n", .lost = true),
    ROBOTS("204", "http 204", .bytes = "HTTP/1.1 204 No Content\r\n\r\n"),
    ROBOTS("silence", "timeout%", .ending = END_HANG, .lost = true),
    ROBOTS("a reset", "reset%", .ending = END_RESET, .lost = true),
    ROBOTS("a head and no more", "reset%",
           .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", .lost = true),
    ROBOTS(
        "cut short", "reset%",
        .bytes =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n" ALLOW_ALL,
        .lost = true),
    ROBOTS("no HTTP", "protocol%", .bytes = "User-agent: *\nDisallow: /\n", .lost = true),
    ROBOTS("without end", "http 200",
           .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" ALLOW_ALL,
           .endless = "# {1k}\n"),
    ROBOTS("one line without end", "http 200",
           .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" ALLOW_ALL "# ",
           .endless = "{1k}"),
    ROBOTS("of 10 GB", "http 200",
           .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
                    "10000000000\r\n\r\n" ALLOW_ALL,
           .endless = "# {1k}\n"),
    ROBOTS("a byte at a time", "timeout%",
           .bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" ALLOW_ALL, .endless = "#",
           .pause_ms = 50, .lost = true),
    ROBOTS("to itself", "http 302%|redirect loop",
           .bytes = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /robots.txt\r\n\r\n"),
    {.name = "robots.txt: a chain of redirects",
     .path = "/robots.txt*",
     .serve = serve_robots_chain,
     .error = "http 301|too many redirects",
     .judged = "/robots.txt"},
    ROBOTS("a redirect to file:", "http 302|bad url%",
           .bytes =
               "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: file:///etc/passwd\r\n\r\n"),
    ROBOTS("a redirect to a page", "http 302",
           .bytes = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /\r\n\r\n"),
    ROBOTS("a redirect to the neighbour", "http 302",
           .bytes =
               "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {partner}/robots.txt\r\n\r\n"),
    ROBOTS("a redirect to who refuses", "http 302",
           .bytes = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
                    "http://127.128.0.1:1/robots.txt\r\n\r\n",
           .lost = true),
    ROBOTS("every other time", "http 200", .serve = serve_flapping, .ending = END_KEEP),
    {.name = "front page: 500",
     .path = "/",
     .bytes = STATUS("500 Internal Server Error"),
     .error = "server error%"},
    {.name = "front page: 404", .path = "/", .bytes = STATUS("404 Not Found"), .error = "gone%"},
    {.name = "sitemap: 500",
     .path = "/sitemap.xml",
     .bytes = STATUS("500 Internal Server Error"),
     .error = "server error%"},
    {.name = "feed: 403", .path = "/feed", .bytes = STATUS("403 Forbidden"), .error = "refused%"},
    {.name = "all: 403",
     .path = "*",
     .bytes = STATUS("403 Forbidden"),
     .error = "refused%|throttled%",
     .judged = "/",
     .lost = true},
    {.name = "all: 404",
     .path = "*",
     .bytes = STATUS("404 Not Found"),
     .error = "gone%",
     .judged = "/",
     .lost = true},
};

const struct group group_answers = FAULT_GROUP("answers", faults);
