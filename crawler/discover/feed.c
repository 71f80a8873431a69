#include "discover/feed.h"

#include <string.h>

#include "discover/feed_draft.h"
#include "discover/feed_json.h"
#include "discover/feed_xml.h"
#include "discover/xml.h"

/* Atom (RFC 4287, 4.2.1): an entry without authors has those of its feed. */
static void hand_down_authors(struct feed_build *build)
{
    if (!build->feed.kind ||
        (strcmp(build->feed.kind, "atom") && strcmp(build->feed.kind, "jsonfeed")))
        return;
    for (size_t i = 0; i < build->feed.entries_count; i++) {
        struct feed_entry *entry = &build->feed.entries[i];
        if (!entry->authors_count) {
            entry->authors = build->feed_authors;
            entry->authors_count = build->feed_authors_count;
        }
    }
}

int feed_parse(struct feed *out, struct arena *arena, const void *data, size_t size,
               const char *base_url, const char *content_type)
{
    struct feed_build build = {.arena = arena};
    struct url base;
    struct bytes buffer;
    bytes_init(&buffer, 0);
    if (base_url && url_parse(&base, arena, span_of(base_url), NULL, NULL) == 0)
        build.base = &base;
    struct span document = span_trimmed(xml_document(data, size, content_type, &buffer));
    int err = document.size && document.data[0] == '{' ? feed_read_json(&build, document)
                                                       : feed_read_xml(&build, document);
    bytes_clear(&buffer);
    if (err)
        return err;
    hand_down_authors(&build);
    *out = build.feed;
    return 0;
}
