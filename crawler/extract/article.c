#include "extract/article.h"

#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/url.h"
#include "discover/wordpress.h"
#include "extract/body.h"
#include "extract/charset.h"
#include "extract/document.h"
#include "extract/kind.h"
#include "extract/metadata.h"
#include "extract/prepare.h"
#include "extract/rights.h"

/* Reads the page's address and what relative ones are resolved against. */
static void read_place(struct page *page, const char *url)
{
    struct arena *arena = page->arena;
    struct url *parsed = arena_alloc(arena, sizeof(*parsed)), *base;
    if (url && !url_parse(parsed, arena, span_of(url), NULL, page->charset))
        page->url = page->base = parsed;
    base = arena_alloc(arena, sizeof(*base));
    const char *href = page->document->base_href;
    if (href && !url_parse(base, arena, span_of(href), page->url, page->charset))
        page->base = base;
}

/* The absolute form of an address on the page, without fragment; NULL for what is no http(s). */
static const char *resolved(const struct page *page, const char *href)
{
    struct url url;
    if (!href ||
        url_parse(&url, page->arena, span_trimmed(span_of(href)), page->base, page->charset))
        return NULL;
    return url_fetchable(&url, page->arena);
}

static bool word_in(const char *list, const char *word)
{
    size_t size = strlen(word);
    for (const char *at = list; at && *at;) {
        size_t length = strcspn(at, " ,\t\n");
        if (length == size && strncasecmp(at, word, size) == 0)
            return true;
        at += length;
        at += strspn(at, " ,\t\n");
    }
    return false;
}

static void collect_feed(struct page *page, const struct head_link *link)
{
    static const char *const types[] = {"application/rss+xml",
                                        "application/atom+xml",
                                        "application/rdf+xml",
                                        "application/feed+json",
                                        "text/xml",
                                        "application/xml"};
    bool is_feed = false;
    for (size_t i = 0; link->type && i < sizeof(types) / sizeof(types[0]); i++)
        is_feed |= strncasecmp(link->type, types[i], strlen(types[i])) == 0;
    const char *address = is_feed ? resolved(page, link->href) : NULL;
    if (!address)
        return;
    page->feeds[page->feeds_count++] =
        (struct page_feed){.url = address, .title = link->title, .type = link->type};
}

static void collect_head_links(struct page *page)
{
    const struct document *document = page->document;
    page->feeds = arena_alloc(page->arena, (document->links_count + 1) * sizeof(*page->feeds));
    for (size_t i = 0; i < document->links_count; i++) {
        const struct head_link *link = &document->links[i];
        if (word_in(link->rel, "alternate"))
            collect_feed(page, link);
        if (word_in(link->rel, "amphtml") && !page->amp_url)
            page->amp_url = resolved(page, link->href);
        if (word_in(link->rel, "next") && !page->next_url)
            page->next_url = resolved(page, link->href);
        if (word_in(link->rel, "hub") && !page->hub_url)
            page->hub_url = resolved(page, link->href);
        if (word_in(link->rel, WORDPRESS_RELATION) && !page->api_url)
            page->api_url = resolved(page, link->href);
    }
}

/* "5; url='/there'" */
static const char *refresh_target(const char *content)
{
    const char *at = strcasestr(content, "url");
    if (!at)
        return NULL;
    at += 3;
    at += strspn(at, " \t=");
    return at + strspn(at, "'\"");
}

static void collect_directives(struct page *page)
{
    const struct document *document = page->document;
    for (size_t i = 0; i < document->metas_count; i++) {
        const struct meta *meta = &document->metas[i];
        if (strcmp(meta->name, "robots") == 0) {
            page->rights |= rights_of_tag(meta->content, NULL);
            page->nofollow |= word_in(meta->content, "none") || word_in(meta->content, "nofollow");
        } else if (strcmp(meta->name, "tdm-reservation") == 0) {
            page->rights |= rights_of_tdm(meta->content);
        } else if (meta->is_http_equiv && strcmp(meta->name, "refresh") == 0) {
            const char *target = refresh_target(meta->content);
            size_t size = target ? strcspn(target, "'\"") : 0;
            if (size && !page->refresh_url)
                page->refresh_url = resolved(page, arena_copy(page->arena, target, size));
        }
    }
}

int article_extract(struct page *out, struct arena *arena, const void *data, size_t size,
                    const char *url, const char *content_type, int64_t now_ms)
{
    struct bytes converted;
    struct span text;
    bytes_init(&converted, 0);
    *out = (struct page){.arena = arena};
    out->charset = charset_read(&text, &converted, (struct span){size ? data : "", size},
                                content_type, CHARSET_HTML);
    out->article = (struct article_record){
        .url = url,
        .published_ms = MOMENT_NONE,
        .modified_ms = MOMENT_NONE,
        .published_zone_min = ZONE_NONE,
        .modified_zone_min = ZONE_NONE,
        .free_access = -1,
    };
    struct prepared prepared;
    struct document *document = arena_alloc(arena, sizeof(*document));
    struct body *body = arena_alloc(arena, sizeof(*body));
    prepare_page(&prepared, text);
    document_build(document, arena, &prepared);
    prepared_clear(&prepared);
    out->document = document;
    read_place(out, url);
    const struct facts *facts = metadata_collect(out, document, url, now_ms);
    body_find(body, document, out->article.title, arena);
    out->article.body = body->text;
    out->article.body_from = body->from;
    kind_judge(&out->article, facts);
    out->body = body;
    collect_head_links(out);
    collect_directives(out);
    bytes_clear(&converted);
    return 0;
}
