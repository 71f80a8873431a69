#include <stdio.h>
#include <string.h>
#include <time.h>

#include "world/world.h"

enum { LATENCY_MS = 4, LATENCY_SPREAD_MS = 24 };

static uint64_t hash_of(const char *data, size_t size)
{
    uint64_t hash = 1469598103934665603u; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)data[i]) * 1099511628211u;
    return hash;
}

/* What a site that is down answers to everything but robots.txt; false for one that is well. */
static bool answer_is_down(const struct world_site *site, const char *path,
                           struct site_answer *answer)
{
    if (strcmp(path, "/robots.txt") == 0)
        return false;
    if (strcmp(site->fault, "errors") == 0)
        answer->status = 500;
    else if (strcmp(site->fault, "hang") == 0)
        answer->fault = SITE_HANG;
    else if (strcmp(site->fault, "limit") == 0) {
        answer->status = 429;
        answer->headers = "Retry-After: 7200\r\n";
    } else if (strcmp(site->fault, "loop") == 0) {
        answer->status = 302;
        answer->location = strcmp(path, "/a") == 0 ? "/b" : strcmp(path, "/b") == 0 ? "/" : "/a";
    } else
        return false;
    return true;
}

/* Every third article of some sites goes wrong when it is asked for the first time: too few for
 * the host to seem down. */
static void go_wrong_at_first(const struct world_site *site, struct article *article,
                              struct site_answer *answer)
{
    static const enum site_fault faults[] = {SITE_FINE, SITE_RESET, SITE_SHORT_BODY};
    bool busy = strcmp(site->fault, "busy") == 0, flaky = strcmp(site->fault, "flaky") == 0;
    if ((!busy && !flaky) || article->id % 3 || article->asked++ > 0)
        return;
    if (busy) {
        answer->status = 429;
        answer->headers = "Retry-After: 1\r\n";
        return;
    }
    answer->fault = faults[article->id / 3 % 3];
    if (answer->fault == SITE_FINE)
        answer->status = 500;
}

static void add_validators(const struct world_site *site, const struct article *article,
                           struct site_answer *answer)
{
    answer->etag = arena_format(answer->arena, "\"%016llx\"",
                                (unsigned long long)hash_of(answer->body.data, answer->body.size));
    if (!article || site->index % 2 == 0)
        return;
    char text[64];
    time_t at = (time_t)article->published_s + 3600;
    struct tm parts;
    gmtime_r(&at, &parts);
    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    answer->last_modified = arena_copy(answer->arena, text, strlen(text));
    if (site->index % 4 == 3)
        answer->etag = NULL; /* some know nothing but the date */
}

void world_answer(const struct site_request *request, struct site_answer *answer, void *context)
{
    struct world_site *site = context;
    struct article *article = NULL;
    const char *path = request->path;
    answer->latency_ms = LATENCY_MS + (unsigned)(hash_of(path, strlen(path)) % LATENCY_SPREAD_MS);
    if (answer_is_down(site, path, answer))
        return;
    if (strcmp(site->fault, "moved-front") == 0 && strcmp(path, "/") == 0) {
        answer->status = 301;
        answer->location = "/start/";
        return;
    }
    if (source_make(site, path, answer->arena, &answer->body, &answer->type)) {
        add_validators(site, NULL, answer);
    } else if (page_make(site, path, answer->arena, &answer->body, &article)) {
        charset_encode(&answer->body, site->charset);
        answer->type = site->charset_in_page
                           ? "text/html"
                           : arena_format(answer->arena, "text/html; charset=%s", site->charset);
        answer->gzip = site->index % 2 == 0;
        add_validators(site, article, answer);
        if (article)
            go_wrong_at_first(site, article, answer);
    } else {
        bool closed = strcmp(path, "/robots.txt") == 0 && strcmp(site->robots, "closed") == 0;
        answer->status = closed ? 503 : 404;
        answer->type = "text/plain";
        bytes_append_string(&answer->body, closed ? "Closed.\n" : "Not here.\n");
    }
}
