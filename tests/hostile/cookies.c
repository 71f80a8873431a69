/* Cookies of all sizes, which nobody wants: the program keeps none and sends none. */
#include "base/alloc.h"
#include "hostile/groups.h"
#include "support/site.h"

#define TEN_KB   "{1k}{1k}{1k}{1k}{1k}{1k}{1k}{1k}{1k}{1k}"
#define FIFTY_KB TEN_KB TEN_KB TEN_KB TEN_KB TEN_KB

/* A page with the row's header lines; who brings a cookie gets none. */
static void serve_cookies(struct visit *visit)
{
    char value[64];
    if (site_header(visit->head, "cookie", value, sizeof value))
        visit_say(visit, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    else if (visit_say(visit, HTML_HEAD) && visit_say(visit, visit->fault->context))
        visit_say(visit, "Content-Length: {length}\r\n\r\n{story}");
}

/* 5,000 of them, 170 KB. */
static void serve_many(struct visit *visit)
{
    bool alive = visit_say(visit, HTML_HEAD);
    for (unsigned i = 0; alive && i < 5000; i++)
        alive =
            visit_say(visit, arena_format(visit->arena, "Set-Cookie: name%u=value; Path=/\r\n", i));
    if (alive)
        visit_say(visit, "Content-Length: {length}\r\n\r\n{story}");
}

#define COOKIE(row, lines)                                                                         \
    {                                                                                              \
        .name = row, .path = "/news/2026/*", .serve = serve_cookies, .context = lines,             \
        .ending = END_KEEP, .error = "http 200", .judged = FAULT_STORY, .articles = 1              \
    }

static const struct fault faults[] = {
    COOKIE("a plain one", "Set-Cookie: seen=1; Path=/\r\n"),
    COOKIE("one of 90 KB", "Set-Cookie: a=" FIFTY_KB TEN_KB TEN_KB TEN_KB TEN_KB "\r\n"),
    COOKIE("for another site", "Set-Cookie: a=b; Domain=example.org; Path=/\r\n"),
    COOKIE("for all of com",
           "Set-Cookie: a=b; Domain=.com; Path=/\r\nSet-Cookie: a=b; Domain=.\r\n"),
    COOKIE("for the neighbour", "Set-Cookie: a=b; Domain=127.128.0.1; Path=/\r\n"),
    COOKIE("without a name",
           "Set-Cookie: =b\r\nSet-Cookie: \r\nSet-Cookie: ;;;;;\r\nSet-Cookie: =\r\n"),
    COOKIE("with control characters", "Set-Cookie: a=\x01\x02\x1b[2J\x7f; Path=/\r\n"),
    COOKIE("that expired before it came", "Set-Cookie: a=b; Expires=Thu, 99 Foo 0000 99:99:99 GMT; "
                                          "Max-Age=-99999999999999999999\r\n"),
    COOKIE("with a prefix that lies", "Set-Cookie: __Host-a=b; Domain=example.org; Path=/x\r\n"),
    {.name = "five thousand of them",
     .path = "/news/2026/*",
     .serve = serve_many,
     .ending = END_KEEP,
     .error = "http 200",
     .judged = FAULT_STORY,
     .articles = 1},
    {.name = "one after the other without end",
     .bytes = HTML_HEAD,
     .endless = "Set-Cookie: a={1k}\r\n",
     .error = "too large%"},
    {.name = "a page for who has one",
     .bytes = "HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nSet-Cookie: "
              "seen=1\r\nLocation: " FAULT_STORY "\r\n\r\n",
     .error = "redirect loop"},
};

const struct group group_cookies = FAULT_GROUP("cookies", faults);
