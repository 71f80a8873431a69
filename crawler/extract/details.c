#include "extract/details.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "extract/facts.h"
#include "extract/site_name.h"
#include "extract/tidy.h"
#include "storage/record.h"

enum { TAGS_MAX = 40, TAG_BYTES_MAX = 100, SECTION_BYTES_MAX = 100 };

/* An address on the page as an absolute one; NULL for what is no http(s). */
static const char *resolved(const struct facts *facts, const char *href, struct url *out)
{
    struct url base;
    const struct url *against = facts->has_url ? &facts->url : NULL;
    if (facts->document->base_href &&
        !url_parse(&base, facts->arena, span_of(facts->document->base_href), against, NULL))
        against = &base;
    if (!href || url_parse(out, facts->arena, span_trimmed(span_of(href)), against, NULL))
        return NULL;
    return url_fetchable(out, facts->arena);
}

static bool is_front(const struct url *url)
{
    return url->path.size <= 1 && !url->query.size;
}

/* A page's own address must be of its site; many sites name their front page on every page. */
static const char *own_address(const struct facts *facts, const char *href)
{
    struct url url;
    const char *address = resolved(facts, href, &url);
    if (!address || (is_front(&url) && !(facts->has_url && is_front(&facts->url))))
        return NULL;
    return !facts->has_url || url_same_site(&url, &facts->url) ? address : NULL;
}

/* The first <link> of this relation that is a page's own address, or NULL. */
static const char *linked_address(const struct facts *facts, const char *rel)
{
    const struct document *document = facts->document;
    for (size_t i = 0; i < document->links_count; i++) {
        const struct head_link *link = &document->links[i];
        const char *address =
            strcasecmp(link->rel, rel) == 0 ? own_address(facts, link->href) : NULL;
        if (address)
            return address;
    }
    return NULL;
}

static const char *canonical_url(const struct facts *facts)
{
    const char *address = linked_address(facts, "canonical");
    if (!address)
        address = own_address(facts, facts_meta(facts, META_URL));
    return address ? address : own_address(facts, facts->jsonld.url);
}

static const char *lead_of(const struct facts *facts)
{
    const char *lead = tidy_string(facts->arena, facts_meta(facts, META_DESCRIPTION));
    if (!lead)
        lead = facts->jsonld.description;
    return lead && !tidy_same(facts->arena, lead, facts->title) ? lead : NULL;
}

/* A section as readers know it: no address, and not the site itself. */
static const char *fit_section(const struct facts *facts, const char *section)
{
    return section && strlen(section) <= SECTION_BYTES_MAX && !strstr(section, "://") &&
                   !site_name_equals(facts, tidy_folded(facts->arena, span_of(section)))
               ? section
               : NULL;
}

static const char *section_of(const struct facts *facts)
{
    const char *section =
        fit_section(facts, tidy_string(facts->arena, facts_meta(facts, META_SECTION)));
    return section ? section : fit_section(facts, facts->jsonld.section);
}

/* ---- tags ---- */

struct tags {
    const char **items;
    size_t count;
};

static void add_tag(const struct facts *facts, struct tags *tags, struct span text)
{
    bool fits = text.size <= TAG_BYTES_MAX && tags->count < TAGS_MAX;
    const char *tag = fits ? tidy_line(facts->arena, text) : NULL;
    if (!tag)
        return;
    for (size_t i = 0; i < tags->count; i++)
        if (strcasecmp(tags->items[i], tag) == 0)
            return;
    tags->items[tags->count++] = tag;
}

/* The size of what stands before the next comma of any script; *mark becomes the comma's. */
static size_t until_comma(const char *value, size_t *mark)
{
    static const char *const commas[] = {",", ";", "，", "、", "；", "،"};
    const char *end = strchr(value, '\0');
    *mark = 0;
    for (size_t i = 0; i < COUNT(commas); i++) {
        const char *found = strstr(value, commas[i]);
        if (found && found < end) {
            end = found;
            *mark = strlen(commas[i]);
        }
    }
    return (size_t)(end - value);
}

/* A value holds one tag or several with commas between them. */
static void add_tags(const struct facts *facts, struct tags *tags, const char *value)
{
    for (size_t mark = 1; mark;) {
        size_t size = until_comma(value, &mark);
        add_tag(facts, tags, span_trimmed((struct span){value, size}));
        value += size + mark;
    }
}

static void take_tags(struct article_record *article, const struct facts *facts)
{
    struct tags tags = {arena_alloc(facts->arena, TAGS_MAX * sizeof(char *)), 0};
    for (size_t i = 0; i < facts->jsonld.tags_count; i++)
        add_tag(facts, &tags, span_of(facts->jsonld.tags[i]));
    for (uint8_t rank = 0; rank <= 3 && !tags.count; rank++)
        for (size_t i = 0; i < facts->metas_count; i++)
            if (facts->metas[i].key == META_TAG && facts->metas[i].rank == rank)
                add_tags(facts, &tags, facts->metas[i].content);
    article->tags = tags.items;
    article->tags_count = tags.count;
}

void details_take(struct article_record *article, const struct facts *facts)
{
    struct url url;
    const char *image = resolved(facts, facts_meta(facts, META_IMAGE), &url);
    article->image_url = image ? image : resolved(facts, facts->jsonld.image, &url);
    article->canonical_url = canonical_url(facts);
    article->short_url = linked_address(facts, "shortlink");
    article->lead = lead_of(facts);
    article->section = section_of(facts);
    take_tags(article, facts);
}
