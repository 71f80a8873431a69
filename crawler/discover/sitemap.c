#include "discover/sitemap.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/error.h"
#include "discover/address.h"
#include "discover/feed.h"
#include "discover/plain.h"
#include "discover/xml.h"

enum { DEPTH_MAX = 16 }; /* a whole sitemap needs six; deeper elements are passed over */

/* What the elements are to us, by their names without prefix. */
enum role {
    ROLE_OTHER,
    ROLE_ROOT,  /* urlset, sitemapindex */
    ROLE_ENTRY, /* url, sitemap */
    ROLE_NEWS,  /* news, publication */
    ROLE_LOC,   /* from here on: their text is wanted */
    ROLE_LASTMOD,
    ROLE_TITLE,
    ROLE_LANGUAGE,
    ROLE_PUBLISHED,
};

static const struct {
    const char *name;
    enum role role;
    unsigned parents; /* bits of the roles it may stand in; the document's is ROLE_OTHER */
} elements[] = {
    {"urlset", ROLE_ROOT, 1 << ROLE_OTHER},
    {"sitemapindex", ROLE_ROOT, 1 << ROLE_OTHER},
    {"url", ROLE_ENTRY, 1 << ROLE_ROOT},
    {"sitemap", ROLE_ENTRY, 1 << ROLE_ROOT},
    {"loc", ROLE_LOC, 1 << ROLE_ENTRY | 1 << ROLE_ROOT},
    {"lastmod", ROLE_LASTMOD, 1 << ROLE_ENTRY | 1 << ROLE_ROOT},
    {"news", ROLE_NEWS, 1 << ROLE_ENTRY},
    {"publication", ROLE_NEWS, 1 << ROLE_NEWS},
    {"language", ROLE_LANGUAGE, 1 << ROLE_NEWS},
    {"title", ROLE_TITLE, 1 << ROLE_NEWS},
    {"publication_date", ROLE_PUBLISHED, 1 << ROLE_NEWS},
};

struct frame {
    struct span name;
    enum role role;
};

struct reading {
    struct xml_reader xml;
    struct arena *arena;
    const struct url *base;
    struct sitemap *out;
    size_t entries_room;
    size_t entries_expected;
    size_t first;               /* of the entries of the container that is open */
    struct sitemap_entry draft; /* what it has said, for an address that comes last */
    bool is_index;
    bool is_sitemap; /* the container names a sitemap */
    bool has_news;
    struct frame stack[DEPTH_MAX];
    size_t depth;
    enum role wanted; /* whose text is being gathered */
    struct bytes text;
};

/* ---- entries -----------------------------------------------------------------------------------
 */

/* How many entries the document closes: one array of that size instead of doubling, which would
 * leave half as much again behind in the arena. A wrong count costs no more than that. */
static size_t entries_expected(struct span document)
{
    static const char *const marks[] = {"</url>", "</sitemap>"};
    size_t count = 0;
    for (size_t i = 0; i < COUNT(marks); i++) {
        size_t size = strlen(marks[i]);
        const char *at = document.data, *end = at + document.size;
        while (count < SITEMAP_ENTRIES_MAX &&
               (at = memmem(at, (size_t)(end - at), marks[i], size))) {
            count++;
            at += size;
        }
    }
    return count;
}

static struct sitemap_entry *entry_add(struct reading *reading)
{
    struct sitemap *out = reading->out;
    if (out->entries_count == SITEMAP_ENTRIES_MAX) {
        out->truncated = true;
        return NULL;
    }
    if (out->entries_count == reading->entries_room) {
        size_t room = reading->entries_room       ? 2 * reading->entries_room
                      : reading->entries_expected ? reading->entries_expected
                                                  : 64;
        out->entries =
            arena_grow(reading->arena, out->entries, reading->entries_room * sizeof *out->entries,
                       room * sizeof *out->entries);
        reading->entries_room = room;
    }
    struct sitemap_entry *entry = &out->entries[out->entries_count++];
    *entry = (struct sitemap_entry){.is_sitemap = reading->is_sitemap};
    return entry;
}

static void take_loc(struct reading *reading, struct span text)
{
    const char *url = address_of(text, reading->base, reading->arena);
    bool is_first = reading->out->entries_count == reading->first;
    struct sitemap_entry *entry = url ? entry_add(reading) : NULL;
    if (!entry)
        return;
    if (is_first)
        *entry = reading->draft;
    entry->is_sitemap = reading->is_sitemap;
    entry->url = url;
}

static void set_text(struct sitemap_entry *entry, enum role role, const char *line)
{
    if (role == ROLE_TITLE)
        entry->news_title = line;
    else
        entry->news_language = line;
}

static void set_moment(struct sitemap_entry *entry, enum role role, const struct moment *moment)
{
    if (role == ROLE_LASTMOD) {
        entry->lastmod = *moment;
        entry->has_lastmod = true;
    } else {
        entry->news_published = *moment;
        entry->has_news_published = true;
    }
}

/* What the container says holds for each of its addresses, mostly one. */
static void take_text(struct reading *reading, struct span text)
{
    struct moment moment;
    enum role role = reading->wanted;
    bool is_line = role == ROLE_TITLE || role == ROLE_LANGUAGE;
    const char *line = is_line ? plain_of_text(text, reading->arena) : NULL;
    if (role == ROLE_LOC) {
        take_loc(reading, text);
        return;
    }
    if (!is_line && date_parse_feed(plain_trimmed(text), &moment))
        return;
    struct sitemap_entry *entry = &reading->draft;
    for (size_t i = reading->first; entry; i++) {
        if (is_line)
            set_text(entry, role, line);
        else
            set_moment(entry, role, &moment);
        entry = i < reading->out->entries_count ? &reading->out->entries[i] : NULL;
    }
}

/* ---- elements ----------------------------------------------------------------------------------
 */

static enum role role_of(struct span local, enum role parent)
{
    for (size_t i = 0; i < COUNT(elements); i++)
        if (span_equals_nocase(local, elements[i].name) && elements[i].parents >> parent & 1)
            return elements[i].role;
    return ROLE_OTHER;
}

/* Ends what is open down to a stack of `depth`. */
static void close_to(struct reading *reading, size_t depth)
{
    for (; reading->depth > depth; reading->depth--) {
        if (!reading->wanted || reading->stack[reading->depth - 1].role != reading->wanted)
            continue;
        struct bytes *text = &reading->text;
        take_text(reading, (struct span){text->size ? text->data : "", text->size});
        reading->wanted = ROLE_OTHER;
    }
}

/* An entry can't begin in another one, so that one was never closed. In an address it can: some
 * write <loc><url>. */
static void close_before_entry(struct reading *reading)
{
    size_t depth = reading->depth;
    if (reading->wanted == ROLE_LOC)
        return;
    while (depth && reading->stack[depth - 1].role != ROLE_ENTRY)
        depth--;
    if (depth)
        close_to(reading, depth - 1);
}

static void on_start(struct reading *reading)
{
    struct span name = reading->xml.name, local = xml_local(name);
    bool names_sitemap = span_equals_nocase(local, "sitemap");
    if (names_sitemap || span_equals_nocase(local, "url"))
        close_before_entry(reading);
    if (reading->depth == DEPTH_MAX)
        return;
    enum role parent = reading->depth ? reading->stack[reading->depth - 1].role : ROLE_OTHER;
    enum role role = role_of(local, parent);
    reading->stack[reading->depth++] = (struct frame){name, role};
    if (role == ROLE_ROOT)
        reading->is_index = reading->is_sitemap = span_equals_nocase(local, "sitemapindex");
    if (role == ROLE_ENTRY) {
        reading->first = reading->out->entries_count;
        reading->draft = (struct sitemap_entry){.url = NULL};
        reading->is_sitemap = reading->is_index || names_sitemap;
    }
    reading->has_news |= role == ROLE_NEWS;
    if (role >= ROLE_LOC) {
        reading->wanted = role;
        reading->text.size = 0;
    }
}

/* Ends the innermost open element of that name and all that stand in it; none: nothing. */
static void on_end(struct reading *reading)
{
    size_t depth = reading->depth;
    struct span name = reading->xml.name;
    while (depth && (reading->stack[depth - 1].name.size != name.size ||
                     strncasecmp(reading->stack[depth - 1].name.data, name.data, name.size) != 0))
        depth--;
    if (depth)
        close_to(reading, depth - 1);
}

static void on_text(struct reading *reading)
{
    if (!reading->wanted)
        return;
    if (reading->xml.is_cdata)
        bytes_append(&reading->text, reading->xml.text.data, reading->xml.text.size);
    else
        xml_unescape(&reading->xml, reading->xml.text, &reading->text);
}

/* ---- the forms ---------------------------------------------------------------------------------
 */

static void read_document(struct reading *reading, struct span document)
{
    reading->entries_expected = entries_expected(document);
    xml_init(&reading->xml, document);
    for (enum xml_event event; (event = xml_next(&reading->xml)) != XML_OVER;) {
        if (event == XML_START)
            on_start(reading);
        else if (event == XML_END)
            on_end(reading);
        else
            on_text(reading);
    }
    reading->out->kind = reading->is_index ? "index" : reading->has_news ? "news" : "urlset";
}

static size_t line_size(struct span text)
{
    size_t size = 0;
    while (size < text.size && text.data[size] != '\n' && text.data[size] != '\r')
        size++;
    return size;
}

static void read_text_lines(struct reading *reading, struct span text)
{
    while (text.size) {
        size_t size = line_size(text);
        struct span line = plain_trimmed((struct span){text.data, size});
        if (line.size > 8 && strncasecmp(line.data, "http", 4) == 0 &&
            !memchr(line.data, ' ', line.size) && !memchr(line.data, '\t', line.size))
            take_loc(reading, line);
        size += size < text.size;
        text = (struct span){text.data + size, text.size - size};
    }
    reading->out->kind = "text";
}

static int read_feed(struct reading *reading, const void *data, size_t size, const char *base_url,
                     const char *content_type)
{
    struct feed feed;
    int err = feed_parse(&feed, reading->arena, data, size, base_url, content_type);
    if (err)
        return err;
    for (size_t i = 0; i < feed.entries_count; i++) {
        const struct feed_entry *from = &feed.entries[i];
        struct sitemap_entry *entry = from->url ? entry_add(reading) : NULL;
        if (!entry)
            continue;
        entry->url = from->url;
        entry->has_lastmod = from->has_updated || from->has_published;
        entry->lastmod = from->has_updated ? from->updated : from->published;
        entry->news_title = from->title;
        entry->has_news_published = entry->has_lastmod;
        entry->news_published = from->has_published ? from->published : from->updated;
    }
    reading->out->kind = strcmp(feed.kind, "atom") == 0 ? "atom" : "rss";
    return 0;
}

enum form { FORM_TEXT, FORM_SITEMAP, FORM_FEED };

/* What the document is by its first element; by one further on where some script's warnings stand
 * before it. */
static enum form form_of(struct span document)
{
    static const char *const feeds[] = {"rss", "feed", "rdf"};
    struct xml_reader reader;
    bool is_feed = false;
    xml_init(&reader, document);
    for (enum xml_event event; !is_feed && (event = xml_next(&reader)) != XML_OVER;) {
        struct span name = event == XML_START ? xml_local(reader.name) : (struct span){"", 0};
        if (span_equals_nocase(name, "urlset") || span_equals_nocase(name, "sitemapindex"))
            return FORM_SITEMAP;
        for (size_t i = 0; i < COUNT(feeds); i++)
            is_feed |= span_equals_nocase(name, feeds[i]);
    }
    document = plain_trimmed(document);
    return is_feed || (document.size && strchr("<{", document.data[0])) ? FORM_FEED : FORM_TEXT;
}

int sitemap_parse(struct sitemap *out, struct arena *arena, const void *data, size_t size,
                  const char *base_url, const char *content_type)
{
    struct sitemap sitemap = {0};
    struct reading reading = {.arena = arena, .out = &sitemap};
    struct url base;
    struct bytes buffer;
    bytes_init(&buffer, 0);
    if (base_url && url_parse(&base, arena, span_of(base_url), NULL, NULL) == 0)
        reading.base = &base;
    struct span document = xml_document(data, size, content_type, &buffer);
    enum form form = form_of(document);
    bytes_init(&reading.text, 0);
    int err = 0;
    if (form == FORM_SITEMAP)
        read_document(&reading, document);
    else if (form == FORM_FEED)
        err = read_feed(&reading, data, size, base_url, content_type);
    else
        read_text_lines(&reading, document);
    if (!err && form == FORM_TEXT && !sitemap.entries_count)
        err = ERR_INPUT;
    bytes_clear(&reading.text);
    bytes_clear(&buffer);
    if (!err)
        *out = sitemap;
    return err;
}
