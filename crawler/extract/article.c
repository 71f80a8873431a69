#include "extract/article.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/url.h"
#include "discover/links.h"
#include "discover/wordpress.h"
#include "extract/body.h"
#include "extract/charset.h"
#include "extract/document.h"
#include "extract/kind.h"
#include "extract/metadata.h"
#include "extract/prepare.h"

/* What relative addresses are resolved against. */
struct place {
    struct url page, base;
    bool has_page, has_base;
    const char *encoding;
};

static void read_place(struct place *place, const struct document *document, struct arena *arena,
                       const char *url, const char *encoding)
{
    *place = (struct place){.encoding = encoding};
    place->has_page = url && !url_parse(&place->page, arena, span_of(url), NULL, encoding);
    place->base = place->page;
    place->has_base = place->has_page;
    if (document->base_href && !url_parse(&place->base, arena, span_of(document->base_href),
                                          place->has_page ? &place->page : NULL, encoding))
        place->has_base = true;
    else
        place->base = place->page;
}

/* The absolute form of an address on the page, without fragment; NULL for what is no http(s). */
static const char *resolved(const struct place *place, struct arena *arena, const char *href,
                            struct url *out)
{
    if (!href || url_parse(out, arena, span_trimmed(span_of(href)),
                           place->has_base ? &place->base : NULL, place->encoding))
        return NULL;
    return url_fetchable(out, arena);
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

static void collect_feed(struct page *page, const struct place *place, const struct head_link *link)
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
    struct url url;
    const char *address = is_feed ? resolved(place, page->arena, link->href, &url) : NULL;
    if (!address)
        return;
    page->feeds[page->feeds_count++] =
        (struct page_feed){.url = address, .title = link->title, .type = link->type};
}

static void collect_head_links(struct page *page, const struct document *document,
                               const struct place *place)
{
    struct url url;
    page->feeds = arena_alloc(page->arena, (document->links_count + 1) * sizeof(*page->feeds));
    for (size_t i = 0; i < document->links_count; i++) {
        const struct head_link *link = &document->links[i];
        if (word_in(link->rel, "alternate"))
            collect_feed(page, place, link);
        if (word_in(link->rel, "amphtml") && !page->amp_url)
            page->amp_url = resolved(place, page->arena, link->href, &url);
        if (word_in(link->rel, "next") && !page->next_url)
            page->next_url = resolved(place, page->arena, link->href, &url);
        if (word_in(link->rel, "hub") && !page->hub_url)
            page->hub_url = resolved(place, page->arena, link->href, &url);
        if (word_in(link->rel, WORDPRESS_RELATION) && !page->api_url)
            page->api_url = resolved(place, page->arena, link->href, &url);
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

static void collect_directives(struct page *page, const struct document *document,
                               const struct place *place)
{
    struct url url;
    for (size_t i = 0; i < document->metas_count; i++) {
        const struct meta *meta = &document->metas[i];
        if (strcmp(meta->name, "robots") == 0) {
            bool none = word_in(meta->content, "none");
            page->noindex |= none || word_in(meta->content, "noindex");
            page->nofollow |= none || word_in(meta->content, "nofollow");
            page->noarchive |= word_in(meta->content, "noarchive");
        } else if (strcmp(meta->name, "tdm-reservation") == 0) {
            page->tdm_reserved |= strcmp(meta->content, "1") == 0;
        } else if (meta->is_http_equiv && strcmp(meta->name, "refresh") == 0) {
            const char *target = refresh_target(meta->content);
            size_t size = target ? strcspn(target, "'\"") : 0;
            if (size && !page->refresh_url)
                page->refresh_url =
                    resolved(place, page->arena, arena_copy(page->arena, target, size), &url);
        }
    }
}

static int by_url(const void *left, const void *right)
{
    const struct link_record *const *a = left, *const *b = right;
    int order = strcmp((*a)->url, (*b)->url);
    return order ? order : (*a > *b) - (*a < *b);
}

/* Each address once: the first stays, with the longest of the anchors. */
static void drop_repeated(struct page *page)
{
    struct link_record **sorted =
        arena_alloc(page->arena, (page->links_count + 1) * sizeof(*sorted));
    for (size_t i = 0; i < page->links_count; i++)
        sorted[i] = &page->links[i];
    qsort(sorted, page->links_count, sizeof(struct link_record *), by_url);
    struct link_record *kept = NULL;
    for (size_t i = 0; i < page->links_count; i++) {
        struct link_record *link = sorted[i];
        if (!kept || strcmp(kept->url, link->url) != 0) {
            kept = link;
            continue;
        }
        if (strlen(link->anchor) > strlen(kept->anchor))
            kept->anchor = link->anchor;
        kept->in_body |= link->in_body;
        link->url = NULL;
    }
    size_t count = 0;
    for (size_t i = 0; i < page->links_count; i++)
        if (page->links[i].url)
            page->links[count++] = page->links[i];
    page->links_count = count;
}

static void collect_links(struct page *page, const struct document *document,
                          const struct place *place, const struct body *body)
{
    const struct node_list *anchors = &document->anchors;
    page->links = arena_alloc(page->arena, (anchors->count + 1) * sizeof(*page->links));
    for (size_t i = 0; i < anchors->count; i++) {
        uint32_t node = anchors->nodes[i];
        struct url url;
        const char *href = node_attribute(document, node, ATTRIBUTE_HREF);
        if (!href || *href == '#' || *href == '\0')
            continue;
        const char *address = resolved(place, page->arena, href, &url);
        if (!address)
            continue;
        page->links[page->links_count++] = (struct link_record){
            .url = address,
            .anchor = node_line(document, node, page->arena),
            .rel = node_attribute(document, node, ATTRIBUTE_REL),
            .in_body = page->article.is_article && body_holds(body, document->nodes[node].text),
        };
    }
    drop_repeated(page);
    links_score(page->links, page->links_count, place->has_page ? &place->page : NULL);
}

int article_extract(struct page *out, struct arena *arena, const void *data, size_t size,
                    const char *url, const char *content_type, int64_t now_ms)
{
    *out = (struct page){.arena = arena,
                         .charset = charset_of(data, size, content_type, CHARSET_HTML)};
    out->article = (struct article_record){
        .url = url,
        .published_ms = MOMENT_NONE,
        .modified_ms = MOMENT_NONE,
        .published_zone_min = ZONE_NONE,
        .modified_zone_min = ZONE_NONE,
        .free_access = -1,
    };
    struct bytes text;
    bytes_init(&text, 0);
    charset_to_utf8(data, size, out->charset, &text);
    struct prepared prepared;
    struct document *document = arena_alloc(arena, sizeof(*document));
    struct body *body = arena_alloc(arena, sizeof(*body));
    struct place place;
    prepare_page(&prepared, (struct span){text.data, text.size});
    document_build(document, arena, &prepared);
    prepared_clear(&prepared);
    read_place(&place, document, arena, url, out->charset);
    const struct facts *facts = metadata_collect(out, document, url, now_ms);
    body_find(body, document, out->article.title, arena);
    out->article.body = body->text;
    out->article.body_from = body->from;
    kind_judge(&out->article, facts);
    collect_head_links(out, document, &place);
    collect_directives(out, document, &place);
    collect_links(out, document, &place, body);
    out->document = document;
    out->body = body;
    out->base_url = place.has_base ? place.base.href : NULL;
    bytes_clear(&text);
    return 0;
}
