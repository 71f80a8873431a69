#include "discover/opml.h"

#include <libxml/xmlreader.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"

enum { OUTLINES_MAX = 1000000, FIRST_PLACES = 64 };

struct outlines {
    struct arena *arena;
    struct opml_outline *items;
    size_t count, places;
};

/* An attribute by its name without case (exporters write xmlUrl, xmlurl and XMLURL); NULL where it
 * is missing or empty. */
static const char *attribute(xmlTextReaderPtr reader, const char *name, struct arena *arena)
{
    const char *found = NULL;
    for (int more = xmlTextReaderMoveToFirstAttribute(reader); more == 1 && !found;
         more = xmlTextReaderMoveToNextAttribute(reader)) {
        const xmlChar *value = xmlTextReaderConstValue(reader);
        if (value && *value &&
            xmlStrcasecmp(xmlTextReaderConstLocalName(reader), (const xmlChar *)name) == 0)
            found = arena_string(arena, (const char *)value);
    }
    xmlTextReaderMoveToElement(reader);
    return found;
}

static int take_outline(struct outlines *list, xmlTextReaderPtr reader)
{
    struct opml_outline outline = {
        .feed_url = attribute(reader, "xmlUrl", list->arena),
        .home_url = attribute(reader, "htmlUrl", list->arena),
        .line = (unsigned)xmlGetLineNo(xmlTextReaderCurrentNode(reader)),
    };
    if (!outline.feed_url && !outline.home_url)
        return 0; /* a folder */
    if (list->count == OUTLINES_MAX)
        return ERR_TOO_LARGE;
    outline.title = attribute(reader, "title", list->arena);
    if (!outline.title)
        outline.title = attribute(reader, "text", list->arena);
    if (list->count == list->places) {
        size_t places = list->places ? list->places * 2 : FIRST_PLACES;
        list->items = arena_grow(list->arena, list->items, list->places * sizeof *list->items,
                                 places * sizeof *list->items);
        list->places = places;
    }
    list->items[list->count++] = outline;
    return 0;
}

int opml_parse(struct opml_outline **out, size_t *out_count, struct arena *arena, const char *data,
               size_t size)
{
    struct outlines list = {.arena = arena};
    int err = size > INT_MAX ? ERR_TOO_LARGE : 0, more = 0;
    bool root = false;
    xmlTextReaderPtr reader =
        err ? NULL
            : xmlReaderForMemory(data, (int)size, NULL, NULL,
                                 XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    while (!err && reader && (more = xmlTextReaderRead(reader)) == 1) {
        if (xmlTextReaderNodeType(reader) != XML_READER_TYPE_ELEMENT)
            continue;
        const char *name = (const char *)xmlTextReaderConstLocalName(reader);
        if (!root && strcmp(name, "opml") != 0)
            break;
        root = true;
        if (strcmp(name, "outline") == 0)
            err = take_outline(&list, reader);
    }
    if (!err && (!root || more != 0))
        err = ERR_INPUT;
    xmlFreeTextReader(reader);
    *out = list.items;
    *out_count = list.count;
    return err;
}
