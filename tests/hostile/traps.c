/* Sites without an end. Whatever such a site makes up, a run asks it for a number of pages that was
 * agreed on, and finds the real ones. Their own stories stand in the sitemap alone. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "hostile/groups.h"

/* What a page of a trap looks like; the format's %u are all a number of its own. */
struct trap {
    const char *link;     /* to further pages of the trap */
    unsigned links;       /* on each page */
    bool story;           /* each page has a text of its own, named as news */
    const char *same;     /* or all have this one */
    const char *redirect; /* or lead there */
};

static unsigned number_in(const char *path)
{
    unsigned number = 2166136261u;
    for (; *path; path++)
        number = (number ^ (unsigned char)*path) * 16777619u;
    return number % 100000000;
}

static void append_links(const struct trap *trap, struct visit *visit, struct bytes *out)
{
    unsigned number = number_in(visit->path) + visit->asked;
    bytes_append_string(out, "<ul>");
    for (unsigned i = 1; i <= trap->links; i++) {
        const char *link = strcmp(trap->link, ".") == 0
                               ? arena_format(visit->arena, "%s/deeper-%u", visit->path, i)
                               : arena_format(visit->arena, trap->link, number + i, number + i,
                                              number + i, number + i);
        bytes_append_string(out, arena_format(visit->arena,
                                              "<li><h2><a href=\"%s\">What happened on day %u of "
                                              "the long story of the town</a></h2></li>",
                                              link, number + i));
    }
    bytes_append_string(out, "</ul>");
}

static void serve_trap(struct visit *visit)
{
    const struct trap *trap = visit->fault->context;
    const char *path = visit->path;
    if (strcmp(path, "/robots.txt") == 0 || strcmp(path, "/sitemap.xml") == 0 ||
        strcmp(path, "/feed") == 0 || strstr(path, "/own-report-")) {
        visit_healthy(visit);
        return;
    }
    if (trap->redirect && strcmp(path, "/") != 0) {
        unsigned number = number_in(path) + visit->asked;
        visit_say(visit, arena_format(visit->arena,
                                      "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n"
                                      "Location: %s\r\n\r\n",
                                      arena_format(visit->arena, trap->redirect, number, number,
                                                   number, number)));
        return;
    }
    struct bytes body;
    bytes_init(&body, 0);
    if (trap->story && strcmp(path, "/") != 0)
        visit_story(visit, &body);
    else
        bytes_append_string(&body, "<html><head><title>Daily</title></head><body><h1>Daily</h1>");
    bytes_append_string(&body, trap->same ? trap->same : "");
    append_links(trap, visit, &body);
    visit_answer(visit, "Content-Type: text/html; charset=utf-8\r\n", body.data, body.size);
    bytes_clear(&body);
}

/* At most this many requests: what the run was allowed for a site, and its sources. */
#define FEWER(most) "SELECT count(*) BETWEEN 4 AND " #most " FROM v_fetches WHERE origin = '{base}'"
#define TRAP(row, most, ...)                                                                       \
    {                                                                                              \
        .name = row, .path = "*", .serve = serve_trap, .ending = END_KEEP,                         \
        .judged = "/robots.txt", .error = "http 200", .sql = FEWER(most), .some_articles = true,   \
        .context = &(const struct trap)                                                            \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define SAME_TEXT                                                                                  \
    "<article><h1>This page is not there</h1><p>The page that you have asked for has moved, or "   \
    "never was. Look for it in the archive, or go on with the news of today, of which there are "  \
    "many on our front page, and tell us if you think that something is wrong.</p></article>"

static const struct fault faults[] = {
    TRAP("a calendar", 600, .link = "/calendar?month=%u", .links = 2),
    TRAP("a calendar of paths", 600, .link = "/archive/%u/05/12/", .links = 3),
    TRAP("sessions in the query", 600, .link = "/news/today?sid=%08x%08x", .links = 4),
    TRAP("sessions in the path", 600, .link = "/s/%08x%08x/news/", .links = 4),
    TRAP("sessions behind a semicolon", 600, .link = "/news/today;jsessionid=%08X%08X", .links = 4),
    TRAP("a path that grows", 600, .link = ".", .links = 2),
    TRAP("a path that repeats itself", 600, .link = "/a/b/a/b/a/b/a/b/a/b/a/b/a/b/%u/", .links = 3),
    TRAP("a query that grows", 600, .link = "/list?a=%u&b=%u&c=%u&d=%u", .links = 4),
    TRAP("pages of a list", 600, .link = "/news?page=%u", .links = 3),
    TRAP("sections without end", 600, .link = "/section-%u/", .links = 10),
    TRAP("a farm of articles", 600, .link = "/news/2026/story-number-%u-of-the-town", .links = 20,
         .story = true),
    TRAP("a farm of articles in sections", 600, .link = "/section-%u/story-number-%u-of-the-town",
         .links = 20, .story = true),
    TRAP("one text at all addresses", 600, .link = "/news/2026/story-number-%u-of-the-town",
         .links = 20, .same = SAME_TEXT),
    TRAP("redirects to somewhere new", 600, .link = "/news/2026/go-%u", .links = 5,
         .redirect = "/news/2026/go-on-%u"),
    TRAP("an address of capitals", 600, .link = "/News/2026/STORY-%X-of-the-town", .links = 10,
         .story = true),
    TRAP("facets", 600, .link = "/find?colour=%u&size=%u&order=up", .links = 12),
    TRAP("words that a search engine likes", 600, .link = "/tag/cheap-%u-online/", .links = 30,
         .story = true),
};

const struct group group_traps = FAULT_GROUP("traps", faults);
