/* feed_fields.c - the fields of an XML feed: addresses, texts, dates and people out of what its
 * elements hold. */
#include "discover/feed_reading.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "discover/address.h"
#include "discover/plain.h"

/* ---- attributes --------------------------------------------------------------------------------
 */

struct span feed_attribute(struct feed_reading *reading, const char *name)
{
    struct span value = xml_attribute(&reading->xml, name);
    reading->scratch.size = 0;
    if (value.data)
        xml_unescape(&reading->xml, value, &reading->scratch);
    return (struct span){reading->scratch.size ? reading->scratch.data : "", reading->scratch.size};
}

/* An address, with the ampersands of authors who escape twice. */
static const char *address_here(struct feed_reading *reading, struct span text,
                                const struct url *base)
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

/* How good a link of this rel and type is as the entry's address. */
static unsigned char link_rank(struct feed_reading *reading)
{
    static const struct {
        const char *rel;
        unsigned char rank;
    } rels[] = {
        {"", LINK_PAGE},           {"alternate", LINK_PAGE}, {"via", LINK_RELATED},
        {"related", LINK_RELATED}, {"self", LINK_SELF},
    };
    struct span type = feed_attribute(reading, "type");
    bool is_page = !type.size || memmem(type.data, type.size, "html", 4);
    struct span rel = span_trimmed(feed_attribute(reading, "rel"));
    for (size_t i = 0; i < COUNT(rels); i++)
        if (span_equals_nocase(rel, rels[i].rel))
            return rels[i].rank == LINK_PAGE && !is_page ? LINK_OTHER_FORM : rels[i].rank;
    return RANK_NONE;
}

/* Relative links are relative to the feed (xml:base, else where it came from). But a feed that is
 * served by another host than that of its own site means the site. */
static const struct url *link_base(struct feed_reading *reading, const struct url *base)
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

void feed_take_link(struct feed_reading *reading, struct span text, const struct url *base,
                    unsigned char rank)
{
    struct feed_build *build = reading->build;
    if (rank >= build->draft.ranks[FIELD_LINK])
        return;
    const char *url = address_here(reading, text, link_base(reading, base));
    if (url && feed_draft_wants(build, FIELD_LINK, rank))
        build->draft.entry.url = url;
}

static void take_channel_link(struct feed_reading *reading, struct span text,
                              const struct url *base, struct span rel)
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

bool feed_take_href(struct feed_reading *reading, const struct url *base)
{
    if (!xml_attribute(&reading->xml, "href").data)
        return false;
    struct bytes href;
    bytes_init(&href, 0);
    struct span value = feed_attribute(reading, "href");
    bytes_append(&href, value.data, value.size);
    struct span text = {href.data, href.size};
    if (reading->in_entry)
        feed_take_link(reading, text, base, link_rank(reading));
    else
        take_channel_link(reading, text, base, span_trimmed(feed_attribute(reading, "rel")));
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
static enum writing writing_of(struct feed_reading *reading, enum vocabulary vocabulary)
{
    if (vocabulary == VOCABULARY_XHTML)
        return WRITTEN_INLINE;
    if (vocabulary != VOCABULARY_MAIN)
        return WRITTEN_ESCAPED;
    struct span mode = span_trimmed(feed_attribute(reading, "mode"));
    if (span_equals_nocase(mode, "base64"))
        return WRITTEN_BASE64;
    if (span_equals_nocase(mode, "escaped"))
        return WRITTEN_ESCAPED;
    struct span type = span_trimmed(feed_attribute(reading, "type"));
    if (span_equals_nocase(type, "xhtml") || has_suffix(type, "/xhtml+xml"))
        return WRITTEN_INLINE;
    if (!type.size || has_prefix(type, "text") || has_suffix(type, "html") ||
        has_suffix(type, "xml") || !memchr(type.data, '/', type.size))
        return WRITTEN_ESCAPED;
    if (has_prefix(type, "image/") || has_prefix(type, "audio/") || has_prefix(type, "video/"))
        return WRITTEN_BINARY;
    return WRITTEN_BASE64;
}

void feed_capture_begin(struct feed_reading *reading, const struct feed_name *name,
                        const struct url *base)
{
    struct capture *capture = &reading->capture;
    *capture =
        (struct capture){.is_open = true, .field = name->field, .rank = name->rank, .base = base};
    capture->writing = writing_of(reading, name->vocabulary);
    if (name->field == FIELD_GUID) {
        struct span value = span_trimmed(feed_attribute(reading, "isPermaLink"));
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

void feed_append_text(struct feed_reading *reading, struct bytes *out, bool is_inline)
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
void feed_append_tag(struct feed_reading *reading, bool is_end)
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

static const char *captured_plain(struct feed_reading *reading)
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

static void take_entry_text(struct feed_reading *reading)
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

static void take_entry_field(struct feed_reading *reading)
{
    struct feed_build *build = reading->build;
    const struct capture *capture = &reading->capture;
    struct span text = plain_trimmed((struct span){reading->text.data, reading->text.size});
    switch (capture->field) {
    case FIELD_LINK:
        feed_take_link(reading, text, capture->base, capture->rank);
        break;
    case FIELD_ID:
    case FIELD_GUID:
        if (!capture->is_no_permalink && looks_absolute(text))
            feed_take_link(reading, text, capture->base,
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

static void take_channel_field(struct feed_reading *reading)
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

void feed_capture_end(struct feed_reading *reading)
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
