#include "extract/page_links.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <xxhash.h>

#include "base/url.h"
#include "discover/links.h"
#include "extract/article.h"
#include "extract/body.h"
#include "extract/document.h"

/* Links by their addresses: open addressing, at most half full. */
struct seen {
    struct link_record **rows;
    size_t capacity; /* a power of two */
};

static void seen_init(struct seen *seen, struct arena *arena, size_t most)
{
    seen->capacity = 16;
    while (seen->capacity < most * 2)
        seen->capacity *= 2;
    seen->rows = arena_alloc_zeroed(arena, seen->capacity * sizeof(struct link_record *));
}

/* Where the link to `address` stands, or would. */
static struct link_record **seen_place(const struct seen *seen, const char *address)
{
    size_t row = XXH3_64bits(address, strlen(address)) & (seen->capacity - 1);
    while (seen->rows[row] && strcmp(seen->rows[row]->url, address) != 0)
        row = (row + 1) & (seen->capacity - 1);
    return &seen->rows[row];
}

/* The absolute form of an address on the page, without fragment; NULL for what leads to no page, or
 * to a place on this one. */
static const char *address_of(const struct page *page, const char *href)
{
    struct url url;
    if (!href || *href == '#' || *href == '\0' ||
        url_parse(&url, page->arena, span_trimmed(span_of(href)), page->base, page->charset))
        return NULL;
    return url_fetchable(&url, page->arena);
}

static size_t collect(struct link_record **out, const struct page *page, bool of_text)
{
    const struct document *document = page->document;
    const struct node_list *anchors = &document->anchors;
    struct link_record *links = arena_alloc(page->arena, (anchors->count + 1) * sizeof(*links));
    struct seen seen;
    size_t count = 0;
    seen_init(&seen, page->arena, anchors->count);
    for (size_t i = 0; i < anchors->count; i++) {
        uint32_t node = anchors->nodes[i];
        bool in_body =
            page->article.is_article && body_holds(page->body, document->nodes[node].text);
        if (of_text && !in_body)
            continue;
        const char *address = address_of(page, node_attribute(document, node, ATTRIBUTE_HREF));
        if (!address)
            continue;
        const char *anchor = node_line(document, node, page->arena);
        struct link_record **place = seen_place(&seen, address);
        if (!*place) {
            links[count] = (struct link_record){
                .url = address, .anchor = "", .rel = node_attribute(document, node, ATTRIBUTE_REL)};
            *place = &links[count++];
        }
        (*place)->in_body |= in_body;
        if (strlen(anchor) > strlen((*place)->anchor))
            (*place)->anchor = anchor;
    }
    *out = links;
    return count;
}

size_t page_links_all(struct link_record **out, const struct page *page)
{
    size_t count = collect(out, page, false);
    links_score(*out, count, page->url);
    return count;
}

size_t page_links_of_text(struct link_record **out, const struct page *page)
{
    return collect(out, page, true);
}
