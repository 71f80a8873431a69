/* story.h - pages that read like articles, made out of their path, for sites in a table.
 *
 * The same path gives the same page; other paths give other titles and other texts, so nothing is
 * taken for a copy. Thread: any. */
#ifndef TESTS_SUPPORT_STORY_H
#define TESTS_SUPPORT_STORY_H

#include "support/site.h"

/* Appends an HTML page with headline, byline, date and about 200 words. */
void story_append(const char *path, struct bytes *out);
/* The same as the `answer` of a route; the context is not used. */
void story_answer(const struct site_request *request, struct site_answer *answer, void *context);

/* Answers with a sitemap of `count` stories named /news/2026/story-N; context is a const struct
 * story_map. Of a front page it makes a list of links to them. */
struct story_map {
    size_t count;
};
void story_sitemap(const struct site_request *request, struct site_answer *answer, void *context);
void story_front(const struct site_request *request, struct site_answer *answer, void *context);
/* "/news/2026/story-N-about-…": the path of the N-th. Borrowed until the arena is cleared. */
const char *story_path(size_t index, struct arena *arena);

/* Starts `hosts` websites, 16 at most, each with a robots.txt, its front page, a sitemap and the
 * stories of `map`, which take latency_ms to answer. `map` is borrowed until site_stop(), and so is
 * what a second call writes over: one at a time. Returned owned. */
struct site *story_sites_start(size_t hosts, const struct story_map *map, unsigned latency_ms);

#endif
