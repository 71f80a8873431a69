/* What a robots.txt may hold: too much, something else, rules that are costly to match. */
#include "base/alloc.h"
#include "hostile/grown.h"
#include "hostile/groups.h"

#define ALLOW_ALL "User-agent: *\nDisallow:\n"
#define STARS     "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a"

#define RULES(row, ...)                                                                            \
    {                                                                                              \
        .name = row, .path = "/robots.txt", .error = "http 200",                                   \
        GROWN(.type = "text/plain", __VA_ARGS__)                                                   \
    }
#define SHUT(row, ...)                                                                             \
    {                                                                                              \
        .name = row, .path = "/robots.txt", .error = "http 200", .lost = true,                     \
        GROWN(.type = "text/plain", __VA_ARGS__)                                                   \
    }

static const struct fault faults[] = {
    {.name = "a page instead",
     .path = "/robots.txt",
     .error = "http 200",
     GROWN(.head = "<!DOCTYPE html><html><body><h1>Not here</h1><p>User-agent: *</p>"
                   "<p>Disallow: /</p></body></html>")},
    {.name = "a page that looks like rules",
     .path = "/robots.txt",
     .error = "http 200",
     GROWN(.head = "<html><pre>\nUser-agent: *\nAllow: /\n</pre></html>")},
    RULES("nothing"),
    RULES("a bomb", .head = ALLOW_ALL, .piece = "# %u.........................................\n",
          .times = 400000, .packed = true),
    {.name = "noise, called gzip",
     .path = "/robots.txt",
     .bytes = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\nUser-agent: "
              "*",
     .error = "%",
     .unsure = true},
    RULES("a million rules", .head = ALLOW_ALL, .piece = "Disallow: /x%u\n", .times = 1000000),
    RULES("a million agents", .piece = "User-agent: bot%u\nDisallow: /\n", .times = 1000000),
    RULES("one agent in a million lines", .head = "User-agent: *\n", .piece = "User-agent: bot%u\n",
          .times = 20000, .tail = "Disallow: /never\n"),
    RULES("a hundred thousand sitemaps", .head = ALLOW_ALL, .piece = "Sitemap: /sitemap-%u.xml\n",
          .times = 5000, .tail = "Sitemap: {base}/sitemap.xml\n"),
    RULES("stars that match in many ways", .head = "User-agent: *\nDisallow: /" STARS STARS "$\n",
          .piece = "Disallow: /*" STARS STARS "%u\n", .times = 5000),
    RULES("stars alone", .head = "User-agent: *\nAllow: /\nDisallow: ", .piece = "*",
          .times = 100000, .tail = "nowhere$\n"),
    RULES("a rule of 400 KB", .head = "User-agent: *\nDisallow: /", .piece = "%u", .times = 60000,
          .tail = "\n"),
    RULES("bytes that are no text",
          .head = "\xff\xfe\x80\x81 User-agent: \xc0\xaf\n" ALLOW_ALL "Disallow: /\xed\xa0\x80\n"),
    RULES("a mark before it", .head = "\xef\xbb\xbf" ALLOW_ALL),
    RULES("line ends of an old Mac", .head = "User-agent: *\rDisallow: /never\r"),
    RULES("no line end", .head = "User-agent: *\nDisallow: /never"),
    RULES("a delay of a year", .head = "User-agent: otherbot\nCrawl-delay: 31536000\n\n" ALLOW_ALL),
    RULES("delays that are none",
          .head = "User-agent: *\nCrawl-delay: NaN\nCrawl-delay: -1\n"
                  "Crawl-delay: 1e400\nCrawl-delay: 0x10\nCrawl-delay:\nDisallow:\n"),
    RULES("escapes that are none", .head = "User-agent: *\nDisallow: /%%zz%%\nDisallow: %%2\n"),
    RULES("sitemaps of other schemes",
          .head =
              ALLOW_ALL "Sitemap: file:///etc/passwd\n"
                        "Sitemap: ftp://127.0.0.1/s.xml\nSitemap: javascript:alert(1)\nSitemap: \n"
                        "Sitemap: http://\nSitemap: ::::\nSitemap: {base}/sitemap.xml\n"),
    SHUT("all shut, in 8 KB of comments", .piece = "# %u\n", .times = 1500,
         .tail = "User-agent: *\nDisallow: /\n"),
    SHUT("all shut by a star", .head = "User-agent: *\nDisallow: *\n"),
    SHUT("all shut, with spaces", .head = " \t user-AGENT :\t *  # all\n\t disallow : / # of it\n"),
    SHUT("all shut, with colons left out", .head = "User-agent *\nDisallow /\n"),
};

const struct group group_rules = FAULT_GROUP("rules", faults);
