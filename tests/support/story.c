#include "support/story.h"

#include <assert.h>

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

enum { PARAGRAPHS = 6, SENTENCES = 3, WORDS = 11 };

static const char *const words[] = {
    "harbour", "council", "bridge",   "winter",  "market",  "railway", "teacher",  "river",
    "budget",  "ferry",   "orchard",  "museum",  "engine",  "village", "forecast", "captain",
    "library", "quarry",  "festival", "surgeon", "lantern", "meadow",  "printer",  "signal",
    "tunnel",  "violin",  "weather",  "bakery",  "cinema",  "doctor",  "election", "factory",
};
static const char *const joints[] = {"and",       "near the",  "without a", "after the",
                                     "for every", "under the", "beside a",  "but no"};

static unsigned next(unsigned *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static unsigned seed_of(const char *path)
{
    unsigned seed = 2166136261u;
    for (; *path; path++)
        seed = (seed ^ (unsigned char)*path) * 16777619u;
    return seed;
}

static void append_words(unsigned *state, size_t count, struct bytes *out)
{
    for (size_t i = 0; i < count; i++) {
        if (i)
            bytes_append_string(out, " ");
        bytes_append_string(out, i % 2 ? joints[next(state) % COUNT(joints)]
                                       : words[next(state) % COUNT(words)]);
    }
}

void story_append(const char *path, struct bytes *out)
{
    unsigned state = seed_of(path);
    char head[256], name[32];
    struct bytes title;
    bytes_init(&title, 0);
    snprintf(name, sizeof(name), "Report %u: the ", state % 1000000);
    bytes_append_string(&title, name);
    append_words(&state, 5, &title);
    bytes_append_string(out,
                        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
    bytes_append_string(out, title.data);
    snprintf(head, sizeof(head),
             "</title><meta property=\"og:type\" content=\"article\">"
             "<meta property=\"article:published_time\" content=\"2026-01-%02uT%02u:00:00Z\">"
             "</head><body><article><h1>",
             1 + next(&state) % 28, next(&state) % 24);
    bytes_append_string(out, head);
    bytes_append_string(out, title.data);
    bytes_append_string(out, "</h1><p class=\"byline\">By Ada Miller</p>");
    for (size_t i = 0; i < PARAGRAPHS; i++) {
        bytes_append_string(out, "<p>");
        for (size_t j = 0; j < SENTENCES; j++) {
            bytes_append_string(out, j ? " The " : "The ");
            append_words(&state, WORDS, out);
            bytes_append_string(out, ".");
        }
        bytes_append_string(out, "</p>");
    }
    bytes_append_string(out, "</article></body></html>");
    bytes_clear(&title);
}

void story_answer(const struct site_request *request, struct site_answer *answer, void *context)
{
    (void)context;
    story_append(request->path, &answer->body);
}

const char *story_path(size_t index, struct arena *arena)
{
    unsigned state = (unsigned)index * 2654435761u;
    const char *one = words[next(&state) % COUNT(words)], *two = words[next(&state) % COUNT(words)];
    return arena_format(arena, "/news/2026/story-about-the-%s-and-the-%s-%zu", one, two, index);
}

void story_sitemap(const struct site_request *request, struct site_answer *answer, void *context)
{
    const struct story_map *map = context;
    const char *base = site_url(request->site, request->host, "");
    bytes_append_string(&answer->body,
                        "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">");
    for (size_t i = 0; i < map->count; i++)
        bytes_append_string(&answer->body,
                            arena_format(answer->arena, "<url><loc>%s%s</loc></url>\n", base,
                                         story_path(i, answer->arena)));
    bytes_append_string(&answer->body, "</urlset>");
    answer->type = "application/xml";
}

void story_front(const struct site_request *request, struct site_answer *answer, void *context)
{
    const struct story_map *map = context;
    (void)request;
    bytes_append_string(&answer->body, "<!DOCTYPE html><html><head><title>Daily</title></head>"
                                       "<body><h1>Daily</h1><ul>");
    for (size_t i = 0; i < map->count; i++)
        bytes_append_string(
            &answer->body,
            arena_format(
                answer->arena,
                "<li><h2><a href=\"%s\">What happened at the %s in story %zu</a></h2></li>",
                story_path(i, answer->arena), words[i % COUNT(words)], i));
    bytes_append_string(&answer->body, "</ul></body></html>");
}

struct site *story_sites_start(size_t hosts, const struct story_map *map, unsigned latency_ms)
{
    enum { HOSTS_MAX = 16, ROUTES = 4 };
    static struct site_route routes[ROUTES];
    static struct site_host table[HOSTS_MAX];
    routes[0] = (struct site_route){
        .path = "/robots.txt", .type = "text/plain", .body = "Sitemap: {base}/sitemap.xml\n"};
    routes[1] = (struct site_route){
        .path = "/sitemap.xml", .answer = story_sitemap, .context = (void *)map};
    routes[2] = (struct site_route){.path = "/", .answer = story_front, .context = (void *)map};
    routes[3] =
        (struct site_route){.path = "/news/*", .answer = story_answer, .latency_ms = latency_ms};
    assert(hosts <= HOSTS_MAX);
    for (size_t i = 0; i < hosts; i++)
        table[i] = (struct site_host){.routes = routes, .routes_count = ROUTES};
    return site_start(table, hosts, 0);
}
