#include "extract/document.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "extract/prepare.h"

enum { TITLE_MAX = 4096, ATTRIBUTES_MAX = 2 * DOCUMENT_NODES_MAX };

struct builder {
    struct document *document;
    struct arena *arena;
    uint32_t open[DOCUMENT_DEPTH_MAX]; /* the open elements, from the root */
    unsigned depth;
    bool in_title;
    char title[TITLE_MAX];
    size_t title_size;
    unsigned pre; /* open <pre>: line ends count */
};

/* Doubles an array of the arena when it is full. */
static void *grown(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t more = *capacity ? *capacity * 2 : 16;
    items = arena_grow(arena, items, *capacity * size, more * size);
    *capacity = more;
    return items;
}

static void list_add(struct builder *builder, struct node_list *list, uint32_t node)
{
    list->nodes =
        grown(builder->arena, list->nodes, list->count, &list->capacity, sizeof(*list->nodes));
    list->nodes[list->count++] = node;
}

static void put_char(struct document *document, char c)
{
    if (document->text_size < document->text_capacity)
        document->text[document->text_size++] = c;
}

/* Ends the line that the text buffer stands in. */
static void break_line(struct document *document)
{
    if (document->text_size && document->text[document->text_size - 1] == ' ')
        document->text_size--;
    if (document->text_size && document->text[document->text_size - 1] != '\n')
        put_char(document, '\n');
}

static uint32_t add_node(struct builder *builder, enum tag tag)
{
    struct document *document = builder->document;
    document->nodes = grown(builder->arena, document->nodes, document->nodes_count,
                            &document->nodes_capacity, sizeof(*document->nodes));
    uint32_t at = (uint32_t)document->nodes_count++;
    uint32_t parent = builder->depth ? builder->open[builder->depth - 1] : DOCUMENT_NONE;
    document->nodes[at] = (struct node){
        .parent = parent,
        .end = at + 1,
        .text = (uint32_t)document->text_size,
        .text_end = (uint32_t)document->text_size,
        .attributes = (uint32_t)document->attributes_count,
        .tag = (uint8_t)tag,
        .flags = parent == DOCUMENT_NONE ? 0 : document->nodes[parent].flags,
        .depth = (uint16_t)builder->depth,
    };
    return at;
}

/* Closes open elements until `depth` are left. */
static void close_to(struct builder *builder, unsigned depth)
{
    struct document *document = builder->document;
    while (builder->depth > depth) {
        struct node *node = &document->nodes[builder->open[--builder->depth]];
        node->end = (uint32_t)document->nodes_count;
        uint32_t end = (uint32_t)document->text_size;
        while (end > node->text &&
               (document->text[end - 1] == '\n' || document->text[end - 1] == ' '))
            end--;
        node->text_end = end;
        builder->pre -= node->tag == TAG_PRE;
        if (tag_flags_of(node->tag) & TAG_BLOCK)
            break_line(document);
    }
}

static const char *lowered(struct arena *arena, const char *text)
{
    char *copy = arena_string(arena, text);
    for (char *c = copy; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
    return copy;
}

static void note_meta(struct builder *builder, uint32_t at)
{
    struct document *document = builder->document;
    static const enum attribute_id names[] = {ATTRIBUTE_PROPERTY, ATTRIBUTE_NAME,
                                              ATTRIBUTE_ITEMPROP, ATTRIBUTE_HTTP_EQUIV};
    const char *content = node_attribute(document, at, ATTRIBUTE_CONTENT);
    for (size_t i = 0; content && i < COUNT(names); i++) {
        const char *name = node_attribute(document, at, names[i]);
        if (!name || !*name)
            continue;
        document->metas = grown(builder->arena, document->metas, document->metas_count,
                                &document->metas_capacity, sizeof(*document->metas));
        document->metas[document->metas_count++] = (struct meta){
            .name = lowered(builder->arena, name),
            .content = content,
            .is_itemprop = names[i] == ATTRIBUTE_ITEMPROP,
            .is_http_equiv = names[i] == ATTRIBUTE_HTTP_EQUIV,
        };
    }
}

static void note_link(struct builder *builder, uint32_t at)
{
    struct document *document = builder->document;
    struct head_link link = {
        .rel = node_attribute(document, at, ATTRIBUTE_REL),
        .href = node_attribute(document, at, ATTRIBUTE_HREF),
        .type = node_attribute(document, at, ATTRIBUTE_TYPE),
        .title = node_attribute(document, at, ATTRIBUTE_TITLE),
        .hreflang = node_attribute(document, at, ATTRIBUTE_HREFLANG),
    };
    if (!link.rel || !link.href)
        return;
    document->links = grown(builder->arena, document->links, document->links_count,
                            &document->links_capacity, sizeof(*document->links));
    document->links[document->links_count++] = link;
}

/* What metadata and discovery ask for later is noted as it passes. */
static void note_element(struct builder *builder, uint32_t at)
{
    struct document *document = builder->document;
    struct node *node = &document->nodes[at];
    switch (node->tag) {
    case TAG_META:
        note_meta(builder, at);
        break;
    case TAG_LINK:
        note_link(builder, at);
        break;
    case TAG_HTML:
        if (!document->lang)
            document->lang = node_attribute(document, at, ATTRIBUTE_LANG);
        break;
    case TAG_BASE:
        if (!document->base_href)
            document->base_href = node_attribute(document, at, ATTRIBUTE_HREF);
        break;
    case TAG_H1:
        list_add(builder, &document->h1s, at);
        break;
    case TAG_TIME:
        list_add(builder, &document->times, at);
        break;
    case TAG_A:
        if (node_attribute(document, at, ATTRIBUTE_HREF)) {
            node->flags |= NODE_IN_LINK;
            list_add(builder, &document->anchors, at);
        }
        break;
    case TAG_TITLE:
        builder->in_title = !document->title;
        builder->title_size = 0;
        break;
    default:
        break;
    }
}

static void take_attributes(struct builder *builder, uint32_t at, const xmlChar **pairs)
{
    struct document *document = builder->document;
    for (; pairs && *pairs; pairs += 2) {
        const char *name = (const char *)pairs[0];
        const char *value = pairs[1] ? (const char *)pairs[1] : "";
        enum attribute_id id = attribute_of(name, strlen(name));
        if (id == ATTRIBUTE_COUNT || document->nodes[at].attributes_count == UINT8_MAX ||
            document->attributes_count >= ATTRIBUTES_MAX)
            continue;
        if (id == ATTRIBUTE_HIDDEN)
            document->nodes[at].flags |= NODE_HIDDEN;
        document->attributes =
            grown(builder->arena, document->attributes, document->attributes_count,
                  &document->attributes_capacity, sizeof(*document->attributes));
        document->attributes[document->attributes_count++] =
            (struct attribute){arena_string(builder->arena, value), (uint8_t)id};
        document->nodes[at].attributes_count++;
    }
}

/* HTML 5 ends an open paragraph before each of these, the parser knows only those of HTML 4. */
static bool closes_paragraph(enum tag tag)
{
    switch (tag) {
    case TAG_ARTICLE:
    case TAG_ASIDE:
    case TAG_DETAILS:
    case TAG_DIALOG:
    case TAG_FIGCAPTION:
    case TAG_FIGURE:
    case TAG_FOOTER:
    case TAG_HEADER:
    case TAG_HGROUP:
    case TAG_MAIN:
    case TAG_NAV:
    case TAG_SECTION:
        return true;
    default:
        return false;
    }
}

/* libxml2: an element begins; `pairs` are names and values, NULL at the end. */
static void on_start_element(void *context, const xmlChar *name, const xmlChar **pairs)
{
    struct builder *builder = context;
    struct document *document = builder->document;
    enum tag tag = tag_of((const char *)name, strlen((const char *)name));
    if (closes_paragraph(tag) && builder->depth &&
        document->nodes[builder->open[builder->depth - 1]].tag == TAG_P)
        close_to(builder, builder->depth - 1);
    if (tag == TAG_BR || tag_flags_of(tag) & TAG_BLOCK)
        break_line(document);
    bool is_void = tag_flags_of(tag) & TAG_VOID;
    if (document->nodes_count >= DOCUMENT_NODES_MAX ||
        (!is_void && builder->depth >= DOCUMENT_DEPTH_MAX))
        return;
    uint32_t at = add_node(builder, tag);
    take_attributes(builder, at, pairs);
    note_element(builder, at);
    if (!is_void) {
        builder->open[builder->depth++] = at;
        builder->pre += tag == TAG_PRE;
    }
}

/* libxml2: an element ends. Those that were not kept, or closed already, end nothing. */
static void on_end_element(void *context, const xmlChar *name)
{
    struct builder *builder = context;
    struct document *document = builder->document;
    enum tag tag = tag_of((const char *)name, strlen((const char *)name));
    if (tag == TAG_TITLE && builder->in_title) {
        builder->in_title = false;
        struct span title = span_trimmed((struct span){builder->title, builder->title_size});
        if (title.size)
            document->title = arena_copy(builder->arena, title.data, title.size);
    }
    if (tag_flags_of(tag) & TAG_VOID || tag == TAG_BODY || tag == TAG_HTML)
        return;
    for (unsigned i = builder->depth; i > 0; i--) {
        if (document->nodes[builder->open[i - 1]].tag == tag) {
            close_to(builder, i - 1);
            return;
        }
    }
}

/* Code points U+0080 to U+009F are what pages write for these letters of windows-1252. */
static const uint16_t windows_1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
};

/* Appends text with its white space collapsed; a no-break space stays what it is. The parser never
 * cuts a character in two. */
static void put_text(struct builder *builder, const char *data, size_t size)
{
    struct document *document = builder->document;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c == '\n' && builder->pre) {
            break_line(document);
        } else if (c <= ' ') {
            if (document->text_size && document->text[document->text_size - 1] != ' ' &&
                document->text[document->text_size - 1] != '\n')
                put_char(document, ' ');
        } else if (c == 0xc2 && i + 1 < size && (unsigned char)data[i + 1] == 0xad) {
            i++; /* a soft hyphen: where a line may be broken, no part of the word */
        } else if (c == 0xe2 && i + 2 < size && memcmp(data + i, "\xe2\x80\x8b", 3) == 0) {
            i += 2; /* a blank of no width: likewise */
        } else if (c == 0xc2 && i + 1 < size && (unsigned char)data[i + 1] < 0xa0) {
            char letter[UTF8_LENGTH_MAX];
            uint32_t point = windows_1252[(unsigned char)data[++i] & 0x1f];
            size_t length = point ? utf8_encode(point, letter) : 0;
            for (size_t k = 0; k < length; k++)
                put_char(document, letter[k]);
        } else {
            put_char(document, data[i]);
        }
    }
}

static void put_title(struct builder *builder, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bool space = (unsigned char)data[i] <= ' ';
        if (space && (!builder->title_size || builder->title[builder->title_size - 1] == ' '))
            continue;
        if (builder->title_size < TITLE_MAX - 1)
            builder->title[builder->title_size++] = space ? ' ' : data[i];
    }
}

/* libxml2: text, perhaps only a part of a run. */
static void on_characters(void *context, const xmlChar *data, int size)
{
    struct builder *builder = context;
    struct document *document = builder->document;
    enum tag parent =
        builder->depth ? document->nodes[builder->open[builder->depth - 1]].tag : TAG_OTHER;
    if (parent == TAG_TITLE) {
        if (builder->in_title)
            put_title(builder, (const char *)data, (size_t)size);
        return;
    }
    if (!builder->depth || size <= 0)
        return;
    size_t before = document->text_size;
    put_text(builder, (const char *)data, (size_t)size);
    if (document->text_size == before)
        return;
    struct node *last = &document->nodes[document->nodes_count - 1];
    uint32_t open = builder->open[builder->depth - 1];
    if (last->tag == TAG_TEXT && last->parent == open) {
        last->text_end = (uint32_t)document->text_size;
    } else if (document->nodes_count < DOCUMENT_NODES_MAX) {
        uint32_t at = add_node(builder, TAG_TEXT);
        document->nodes[at].text = (uint32_t)before;
    }
}

static void parse(struct builder *builder, const struct bytes *html)
{
    htmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt(html->data, (int)html->size);
    if (!parser)
        return;
    htmlSAXHandler handler = {
        .startElement = on_start_element,
        .endElement = on_end_element,
        .characters = on_characters,
        .ignorableWhitespace = on_characters,
        .cdataBlock = on_characters,
    };
    *parser->sax = handler;
    parser->userData = builder;
    htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    parser->options |= XML_PARSE_HUGE; /* lifts limits past which a page would be cut short */
    xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
    htmlParseDocument(parser);
    if (parser->myDoc)
        xmlFreeDoc(parser->myDoc);
    htmlFreeParserCtxt(parser);
}

void document_build(struct document *out, struct arena *arena, const struct prepared *prepared)
{
    size_t nodes =
        prepared->tags < DOCUMENT_NODES_MAX / 2 ? prepared->tags : DOCUMENT_NODES_MAX / 2;
    *out = (struct document){
        .nodes_capacity = nodes * 2 + 64,
        .attributes_capacity = nodes + 64,
        .text_capacity = prepared->html.size + 64,
        .json_ld = prepared->json_ld,
        .json_ld_count = prepared->json_ld_count,
    };
    out->nodes = arena_alloc(arena, out->nodes_capacity * sizeof(*out->nodes));
    out->attributes = arena_alloc(arena, out->attributes_capacity * sizeof(*out->attributes));
    out->text = arena_alloc(arena, out->text_capacity);
    struct builder *builder = arena_alloc_zeroed(arena, sizeof(*builder));
    builder->document = out;
    builder->arena = arena;
    if (prepared->html.size && prepared->html.size < INT32_MAX)
        parse(builder, &prepared->html);
    close_to(builder, 0);
    if (!out->nodes_count) { /* so that there always is a root */
        add_node(builder, TAG_HTML);
    }
}

const char *node_attribute(const struct document *document, uint32_t node, enum attribute_id id)
{
    const struct node *at = &document->nodes[node];
    for (unsigned i = 0; i < at->attributes_count; i++)
        if (document->attributes[at->attributes + i].id == id)
            return document->attributes[at->attributes + i].value;
    return NULL;
}

struct span node_text(const struct document *document, uint32_t node)
{
    const struct node *at = &document->nodes[node];
    struct span text = {document->text + at->text, at->text_end - at->text};
    return span_trimmed(text);
}

char *node_line(const struct document *document, uint32_t node, struct arena *arena)
{
    struct span text = node_text(document, node);
    char *line = arena_copy(arena, text.data, text.size);
    for (char *c = line; *c; c++)
        if (*c == '\n')
            *c = ' ';
    return line;
}
