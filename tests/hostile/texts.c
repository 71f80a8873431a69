/* Texts that act where they are shown, and moments that there are not. They are stored as texts of
 * one line without what a terminal would obey, and dates as unknown. */
#include "base/alloc.h"
#include "hostile/grown.h"
#include "hostile/groups.h"

#define TITLED(text, more)                                                                         \
    "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>" text "</title>"               \
    "<meta property=\"og:type\" content=article>" more "</head><body><article><h1>" text "</h1>"
#define BODY                                                                                       \
    "<p>The council and the harbour met under the bridge after the winter, and the teacher said "  \
    "that the railway was late for every market near the river in that year.</p>"                  \
    "<p>The ferry without a captain, the museum beside a quarry and the library near the meadow "  \
    "were in the forecast of the festival, but no printer had a signal of it.</p>"                 \
    "<p>Nobody in the village had heard the violin after the weather turned, and the bakery sold " \
    "bread under the cinema to the doctor and to every surgeon of the town.</p>"                   \
    "<p>In the election the factory and the orchard were for a tunnel, the engine was against "    \
    "it, "                                                                                         \
    "and the lantern of the budget went out before the evening was over.</p>"
#define END "</article></body></html>"

/* Of the one article here: whatever it is, no control characters, no turns of writing. */
#define CLEAN                                                                                      \
    "SELECT count(*) = 1 FROM v_articles WHERE url = '{base}" FAULT_STORY "' AND body LIKE"        \
    " '%council and the harbour%' AND coalesce(title, '') NOT GLOB '*[' || char(1, 0x2d, 8,"       \
    " 0x0b, 0x2d, 0x1f, 0x7f, 0x80, 0x2d, 0x9f, 0x202a, 0x2d, 0x202e, 0x2066, 0x2d, 0x2069, 10,"   \
    " 13) || ']*' AND coalesce(authors, '') NOT GLOB '*[' || char(1, 0x2d, 0x1f, 0x202e) || ']*'"

#define TEXT(row, title, more)                                                                     \
    {                                                                                              \
        .name = row, .error = "http 200", .articles = 1, .sql = CLEAN,                             \
        GROWN(.head = TITLED(title, more) BODY END)                                                \
    }
/* A date that can't be right is none. */
#define DATED(row, date)                                                                           \
    {                                                                                              \
        .name = row, .error = "http 200", .articles = 1,                                           \
        .sql = "SELECT count(*) = 1 FROM v_articles WHERE url = '{base}" FAULT_STORY               \
               "' AND (published IS NULL OR published < '2100')",                                  \
        GROWN(.head = TITLED("The council met", "<meta property=\"article:published_time\" "       \
                                                "content=\"" date "\">") BODY END)                 \
    }

static const struct fault faults[] = {
    TEXT("a title that clears the screen", "Storm \x1b[2J\x1b[1;1H\x1b]0;owned\x07 over town", ""),
    TEXT("a title with C1 controls",
         "Storm \xc2\x9b"
         "31m over \xc2\x90town\xc2\x9c",
         ""),
    TEXT("a title of several lines", "Storm\r\nover\n\ntown\x0b\x0c\x85 here", ""),
    TEXT("a title that turns",
         "Storm \xe2\x80\xae"
         "nwot revo \xe2\x81\xa6x\xe2\x81\xa9",
         ""),
    TEXT("a title of entities that are controls", "Storm &#27;[31m &#8238;x&#0;&#155;0m", ""),
    TEXT("a title that is SQL", "Storm'); DROP TABLE articles; --", ""),
    TEXT("a title that is a formula", "=cmd|' /C calc'!A0", ""),
    TEXT("a title that is markup", "Storm &lt;script&gt;alert(1)&lt;/script&gt; over town", ""),
    TEXT("a title that is a format", "Storm %%n%%n%%s%%s over 100%% of town", ""),
    TEXT("a title of nothing that is seen", "\xe2\x80\x8b\xe2\x80\x8b\xef\xbb\xbf\xc2\xad", ""),
    TEXT("an author who is SQL", "Storm over town",
         "<meta name=author content=\"Robert'); DROP TABLE authors;--\">"),
    TEXT("an author who clears the screen", "Storm over town",
         "<meta name=author content=\"Ada \x1b[2J Miller\">"),
    TEXT("a tongue that there is not", "Storm over town",
         "<meta property=\"og:locale\" content=\"'); --\">"),
    {.name = "a title of a megabyte",
     .error = "http 200",
     .articles = 1,
     GROWN(.head = "<html><head><meta property=\"og:type\" content=article><title>",
           .piece = "word %u ", .times = 100000,
           .tail = "</title></head><body><article><h1>Storm over town</h1>" BODY END)},
    {.name = "ten thousand keywords",
     .error = "http 200",
     .articles = 1,
     GROWN(.head = "<html><head><meta property=\"og:type\" content=article><title>Storm over town"
                   "</title><meta name=keywords content=\"",
           .piece = "word %u, ", .times = 10000,
           .tail = "\"></head><body><article><h1>Storm over town</h1>" BODY END)},
    {.name = "a word of a megabyte",
     .error = "http 200",
     .articles = 1,
     GROWN(.head = TITLED("Storm over town", "") "<p>", .piece = "%08u", .times = 131072,
           .tail = "</p>" BODY END)},
    {.name = "letters with a thousand marks each",
     .error = "http 200",
     .articles = 1,
     GROWN(.head = TITLED("Storm over town", "") BODY "<p>Z", .piece = "\xcc\x81\xcc\x82\xcc\x83",
           .times = 50000, .tail = "</p>" END)},
    DATED("the year 0", "0000-01-01T00:00:00Z"),
    DATED("the year 9999", "9999-12-31T23:59:59Z"),
    DATED("the year 292277026596", "292277026596-12-04T15:30:08Z"),
    DATED("a negative year", "-0044-03-15"),
    DATED("not a number", "NaN"),
    DATED("the 31st of February", "2026-02-31T25:61:61+99:99"),
    DATED("seconds since 1970, too many", "99999999999999999999"),
    DATED("below zero", "-1"),
    DATED("an exponent", "1e308"),
    DATED("a day of letters", "tomorrow's yesterday"),
    DATED("two days at once", "2026-01-01T00:00:00Z/2027-01-01T00:00:00Z"),
};

const struct group group_texts = FAULT_GROUP("texts", faults);
