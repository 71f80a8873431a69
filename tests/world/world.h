/* world.h - the demo news world: invented newspapers in ten languages on loopback addresses.
 *
 * Everything follows from the files in data/world/ and one day: the same articles, pages and
 * validators each time, so that a second crawl finds nothing new. All articles are made at the
 * start; pages are made when they are asked for.
 * Thread: made on one thread, then read by the server's alone. */
#ifndef TESTS_WORLD_WORLD_H
#define TESTS_WORLD_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "support/site.h"

enum {
    SECTIONS = 5,
    SENTENCES_MAX = 20, /* of a topic or the general ones */
    HEADLINES_MAX = 6,
    WORDS_MAX = 16, /* alternatives of a slot: places, people */
    LABELS_MAX = 64,
    BLOCKS_MAX = 40,
};

/* Texts in a row, all of the world's arena. */
struct strings {
    const char *at[SENTENCES_MAX];
    size_t count;
};

struct topic {
    const char *slug;  /* of the section, as it stands in paths */
    const char *label; /* of the section, as people read it */
    struct strings headlines, sentences;
};

/* One file of data/world/languages. */
struct language {
    const char *code;
    const char *joiner; /* between sentences */
    struct {
        const char *name, *text;
    } labels[LABELS_MAX];
    size_t labels_count;
    struct topic topics[SECTIONS];
    struct strings generic, people, places, orgs, months;
};

/* One file of named blocks: "=== name" and what follows it. */
struct blocks {
    struct {
        const char *name, *text;
    } at[BLOCKS_MAX];
    size_t count;
};

struct article {
    size_t id;
    size_t section;
    const char *title, *author, *place, *path, *summary;
    const char **paragraphs; /* UTF-8 */
    size_t paragraphs_count;
    int64_t published_s; /* UTC */
    bool sponsored;      /* below a path that robots.txt forbids */
    bool allowed;        /* by robots.txt */
    unsigned asked;      /* how often; for those that fail at first */
};

struct world_site {
    struct world *world;
    size_t index;
    const char *name;
    const struct language *language;
    const char *charset;
    bool charset_in_page; /* the header doesn't tell it */
    const struct blocks *layout;
    int zone_h; /* local time less UTC */
    const char *paths;
    const char *robots;
    const char *sources;
    const char *fault;
    struct article *articles; /* newest first */
    size_t articles_count;
    const char *base; /* http://address:port; known once the server runs */
};

struct world {
    struct arena arena;
    const char *directory; /* data/world */
    int64_t day_s;         /* the day, at midnight UTC: the newest articles are of the day before */
    struct language languages[16];
    size_t languages_count;
    struct {
        const char *name;
        struct blocks blocks;
    } layouts[16];
    size_t layouts_count;
    struct blocks sources, robots;
    struct world_site *sites;
    size_t sites_count;
};

/* Reads the files and makes every article. Ends the process with a message when a file is wrong. */
void world_create(struct world *world, const char *directory, int64_t day_s);
void world_clear(struct world *world);

/* Whether `word` stands in the space-separated `list`. */
bool has_word(const char *list, const char *word);

/* language.c: what a file of languages/ says, and sentences out of its patterns. */
struct random {
    uint64_t state;
};
uint64_t random_next(struct random *random);
size_t random_below(struct random *random, size_t count);

void language_read(struct language *language, struct arena *arena, const char *directory,
                   const char *code);
const char *language_label(const struct language *language, const char *name); /* "" if unknown */

/* What the slots of an article's sentences stand for. */
struct facts {
    const char *place, *person, *person2, *org, *author;
    bool small; /* numbers are goals, not votes */
};
/* Appends `pattern` with its choices made and its slots filled. */
void language_fill(const struct language *language, const char *pattern, const struct facts *facts,
                   struct random *random, struct bytes *out);
/* "{d}. {month} {Y}" for a moment that is local already. */
const char *language_date(const struct language *language, const char *label, int64_t local_s,
                          struct arena *arena);

/* article.c: the articles of a site. */
void articles_make(struct world_site *site);

/* template.c: named blocks, and values put into them. */
void blocks_read(struct blocks *blocks, struct arena *arena, const char *path);
const char *blocks_find(const struct blocks *blocks, const char *name); /* ends the process */

struct values {
    struct {
        const char *name, *text;
    } at[80];
    size_t count;
};
void values_set(struct values *values, const char *name, const char *text);
/* Appends a block: {{name}} escaped for HTML and XML, {{!name}} as it is, {{"name}} as the inside
 * of a JSON string in ASCII. */
void template_fill(const char *block, const struct values *values, struct bytes *out);
/* The whole of a file; returned in the arena. Ends the process when it can't be read. */
char *file_text(struct arena *arena, const char *path);

/* page.c: front, section, article and other pages; values that all pages share. */
void values_of_site(struct values *values, const struct world_site *site, struct arena *arena);
void values_of_article(struct values *values, const struct world_site *site,
                       const struct article *article, struct arena *arena);
/* Makes the page of `path`, UTF-8; false when the site has none. `article` is set for articles. */
bool page_make(struct world_site *site, const char *path, struct arena *arena, struct bytes *out,
               struct article **article);

/* source.c: robots.txt, sitemaps, feeds, APIs. False when the site has no such thing. */
bool source_make(const struct world_site *site, const char *path, struct arena *arena,
                 struct bytes *out, const char **type);

/* charset.c: UTF-8 to the site's charset, in place; what it lacks becomes &#N;. */
void charset_encode(struct bytes *bytes, const char *charset);

/* serve.c: answers every request of a site (a site_answer_fn; context is the world_site). */
void world_answer(const struct site_request *request, struct site_answer *answer, void *context);

#endif
