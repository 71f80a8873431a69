#include "discover/feed_names.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"

/* How namespaces begin, without their scheme: versions and final slashes vary. First match wins. */
static const struct {
    const char *start;
    enum vocabulary vocabulary;
} namespaces[] = {
    {"www.w3.org/2005/atom", VOCABULARY_MAIN},
    {"purl.org/atom/ns", VOCABULARY_MAIN},
    {"purl.org/echo", VOCABULARY_MAIN},
    {"purl.org/pie", VOCABULARY_MAIN},
    {"purl.org/rss/1.0/modules/content", VOCABULARY_CONTENT},
    {"purl.org/rss/1.0/modules/syndication", VOCABULARY_SY},
    {"purl.org/rss/1.0/modules/", VOCABULARY_OTHER},
    {"purl.org/rss/1.0", VOCABULARY_MAIN},
    {"purl.org/net/rss1.1", VOCABULARY_MAIN},
    {"my.netscape.com/", VOCABULARY_MAIN},
    {"channel.netscape.com/", VOCABULARY_MAIN},
    {"backend.userland.com/", VOCABULARY_MAIN},
    {"blogs.law.harvard.edu/", VOCABULARY_MAIN},
    {"purl.org/dc/elements/", VOCABULARY_DC},
    {"purl.org/dc/terms", VOCABULARY_DCTERMS},
    {"search.yahoo.com/mrss", VOCABULARY_MEDIA},
    {"video.search.yahoo.com/mrss", VOCABULARY_MEDIA},
    {"www.itunes.com/dtds/", VOCABULARY_ITUNES},
    {"www.google.com/schemas/play-podcasts", VOCABULARY_PLAY},
    {"www.w3.org/1999/xhtml", VOCABULARY_XHTML},
    {"rssnamespace.org/feedburner", VOCABULARY_BURNER},
    {"www.pheedo.com/namespace", VOCABULARY_BURNER},
    {"www.w3.org/1999/02/22-rdf-syntax-ns", VOCABULARY_RDF},
};

static const struct {
    const char *prefix;
    enum vocabulary vocabulary;
} prefixes[] = {
    {"atom", VOCABULARY_MAIN},         {"a10", VOCABULARY_MAIN},
    {"rss", VOCABULARY_MAIN},          {"dc", VOCABULARY_DC},
    {"dcterms", VOCABULARY_DCTERMS},   {"content", VOCABULARY_CONTENT},
    {"media", VOCABULARY_MEDIA},       {"itunes", VOCABULARY_ITUNES},
    {"googleplay", VOCABULARY_PLAY},   {"xhtml", VOCABULARY_XHTML},
    {"feedburner", VOCABULARY_BURNER}, {"pheedo", VOCABULARY_BURNER},
    {"rdf", VOCABULARY_RDF},           {"sy", VOCABULARY_SY},
};

static const struct feed_name entry_names[] = {
    {VOCABULARY_MAIN, "title", FIELD_TITLE, 0},
    {VOCABULARY_DC, "title", FIELD_TITLE, 1},
    {VOCABULARY_MEDIA, "title", FIELD_TITLE, 2},
    {VOCABULARY_ITUNES, "title", FIELD_TITLE, 3},
    {VOCABULARY_BURNER, "origlink", FIELD_LINK, 0},
    {VOCABULARY_MAIN, "link", FIELD_LINK, 1},
    {VOCABULARY_MAIN, "id", FIELD_ID, 0},
    {VOCABULARY_MAIN, "guid", FIELD_GUID, 0},
    {VOCABULARY_DC, "identifier", FIELD_ID, 2},
    {VOCABULARY_MAIN, "description", FIELD_SUMMARY, 0},
    {VOCABULARY_MAIN, "abstract", FIELD_SUMMARY, 0},
    {VOCABULARY_DC, "description", FIELD_SUMMARY, 1},
    {VOCABULARY_DCTERMS, "abstract", FIELD_SUMMARY, 1},
    {VOCABULARY_ITUNES, "summary", FIELD_SUMMARY, 2},
    {VOCABULARY_PLAY, "description", FIELD_SUMMARY, 3},
    {VOCABULARY_MEDIA, "description", FIELD_SUMMARY, 4},
    {VOCABULARY_ITUNES, "subtitle", FIELD_SUMMARY, 5},
    {VOCABULARY_MAIN, "summary", FIELD_SUMMARY, 0},
    {VOCABULARY_CONTENT, "encoded", FIELD_CONTENT, 0},
    {VOCABULARY_MAIN, "content", FIELD_CONTENT, 0},
    {VOCABULARY_XHTML, "body", FIELD_CONTENT, 1},
    {VOCABULARY_MAIN, "body", FIELD_CONTENT, 1},
    {VOCABULARY_MAIN, "fullitem", FIELD_CONTENT, 1},
    {VOCABULARY_MAIN, "pubdate", FIELD_PUBLISHED, 0},
    {VOCABULARY_MAIN, "published", FIELD_PUBLISHED, 0},
    {VOCABULARY_MAIN, "issued", FIELD_PUBLISHED, 1},
    {VOCABULARY_DCTERMS, "issued", FIELD_PUBLISHED, 1},
    {VOCABULARY_MAIN, "created", FIELD_PUBLISHED, 2},
    {VOCABULARY_DCTERMS, "created", FIELD_PUBLISHED, 2},
    {VOCABULARY_MAIN, "updated", FIELD_UPDATED, 0},
    {VOCABULARY_MAIN, "modified", FIELD_UPDATED, 0},
    {VOCABULARY_DCTERMS, "modified", FIELD_UPDATED, 1},
    {VOCABULARY_DC, "date", FIELD_DATE, 3},
    {VOCABULARY_MAIN, "date", FIELD_DATE, 4},
    {VOCABULARY_MAIN, "author", FIELD_AUTHOR, 0},
    {VOCABULARY_DC, "creator", FIELD_AUTHOR, 0},
    {VOCABULARY_DC, "author", FIELD_AUTHOR, 0},
    {VOCABULARY_DCTERMS, "creator", FIELD_AUTHOR, 0},
    {VOCABULARY_ITUNES, "author", FIELD_AUTHOR, 1},
};

static const struct feed_name channel_names[] = {
    {VOCABULARY_MAIN, "title", FIELD_TITLE, 0},
    {VOCABULARY_DC, "title", FIELD_TITLE, 1},
    {VOCABULARY_MAIN, "link", FIELD_LINK, 0},
    {VOCABULARY_MAIN, "author", FIELD_AUTHOR, 0},
    {VOCABULARY_MAIN, "ttl", FIELD_TTL, 0},
    {VOCABULARY_MAIN, "language", FIELD_LANGUAGE, 0},
    {VOCABULARY_DC, "language", FIELD_LANGUAGE, 1},
    {VOCABULARY_SY, "updateperiod", FIELD_PERIOD, 0},
    {VOCABULARY_SY, "updatefrequency", FIELD_FREQUENCY, 0},
};

enum vocabulary feed_vocabulary(struct span uri)
{
    const char *scheme_end = uri.size ? memmem(uri.data, uri.size, "://", 3) : NULL;
    if (!uri.size)
        return VOCABULARY_MAIN;
    if (scheme_end) {
        uri.size -= (size_t)(scheme_end + 3 - uri.data);
        uri.data = scheme_end + 3;
    }
    for (size_t i = 0; i < COUNT(namespaces); i++) {
        size_t size = strlen(namespaces[i].start);
        if (uri.size >= size && strncasecmp(uri.data, namespaces[i].start, size) == 0)
            return namespaces[i].vocabulary;
    }
    return VOCABULARY_OTHER;
}

enum vocabulary feed_prefix_vocabulary(struct span prefix)
{
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (span_equals_nocase(prefix, prefixes[i].prefix))
            return prefixes[i].vocabulary;
    return VOCABULARY_OTHER;
}

static const struct feed_name *find(const struct feed_name *rows, size_t count,
                                    enum vocabulary vocabulary, struct span local)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].vocabulary == vocabulary && span_equals_nocase(local, rows[i].name))
            return &rows[i];
    return NULL;
}

const struct feed_name *feed_entry_name(enum vocabulary vocabulary, struct span local)
{
    return find(entry_names, COUNT(entry_names), vocabulary, local);
}

const struct feed_name *feed_channel_name(enum vocabulary vocabulary, struct span local)
{
    return find(channel_names, COUNT(channel_names), vocabulary, local);
}
