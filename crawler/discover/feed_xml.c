#include "discover/feed_xml.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/error.h"
#include "discover/feed_reading.h"

/* ---- namespaces --------------------------------------------------------------------------------
 */

static void bind_namespaces(struct feed_reading *reading)
{
    struct span rest = reading->xml.attributes, name, value;
    while (xml_attribute_next(&rest, &name, &value)) {
        bool is_default = span_equals_nocase(name, "xmlns");
        if ((!is_default && !span_equals_nocase(xml_prefix(name), "xmlns")) ||
            reading->bindings_count == BINDINGS_MAX)
            continue;
        struct span prefix = is_default ? (struct span){"", 0} : xml_local(name);
        enum vocabulary vocabulary = feed_vocabulary(span_trimmed(value));
        /* Whatever the root calls itself, its vocabulary is the feed's. */
        struct span root_prefix = xml_prefix(reading->xml.name);
        if (!reading->has_root && vocabulary == VOCABULARY_OTHER &&
            root_prefix.size == prefix.size &&
            strncasecmp(root_prefix.data, prefix.data, prefix.size) == 0)
            vocabulary = VOCABULARY_MAIN;
        reading->bindings[reading->bindings_count++] = (struct binding){prefix, vocabulary};
    }
}

static enum vocabulary vocabulary_of(const struct feed_reading *reading, struct span name)
{
    struct span prefix = xml_prefix(name);
    for (size_t i = reading->bindings_count; i > 0; i--) {
        const struct binding *binding = &reading->bindings[i - 1];
        if (binding->prefix.size == prefix.size &&
            memcmp(binding->prefix.data, prefix.data, prefix.size) == 0)
            return binding->vocabulary;
    }
    return prefix.size ? feed_prefix_vocabulary(prefix) : VOCABULARY_MAIN;
}

/* ---- bases ---- */

static const struct url *base_here(const struct feed_reading *reading)
{
    return reading->depth ? reading->stack[reading->depth - 1].base : reading->build->base;
}

/* xml:base, or the BASE of CDF, holds for the element that carries it and all within. */
static const struct url *base_of_start(struct feed_reading *reading)
{
    const struct url *outer = base_here(reading);
    const char *name = "xml:base";
    if (!xml_attribute(&reading->xml, name).data && !reading->capture.is_open)
        name = "base";
    struct span value = span_trimmed(feed_attribute(reading, name));
    struct arena *arena = reading->build->arena;
    struct url url;
    if (!value.size || url_parse(&url, arena, value, outer, NULL))
        return outer;
    struct url *base = arena_alloc(arena, sizeof *base);
    *base = url;
    return base;
}

/* ---- elements ----------------------------------------------------------------------------------
 */

/* Those that are there outside of entries are the feed's. */
static void keep_feed_authors(struct feed_build *build)
{
    build->feed_authors_count = build->authors_count;
    build->feed_authors = arena_alloc(build->arena, sizeof build->authors);
    memcpy(build->feed_authors, build->authors, sizeof build->authors);
}

static void entry_begin(struct feed_reading *reading, const struct url *base)
{
    struct feed_build *build = reading->build;
    if (!build->feed_authors)
        keep_feed_authors(build);
    feed_draft_begin(build);
    reading->in_entry = true;
    reading->source_people.size = 0;
    struct span about = feed_attribute(reading, "rdf:about");
    if (about.size) {
        build->draft.entry.id = arena_copy(build->arena, about.data, about.size);
        build->draft.ranks[FIELD_ID] = 3;
        feed_take_link(reading, span_of(build->draft.entry.id), base, LINK_ABOUT);
    }
    feed_take_href(reading, base); /* CDF has both as attributes */
    feed_draft_date(build, FIELD_UPDATED, 1, feed_attribute(reading, "lastmod"));
}

static void person_end(struct feed_reading *reading)
{
    struct span person = {reading->person_text.data, reading->person_text.size};
    if (reading->depth < 2 || reading->stack[reading->depth - 2].kind != FRAME_SOURCE) {
        feed_author_add(reading->build, person);
        return;
    }
    bytes_append(&reading->source_people, person.data, person.size);
    bytes_append(&reading->source_people, "", 1);
}

/* RFC 4287, 4.2.1: an entry without authors has those of its source. */
static void take_source_people(struct feed_reading *reading)
{
    struct span rest = {reading->source_people.data, reading->source_people.size};
    if (reading->build->authors_count)
        return;
    while (rest.size) {
        const char *end = memchr(rest.data, 0, rest.size);
        size_t size = (size_t)(end - rest.data);
        feed_author_add(reading->build, (struct span){rest.data, size});
        rest = (struct span){end + 1, rest.size - size - 1};
    }
}

/* What the end of an element means; also of those that were never closed. */
static void frame_close(struct feed_reading *reading)
{
    enum frame_kind kind = reading->stack[reading->depth - 1].kind;
    if (kind == FRAME_FIELD && reading->capture.is_open)
        feed_capture_end(reading);
    if (kind == FRAME_PERSON)
        person_end(reading);
    if (kind == FRAME_ENTRY) {
        take_source_people(reading);
        feed_draft_end(reading->build);
        reading->in_entry = false;
    }
    reading->depth--;
    reading->bindings_count = reading->stack[reading->depth].bindings_count;
}

static enum frame_kind root_kind(struct feed_reading *reading, struct span local)
{
    static const struct {
        const char *name, *kind;
        enum frame_kind frame;
    } roots[] = {
        {"rss", "rss", FRAME_TOP},
        {"rdf", "rdf", FRAME_TOP},
        {"feed", "atom", FRAME_CHANNEL},
        {"channel", "cdf", FRAME_CHANNEL},
    };
    for (size_t i = 0; i < COUNT(roots); i++)
        if (span_equals_nocase(local, roots[i].name)) {
            reading->has_root = true;
            reading->build->feed.kind = roots[i].kind;
            return roots[i].frame;
        }
    return FRAME_OPAQUE;
}

static bool is_entry_name(enum vocabulary vocabulary, struct span local)
{
    return vocabulary == VOCABULARY_MAIN &&
           (span_equals_nocase(local, "item") || span_equals_nocase(local, "entry"));
}

static enum frame_kind field_begin(struct feed_reading *reading, const struct feed_name *name,
                                   const struct url *base)
{
    if (!name)
        return FRAME_OPAQUE;
    if (name->field == FIELD_AUTHOR && name->vocabulary == VOCABULARY_MAIN) {
        reading->has_person = false;
        reading->person_text.size = 0;
        return FRAME_PERSON;
    }
    if (name->field == FIELD_AUTHOR && name->rank && reading->build->authors_count)
        return FRAME_OPAQUE;
    if (name->field == FIELD_LINK && feed_take_href(reading, base))
        return FRAME_OPAQUE;
    feed_capture_begin(reading, name, base);
    return FRAME_FIELD;
}

static enum frame_kind child_kind(struct feed_reading *reading, enum frame_kind parent,
                                  enum vocabulary vocabulary, struct span local,
                                  const struct url *base)
{
    static const struct feed_name person_names[] = {{VOCABULARY_OTHER, "name", FIELD_NAME, 0},
                                                    {VOCABULARY_OTHER, "email", FIELD_MAIL, 0}};
    static const char *const markup_names[] = {"a", "b", "em", "i", "span", "strong"};
    switch (parent) {
    case FRAME_TOP:
    case FRAME_CHANNEL:
        if (vocabulary == VOCABULARY_MAIN && span_equals_nocase(local, "channel"))
            return FRAME_CHANNEL;
        if (vocabulary == VOCABULARY_MAIN && span_equals_nocase(local, "items"))
            return FRAME_TOP;
        return field_begin(reading, feed_channel_name(vocabulary, local), base);
    case FRAME_ENTRY:
    case FRAME_GROUP:
        if (vocabulary == VOCABULARY_MEDIA &&
            (span_equals_nocase(local, "group") || span_equals_nocase(local, "content")))
            return FRAME_GROUP;
        if (vocabulary == VOCABULARY_MAIN && span_equals_nocase(local, "source"))
            return FRAME_SOURCE;
        return field_begin(reading, feed_entry_name(vocabulary, local), base);
    case FRAME_SOURCE:
        if (vocabulary == VOCABULARY_MAIN && span_equals_nocase(local, "author"))
            return field_begin(reading, feed_entry_name(vocabulary, local), base);
        return FRAME_OPAQUE;
    case FRAME_PERSON:
        for (size_t i = 0; i < COUNT(person_names); i++)
            if (span_equals_nocase(local, person_names[i].name))
                return field_begin(reading, &person_names[i], base);
        /* fall through */
    case FRAME_MARKUP:
        for (size_t i = 0; i < COUNT(markup_names); i++)
            if (span_equals_nocase(local, markup_names[i]))
                return FRAME_MARKUP;
        return FRAME_OPAQUE;
    default:
        return FRAME_OPAQUE;
    }
}

/* An entry can only begin outside of others: what is open and was never closed ends here. */
static void close_before_entry(struct feed_reading *reading)
{
    size_t depth = reading->depth;
    while (depth && reading->stack[depth - 1].kind != FRAME_TOP &&
           reading->stack[depth - 1].kind != FRAME_CHANNEL)
        depth--;
    while (depth && reading->depth > depth)
        frame_close(reading);
}

static void on_start(struct feed_reading *reading)
{
    size_t bindings_count = reading->bindings_count;
    struct span name = reading->xml.name, local = xml_local(name);
    bool is_inline = reading->capture.is_open && reading->capture.writing == WRITTEN_INLINE;
    if (reading->depth < DEPTH_MAX)
        bind_namespaces(reading);
    enum vocabulary vocabulary = vocabulary_of(reading, name);
    bool is_entry = reading->has_root && !is_inline && is_entry_name(vocabulary, local);
    if (is_entry) {
        reading->bindings_count = bindings_count;
        close_before_entry(reading);
        bindings_count = reading->bindings_count;
        bind_namespaces(reading);
    }
    if (reading->capture.is_open)
        feed_append_tag(reading, false);
    if (reading->depth == DEPTH_MAX) {
        reading->bindings_count = bindings_count;
        return;
    }
    const struct url *base = base_of_start(reading);
    enum frame_kind kind = FRAME_INNER;
    if (is_entry) {
        entry_begin(reading, base);
        kind = FRAME_ENTRY;
    } else if (!reading->has_root) {
        kind = root_kind(reading, local);
    } else if (!reading->capture.is_open) {
        kind = child_kind(reading,
                          reading->depth ? reading->stack[reading->depth - 1].kind : FRAME_OPAQUE,
                          vocabulary, local, base);
    }
    if (!reading->build->feed.lang && kind == FRAME_CHANNEL) {
        struct span lang = feed_attribute(reading, "xml:lang");
        if (lang.size)
            reading->build->feed.lang = arena_copy(reading->build->arena, lang.data, lang.size);
    }
    reading->stack[reading->depth++] = (struct frame){name, kind, base, bindings_count};
}

static bool same_name(struct span a, struct span b)
{
    return a.size == b.size && strncasecmp(a.data, b.data, a.size) == 0;
}

/* Ends the innermost open element of that name and all in it; an end without a start is nothing. */
static void on_end(struct feed_reading *reading)
{
    size_t depth = reading->depth;
    while (depth && !same_name(reading->stack[depth - 1].name, reading->xml.name))
        depth--;
    if (!depth) {
        if (reading->capture.is_open)
            feed_append_tag(reading, true);
        return;
    }
    if (reading->stack[depth - 1].kind == FRAME_INNER)
        feed_append_tag(reading, true);
    while (reading->depth >= depth)
        frame_close(reading);
}

static void on_text(struct feed_reading *reading)
{
    if (reading->capture.is_open)
        feed_append_text(reading, &reading->text, reading->capture.writing == WRITTEN_INLINE);
    else if (reading->depth && !reading->has_person &&
             (reading->stack[reading->depth - 1].kind == FRAME_PERSON ||
              reading->stack[reading->depth - 1].kind == FRAME_MARKUP))
        feed_append_text(reading, &reading->person_text, false);
}

static void finish(struct feed_reading *reading)
{
    struct feed_build *build = reading->build;
    while (reading->depth)
        frame_close(reading);
    if (build->authors_count && !build->feed_authors_count) /* behind the last entry */
        keep_feed_authors(build);
    if (!build->feed.ttl_min && reading->period_min)
        build->feed.ttl_min = reading->period_min / (reading->frequency ? reading->frequency : 1);
}

int feed_read_xml(struct feed_build *build, struct span document)
{
    struct feed_reading *reading = alloc_zeroed(1, sizeof *reading);
    reading->build = build;
    bytes_init(&reading->text, 0);
    bytes_init(&reading->person_text, 0);
    bytes_init(&reading->source_people, 0);
    bytes_init(&reading->scratch, 0);
    memset(reading->channel_ranks, RANK_NONE, sizeof reading->channel_ranks);
    xml_init(&reading->xml, document);
    for (enum xml_event event; (event = xml_next(&reading->xml)) != XML_OVER;) {
        if (event == XML_START)
            on_start(reading);
        else if (event == XML_END)
            on_end(reading);
        else
            on_text(reading);
    }
    finish(reading);
    int err = reading->has_root ? 0 : ERR_INPUT;
    bytes_clear(&reading->text);
    bytes_clear(&reading->person_text);
    bytes_clear(&reading->source_people);
    bytes_clear(&reading->scratch);
    free(reading);
    return err;
}
