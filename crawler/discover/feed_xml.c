/* XML feeds: the events of xml.h, a stack of what is open, one text under way.
 *
 * Whatever is gathered is HTML in the end: escaped markup comes as it is, inline markup (XHTML) is
 * written out again with its text escaped, so that one function (plain.h) makes text of all. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/utf8.h"
#include "discover/address.h"
#include "discover/feed_names.h"
#include "discover/plain.h"
#include "discover/xml.h"

enum { DEPTH_MAX = 128, BINDINGS_MAX = 64 };

enum frame_kind {
    FRAME_OPAQUE,  /* nothing in it is ours */
    FRAME_TOP,     /* rss, rdf:RDF, rss 1.1's items: holds channels and entries */
    FRAME_CHANNEL, /* channel, feed */
    FRAME_ENTRY,   /* item, entry */
    FRAME_GROUP,   /* media:group: as if its content stood in the entry */
    FRAME_SOURCE,  /* of Atom: of the feed that an entry was taken from, only its people are ours */
    FRAME_PERSON,  /* author, with name and email in it or just text */
    FRAME_MARKUP,  /* in a person: HTML around the name */
    FRAME_FIELD,   /* its text is being gathered */
    FRAME_INNER,   /* markup in that */
};

struct frame {
    struct span name;
    enum frame_kind kind;
    const struct url *base;
    size_t bindings_count;
};

struct binding {
    struct span prefix;
    enum vocabulary vocabulary;
};

/* How a field's text is written. */
enum writing { WRITTEN_ESCAPED, WRITTEN_INLINE, WRITTEN_BASE64, WRITTEN_BINARY };

/* The field whose text is being gathered. */
struct capture {
    bool is_open;
    enum feed_field field;
    unsigned char rank;
    enum writing writing;
    const struct url *base;
    bool is_no_permalink; /* of a guid: says that it is no address */
};

struct reading {
    struct xml_reader xml;
    struct feed_build *build;
    struct frame stack[DEPTH_MAX];
    size_t depth;
    struct binding bindings[BINDINGS_MAX];
    size_t bindings_count;
    bool has_root;
    bool in_entry;
    bool has_person; /* the person that is open has given a name */
    struct capture capture;
    struct bytes text;
    struct bytes person_text;
    struct bytes source_people; /* of the entry's source, a NUL behind each */
    struct bytes scratch;
    unsigned char channel_ranks[FIELD_COUNT];
    const char *site_url; /* the channel's own link */
    struct url site;      /* the same, parsed once it is asked for */
    bool has_site, site_is_elsewhere;
    unsigned period_min, frequency;
};

/* ---- namespaces --------------------------------------------------------------------------------
 */

static void bind_namespaces(struct reading *reading)
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

static enum vocabulary vocabulary_of(const struct reading *reading, struct span name)
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

/* ---- attributes --------------------------------------------------------------------------------
 */

/* The unescaped value, alive until the next call; empty where there is none. */
static struct span attribute(struct reading *reading, const char *name)
{
    struct span value = xml_attribute(&reading->xml, name);
    reading->scratch.size = 0;
    if (value.data)
        xml_unescape(&reading->xml, value, &reading->scratch);
    return (struct span){reading->scratch.size ? reading->scratch.data : "", reading->scratch.size};
}

static const struct url *base_here(const struct reading *reading)
{
    return reading->depth ? reading->stack[reading->depth - 1].base : reading->build->base;
}

/* xml:base, or the BASE of CDF, holds for the element that carries it and all within. */
static const struct url *base_of_start(struct reading *reading)
{
    const struct url *outer = base_here(reading);
    const char *name = "xml:base";
    if (!xml_attribute(&reading->xml, name).data && !reading->capture.is_open)
        name = "base";
    struct span value = span_trimmed(attribute(reading, name));
    struct arena *arena = reading->build->arena;
    struct url url;
    if (!value.size || url_parse(&url, arena, value, outer, NULL))
        return outer;
    struct url *base = arena_alloc(arena, sizeof *base);
    *base = url;
    return base;
}

/* An address, with the ampersands of authors who escape twice. */
static const char *address_here(struct reading *reading, struct span text, const struct url *base)
{
    struct bytes once;
    bytes_init(&once, 0);
    if (text.size && memmem(text.data, text.size, "&amp;", 5)) {
        xml_unescape(&reading->xml, text, &once);
        text = (struct span){once.data, once.size};
    }
    const char *url = address_of(text, base, reading->build->arena);
    bytes_clear(&once);
    return url;
}

/* ---- links -------------------------------------------------------------------------------------
 */

enum {
    LINK_ORIGINAL,
    LINK_PAGE,
    LINK_OTHER_FORM,
    LINK_GUID,
    LINK_ABOUT,
    LINK_RELATED,
    LINK_SELF,
    LINK_ID,
};

/* How good a link of this rel and type is as the entry's address. */
static unsigned char link_rank(struct reading *reading)
{
    static const struct {
        const char *rel;
        unsigned char rank;
    } rels[] = {
        {"", LINK_PAGE},           {"alternate", LINK_PAGE}, {"via", LINK_RELATED},
        {"related", LINK_RELATED}, {"self", LINK_SELF},
    };
    struct span type = attribute(reading, "type");
    bool is_page = !type.size || memmem(type.data, type.size, "html", 4);
    struct span rel = span_trimmed(attribute(reading, "rel"));
    for (size_t i = 0; i < COUNT(rels); i++)
        if (span_equals_nocase(rel, rels[i].rel))
            return rels[i].rank == LINK_PAGE && !is_page ? LINK_OTHER_FORM : rels[i].rank;
    return RANK_NONE;
}

/* Relative links are relative to the feed (xml:base, else where it came from). But a feed that is
 * served by another host than that of its own site means the site. */
static const struct url *link_base(struct reading *reading, const struct url *base)
{
    if (base != reading->build->base || !reading->site_url)
        return base;
    if (!reading->has_site) {
        reading->has_site = true;
        reading->site_is_elsewhere = url_parse(&reading->site, reading->build->arena,
                                               span_of(reading->site_url), NULL, NULL) == 0 &&
                                     (!base || !url_same_site(base, &reading->site));
    }
    return reading->site_is_elsewhere ? &reading->site : base;
}

static void take_entry_link(struct reading *reading, struct span text, const struct url *base,
                            unsigned char rank)
{
    struct feed_build *build = reading->build;
    if (rank >= build->draft.ranks[FIELD_LINK])
        return;
    const char *url = address_here(reading, text, link_base(reading, base));
    if (url && feed_draft_wants(build, FIELD_LINK, rank))
        build->draft.entry.url = url;
}

static void take_channel_link(struct reading *reading, struct span text, const struct url *base,
                              struct span rel)
{
    struct feed *feed = &reading->build->feed;
    const char *url = address_here(reading, text, base);
    if (span_equals_nocase(rel, "hub"))
        feed->hub = feed->hub ? feed->hub : url;
    else if (span_equals_nocase(rel, "next") || span_equals_nocase(rel, "prev-archive"))
        feed->next_url = feed->next_url ? feed->next_url : url;
    else if ((!rel.size || span_equals_nocase(rel, "alternate")) && !reading->site_url)
        reading->site_url = url;
}

/* A link's address stands in href, or is its text. True when href was there. */
static bool take_href(struct reading *reading, const struct url *base)
{
    if (!xml_attribute(&reading->xml, "href").data)
        return false;
    struct bytes href;
    bytes_init(&href, 0);
    struct span value = attribute(reading, "href");
    bytes_append(&href, value.data, value.size);
    struct span text = {href.data, href.size};
    if (reading->in_entry)
        take_entry_link(reading, text, base, link_rank(reading));
    else
        take_channel_link(reading, text, base, span_trimmed(attribute(reading, "rel")));
    bytes_clear(&href);
    return true;
}

/* ---- a field's text ----------------------------------------------------------------------------
 */

static bool has_suffix(struct span text, const char *suffix)
{
    size_t size = strlen(suffix);
    return text.size >= size && strncasecmp(text.data + text.size - size, suffix, size) == 0;
}

static bool has_prefix(struct span text, const char *prefix)
{
    return text.size >= strlen(prefix) && strncasecmp(text.data, prefix, strlen(prefix)) == 0;
}

/* Atom 1.0's type (RFC 4287, 3.1.1 and 4.1.3), Atom 0.3's mode, and XHTML inside RSS. */
static enum writing writing_of(struct reading *reading, enum vocabulary vocabulary)
{
    if (vocabulary == VOCABULARY_XHTML)
        return WRITTEN_INLINE;
    if (vocabulary != VOCABULARY_MAIN)
        return WRITTEN_ESCAPED;
    struct span mode = span_trimmed(attribute(reading, "mode"));
    if (span_equals_nocase(mode, "base64"))
        return WRITTEN_BASE64;
    if (span_equals_nocase(mode, "escaped"))
        return WRITTEN_ESCAPED;
    struct span type = span_trimmed(attribute(reading, "type"));
    if (span_equals_nocase(type, "xhtml") || has_suffix(type, "/xhtml+xml"))
        return WRITTEN_INLINE;
    if (!type.size || has_prefix(type, "text") || has_suffix(type, "html") ||
        has_suffix(type, "xml") || !memchr(type.data, '/', type.size))
        return WRITTEN_ESCAPED;
    if (has_prefix(type, "image/") || has_prefix(type, "audio/") || has_prefix(type, "video/"))
        return WRITTEN_BINARY;
    return WRITTEN_BASE64;
}

static void capture_begin(struct reading *reading, const struct feed_name *name,
                          const struct url *base)
{
    struct capture *capture = &reading->capture;
    *capture =
        (struct capture){.is_open = true, .field = name->field, .rank = name->rank, .base = base};
    capture->writing = writing_of(reading, name->vocabulary);
    if (name->field == FIELD_GUID) {
        struct span value = span_trimmed(attribute(reading, "isPermaLink"));
        capture->is_no_permalink = span_equals_nocase(value, "false");
    }
    if (name->field == FIELD_LINK && reading->in_entry && name->rank)
        capture->rank = link_rank(reading);
    reading->text.size = 0;
}

static void append_escaped(struct bytes *out, struct span text)
{
    for (size_t at = 0; at < text.size;) {
        size_t run = at;
        while (run < text.size && !strchr("&<>", text.data[run]))
            run++;
        bytes_append(out, text.data + at, run - at);
        if (run < text.size)
            bytes_append_string(out, text.data[run] == '&'   ? "&amp;"
                                     : text.data[run] == '<' ? "&lt;"
                                                             : "&gt;");
        at = run + 1;
    }
}

static void append_text(struct reading *reading, struct bytes *out, bool is_inline)
{
    struct span text = reading->xml.text;
    if (!is_inline && reading->xml.is_cdata) {
        bytes_append(out, text.data, text.size);
    } else if (!is_inline) {
        xml_unescape(&reading->xml, text, out);
    } else if (reading->xml.is_cdata) {
        append_escaped(out, text);
    } else {
        reading->scratch.size = 0;
        xml_unescape(&reading->xml, text, &reading->scratch);
        append_escaped(out, (struct span){reading->scratch.data, reading->scratch.size});
    }
}

/* Inline markup is written out without its attributes, which say nothing to a reader of text. */
static void append_tag(struct reading *reading, bool is_end)
{
    struct span local = xml_local(reading->xml.name);
    bytes_append_string(&reading->text, is_end ? "</" : "<");
    bytes_append(&reading->text, local.data, local.size);
    bytes_append_string(&reading->text, ">");
}

/* RFC 4648, blanks passed over; false when it is none. */
static bool decode_base64(struct span in, struct bytes *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    unsigned held = 0;
    for (size_t i = 0; i < in.size && in.data[i] != '='; i++) {
        const char *digit = in.data[i] ? strchr(digits, in.data[i]) : NULL;
        if (!digit && !strchr(" \t\r\n", in.data[i]))
            return false;
        if (!digit)
            continue;
        bits = bits << 6 | (uint32_t)(digit - digits);
        held += 6;
        if (held >= 8) {
            held -= 8;
            char byte = (char)(bits >> held & 0xff);
            bytes_append(out, &byte, 1);
        }
    }
    return true;
}

static bool is_text(const struct bytes *bytes)
{
    return bytes->size && utf8_valid(bytes->data, bytes->size) &&
           !memchr(bytes->data, '\0', bytes->size);
}

static const char *captured_plain(struct reading *reading)
{
    struct span text = {reading->text.data, reading->text.size};
    struct bytes decoded;
    bytes_init(&decoded, 0);
    if (reading->capture.writing == WRITTEN_BASE64 && decode_base64(text, &decoded) &&
        is_text(&decoded))
        text = (struct span){decoded.data, decoded.size};
    const char *plain = plain_of_html(text, reading->build->arena);
    bytes_clear(&decoded);
    return plain;
}

static void take_entry_text(struct reading *reading)
{
    struct feed_build *build = reading->build;
    struct feed_entry *entry = &build->draft.entry;
    enum feed_field field = reading->capture.field;
    unsigned char rank = reading->capture.rank;
    /* Whoever writes both a description and a summary means the second one to say more. */
    if (field == FIELD_SUMMARY && rank == 0 && build->draft.ranks[FIELD_SUMMARY] == 0) {
        field = FIELD_CONTENT;
        rank = 2;
    }
    const char **target = field == FIELD_TITLE     ? &entry->title
                          : field == FIELD_SUMMARY ? &entry->summary
                                                   : &entry->content;
    if (reading->capture.writing == WRITTEN_BINARY || rank >= build->draft.ranks[field])
        return;
    const char *plain = captured_plain(reading);
    /* Something empty counts, but only until something better comes. */
    if (*plain || !*target)
        *target = plain;
    if (*plain)
        build->draft.ranks[field] = rank;
}

static bool looks_absolute(struct span text)
{
    return has_prefix(text, "http://") || has_prefix(text, "https://");
}

static void take_entry_field(struct reading *reading)
{
    struct feed_build *build = reading->build;
    const struct capture *capture = &reading->capture;
    struct span text = plain_trimmed((struct span){reading->text.data, reading->text.size});
    switch (capture->field) {
    case FIELD_LINK:
        take_entry_link(reading, text, capture->base, capture->rank);
        break;
    case FIELD_ID:
    case FIELD_GUID:
        if (!capture->is_no_permalink && looks_absolute(text))
            take_entry_link(reading, text, capture->base,
                            capture->field == FIELD_GUID ? LINK_GUID : LINK_ID);
        if (feed_draft_wants(build, FIELD_ID, capture->rank))
            build->draft.entry.id = arena_copy(build->arena, text.size ? text.data : "", text.size);
        break;
    case FIELD_PUBLISHED:
    case FIELD_UPDATED:
    case FIELD_DATE:
        feed_draft_date(build, capture->field, capture->rank, text);
        break;
    default:
        take_entry_text(reading);
    }
}

/* Text elements that are short numbers and words of the channel. */
static unsigned minutes_of_period(struct span word)
{
    static const struct {
        const char *word;
        unsigned minutes;
    } periods[] = {
        {"hourly", 60}, {"daily", 1440}, {"weekly", 10080}, {"monthly", 43200}, {"yearly", 525600},
    };
    for (size_t i = 0; i < COUNT(periods); i++)
        if (span_equals_nocase(word, periods[i].word))
            return periods[i].minutes;
    return 0;
}

static unsigned number_of(struct span text)
{
    unsigned number = 0;
    for (size_t i = 0; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++)
        number = number < 1000000 ? number * 10 + (unsigned)(text.data[i] - '0') : number;
    return number;
}

static void take_channel_field(struct reading *reading)
{
    struct feed *feed = &reading->build->feed;
    const struct capture *capture = &reading->capture;
    struct span text = plain_trimmed((struct span){reading->text.data, reading->text.size});
    unsigned char *rank = &reading->channel_ranks[capture->field];
    if (capture->field == FIELD_LINK)
        take_channel_link(reading, text, capture->base, (struct span){"", 0});
    if (capture->rank >= *rank)
        return;
    *rank = capture->rank;
    if (capture->field == FIELD_TITLE)
        feed->title = captured_plain(reading);
    else if (capture->field == FIELD_LANGUAGE && text.size)
        feed->lang = arena_copy(reading->build->arena, text.data, text.size);
    else if (capture->field == FIELD_TTL)
        feed->ttl_min = number_of(text);
    else if (capture->field == FIELD_PERIOD)
        reading->period_min = minutes_of_period(text);
    else if (capture->field == FIELD_FREQUENCY)
        reading->frequency = number_of(text);
}

static void capture_end(struct reading *reading)
{
    enum feed_field field = reading->capture.field;
    struct span text = plain_trimmed((struct span){reading->text.data, reading->text.size});
    reading->capture.is_open = false;
    if (field == FIELD_NAME || field == FIELD_MAIL) {
        if (field == FIELD_MAIL && reading->has_person)
            return;
        reading->has_person |= text.size && field == FIELD_NAME;
        reading->person_text.size = 0;
        bytes_append(&reading->person_text, text.data, text.size);
    } else if (field == FIELD_AUTHOR) {
        feed_author_add(reading->build, text);
    } else if (reading->in_entry) {
        take_entry_field(reading);
    } else {
        take_channel_field(reading);
    }
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

static void entry_begin(struct reading *reading, const struct url *base)
{
    struct feed_build *build = reading->build;
    if (!build->feed_authors)
        keep_feed_authors(build);
    feed_draft_begin(build);
    reading->in_entry = true;
    reading->source_people.size = 0;
    struct span about = attribute(reading, "rdf:about");
    if (about.size) {
        build->draft.entry.id = arena_copy(build->arena, about.data, about.size);
        build->draft.ranks[FIELD_ID] = 3;
        take_entry_link(reading, span_of(build->draft.entry.id), base, LINK_ABOUT);
    }
    take_href(reading, base); /* CDF has both as attributes */
    feed_draft_date(build, FIELD_UPDATED, 1, attribute(reading, "lastmod"));
}

static void person_end(struct reading *reading)
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
static void take_source_people(struct reading *reading)
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
static void frame_close(struct reading *reading)
{
    enum frame_kind kind = reading->stack[reading->depth - 1].kind;
    if (kind == FRAME_FIELD && reading->capture.is_open)
        capture_end(reading);
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

static enum frame_kind root_kind(struct reading *reading, struct span local)
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

static enum frame_kind field_begin(struct reading *reading, const struct feed_name *name,
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
    if (name->field == FIELD_LINK && take_href(reading, base))
        return FRAME_OPAQUE;
    capture_begin(reading, name, base);
    return FRAME_FIELD;
}

static enum frame_kind child_kind(struct reading *reading, enum frame_kind parent,
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
static void close_before_entry(struct reading *reading)
{
    size_t depth = reading->depth;
    while (depth && reading->stack[depth - 1].kind != FRAME_TOP &&
           reading->stack[depth - 1].kind != FRAME_CHANNEL)
        depth--;
    while (depth && reading->depth > depth)
        frame_close(reading);
}

static void on_start(struct reading *reading)
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
        append_tag(reading, false);
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
        struct span lang = attribute(reading, "xml:lang");
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
static void on_end(struct reading *reading)
{
    size_t depth = reading->depth;
    while (depth && !same_name(reading->stack[depth - 1].name, reading->xml.name))
        depth--;
    if (!depth) {
        if (reading->capture.is_open)
            append_tag(reading, true);
        return;
    }
    if (reading->stack[depth - 1].kind == FRAME_INNER)
        append_tag(reading, true);
    while (reading->depth >= depth)
        frame_close(reading);
}

static void on_text(struct reading *reading)
{
    if (reading->capture.is_open)
        append_text(reading, &reading->text, reading->capture.writing == WRITTEN_INLINE);
    else if (reading->depth && !reading->has_person &&
             (reading->stack[reading->depth - 1].kind == FRAME_PERSON ||
              reading->stack[reading->depth - 1].kind == FRAME_MARKUP))
        append_text(reading, &reading->person_text, false);
}

static void finish(struct reading *reading)
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
    struct reading *reading = alloc_zeroed(1, sizeof *reading);
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
