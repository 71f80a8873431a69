#include "extract/markdown.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/url.h"
#include "extract/article.h"
#include "extract/body.h"
#include "extract/document.h"

enum { INDENT_MAX = 60, QUOTES_MAX = 6, FENCE_MIN = 3, MARKER_SIZE = 16 };

struct markdown {
    const struct page *page;
    const struct document *document;
    uint32_t
        shell; /* the innermost element around the whole body: what it is inside says nothing */
    struct bytes out;
};

/* A line of the body and the elements it stands in; DOCUMENT_NONE where there is none. */
struct line {
    uint32_t text, text_end, first_node;
    uint32_t item, list, cell, row, table, code;
    unsigned heading, quotes, indent;
};

/* What is done to a piece of text within a line. */
struct style {
    uint32_t link;
    bool strong, em, code;
};

static void find_shell(struct markdown *markdown, const struct line *lines, size_t count);
static void read_line(const struct markdown *markdown, struct line *line);
static size_t write_code(struct markdown *markdown, const struct line *lines, size_t count);
static size_t write_table(struct markdown *markdown, const struct line *lines, size_t count);
static void write_line(struct markdown *markdown, const struct line *line,
                       const struct line *before);
static void write_words(struct markdown *markdown, const struct line *line);

static void put(struct markdown *markdown, const char *text)
{
    bytes_append_string(&markdown->out, text);
}

char *markdown_of_body(const struct page *page)
{
    const struct body *body = page->body;
    struct markdown markdown = {.page = page, .document = page->document};
    struct line *lines = arena_alloc(page->arena, (body->lines_count + 1) * sizeof(*lines));
    uint32_t node = 0;
    for (size_t i = 0; i < body->lines_count; i++) {
        while (node < markdown.document->nodes_count &&
               (markdown.document->nodes[node].tag != TAG_TEXT ||
                markdown.document->nodes[node].text_end <= body->lines[i].start))
            node++;
        lines[i] = (struct line){
            .text = body->lines[i].start, .text_end = body->lines[i].end, .first_node = node};
    }
    find_shell(&markdown, lines, body->lines_count);
    for (size_t i = 0; i < body->lines_count; i++)
        read_line(&markdown, &lines[i]);
    bytes_init(&markdown.out, 0);
    for (size_t i = 0; i < body->lines_count;) {
        size_t written = write_code(&markdown, lines + i, body->lines_count - i);
        if (!written)
            written = write_table(&markdown, lines + i, body->lines_count - i);
        if (!written) {
            write_line(&markdown, &lines[i], i ? &lines[i - 1] : NULL);
            written = 1;
        }
        i += written;
    }
    char *text =
        arena_copy(page->arena, markdown.out.data ? markdown.out.data : "", markdown.out.size);
    bytes_clear(&markdown.out);
    return text;
}

/* ---- where a line stands ---- */

static void find_shell(struct markdown *markdown, const struct line *lines, size_t count)
{
    const struct node *nodes = markdown->document->nodes;
    markdown->shell = DOCUMENT_NONE;
    if (!count)
        return;
    uint32_t up = nodes[lines[0].first_node].parent;
    while (up != DOCUMENT_NONE && nodes[up].end <= lines[count - 1].first_node)
        up = nodes[up].parent;
    /* A body of one paragraph: the paragraph itself is no shell. */
    while (up != DOCUMENT_NONE && count == 1 && nodes[up].tag != TAG_BODY)
        up = nodes[up].parent;
    markdown->shell = up;
}

/* Writes what stands before an item's text and returns its width, by which all below it is
 * indented. Items are counted from 1. */
static unsigned write_marker(char out[MARKER_SIZE], const struct document *document, uint32_t list,
                             uint32_t item)
{
    unsigned number = 1;
    if (document->nodes[list].tag != TAG_OL)
        return (unsigned)snprintf(out, MARKER_SIZE, "- ");
    for (uint32_t at = list + 1; at < item; at = document->nodes[at].end)
        number += document->nodes[at].tag == TAG_LI;
    return (unsigned)snprintf(out, MARKER_SIZE, "%u. ", number);
}

static void read_line(const struct markdown *markdown, struct line *line)
{
    const struct node *nodes = markdown->document->nodes;
    uint32_t outer = DOCUMENT_NONE;
    char marker[MARKER_SIZE];
    line->item = line->list = line->cell = line->row = line->table = line->code = DOCUMENT_NONE;
    for (uint32_t up = nodes[line->first_node].parent; up != markdown->shell && up != DOCUMENT_NONE;
         up = nodes[up].parent) {
        enum tag tag = nodes[up].tag;
        if (tag_flags_of(tag) & TAG_HEADING && !line->heading)
            line->heading = tag == TAG_H1 ? 2 : (unsigned)(tag - TAG_H1 + 1);
        else if (tag == TAG_LI && line->item == DOCUMENT_NONE && line->list == DOCUMENT_NONE)
            line->item = up;
        else if (tag == TAG_LI)
            outer = up;
        else if ((tag == TAG_UL || tag == TAG_OL) && line->list == DOCUMENT_NONE)
            line->list = up;
        else if ((tag == TAG_UL || tag == TAG_OL) && outer != DOCUMENT_NONE &&
                 line->indent < INDENT_MAX) {
            line->indent += write_marker(marker, markdown->document, up, outer);
            outer = DOCUMENT_NONE;
        } else if ((tag == TAG_TD || tag == TAG_TH) && line->cell == DOCUMENT_NONE)
            line->cell = up;
        else if (tag == TAG_TR && line->row == DOCUMENT_NONE)
            line->row = up;
        else if (tag == TAG_TABLE && line->table == DOCUMENT_NONE)
            line->table = up;
        else if (tag == TAG_PRE)
            line->code = up;
        else if (tag == TAG_BLOCKQUOTE && line->quotes < QUOTES_MAX)
            line->quotes++;
    }
    if (line->item == DOCUMENT_NONE)
        line->list = DOCUMENT_NONE;
    else if (line->list == DOCUMENT_NONE)
        line->list = nodes[line->item].parent;
}

/* ---- code and tables: several lines at a time ---- */

/* The longest run of backticks, which the fence around has to be longer than. */
static size_t longest_ticks(const char *text, size_t size)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < size; i++) {
        run = text[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void put_ticks(struct markdown *markdown, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put(markdown, "`");
}

static void put_gap(struct markdown *markdown)
{
    if (markdown->out.size)
        put(markdown, "\n");
}

/* Returns how many lines it has written; 0: these are no code. */
static size_t write_code(struct markdown *markdown, const struct line *lines, size_t count)
{
    const char *text = markdown->document->text;
    size_t end = 0, ticks = FENCE_MIN - 1;
    if (lines[0].code == DOCUMENT_NONE)
        return 0;
    for (; end < count && lines[end].code == lines[0].code; end++) {
        size_t run = longest_ticks(text + lines[end].text, lines[end].text_end - lines[end].text);
        ticks = run > ticks ? run : ticks;
    }
    put_gap(markdown);
    put_ticks(markdown, ticks + 1);
    put(markdown, "\n");
    for (size_t i = 0; i < end; i++) {
        bytes_append(&markdown->out, text + lines[i].text, lines[i].text_end - lines[i].text);
        put(markdown, "\n");
    }
    put_ticks(markdown, ticks + 1);
    put(markdown, "\n");
    return end;
}

/* The widest row of a table that holds data: two rows and two columns at least, one line a cell.
 * 0 for all others, which are there for the layout. */
static size_t count_columns(const struct line *lines, size_t count)
{
    size_t rows = 0, columns = 0, widest = 0;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].cell == DOCUMENT_NONE || lines[i].row == DOCUMENT_NONE ||
            (i && lines[i].cell == lines[i - 1].cell))
            return 0;
        bool is_new = !i || lines[i].row != lines[i - 1].row;
        rows += is_new;
        columns = is_new ? 1 : columns + 1;
        widest = columns > widest ? columns : widest;
    }
    return rows > 1 && widest > 1 ? widest : 0;
}

static void end_row(struct markdown *markdown, size_t cells, size_t columns)
{
    for (; cells < columns; cells++)
        put(markdown, " |");
    put(markdown, "\n");
}

/* As write_code(), for a table with data. */
static size_t write_table(struct markdown *markdown, const struct line *lines, size_t count)
{
    size_t end = 0, cells = 0;
    while (end < count && lines[0].table != DOCUMENT_NONE && lines[end].table == lines[0].table)
        end++;
    size_t columns = count_columns(lines, end);
    if (!columns)
        return 0;
    put_gap(markdown);
    bool is_first = true;
    for (size_t i = 0; i < end; i++) {
        if (i && lines[i].row != lines[i - 1].row) {
            end_row(markdown, cells, columns);
            for (cells = 0; is_first && cells < columns; cells++)
                put(markdown, cells + 1 < columns ? "| --- " : "| --- |\n");
            is_first = false;
            cells = 0;
        }
        put(markdown, cells ? " " : "| ");
        write_words(markdown, &lines[i]);
        put(markdown, " |");
        cells++;
    }
    end_row(markdown, cells, columns);
    return end;
}

/* ---- a line ---- */

static void put_quotes(struct markdown *markdown, unsigned count, bool is_blank)
{
    for (unsigned i = 0; i < count; i++)
        put(markdown, is_blank && i + 1 == count ? ">" : "> ");
}

static bool is_within(const struct document *document, uint32_t inner, uint32_t outer)
{
    return inner >= outer && inner < document->nodes[outer].end;
}

/* Between two blocks stands an empty line, but not between items of one list or lists nested. */
static void put_break(struct markdown *markdown, const struct line *line, const struct line *before)
{
    const struct document *document = markdown->document;
    bool is_next_item = before && line->item != DOCUMENT_NONE && before->item != DOCUMENT_NONE &&
                        line->item != before->item && line->quotes == before->quotes &&
                        (is_within(document, line->list, before->list) ||
                         is_within(document, before->list, line->list));
    if (!before || is_next_item)
        return;
    put_quotes(markdown, line->quotes < before->quotes ? line->quotes : before->quotes, true);
    put(markdown, "\n");
}

static void write_line(struct markdown *markdown, const struct line *line,
                       const struct line *before)
{
    char marker[MARKER_SIZE];
    put_break(markdown, line, before);
    put_quotes(markdown, line->quotes, false);
    for (unsigned i = 0; i < line->indent; i++)
        put(markdown, " ");
    if (line->item != DOCUMENT_NONE) {
        unsigned width = write_marker(marker, markdown->document, line->list, line->item);
        bool goes_on = before && before->item == line->item;
        for (unsigned i = 0; goes_on && i < width; i++)
            put(markdown, " ");
        put(markdown, goes_on ? "" : marker);
    }
    for (unsigned i = 0; i < line->heading; i++)
        put(markdown, i + 1 < line->heading ? "#" : "# ");
    write_words(markdown, line);
    put(markdown, "\n");
}

/* ---- words ---- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Whether the sign at `i` would be read as Markdown there. `is_start`: the text begins a line. */
static bool is_markup(const char *text, size_t size, size_t i, bool is_start)
{
    char before = i ? text[i - 1] : ' ', after = i + 1 < size ? text[i + 1] : ' ';
    switch (text[i]) {
    case '\\':
    case '`':
    case '*':
    case '[':
    case ']':
    case '|':
        return true;
    case '_':
        return !is_word(before) || !is_word(after);
    case '~':
        return after == '~' || before == '~';
    case '<':
        return isalpha((unsigned char)after) || strchr("/!?", after);
    case '&':
        return isalpha((unsigned char)after) || after == '#';
    case '#':
    case '>':
    case '+':
    case '-':
    case '=':
        return is_start && i == 0;
    case '.':
    case ')':
        if (!is_start || i == 0 || i > 9 || after != ' ')
            return false;
        for (size_t k = 0; k < i; k++)
            if (!isdigit((unsigned char)text[k]))
                return false;
        return true;
    default:
        return false;
    }
}

static void put_escaped(struct bytes *out, const char *text, size_t size, bool is_start)
{
    for (size_t i = 0; i < size; i++) {
        if (is_markup(text, size, i, is_start))
            bytes_append(out, "\\", 1);
        bytes_append(out, text + i, 1);
    }
}

char *markdown_escaped(struct arena *arena, const char *text)
{
    struct bytes out;
    bytes_init(&out, 0);
    put_escaped(&out, text, strlen(text), true);
    char *copy = arena_copy(arena, out.data ? out.data : "", out.size);
    bytes_clear(&out);
    return copy;
}

static struct style style_of(const struct markdown *markdown, uint32_t text_node)
{
    const struct node *nodes = markdown->document->nodes;
    struct style style = {.link = DOCUMENT_NONE};
    for (uint32_t up = nodes[text_node].parent;
         up != DOCUMENT_NONE && !(tag_flags_of(nodes[up].tag) & TAG_BLOCK); up = nodes[up].parent) {
        enum tag tag = nodes[up].tag;
        if (tag == TAG_A && style.link == DOCUMENT_NONE)
            style.link = up;
        style.strong |= tag == TAG_STRONG || tag == TAG_B;
        style.em |= tag == TAG_EM || tag == TAG_I;
        style.code |= tag == TAG_CODE || tag == TAG_TT;
    }
    return style;
}

/* The absolute address of a link, or NULL for one within the page or to no page at all. */
static const char *link_target(const struct markdown *markdown, uint32_t link)
{
    const char *href =
        link == DOCUMENT_NONE ? NULL : node_attribute(markdown->document, link, ATTRIBUTE_HREF);
    struct url url;
    if (!href || *href == '#' || *href == '\0' ||
        url_parse(&url, markdown->page->arena, span_trimmed(span_of(href)), markdown->page->base,
                  markdown->page->charset))
        return NULL;
    return url.href;
}

/* The stars around a piece stand only where CommonMark reads them as such (6.2, flanking runs):
 * between a letter outside and a sign inside they would be plain stars. */
static bool can_be_starred(const char *text, size_t start, size_t end, size_t from, size_t to)
{
    bool inner = isalnum((unsigned char)text[start]) && isalnum((unsigned char)text[end - 1]);
    bool before = start == from || !is_word(text[start - 1]);
    bool after = end == to || !is_word(text[end]);
    return (inner || (before && after)) && end > start;
}

static void put_code(struct markdown *markdown, const char *text, size_t size)
{
    size_t ticks = longest_ticks(text, size) + 1;
    bool is_edged = size && (text[0] == '`' || text[size - 1] == '`');
    put_ticks(markdown, ticks);
    put(markdown, is_edged ? " " : "");
    bytes_append(&markdown->out, text, size);
    put(markdown, is_edged ? " " : "");
    put_ticks(markdown, ticks);
}

/* The length of the blank that a text begins with or, `at_end`, ends in: ASCII's, the one that does
 * not break, those of typesetters and the ideographic one. 0: there is none. */
static size_t blank_size(const char *text, size_t size, bool at_end)
{
    static const char *const blanks[] = {
        " ",
        "\xc2\xa0",
        "\xe2\x80\x82",
        "\xe2\x80\x83",
        "\xe2\x80\x84",
        "\xe2\x80\x85",
        "\xe2\x80\x86",
        "\xe2\x80\x87",
        "\xe2\x80\x88",
        "\xe2\x80\x89",
        "\xe2\x80\x8a",
        "\xe2\x80\xaf",
        "\xe2\x81\x9f",
        "\xe3\x80\x80",
    };
    for (size_t i = 0; i < COUNT(blanks); i++) {
        size_t length = strlen(blanks[i]);
        if (length <= size && memcmp(at_end ? text + size - length : text, blanks[i], length) == 0)
            return length;
    }
    return 0;
}

/* One piece of a line, `start` to `end` of the document's text. */
static void write_piece(struct markdown *markdown, struct style style, size_t start, size_t end,
                        const struct line *line)
{
    const char *text = markdown->document->text;
    size_t last = end, blank;
    while ((blank = blank_size(text + start, end - start, false))) {
        bytes_append(&markdown->out, text + start, blank);
        start += blank;
    }
    while ((blank = blank_size(text + start, last - start, true)))
        last -= blank;
    const char *target = last > start ? link_target(markdown, style.link) : NULL;
    bool starred = (style.strong || style.em) && !line->heading && !style.code &&
                   can_be_starred(text, start, last, line->text, line->text_end);
    const char *stars = !starred                   ? ""
                        : style.strong && style.em ? "***"
                        : style.strong             ? "**"
                                                   : "*";
    put(markdown, target ? "[" : "");
    put(markdown, stars);
    if (style.code && last > start)
        put_code(markdown, text + start, last - start);
    else
        put_escaped(&markdown->out, text + start, last - start,
                    start == line->text && !target && !starred);
    put(markdown, stars);
    if (target) {
        bool is_odd = strpbrk(target, "() ");
        put(markdown, is_odd ? "](<" : "](");
        put(markdown, target);
        put(markdown, is_odd ? ">)" : ")");
    }
    if (end < line->text_end)
        bytes_append(&markdown->out, text + last, end - last);
}

static bool same_style(const struct style *a, const struct style *b)
{
    return a->link == b->link && a->strong == b->strong && a->em == b->em && a->code == b->code;
}

/* Neighbouring pieces of one style are written as one. */
static void write_words(struct markdown *markdown, const struct line *line)
{
    const struct document *document = markdown->document;
    struct style style = {.link = DOCUMENT_NONE};
    size_t start = line->text;
    for (uint32_t i = line->first_node; i < document->nodes_count; i++) {
        const struct node *node = &document->nodes[i];
        if (node->tag != TAG_TEXT || node->text_end <= line->text)
            continue;
        if (node->text >= line->text_end)
            break;
        struct style here = style_of(markdown, i);
        size_t at = node->text > line->text ? node->text : line->text;
        if (!same_style(&style, &here) && at > start) {
            write_piece(markdown, style, start, at, line);
            start = at;
        }
        style = here;
    }
    if (start < line->text_end)
        write_piece(markdown, style, start, line->text_end, line);
}
