/* feed_reading.h - an XML feed under way: shared by the files that read one.
 *
 * feed_xml.c follows the elements, feed_fields.c makes fields of their texts and links. Whatever is
 * gathered is HTML in the end: escaped markup comes as it is, inline markup (XHTML) is written out
 * again with its text escaped, so that one function (plain.h) makes text of all. */
#ifndef CRAWLER_DISCOVER_FEED_READING_H
#define CRAWLER_DISCOVER_FEED_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/url.h"
#include "discover/feed_names.h"
#include "discover/feed_draft.h"
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

struct feed_reading {
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

/* How good a link is as the entry's address, the best first. */
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

/* The unescaped value of an attribute of the element that was just opened, alive until the next
 * call; empty where there is none. */
struct span feed_attribute(struct feed_reading *reading, const char *name);

/* Takes an address for the entry that is open, if it is better than the one it has. */
void feed_take_link(struct feed_reading *reading, struct span text, const struct url *base,
                    unsigned char rank);

/* A link's address stands in href, or is its text. True when href was there. */
bool feed_take_href(struct feed_reading *reading, const struct url *base);

/* Begins to gather the text of the field that the opened element is; ends it and takes the field.
 */
void feed_capture_begin(struct feed_reading *reading, const struct feed_name *name,
                        const struct url *base);
void feed_capture_end(struct feed_reading *reading);

/* Append the text that was just read, or the tag of inline markup. */
void feed_append_text(struct feed_reading *reading, struct bytes *out, bool is_inline);
void feed_append_tag(struct feed_reading *reading, bool is_end);

#endif
