#include "extract/document.h"

#include <assert.h>
#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "base/alloc.h"
#include "base/entity.h"
#include "base/utf8.h"
#include "extract/prepare.h"

enum { TITLE_MAX = 4096 };

struct builder {
    struct document *document;
    struct arena *arena;
    const struct prepared *page;
    size_t next_tag, next_piece; /* of the page's, to which the parser has not come yet */
    htmlParserCtxtPtr parser;
    uint32_t open[DOCUMENT_DEPTH_MAX]; /* the open elements, from the root */
    unsigned depth;
    bool in_title;
    char title[TITLE_MAX];
    size_t title_size;
    unsigned pre; /* open <pre>: line ends count */
};

static void list_add(struct builder *builder, struct node_list *list, uint32_t node)
{
    list->nodes =
        arena_room(builder->arena, list->nodes, list->count, &list->capacity, sizeof(*list->nodes));
    list->nodes[list->count++] = node;
}

/* Ends the line that the text buffer stands in. */
static void break_line(struct document *document)
{
    if (document->text_size && document->text[document->text_size - 1] == ' ')
        document->text_size--;
    if (document->text_size && document->text[document->text_size - 1] != '\n' &&
        document->text_size < document->text_capacity)
        document->text[document->text_size++] = '\n';
}

static uint32_t add_node(struct builder *builder, enum tag tag)
{
    struct document *document = builder->document;
    document->nodes = arena_room(builder->arena, document->nodes, document->nodes_count,
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
        document->metas = arena_room(builder->arena, document->metas, document->metas_count,
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
    document->links = arena_room(builder->arena, document->links, document->links_count,
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

/* A value with its references decoded and a NUL at the end. */
static const char *decoded_value(struct arena *arena, struct span raw)
{
    char *value = arena_copy(arena, raw.data, raw.size), *out = value;
    const char *end = value + raw.size, *from = value, *mark;
    while ((mark = memchr(from, '&', (size_t)(end - from)))) {
        uint32_t point;
        size_t size = entity_read((struct span){mark, (size_t)(end - mark)}, false, &point);
        size_t kept = (size_t)(mark - from) + !size; /* never longer than what it came from */
        memmove(out, from, kept);
        out += kept;
        if (size && point)
            out += utf8_encode(point, out);
        from = mark + (size ? size : 1);
    }
    if (out != from)
        memmove(out, from, (size_t)(end - from));
    out[end - from] = '\0';
    return value;
}

static void take_attributes(struct builder *builder, uint32_t at,
                            const struct prepared_attribute *attributes, unsigned count)
{
    struct document *document = builder->document;
    for (unsigned i = 0; i < count; i++) {
        const struct prepared_attribute *given = &attributes[i];
        if (given->id == ATTRIBUTE_HIDDEN)
            document->nodes[at].flags |= NODE_HIDDEN;
        document->attributes[document->attributes_count++] =
            (struct attribute){decoded_value(builder->arena, given->value), (uint8_t)given->id};
        document->nodes[at].attributes_count++;
    }
}

/* The parser's place in the skeleton: behind what it tells of, but before a start tag's '>'. */
static size_t parser_place(const struct builder *builder)
{
    return (size_t)xmlByteConsumed(builder->parser);
}

/* The attributes of the start tag that the parser stands at; NULL where there are none. Elements
 * that it thinks up itself, before it tells of the tag that made it do so, have none. */
static const struct prepared_tag *tag_here(struct builder *builder, enum tag tag)
{
    const struct prepared *page = builder->page;
    size_t place = parser_place(builder);
    while (builder->next_tag < page->tags_count && page->tags[builder->next_tag].at < place)
        builder->next_tag++;
    if (builder->next_tag == page->tags_count || page->tags[builder->next_tag].at != place)
        return NULL;
    const struct prepared_tag *here = &page->tags[builder->next_tag];
    bool thought_up = tag != here->tag && (tag == TAG_HTML || tag == TAG_HEAD || tag == TAG_BODY);
    return thought_up ? NULL : here;
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

/* An element begins, with `count` attributes. */
static void start_element(struct builder *builder, enum tag tag,
                          const struct prepared_attribute *attributes, unsigned count)
{
    struct document *document = builder->document;
    if (closes_paragraph(tag) && builder->depth &&
        document->nodes[builder->open[builder->depth - 1]].tag == TAG_P)
        close_to(builder, builder->depth - 1);
    unsigned flags = tag_flags_of(tag);
    if (tag == TAG_BR || flags & TAG_BLOCK)
        break_line(document);
    bool is_void = flags & TAG_VOID;
    if (document->nodes_count >= DOCUMENT_NODES_MAX ||
        (!is_void && builder->depth >= DOCUMENT_DEPTH_MAX))
        return;
    uint32_t at = add_node(builder, tag);
    take_attributes(builder, at, attributes, count);
    note_element(builder, at);
    if (!is_void) {
        builder->open[builder->depth++] = at;
        builder->pre += tag == TAG_PRE;
    }
}

/* An element ends. Those that were not kept, or closed already, end nothing. */
static void end_element(struct builder *builder, enum tag tag)
{
    struct document *document = builder->document;
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

/* What to do with a byte of text. */
enum { PLAIN, SPACE, DROPPED, REFERENCE, SEVERAL };

static const uint8_t byte_kinds[256] = {
    [0x00 ... 0x08] = DROPPED,
    [0x0b] = DROPPED,
    [0x0e ... 0x1f] = DROPPED,
    ['\t'] = SPACE,
    ['\n'] = SPACE,
    ['\f'] = SPACE,
    ['\r'] = SPACE,
    [' '] = SPACE,
    ['&'] = REFERENCE,
    /* the leads of U+0080 to U+00BF, U+2000 to U+2FFF and U+F000 to U+FFFF, of which some go */
    [0xc2] = SEVERAL,
    [0xe2] = SEVERAL,
    [0xef] = SEVERAL,
};

/* White space collapses; a no-break space stays what it is. */
static void put_space(struct builder *builder, char c)
{
    struct document *document = builder->document;
    if (c == '\n' && builder->pre)
        break_line(document);
    else if (document->text_size && document->text[document->text_size - 1] != ' ' &&
             document->text[document->text_size - 1] != '\n')
        document->text[document->text_size++] = ' ';
}

/* Soft hyphens and blanks of no width go: where a line may be broken, no part of the word. */
static void put_point(struct builder *builder, uint32_t point)
{
    struct document *document = builder->document;
    if (point >= 0x80 && point < 0xa0)
        point = windows_1252[point & 0x1f];
    if (!point || point == 0xad || point == 0x200b || point == 0xfffe || point == 0xffff)
        return;
    if (point <= ' ')
        put_space(builder, (char)point);
    else
        document->text_size += utf8_encode(point, document->text + document->text_size);
}

/* Appends a text of the page. No byte of it becomes more than one and a half: a C1 control, two
 * bytes, may become a sign of three. */
static void put_text(struct builder *builder, struct span raw)
{
    struct document *document = builder->document;
    const char *at = raw.data, *end = at + raw.size;
    uint32_t point;
    assert(document->text_capacity - document->text_size >= raw.size + raw.size / 2);
    while (at < end) {
        char *out = document->text + document->text_size;
        while (at < end && byte_kinds[(unsigned char)*at] == PLAIN)
            *out++ = *at++;
        document->text_size = (size_t)(out - document->text);
        if (at == end)
            break;
        size_t size = 1;
        switch (byte_kinds[(unsigned char)*at]) {
        case SPACE:
            put_space(builder, *at);
            break;
        case REFERENCE:
            size = entity_read((struct span){at, (size_t)(end - at)}, true, &point);
            put_point(builder, size ? point : '&');
            size += !size;
            break;
        case SEVERAL:
            size = utf8_decode(at, (size_t)(end - at), &point);
            put_point(builder, point);
            break;
        default:
            break;
        }
        at += size;
    }
}

static void put_title_letter(struct builder *builder, char c)
{
    bool space = (unsigned char)c <= ' ';
    if (space && (!builder->title_size || builder->title[builder->title_size - 1] == ' '))
        return;
    if (builder->title_size < TITLE_MAX - 1)
        builder->title[builder->title_size++] = space ? ' ' : c;
}

static void put_title(struct builder *builder, struct span raw)
{
    for (size_t i = 0; i < raw.size;) {
        char letters[UTF8_LENGTH_MAX] = {raw.data[i]};
        size_t size = 0, length = byte_kinds[(unsigned char)raw.data[i]] != DROPPED;
        uint32_t point;
        if (raw.data[i] == '&')
            size = entity_read((struct span){raw.data + i, raw.size - i}, true, &point);
        if (size)
            length = point ? utf8_encode(point, letters) : 0;
        for (size_t k = 0; k < length; k++)
            put_title_letter(builder, letters[k]);
        i += size ? size : 1;
    }
}

static void take_text(struct builder *builder, struct span text)
{
    struct document *document = builder->document;
    if (!builder->depth)
        return;
    uint32_t open = builder->open[builder->depth - 1];
    if (document->nodes[open].tag == TAG_TITLE) {
        if (builder->in_title)
            put_title(builder, text);
        return;
    }
    size_t before = document->text_size;
    put_text(builder, text);
    if (document->text_size == before)
        return;
    struct node *last = &document->nodes[document->nodes_count - 1];
    if (last->tag == TAG_TEXT && last->parent == open) {
        last->text_end = (uint32_t)document->text_size;
    } else if (document->nodes_count < DOCUMENT_NODES_MAX) {
        uint32_t at = add_node(builder, TAG_TEXT);
        document->nodes[at].text = (uint32_t)before;
    }
}

/* What the parser was not shown: the pieces whose 'x' stands at `place`. Returns false when there
 * are none, since a white space stands there. */
static bool take_pieces(struct builder *builder, size_t place)
{
    const struct prepared *page = builder->page;
    size_t next = builder->next_piece, before;
    while (next < page->pieces_count && page->pieces[next].at < place)
        next++;
    for (before = next; next < page->pieces_count && page->pieces[next].at == place; next++) {
        const struct prepared_piece *piece = &page->pieces[next];
        if (piece->kind == PIECE_TEXT)
            take_text(builder, piece->text);
        else if (piece->kind == PIECE_START)
            start_element(builder, piece->tag, page->attributes + piece->attributes,
                          piece->attributes_count);
        else
            end_element(builder, piece->tag);
    }
    builder->next_piece = next;
    return next > before;
}

/* libxml2: an element begins. */
static void on_start_element(void *context, const xmlChar *name, const xmlChar **pairs)
{
    (void)pairs; /* the skeleton has no attributes */
    struct builder *builder = context;
    enum tag tag = tag_of((const char *)name, strlen((const char *)name));
    const struct prepared_tag *here = tag_here(builder, tag);
    start_element(builder, tag, builder->page->attributes + (here ? here->attributes : 0),
                  here ? here->attributes_count : 0);
}

/* libxml2: an element ends. */
static void on_end_element(void *context, const xmlChar *name)
{
    end_element(context, tag_of((const char *)name, strlen((const char *)name)));
}

/* libxml2: a run of 'x' and white space, or a part of one, has passed. */
static void on_characters(void *context, const xmlChar *data, int size)
{
    (void)data; /* the skeleton's own */
    struct builder *builder = context;
    size_t end = parser_place(builder);
    for (size_t place = end - (size_t)size; place < end; place++)
        if (!take_pieces(builder, place))
            take_text(builder, (struct span){builder->page->skeleton.data + place, 1});
}

static void parse(struct builder *builder)
{
    const struct span skeleton = builder->page->skeleton;
    htmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt(skeleton.data, (int)skeleton.size);
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
    builder->parser = parser;
    htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC);
    parser->options |= XML_PARSE_HUGE; /* lifts limits past which a page would be cut short */
    xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
    htmlParseDocument(parser);
    if (parser->myDoc)
        xmlFreeDoc(parser->myDoc);
    htmlFreeParserCtxt(parser);
}

unsigned document_library_version(void)
{
    return (unsigned)strtoul(xmlParserVersion, NULL, 10);
}

void document_build(struct document *out, struct arena *arena, const struct prepared *prepared)
{
    size_t nodes =
        prepared->elements < DOCUMENT_NODES_MAX / 2 ? prepared->elements : DOCUMENT_NODES_MAX / 2;
    /* Beside the texts there is a line end before and one behind each element, those included that
     * the parser thinks up: some at the top, and a <p> for a text. */
    size_t breaks = 2 * (prepared->elements + prepared->texts_count) + 64;
    *out = (struct document){
        .nodes_capacity = nodes * 2 + 64,
        .attributes_capacity = prepared->attributes_count + 1,
        .text_capacity = prepared->texts_bytes + prepared->texts_bytes / 2 + breaks,
        .json_ld = prepared->json_ld,
        .json_ld_count = prepared->json_ld_count,
    };
    out->nodes = arena_alloc(arena, out->nodes_capacity * sizeof(*out->nodes));
    out->attributes = arena_alloc(arena, out->attributes_capacity * sizeof(*out->attributes));
    out->text = arena_alloc(arena, out->text_capacity);
    struct builder *builder = arena_alloc_zeroed(arena, sizeof(*builder));
    builder->document = out;
    builder->arena = arena;
    builder->page = prepared;
    if (prepared->skeleton.size && prepared->skeleton.size < INT32_MAX)
        parse(builder);
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
