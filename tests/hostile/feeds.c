/* Feeds of strangers. What a feed says of an article is a hint, and may be a lie. */
#include "base/alloc.h"
#include "hostile/grown.h"
#include "hostile/groups.h"

#define FEED  "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Daily</title>"
#define END   "</channel></rss>"
#define STORY "<item><title>A story</title><link>{base}" FAULT_STORY "</link></item>"

#define NEWS(row, ...)                                                                             \
    {                                                                                              \
        .name = row, .path = "/feed", GROWN(.type = "application/rss+xml", __VA_ARGS__)            \
    }

/* What can be read of it is believed. */
#define TOLD(row, count, ...)                                                                      \
    {                                                                                              \
        .name = row, .path = "/feed", .articles = count,                                           \
        GROWN(.type = "application/rss+xml", __VA_ARGS__)                                          \
    }

static const struct fault faults[] = {
    NEWS("a billion laughs",
         .head =
             "<!DOCTYPE rss [<!ENTITY a \"laugh\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
             "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;"
             "&c;&c;\"><!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\"><!ENTITY f \"&e;&e;&e;&e;"
             "&e;&e;&e;&e;&e;&e;\"><!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\">]>"
             "<rss><channel><item><title>&g;</title><link>{base}/x</link></item></channel></rss>"),
    NEWS("an entity that is a file",
         .head = "<!DOCTYPE rss [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><rss><channel><item>"
                 "<title>&a;</title><link>{base}/&a;</link></item></channel></rss>", ),
    NEWS("fifty thousand items", .head = FEED,
         .piece = "<item><title>No %u</title><link>http://127.0.0.1/news/2026/%u</link></item>",
         .times = 50000, .tail = END, .packed = true),
    NEWS("fifty thousand deep", .head = FEED, .piece = "<item>", .times = 50000),
    NEWS("ten thousand attributes", .head = FEED "<item ", .piece = "a%u=\"x\" ", .times = 10000,
         .tail = "></item>" END),
    TOLD("a title of ten megabytes", 1, .head = FEED "<item><title>", .piece = "word number %u, ",
         .times = 500000, .tail = "</title><link>{base}/news/2026/long</link></item>" END),
    NEWS("a bomb", .head = FEED "<!--", .piece = "%u                                        ",
         .times = 500000, .tail = "-->" END, .packed = true),
    NEWS("a page instead", .head = "<!DOCTYPE html><html><body><p>Sorry"),
    NEWS("nothing"),
    NEWS("noise", .head = "\x00\x01\xff\xfe{}[]"),
    TOLD("cut in an item", 1, .head = FEED "<item><title>Half</title><link>{base}/news/2026/ha"),
    NEWS("JSON without an end", .head = "{\"version\":\"https://jsonfeed.org/version/1.1\","
                                        "\"items\":[{\"url\":\"{base}/news/2026/x\""),
    NEWS("JSON a hundred thousand deep",
         .head = "{\"version\":\"https://jsonfeed.org/version/1\","
                 "\"items\":",
         .piece = "[", .times = 100000),
    NEWS("other schemes", .head = FEED "<item><link>javascript:alert(1)</link></item><item><link>"
                                       "file:///etc/passwd</link></item><item><link>data:,x</link>"
                                       "</item>" END),
    TOLD("days that there are not", 2,
         .head =
             FEED "<item><link>{base}/news/2026/own-day</link><pubDate>Fri, 99 Foo 0000 99:99:99"
                  " +9999</pubDate></item><item><link>{base}/news/2026/own-day2</link><pubDate>"
                  "NaN</pubDate></item>" END, ),
    NEWS("titles that are SQL, escapes and turns",
         .head = FEED "<item><title>'); DROP TABLE articles;-- \x1b[2J \xe2\x80\xae evil</title>"
                      "<link>{base}/robots.txt?a='%20OR%201=1--</link></item>" END),
    NEWS("named as its own next page",
         .head = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>x</title><link rel=\"next\" "
                 "href=\"{base}/feed\"/><link rel=\"self\" href=\"{base}/feed\"/></feed>"),
    NEWS("a hub at home", .head = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><link rel=\"hub\" "
                                  "href=\"http://127.0.0.1/\"/></feed>"),
};

const struct group group_feeds = FAULT_GROUP("feeds", faults);
