#include "extract/worker.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "base/url.h"
#include "discover/api.h"
#include "discover/feed.h"
#include "discover/guess.h"
#include "discover/link_header.h"
#include "discover/period.h"
#include "discover/sections.h"
#include "discover/sitemap.h"
#include "discover/traps.h"
#include "discover/twins.h"
#include "discover/wordpress.h"
#include "extract/article.h"
#include "extract/charset.h"
#include "extract/decode.h"
#include "extract/page_links.h"
#include "extract/sandbox.h"
#include "extract/site_rules.h"
#include "extract/sniff.h"
#include "extract/tdmrep.h"
#include "politeness/robots.h"

enum {
    CPU_MS_MAX = 1000,         /* one page */
    CPU_MS_MAX_SOURCE = 10000, /* a sitemap of 64 MiB takes more */
    SECTIONS_MAX = 12,         /* section pages that a front page may name */
    FEEDS_MAX = 8,             /* feeds that a page may name */
    FOUND_PER_PAGE_MAX = 1000, /* article links of one section page */
    SITEMAP_DEPTH_MAX = 3,     /* an index of indexes of sitemaps */
    API_DEPTH_MAX = 20,        /* pages of an API's answer */
    ARENA_BYTES_MAX = 256 * 1024 * 1024,
    KEPT_BYTES = 8 * 1024 * 1024, /* from one page to the next: fresh memory is dear */
};

/* From here on a link is likelier an article than not (discover/links.h). */
static const float ARTICLE_SCORE_MIN = 0.5F;

/* What is being put together for one document. */
struct reading {
    struct worker_answer *answer;
    struct arena *arena;
    const struct worker_request *request;
    struct url page; /* the document's address */
    struct url site; /* its site's */
    const char *data;
    size_t size;
    struct header_link *links; /* of the answer's head */
    size_t links_count;
};

/* ---- URLs found ---- */

static struct found_record *add_found(struct reading *reading, const char *url, const char *via)
{
    struct worker_answer *answer = reading->answer;
    struct url parsed;
    if (answer->found_count >= WIRE_FOUND_MAX || !url ||
        url_parse(&parsed, reading->arena, span_of(url), &reading->page, NULL))
        return NULL;
    size_t size = sizeof *answer->found;
    if ((answer->found_count & (answer->found_count - 1)) == 0) /* 0, 1, 2, 4, 8 …: full */
        answer->found = arena_grow(reading->arena, answer->found, answer->found_count * size,
                                   (answer->found_count ? answer->found_count * 2 : 1) * size);
    struct found_record *found = &answer->found[answer->found_count++];
    *found = (struct found_record){.via = via,
                                   .url = url_fetchable(&parsed, reading->arena),
                                   .key = url_key(&parsed, reading->arena),
                                   .published_ms = MOMENT_NONE};
    if (strcmp(found->url, found->key) == 0)
        found->key = NULL;
    found->plain = twins_plain(&parsed, reading->arena);
    /* A link out of the site is an advertisement or another's article: known, not asked. A source
     * that moved to another address takes its site along. */
    if (!url_same_site(&parsed, &reading->site) && !url_same_site(&parsed, &reading->page))
        found->skip_why = "other site";
    else
        found->skip_why = traps_judge(&parsed);
    return found;
}

static struct found_record *add_source(struct reading *reading, const char *url,
                                       enum source_kind kind, const char *via, unsigned depth)
{
    struct found_record *found = add_found(reading, url, via);
    if (!found)
        return NULL;
    found->kind = URL_SOURCE;
    found->source = kind;
    found->depth = depth;
    if (kind == KIND_FEED || kind == KIND_SITEMAP)
        found->skip_why = NULL; /* feeds and sitemaps are often kept elsewhere */
    return found;
}

static const char out_of_range[] = "outside --since and --until";

/* --since and --until. False where there is neither. */
static bool get_range(const struct reading *reading, struct period_range *out)
{
    const struct worker_request *request = reading->request;
    out->since_ms = request->since_ms ? request->since_ms : INT64_MIN;
    out->until_ms = request->until_ms ? request->until_ms : INT64_MAX;
    return request->since_ms || request->until_ms;
}

/* What was changed before can't have been published since; otherwise the address may tell. */
static bool may_be_within(const struct period_range *range, const struct period *period,
                          int64_t changed_ms)
{
    if (changed_ms != MOMENT_NONE && changed_ms < range->since_ms)
        return false;
    return !period || period_meets(period, range);
}

/* An article with the moment at which it was published, or else changed, if that is announced. */
static void add_article(struct reading *reading, const char *url, const char *via,
                        const char *title, int64_t published_ms, int64_t changed_ms)
{
    struct found_record *found = add_found(reading, url, via);
    struct period_range range;
    struct period period;
    if (!found)
        return;
    found->kind = URL_ARTICLE;
    found->title = title;
    found->published_ms = published_ms != MOMENT_NONE ? published_ms : changed_ms;
    if (found->skip_why || !get_range(reading, &range))
        return;
    bool within = published_ms >= range.since_ms && published_ms <= range.until_ms;
    if (published_ms == MOMENT_NONE) {
        bool told = period_of_article(span_of(found->url), &period);
        within = may_be_within(&range, told ? &period : NULL, changed_ms);
    }
    if (!within)
        found->skip_why = out_of_range;
}

/* A sitemap, with the moment of its last change if that is announced. */
static void add_sitemap(struct reading *reading, const char *url, const char *via, unsigned depth,
                        int64_t changed_ms)
{
    struct found_record *found = add_source(reading, url, KIND_SITEMAP, via, depth);
    struct period_range range;
    struct period period;
    if (!found)
        return;
    found->published_ms = changed_ms; /* brings its next poll forward */
    if (!get_range(reading, &range))
        return;
    bool told = period_of_sitemap(span_of(found->url), &period) &&
                (changed_ms == MOMENT_NONE || changed_ms >= period.from_ms);
    if (!may_be_within(&range, told ? &period : NULL, changed_ms))
        found->skip_why = out_of_range;
}

/* What the answer's head links to as `relation`, or NULL. */
static const char *linked_as(const struct reading *reading, const char *relation)
{
    for (size_t i = 0; i < reading->links_count; i++)
        if (link_header_is(&reading->links[i], relation))
            return reading->links[i].url;
    return NULL;
}

/* ---- what hosts say of themselves ---- */

static void answer_reduced(struct reading *reading, struct bytes *reduced)
{
    reading->answer->robots_body =
        arena_copy(reading->arena, reduced->size ? reduced->data : "", reduced->size);
    bytes_clear(reduced);
}

static void find_sitemaps(struct reading *reading, const struct robots *robots)
{
    const char *const *sitemaps;
    size_t count = robots_sitemaps(robots, &sitemaps);
    for (size_t i = 0; i < count; i++)
        add_sitemap(reading, sitemaps[i], "robots", 0, MOMENT_NONE);
    if (!count && url_same_site(&reading->page, &reading->site)) {
        count = guess_sitemaps(&sitemaps);
        for (size_t i = 0; i < count; i++)
            add_source(reading, sitemaps[i], KIND_SITEMAP, "guess", 0);
    }
}

/* robots.txt, or ai.txt, which has its grammar and announces nothing. */
static void read_robots(struct reading *reading)
{
    struct robots *robots = robots_parse(reading->data, reading->size, reading->request->agent);
    struct bytes reduced;
    bytes_init(&reduced, 0);
    if (robots_reduce(robots, &reduced) == 0)
        answer_reduced(reading, &reduced);
    if (reading->request->file == HOST_ROBOTS)
        find_sitemaps(reading, robots);
    robots_free(robots);
}

static void read_tdmrep(struct reading *reading)
{
    struct bytes reduced;
    bytes_init(&reduced, 0);
    if (reading->size && tdmrep_reduce(reading->data, reading->size, &reduced))
        reading->answer->outcome = OUTCOME_BAD_DOCUMENT;
    answer_reduced(reading, &reduced);
}

/* ---- feeds, sitemaps, APIs ---- */

static int read_feed(struct reading *reading)
{
    struct feed feed;
    int err = feed_parse(&feed, reading->arena, reading->data, reading->size, reading->request->url,
                         reading->request->content_type);
    if (err)
        return err;
    reading->answer->source = (struct source_record){
        .kind = feed.kind, .title = feed.title, .hub = feed.hub, .hint_min = feed.ttl_min};
    if (!feed.hub)
        reading->answer->source.hub = linked_as(reading, "hub");
    for (size_t i = 0; i < feed.entries_count; i++) {
        const struct feed_entry *entry = &feed.entries[i];
        add_article(reading, entry->url, "feed", entry->title,
                    entry->has_published ? entry->published.ms : MOMENT_NONE,
                    entry->has_updated ? entry->updated.ms : MOMENT_NONE);
    }
    return 0;
}

/* The kinds of `feeds` by what sitemap_parse() says. */
static const char *sitemap_kind(const char *kind)
{
    if (strcmp(kind, "index") == 0)
        return "sitemap-index";
    return strcmp(kind, "news") == 0 ? "sitemap-news" : "sitemap";
}

static int read_sitemap(struct reading *reading)
{
    struct sitemap sitemap;
    int err = sitemap_parse(&sitemap, reading->arena, reading->data, reading->size,
                            reading->request->url, reading->request->content_type);
    if (err)
        return err;
    reading->answer->source.kind = sitemap_kind(sitemap.kind);
    for (size_t i = 0; i < sitemap.entries_count; i++) {
        const struct sitemap_entry *entry = &sitemap.entries[i];
        int64_t changed_ms = entry->has_lastmod ? entry->lastmod.ms : MOMENT_NONE;
        if (entry->is_sitemap && reading->request->depth < SITEMAP_DEPTH_MAX)
            add_sitemap(reading, entry->url, "index", reading->request->depth + 1, changed_ms);
        else if (!entry->is_sitemap)
            add_article(reading, entry->url, "sitemap", entry->news_title,
                        entry->has_news_published ? entry->news_published.ms : MOMENT_NONE,
                        changed_ms);
    }
    return 0;
}

/* The identity of the article's URL, which is told as pages tell theirs. */
static const char *key_of_article(struct reading *reading, struct article_record *article)
{
    struct url url;
    if (!article || url_parse(&url, reading->arena, span_of(article->url), &reading->page, NULL))
        return NULL;
    article->url = url_fetchable(&url, reading->arena);
    return url_key(&url, reading->arena);
}

static int read_api(struct reading *reading)
{
    struct api_answer api;
    struct api_mapping mapping = {0};
    if (reading->request->rules)
        api_mapping_read(&mapping, reading->arena, reading->request->rules);
    int err = api_parse(&api, reading->arena, reading->data, reading->size, reading->request->url,
                        &mapping);
    if (err)
        return err;
    struct worker_answer *answer = reading->answer;
    answer->source.kind = "json-api";
    answer->api_rows_count = api.records_count;
    answer->api_rows =
        arena_alloc_zeroed(reading->arena, (api.records_count + 1) * sizeof *answer->api_rows);
    bool is_wordpress = strcmp(api.shape, "wordpress") == 0;
    for (size_t i = 0; i < api.records_count; i++) {
        struct api_record *record = &api.records[i];
        const char *url_key = key_of_article(reading, record->article);
        const struct article_record *article = record->article;
        if (is_wordpress && url_key && !(article->body && *article->body)) {
            add_article(reading, article->url, "api", article->title, article->published_ms,
                        MOMENT_NONE); /* it has its text elsewhere: its page may show it */
            record->article = NULL;
        }
        answer->api_rows[i] = (struct api_row){record->key, record->json, record->article, url_key};
    }
    const char *next = api.next_url ? api.next_url : linked_as(reading, "next");
    if (!next && is_wordpress)
        next = wordpress_next(reading->request->url, api.records_count, reading->arena);
    if (next && reading->request->depth < API_DEPTH_MAX)
        add_source(reading, next, KIND_API, "next", reading->request->depth + 1);
    return 0;
}

/* ---- pages ---- */

static bool is_feed_type(const char *type)
{
    return type && (strncasecmp(type, "application/rss+xml", 19) == 0 ||
                    strncasecmp(type, "application/atom+xml", 20) == 0 ||
                    strncasecmp(type, "application/feed+json", 21) == 0);
}

/* Feeds that the page or its head names; of a front page that names none, where one may be. */
static void find_feeds(struct reading *reading, const struct page *page)
{
    size_t count = 0;
    for (size_t i = 0; i < page->feeds_count && count < FEEDS_MAX; i++, count++)
        add_source(reading, page->feeds[i].url, KIND_FEED, "link", 0);
    for (size_t i = 0; i < reading->links_count && count < FEEDS_MAX; i++)
        if (link_header_is(&reading->links[i], "alternate") &&
            is_feed_type(reading->links[i].type)) {
            add_source(reading, reading->links[i].url, KIND_FEED, "link", 0);
            count++;
        }
    const char *const *guesses;
    size_t guesses_count =
        count || reading->request->source != KIND_FRONT ? 0 : guess_feeds(&guesses);
    for (size_t i = 0; i < guesses_count; i++)
        add_source(reading, guesses[i], KIND_FEED, "guess", 0);
}

/* A site that WordPress makes gives its articles whole, if it lets strangers ask: that it names the
 * root does not say so. */
static void find_api(struct reading *reading, const struct page *page)
{
    const char *root = page->api_url ? page->api_url : linked_as(reading, WORDPRESS_RELATION);
    if (root && reading->request->source == KIND_FRONT)
        add_source(reading, wordpress_posts(root, reading->arena), KIND_API, "guess", 0);
}

/* A front or section page: which of its links are articles, which are sections. */
static void find_links(struct reading *reading, const struct page *page)
{
    const char *via = reading->request->source == KIND_FRONT ? "front" : "section";
    struct link_record *links;
    size_t count = page_links_all(&links, page), sections = 0, articles = 0;
    for (size_t i = 0; i < count; i++) {
        const struct link_record *link = &links[i];
        struct url target;
        if (link->score >= ARTICLE_SCORE_MIN) {
            if (articles++ < FOUND_PER_PAGE_MAX)
                add_article(reading, link->url, via, NULL, MOMENT_NONE, MOMENT_NONE);
        } else if (reading->request->source == KIND_FRONT && sections < SECTIONS_MAX &&
                   url_parse(&target, reading->arena, span_of(link->url), NULL, NULL) == 0 &&
                   sections_likely(link, &target, &reading->page)) {
            sections++;
            add_source(reading, link->url, KIND_SECTION, "link", 1);
        }
    }
}

/* Nothing that could be read. Where a coding was named, it is one that we don't know, or the bytes
 * are not what they are called. */
static void refuse_page(struct reading *reading)
{
    const char *coding = reading->request->content_encoding;
    bool packed = coding && strcasecmp(coding, "identity") != 0 &&
                  sniff_is_binary(reading->data, reading->size);
    reading->answer->outcome = packed ? OUTCOME_BAD_ENCODING : OUTCOME_NOT_HTML;
    reading->answer->detail = packed ? coding : NULL;
}

/* The links of the text, for the citation network; of a section page none. */
static void keep_links(struct worker_answer *answer, const struct page *page, struct arena *arena)
{
    struct link_record *links;
    struct url target;
    answer->links_count = page_links_of_text(&links, page);
    for (size_t i = 0; i < answer->links_count; i++)
        if (url_parse(&target, arena, span_of(links[i].url), NULL, NULL) == 0)
            links[i].domain = url_site(target.host, arena);
    answer->links = links;
}

static void add_twin(struct reading *reading, const char *url, const char *via)
{
    struct found_record *found = add_found(reading, url, via);
    if (!found)
        return;
    found->kind = URL_ARTICLE;
    found->skip_why = NULL; /* it is not asked in any case */
}

/* Further addresses of this page's article, which need not be asked: the AMP page that it names,
 * and where this is a form of its canonical one, that. */
static void find_twins(struct reading *reading, const struct page *page)
{
    const char *canonical = page->article.canonical_url;
    struct url url;
    if (page->amp_url && !url_parse(&url, reading->arena, span_of(page->amp_url), NULL, NULL) &&
        url_same_site(&url, &reading->page))
        add_twin(reading, page->amp_url, "amp");
    if (canonical && !url_parse(&url, reading->arena, span_of(canonical), NULL, NULL) &&
        twins_share(&url, &reading->page, reading->arena))
        add_twin(reading, canonical, "canonical");
}

static int read_page(struct reading *reading)
{
    struct worker_answer *answer = reading->answer;
    const struct worker_request *request = reading->request;
    struct page *page = arena_alloc_zeroed(reading->arena, sizeof *page);
    if (!sniff_is_html(request->content_type, reading->data, reading->size)) {
        refuse_page(reading);
        return 0;
    }
    int err = article_extract(page, reading->arena, reading->data, reading->size, request->url,
                              request->content_type, request->now_ms);
    if (err)
        return err;
    answer->charset = page->charset;
    answer->rights = page->rights | RIGHTS_KNOWN;
    if (request->kind == URL_SOURCE) {
        answer->source.kind = "section";
        answer->source.title = page->article.title;
        answer->source.hub = page->hub_url ? page->hub_url : linked_as(reading, "hub");
        find_feeds(reading, page);
        find_api(reading, page);
        find_links(reading, page);
        return 0;
    }
    if (request->rules)
        site_rules_apply(page, request->rules, reading->data, reading->size, request->content_type,
                         request->now_ms, &answer->rules_told);
    if (!page->article.is_article) {
        answer->outcome = OUTCOME_NOT_ARTICLE;
        answer->detail = page->article.not_article_why;
        /* An address that was given by hand is kept as what it is. */
        if (request->kind != URL_PAGE || !page->article.body || !*page->article.body)
            return 0;
        answer->outcome = OUTCOME_OK;
    }
    answer->has_article = true;
    answer->article = page->article;
    keep_links(answer, page, reading->arena);
    find_twins(reading, page);
    return 0;
}

/* People give the address of a feed for a site's: its bytes tell. */
static int read_front(struct reading *reading)
{
    static const char *const beginnings[] = {"<?xml", "<rss", "<feed", "<rdf", "{"};
    struct span text = span_trimmed((struct span){reading->data, reading->size});
    if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0)
        text = (struct span){text.data + 3, text.size - 3};
    for (size_t i = 0; i < COUNT(beginnings); i++) {
        size_t size = strlen(beginnings[i]);
        if (text.size > size && strncasecmp(text.data, beginnings[i], size) == 0)
            return read_feed(reading) == 0 ? 0 : read_page(reading);
    }
    return read_page(reading);
}

/* What a source announced, as one number. Its bytes may change with each answer (a moment of
 * building, a counter, an advertisement) and still tell the same. */
static uint64_t told_hash(const struct worker_answer *answer)
{
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (size_t i = 0; i < answer->found_count; i++) {
        const struct found_record *found = &answer->found[i];
        XXH3_64bits_update(&state, found->url, strlen(found->url) + 1);
        if (found->title)
            XXH3_64bits_update(&state, found->title, strlen(found->title) + 1);
        XXH3_64bits_update(&state, &found->published_ms, sizeof found->published_ms);
    }
    for (size_t i = 0; i < answer->api_rows_count; i++)
        XXH3_64bits_update(&state, answer->api_rows[i].json, strlen(answer->api_rows[i].json) + 1);
    return XXH3_64bits_digest(&state);
}

/* ---- one document ---- */

typedef int read_fn(struct reading *reading);

static int read_document(struct reading *reading)
{
    static read_fn *const by_source[] = {[KIND_FRONT] = read_front,
                                         [KIND_SECTION] = read_page,
                                         [KIND_FEED] = read_feed,
                                         [KIND_SITEMAP] = read_sitemap,
                                         [KIND_API] = read_api};
    unsigned source = reading->request->source;
    if (reading->request->kind == URL_SOURCE && source < COUNT(by_source) && by_source[source])
        return by_source[source](reading);
    return read_page(reading);
}

static const char *mime_of(struct arena *arena, const char *content_type)
{
    if (!content_type)
        return NULL;
    size_t size = strcspn(content_type, ";, \t");
    return arena_copy(arena, content_type, size < 100 ? size : 100);
}

static void decode_and_read(struct reading *reading, struct bytes *decoded)
{
    const struct worker_request *request = reading->request;
    struct worker_answer *answer = reading->answer;
    int err = decode_body(request->body.data, request->body.size, request->content_encoding,
                          (size_t)request->body_bytes_max, decoded);
    if (request->kind == URL_ROBOTS) { /* what can be had of it counts (RFC 9309, section 2.2) */
        reading->data = decoded->size ? decoded->data : "";
        reading->size = decoded->size;
        if (request->file == HOST_TDMREP)
            read_tdmrep(reading);
        else
            read_robots(reading);
        return;
    }
    if (err) {
        answer->outcome = err == ERR_TOO_LARGE ? OUTCOME_TOO_LARGE : OUTCOME_BAD_ENCODING;
        answer->detail = err == ERR_TOO_LARGE ? "decoded" : request->content_encoding;
        return;
    }
    reading->data = decoded->size ? decoded->data : "";
    reading->size = decoded->size;
    answer->bytes_body = (int64_t)decoded->size;
    answer->body_hash = decoded->size ? XXH3_64bits(decoded->data, decoded->size) : 0;
    err = read_document(reading);
    if (err == ERR_TOO_LARGE)
        answer->outcome = OUTCOME_TOO_LARGE;
    else if (err)
        answer->outcome = OUTCOME_BAD_DOCUMENT;
    else if (request->kind == URL_SOURCE && answer->outcome == OUTCOME_OK)
        answer->source.told_hash = told_hash(answer);
}

void worker_answer(struct worker_answer *out, struct arena *arena,
                   const struct worker_request *request)
{
    struct reading reading = {.answer = out, .arena = arena, .request = request};
    *out = (struct worker_answer){.outcome = OUTCOME_OK,
                                  .mime = mime_of(arena, request->content_type)};
    if (url_parse(&reading.page, arena, span_of(request->url), NULL, NULL)) {
        out->outcome = OUTCOME_BAD_URL;
        return;
    }
    if (!request->site_home ||
        url_parse(&reading.site, arena, span_of(request->site_home), NULL, NULL))
        reading.site = reading.page;
    reading.links_count = link_header_parse(&reading.links, arena, request->link, &reading.page);
    struct bytes decoded;
    bytes_init(&decoded, 0);
    decode_and_read(&reading, &decoded);
    bytes_clear(&decoded);
}

/* ---- the process ---- */

static int write_all(const struct bytes *bytes)
{
    size_t done = 0;
    while (done < bytes->size) {
        ssize_t size = write(STDIN_FILENO, bytes->data + done, bytes->size - done);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return ERR_IO;
        done += (size_t)size;
    }
    return 0;
}

/* Reads until a whole message is there. Returns its size, or 0 when the pipe is closed. */
static size_t read_message(struct bytes *in)
{
    for (;;) {
        size_t size = wire_message_size(in->data, in->size);
        if (size && in->size >= size)
            return size;
        if (size > WIRE_MESSAGE_BYTES_MAX ||
            bytes_reserve(in, size > in->size ? size - in->size : 64 * 1024))
            return 0;
        ssize_t got = read(STDIN_FILENO, in->data + in->size, in->capacity - in->size - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return 0;
        in->size += (size_t)got;
    }
}

static int answer_message(struct bytes *out, struct arena *arena, const void *message, size_t size)
{
    struct worker_request request;
    struct worker_answer answer;
    uint64_t since_us = clock_thread_cpu_us();
    if (wire_get_request(&request, arena, message, size))
        return ERR_INPUT;
    sandbox_cpu_budget(request.kind == URL_SOURCE ? CPU_MS_MAX_SOURCE : CPU_MS_MAX);
    worker_answer(&answer, arena, &request);
    sandbox_cpu_budget(0);
    answer.cpu_us = clock_thread_cpu_us() - since_us;
    size_t before = out->size;
    if (wire_put_answer(out, &answer) == 0 && out->size - before <= wire_answer_bytes_max(&request))
        return 0;
    out->size = before;
    answer = (struct worker_answer){.outcome = OUTCOME_TOO_LARGE,
                                    .detail = "what it holds",
                                    .mime = answer.mime,
                                    .bytes_body = answer.bytes_body,
                                    .cpu_us = answer.cpu_us};
    return wire_put_answer(out, &answer);
}

/* What libraries load on first use must be there before the sandbox closes. */
static void warm_up(void)
{
    struct arena arena;
    arena_init(&arena, 0);
    url_site(span_of("www.example.co.uk"), &arena);
    charset_prepare();
    json_object_seed(0); /* else the first JSON asks for random bytes */
    arena_clear(&arena);
}

int worker_run(void)
{
    struct bytes in, out;
    struct arena arena;
    bytes_init(&in, 0);
    bytes_init(&out, 0);
    arena_init(&arena, ARENA_BYTES_MAX);
    alloc_keep(KEPT_BYTES);
    warm_up();
    wire_put_greeting(&out, sandbox_enter());
    int err = write_all(&out);
    size_t size;
    while (!err && (size = read_message(&in))) {
        out.size = 0;
        err = answer_message(&out, &arena, in.data, size);
        if (!err)
            err = write_all(&out);
        in.size -= size;
        memmove(in.data, in.data + size, in.size);
        arena_reset(&arena);
        if (!in.size && in.capacity > 4 * 1024 * 1024)
            bytes_clear(&in);
        if (out.capacity > 4 * 1024 * 1024)
            bytes_clear(&out);
    }
    bytes_clear(&in);
    bytes_clear(&out);
    arena_clear(&arena);
    return err ? EXIT_USAGE : EXIT_COMPLETED;
}
