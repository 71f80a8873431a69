#include "support/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/bytes.h"
#include "base/clock.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

enum {
    NIGHTS = 730,
    VOCABULARY = 30000,
    SITES_LEAST = 100,
    ARTICLES_A_SITE = 1000,
    NUMBERS_A_SITE = 10000000, /* an article's number: site * this + how many before it */
    KEEP_RAW_NIGHTS = 30,
    KEEP_FETCHES_NIGHTS = 90,
    URLS_PER_HOST = 16,
    PAGE_BYTES_MAX = 50000
};

struct archive {
    struct storebench *bench;
    size_t articles, sites;
    double weights; /* sum of 1 / rank */
    int64_t end_ms; /* when the last night begins */
    int night;
    struct arena arena; /* of one batch */
    char words[VOCABULARY][16];
    unsigned char page[PAGE_BYTES_MAX];
};

/* ---- chance: a number's own, so that order does not matter ---- */

static uint64_t mix(uint64_t z)
{
    z += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static uint64_t next(uint64_t *state)
{
    return mix((*state)++);
}

static size_t below(uint64_t *state, size_t count)
{
    return (size_t)(next(state) % count);
}

static bool one_in(uint64_t *state, size_t count)
{
    return below(state, count) == 0;
}

/* ---- texts ---- */

/* Words of one to four syllables, the frequent ones short; some that the questions look for. */
static void make_words(struct archive *archive)
{
    static const struct {
        unsigned rank;
        const char *word;
    } asked[] = {{1000, "election"}, {1200, "climate"}, {1500, "protest"}};
    static const char consonants[] = "bdfgklmnprst", vowels[] = "aeiou";
    for (unsigned i = 0; i < VOCABULARY; i++) {
        unsigned rest = i < 60 ? i : i < 1800 ? i * 7 % 3600 : i * 7919 % 216000;
        unsigned syllables = i < 60 ? 1 : i < 1800 ? 2 : i % 3 ? 3 : 4;
        char *word = archive->words[i];
        for (unsigned k = 0; k < syllables; k++, rest /= 60) {
            *word++ = consonants[rest % 60 / 5];
            *word++ = vowels[rest % 5];
        }
    }
    for (size_t i = 0; i < COUNT(asked); i++)
        strcpy(archive->words[asked[i].rank], asked[i].word);
}

/* Few words are frequent, many are rare. */
static const char *any_word(struct archive *archive, uint64_t *state)
{
    double draw = (double)(next(state) >> 40) / (double)(1 << 24);
    return archive->words[(unsigned)(draw * draw * draw * VOCABULARY)];
}

static void append_words(struct archive *archive, uint64_t seed, size_t count, struct bytes *out)
{
    for (size_t i = 0; i < count; i++) {
        bytes_append_string(out, i ? " " : "");
        bytes_append_string(out, any_word(archive, &seed));
    }
}

static const char *taken(struct archive *archive, struct bytes *text)
{
    const char *copy = arena_copy(&archive->arena, text->data, text->size);
    bytes_clear(text);
    return copy;
}

static const char *make_line(struct archive *archive, uint64_t seed, size_t words)
{
    struct bytes text;
    bytes_init(&text, 0);
    append_words(archive, seed, words, &text);
    return taken(archive, &text);
}

/* Paragraphs of 60 words; the first is the site's own, the others may be a wire's. */
static const char *make_body(struct archive *archive, uint64_t seed, uint64_t wire, bool edited)
{
    enum { PARAGRAPH_WORDS = 60, PARAGRAPHS_MAX = 14 };
    struct bytes text;
    uint64_t shared = wire ? wire : seed;
    size_t paragraphs = 2 + below(&shared, PARAGRAPHS_MAX);
    bytes_init(&text, 0);
    append_words(archive, mix(seed), PARAGRAPH_WORDS, &text);
    for (size_t i = 0; i < paragraphs; i++) {
        bytes_append_string(&text, "\n");
        append_words(archive, mix(shared + i), PARAGRAPH_WORDS, &text);
    }
    if (seed % 500 == 0)
        bytes_append_string(&text, "\nA climate of protest.");
    if (edited)
        bytes_append_string(&text, "\nThis text was corrected.");
    return taken(archive, &text);
}

/* ---- sites and what they publish ---- */

static const char *domain_of(struct archive *archive, size_t site)
{
    return arena_format(&archive->arena, "site%zu.example", site);
}

/* How many articles the site has published up to that night, included: by Zipf's law. */
static size_t published_by(const struct archive *archive, size_t site, int night)
{
    double share = 1 / ((double)(site + 1) * archive->weights);
    return night < 0 ? 0 : (size_t)((double)archive->articles * share * (night + 1) / NIGHTS);
}

static const char *url_of(struct archive *archive, uint64_t number, int night)
{
    static const char *const sections[] = {"news", "world", "sport", "culture", "money", "science"};
    uint64_t state = number;
    const char *section = sections[below(&state, COUNT(sections))];
    const char *one = any_word(archive, &state), *two = any_word(archive, &state);
    return arena_format(&archive->arena, "https://%s/%s/%d/%02d/%s-and-the-%s-%llu.html",
                        domain_of(archive, number / NUMBERS_A_SITE), section, 2000 + night / 365,
                        1 + night % 365 / 31, one, two, (unsigned long long)number);
}

static uint64_t number_of(const char *url)
{
    return strtoull(strrchr(url, '-') + 1, NULL, 10);
}

static const char *const skip_whys[] = {"a video page", "a log-in page", "a print version"};

/* Tells of the night's articles and of those of the night before. */
static void tell(struct archive *archive, struct result_record *result, size_t site)
{
    bool front = result->lease.source == KIND_FRONT;
    size_t first = published_by(archive, site, archive->night - 2);
    size_t fresh = published_by(archive, site, archive->night - 1);
    size_t last = published_by(archive, site, archive->night);
    struct found_record *found = alloc_zeroed(last - first + 2, sizeof(*found));
    size_t count = 0;
    for (size_t i = first; i < last; i++) {
        uint64_t number = site * NUMBERS_A_SITE + i, state = number + 17;
        found[count++] = (struct found_record){
            .url = url_of(archive, number, archive->night - (i < fresh)),
            .kind = URL_ARTICLE,
            .via = front ? "front" : "feed",
            .published_ms = front ? MOMENT_NONE : archive->bench->now_ms - HOUR_MS,
            .skip_why = one_in(&state, 40) ? skip_whys[below(&state, COUNT(skip_whys))] : NULL};
    }
    if (front && !archive->night)
        found[count++] = (struct found_record){
            .url = arena_format(&archive->arena, "https://%s/feed.xml", domain_of(archive, site)),
            .kind = URL_SOURCE,
            .source = KIND_FEED,
            .via = "link",
            .published_ms = MOMENT_NONE};
    result->found = found;
    result->found_count = count;
    result->source.kind = front ? "section" : "rss";
    result->source.told_hash = count ? mix(last) : 1;
}

/* ---- an article ---- */

static const char **make_authors(struct archive *archive, size_t site, uint64_t *state,
                                 size_t *count)
{
    enum { AUTHORS_A_SITE = 25 };
    const char **names = arena_alloc(&archive->arena, 2 * sizeof(*names));
    *count = one_in(state, 10) ? 0 : one_in(state, 5) ? 2 : 1;
    for (size_t i = 0; i < *count; i++) {
        uint64_t who = site * AUTHORS_A_SITE + below(state, AUTHORS_A_SITE);
        names[i] = arena_format(&archive->arena, "%s %s%llu", any_word(archive, &who),
                                any_word(archive, &who), (unsigned long long)who % 1000);
    }
    return names;
}

static void make_links(struct archive *archive, struct result_record *result, size_t site,
                       uint64_t *state)
{
    enum { LINKS_MAX = 8 };
    struct link_record *links = arena_alloc(&archive->arena, LINKS_MAX * sizeof(*links));
    result->links = links;
    result->links_count = below(state, LINKS_MAX + 1);
    for (size_t i = 0; i < result->links_count; i++) {
        size_t other =
            one_in(state, 2) ? site : archive->sites / (1 + below(state, archive->sites));
        links[i] = (struct link_record){
            .url = url_of(archive, other * NUMBERS_A_SITE + below(state, 100000), archive->night),
            .domain = domain_of(archive, other),
            .anchor = make_line(archive, next(state), 3),
            .in_body = true};
    }
}

/* One in eight is a wire's text; several sites have it on the same day. */
static uint64_t wire_of(const struct archive *archive, uint64_t *state)
{
    size_t wires = archive->articles / NIGHTS / 30 + 1;
    return one_in(state, 8) ? 1 + mix((uint64_t)archive->night * 1000 + below(state, wires)) : 0;
}

static void make_article(struct archive *archive, struct result_record *result, bool edited)
{
    static const char *const langs[] = {"en", "en", "en", "de", "fr", "es", "pt", "it"};
    static const char *const froms[] = {"json-ld", "json-ld", "meta", "time-tag", "url", "text"};
    struct article_record *article = arena_alloc(&archive->arena, sizeof(*article));
    uint64_t number = number_of(result->lease.url), state = mix(number);
    size_t site = number / NUMBERS_A_SITE;
    bool dated = !one_in(&state, 30);
    const char *title = make_line(archive, next(&state), 9);
    bool new_headline = edited && one_in(&state, 3);
    *article = (struct article_record){
        .url = result->lease.url,
        .canonical_url = result->lease.url,
        .title = new_headline ? arena_format(&archive->arena, "%s after all", title) : title,
        .title_from = "json-ld",
        .lead = make_line(archive, next(&state), 28),
        .body = make_body(archive, next(&state), wire_of(archive, &state), edited),
        .body_from = "text",
        .lang = langs[site % COUNT(langs)],
        .section = any_word(archive, &(uint64_t){number % 6}),
        .image_url = arena_format(&archive->arena, "https://%s/images/%llu.jpg",
                                  domain_of(archive, site), (unsigned long long)number),
        .site_name = arena_format(&archive->arena, "The Site %zu", site),
        .published_ms = dated ? archive->bench->now_ms - (int64_t)below(&state, 20) * HOUR_MS -
                                    (int64_t)below(&state, 60) * 60000
                              : MOMENT_NONE,
        .published_from = dated ? froms[below(&state, COUNT(froms))] : NULL,
        .published_has_time = true,
        .published_zone_min = 0,
        .modified_ms = MOMENT_NONE,
        .modified_zone_min = ZONE_NONE,
        .authors_from = "json-ld",
        .is_article = true,
        .free_access = one_in(&state, 5) ? 0 : 1};
    article->authors = make_authors(archive, site, &state, &article->authors_count);
    article->tags = arena_alloc(&archive->arena, 2 * sizeof(*article->tags));
    article->tags_count = below(&state, 3);
    for (size_t i = 0; i < article->tags_count; i++)
        article->tags[i] = archive->words[below(&state, 2000)];
    make_links(archive, result, site, &state);
    result->article = article;
    if (NIGHTS - archive->night > KEEP_RAW_NIGHTS)
        return;
    result->fetch.body_hash = mix(next(&state));
    result->raw = (struct raw_record){.headers = "Content-Type: text/html\nContent-Encoding: gzip",
                                      .body = archive->page,
                                      .body_size = 20000 + below(&state, PAGE_BYTES_MAX - 20000),
                                      .codec = "gzip"};
}

/* ---- what comes of a request ---- */

static void fail(struct result_record *result)
{
    result->completion = COMPLETE_ERROR;
    result->fetch.status = 0;
    result->fetch.error = result->why = "timeout";
}

static void first_look(struct archive *archive, struct result_record *result)
{
    uint64_t state = mix(number_of(result->lease.url) + 3);
    if (one_in(&state, 100)) {
        result->completion = COMPLETE_DENIED;
        result->why = "robots.txt";
        result->fetch.asked = false;
    } else if (one_in(&state, 100)) {
        fail(result);
    } else {
        make_article(archive, result, false);
    }
}

static void second_look(struct archive *archive, struct result_record *result)
{
    uint64_t state = mix(number_of(result->lease.url) * NIGHTS + (uint64_t)archive->night);
    if (one_in(&state, 200)) {
        result->completion = COMPLETE_GONE;
        result->fetch.status = one_in(&state, 5) ? 410 : 404;
    } else if (one_in(&state, 25)) {
        make_article(archive, result, true);
    } else {
        result->unchanged = true;
        result->fetch.status = 304;
        result->fetch.bytes_wire = 0;
    }
}

static void answer(struct archive *archive, const struct url_lease *lease, size_t place)
{
    struct result_record *result = storebench_result(archive->bench, lease);
    result->why = NULL;
    result->fetch.started_ms += (int64_t)place * 1000;
    result->host.ready_ms = result->fetch.started_ms + 1000;
    result->host.crawl_delay_ms = -1;
    if (lease->kind != URL_SOURCE)
        (lease->known ? second_look : first_look)(archive, result);
    else if (mix((uint64_t)lease->feed_id * NIGHTS + (uint64_t)archive->night) % 100)
        tell(archive, result, strtoull(strstr(lease->url, "://site") + 7, NULL, 10));
    else
        fail(result);
}

/* Until nothing is due for an hour. */
static void crawl(struct archive *archive)
{
    struct storebench *bench = archive->bench;
    size_t idle = 0;
    while (idle < 2 && storebench_lease(bench, STOREBENCH_BATCH, URLS_PER_HOST)) {
        for (size_t i = 0; i < bench->answer.hosts_count; i++)
            for (size_t k = 0; k < bench->answer.hosts[i].urls_count; k++)
                answer(archive, &bench->answer.hosts[i].urls[k], k);
        idle = bench->count ? 0 : idle + 1;
        storebench_commit(bench);
        arena_reset(&archive->arena);
        bench->now_ms += URLS_PER_HOST * 1000;
        if (idle && bench->answer.next_due_ms > bench->now_ms + HOUR_MS)
            break;
        if (idle && bench->answer.next_due_ms > bench->now_ms)
            bench->now_ms = bench->answer.next_due_ms;
    }
}

static void run_night(struct archive *archive)
{
    struct storebench *bench = archive->bench;
    bench->now_ms = archive->end_ms - (NIGHTS - 1 - archive->night) * DAY_MS;
    struct run_record run = {.started_ms = bench->now_ms,
                             .argv = "[]",
                             .version = "bench",
                             .sources = 0x1f,
                             .poll_all = true,
                             .tries_max = 3,
                             .lease_ms = 120000,
                             .keep_raw_ms = KEEP_RAW_NIGHTS * DAY_MS,
                             .keep_fetches_ms = KEEP_FETCHES_NIGHTS * DAY_MS,
                             .search = true};
    int64_t run_id;
    storebench_check(bench, store_run_begin(bench->store, &run, &run_id));
    bench->held_count = 0;
    crawl(archive);
    storebench_end(bench);
}

void archive_fill(struct storebench *bench, size_t articles)
{
    struct archive *archive = alloc_zeroed(1, sizeof(*archive));
    archive->bench = bench;
    archive->articles = articles;
    archive->sites = SITES_LEAST + articles / ARTICLES_A_SITE;
    archive->end_ms = clock_wall_ms() / DAY_MS * DAY_MS - DAY_MS / 4;
    for (size_t site = 0; site < archive->sites; site++)
        archive->weights += 1 / (double)(site + 1);
    for (size_t i = 0; i < PAGE_BYTES_MAX; i++)
        archive->page[i] = (unsigned char)mix(i);
    arena_init(&archive->arena, 0);
    make_words(archive);
    bench->now_ms = archive->end_ms - NIGHTS * DAY_MS;
    storebench_add_sites(bench, (unsigned)archive->sites);
    for (archive->night = 0; archive->night < NIGHTS; archive->night++) {
        run_night(archive);
        if (archive->night % 73 == 72)
            fprintf(stderr, "night %d: %zu requests\n", archive->night + 1, bench->completed);
    }
    arena_clear(&archive->arena);
    free(archive);
}
