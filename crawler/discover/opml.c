#include "discover/opml.h"

#include <libxml/xmlreader.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"

enum { OUTLINES_MAX = 1000000, FOLDERS_MAX = 8 };

struct outlines {
    struct arena *arena;
    struct opml_outline *items;
    size_t count, places;
    const char *folders[FOLDERS_MAX]; /* around the place of reading, the outermost first */
    int depths[FOLDERS_MAX];          /* of the elements */
    size_t folders_count;
};

/* A name within a path of names: no slash, no control characters. */
static const char *folder_name(const char *text, struct arena *arena)
{
    char *name = arena_string(arena, text);
    for (char *at = name; *at; at++)
        if (*at == '/' || (unsigned char)*at < ' ')
            *at = *at == '/' ? '-' : ' ';
    struct span trimmed = span_trimmed(span_of(name));
    return trimmed.size ? arena_copy(arena, trimmed.data, trimmed.size) : NULL;
}

static const char *folder_path(const struct outlines *list)
{
    const char *path = NULL;
    for (size_t i = 0; i < list->folders_count; i++)
        path = path ? arena_format(list->arena, "%s/%s", path, list->folders[i]) : list->folders[i];
    return path;
}

/* The folders that the element at this depth no longer stands in. */
static void leave_folders(struct outlines *list, int depth)
{
    while (list->folders_count && list->depths[list->folders_count - 1] >= depth)
        list->folders_count--;
}

static void enter_folder(struct outlines *list, int depth, const char *text)
{
    const char *name = text ? folder_name(text, list->arena) : NULL;
    if (!name || list->folders_count == FOLDERS_MAX)
        return;
    list->folders[list->folders_count] = name;
    list->depths[list->folders_count++] = depth;
}

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
    outline.title = attribute(reader, "title", list->arena);
    if (!outline.title)
        outline.title = attribute(reader, "text", list->arena);
    int depth = xmlTextReaderDepth(reader);
    leave_folders(list, depth);
    if (!outline.feed_url && !outline.home_url) {
        enter_folder(list, depth, outline.title);
        return 0;
    }
    if (list->count == OUTLINES_MAX)
        return ERR_TOO_LARGE;
    outline.folder = folder_path(list);
    list->items =
        arena_room(list->arena, list->items, list->count, &list->places, sizeof *list->items);
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

/* ---- writing ---- */

static void append_attribute(struct bytes *out, const char *name, const char *value)
{
    static const struct {
        char character;
        const char *reference;
    } escapes[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
    bytes_append_string(out, " ");
    bytes_append_string(out, name);
    bytes_append_string(out, "=\"");
    for (; *value; value++) {
        const char *reference = NULL;
        for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++)
            if (*value == escapes[i].character)
                reference = escapes[i].reference;
        if (reference)
            bytes_append_string(out, reference);
        else
            bytes_append(out, (unsigned char)*value < ' ' ? " " : value, 1);
    }
    bytes_append_string(out, "\"");
}

static void append_indent(struct bytes *out, size_t depth)
{
    for (size_t i = 0; i < depth + 2; i++)
        bytes_append_string(out, "  ");
}

/* Closes and opens folders between two outlines. Returns how many are open then. */
static size_t move_folder(struct bytes *out, const char *from, const char *to, size_t open)
{
    size_t shared = 0; /* bytes of both up to the end of a name that is the same */
    size_t kept = 0;
    for (size_t i = 0;; i++) {
        bool ends = (!from[i] || from[i] == '/') && (!to[i] || to[i] == '/');
        if (ends && i > shared) {
            shared = i;
            kept++;
        }
        if (from[i] != to[i] || !from[i])
            break;
    }
    for (; open > kept; open--) {
        append_indent(out, open - 1);
        bytes_append_string(out, "</outline>\n");
    }
    for (const char *at = to + shared; *at; open++) {
        at += *at == '/';
        size_t size = strcspn(at, "/");
        struct bytes name;
        bytes_init(&name, 0);
        bytes_append(&name, at, size);
        append_indent(out, open);
        bytes_append_string(out, "<outline");
        append_attribute(out, "text", name.size ? name.data : "");
        bytes_append_string(out, ">\n");
        bytes_clear(&name);
        at += size;
    }
    return open;
}

/* A subscription has type "rss" whatever its format (OPML 2.0); a site without a feed is a link. */
static void append_outline(struct bytes *out, const struct opml_outline *outline, size_t depth)
{
    const char *home = outline->home_url, *feed = outline->feed_url;
    const char *title = outline->title ? outline->title : home ? home : feed;
    append_indent(out, depth);
    bytes_append_string(out, "<outline");
    append_attribute(out, "type", feed ? "rss" : "link");
    append_attribute(out, "text", title);
    append_attribute(out, "title", title);
    if (feed)
        append_attribute(out, "xmlUrl", feed);
    else
        append_attribute(out, "url", home);
    if (home)
        append_attribute(out, "htmlUrl", home);
    bytes_append_string(out, "/>\n");
}

int opml_write(struct bytes *out, const char *title, const struct opml_outline *outlines,
               size_t count)
{
    const char *folder = "";
    size_t open = 0;
    bytes_append_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n"
                             "  <head><title>");
    bytes_append_string(out, title);
    bytes_append_string(out, "</title></head>\n  <body>\n");
    for (size_t i = 0; i < count; i++) {
        const char *to = outlines[i].folder ? outlines[i].folder : "";
        open = move_folder(out, folder, to, open);
        append_outline(out, &outlines[i], open);
        folder = to;
    }
    move_folder(out, folder, "", open);
    return bytes_append_string(out, "  </body>\n</opml>\n");
}
