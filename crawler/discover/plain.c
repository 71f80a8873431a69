#include "discover/plain.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/entity.h"
#include "base/utf8.h"
#include "discover/xml.h"

/* Elements that flow with the text around them: their tags leave no blank. */
static const char *const inline_elements[] = {
    "a",      "abbr", "acronym", "b",     "bdi",  "bdo",  "big", "blink", "cite",  "code", "data",
    "del",    "dfn",  "em",      "embed", "font", "i",    "img", "ins",   "kbd",   "link", "mark",
    "meta",   "nobr", "q",       "rp",    "rt",   "ruby", "s",   "samp",  "small", "span", "strike",
    "strong", "sub",  "sup",     "time",  "tt",   "u",    "var", "wbr",
};

static const struct {
    const char *name;
    bool to_the_end; /* what is never closed lasts to the end; else it is taken for an empty tag */
} dropped_elements[] = {
    {"script", true}, {"style", true}, {"iframe", false}, {"object", false}, {"applet", false},
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_inline(struct span name)
{
    for (size_t i = 0; i < COUNT(inline_elements); i++)
        if (span_equals_nocase(name, inline_elements[i]))
            return true;
    return false;
}

static bool is_space(uint32_t point)
{
    return point == ' ' || (point >= '\t' && point <= '\r') || point == 0x85 || point == 0xa0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

/* Text on its way out: white space waits until something follows it. */
struct line {
    struct bytes text;
    bool has_blank;
    bool keeps_blocks; /* a block's tags leave a line end, not a blank */
    bool has_break;
    bool no_tag_ends; /* no '>' is left: what looks for one need not look again */
    bool no_comment_ends;
    unsigned unclosed; /* bit of each row of dropped_elements whose end is not left either */
};

static void line_append(struct line *line, struct span text)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t point = (unsigned char)text.data[at];
        size_t size = point < 0x80 ? 1 : utf8_decode(text.data + at, text.size - at, &point);
        if (is_space(point)) {
            line->has_blank = true;
        } else {
            if ((line->has_blank || line->has_break) && line->text.size)
                bytes_append(&line->text, line->has_break ? "\n" : " ", 1);
            line->has_blank = line->has_break = false;
            bytes_append(&line->text, text.data + at, size);
        }
        at += size;
    }
}

static const char *line_close(struct line *line, struct arena *arena)
{
    const char *text = arena_copy(arena, line->text.size ? line->text.data : "", line->text.size);
    bytes_clear(&line->text);
    return text;
}

/* The end of a tag's '>' from behind its name on; NULL where it has none. Quoted values may hold
 * one, but not when the quote is never closed. */
static const char *tag_close(const char *at, const char *end)
{
    const char *plain = NULL; /* the first '>' of all */
    char quote = '\0';
    for (; at < end; at++) {
        if (*at == '>' && !plain)
            plain = at;
        if (*at == '>' && !quote)
            return at;
        if (quote && *at == quote)
            quote = '\0';
        else if (!quote && (*at == '"' || *at == '\'') && at[-1] == '=')
            quote = *at;
        if (*at == '<' && plain)
            return plain; /* a quote that ran away over the next tag */
    }
    return plain;
}

/* Past the element that a tag opens, when its content is to be dropped; else `at`. */
static const char *skip_dropped(struct span name, const char *at, const char *end,
                                struct line *line)
{
    for (size_t i = 0; i < COUNT(dropped_elements); i++) {
        if (!span_equals_nocase(name, dropped_elements[i].name) || at[-2] == '/' ||
            (line->unclosed & 1u << i))
            continue;
        for (const char *s = at; s + 2 < end; s++) {
            s = memchr(s, '<', (size_t)(end - s));
            if (!s || s + 2 + name.size > end)
                break;
            if (s[1] == '/' && strncasecmp(s + 2, name.data, name.size) == 0) {
                const char *close = memchr(s, '>', (size_t)(end - s));
                return close ? close + 1 : end;
            }
        }
        line->unclosed |= 1u << i;
        return dropped_elements[i].to_the_end ? end : at;
    }
    return at;
}

/* What begins with '<': returns where it ends, or `at` when it is nothing but a '<'. */
static const char *skip_markup(const char *at, const char *end, struct line *line)
{
    const char *close;
    size_t left = (size_t)(end - at);
    if (left >= 4 && memcmp(at, "<!--", 4) == 0) {
        close = line->no_comment_ends ? NULL : memmem(at + 4, left - 4, "-->", 3);
        line->no_comment_ends |= !close;
        return close ? close + 3 : at;
    }
    if (left >= 9 && memcmp(at, "<![CDATA[", 9) == 0)
        return at + 9;
    if (left >= 3 && memcmp(at, "</>", 3) == 0)
        return at + 3;
    bool has_sign = left > 2 && strchr("!/?", at[1]) && at[1];
    if (left < 2 || !is_letter(at[1 + has_sign]))
        return at;
    const char *name = at + 1 + (at[1] == '/'), *stop = name;
    while (stop < end && (is_letter(*stop) || (*stop >= '0' && *stop <= '9')))
        stop++;
    close = line->no_tag_ends ? NULL : tag_close(stop, end);
    line->no_tag_ends |= !close;
    if (!close)
        return at;
    struct span element = {name, (size_t)(stop - name)};
    if (!is_inline(element)) {
        line->has_blank = true;
        line->has_break = line->keeps_blocks;
    }
    return at[1] == '/' ? close + 1 : skip_dropped(element, close + 1, end, line);
}

/* HTML's oldest names may lack their semicolon: those of ISO 8859-1 and of the four characters of
 * markup. Not before a letter, a digit or "=", though: feeds have addresses among their text. */
static size_t read_old_name(struct span text, struct bytes *out)
{
    size_t size = 1;
    while (size < text.size &&
           (is_letter(text.data[size]) || (text.data[size] >= '0' && text.data[size] <= '9')))
        size++;
    uint32_t point = entity_named(text.data + 1, size - 1);
    bool is_old =
        (point >= 0xa0 && point <= 0xff) || (point && point < 0x80 && strchr("&<>\"", (int)point));
    if (!is_old || (size < text.size && text.data[size] == '='))
        return 0;
    utf8_append(out, point);
    return size;
}

/* A reference as in XML, or one that only HTML knows. */
static size_t read_reference(struct span text, struct bytes *out)
{
    size_t taken = xml_reference(text, out);
    return taken ? taken : read_old_name(text, out);
}

static void line_append_html(struct line *line, struct span html)
{
    struct bytes character;
    bytes_init(&character, 0);
    const char *at = html.size ? html.data : "", *end = at + html.size;
    while (at < end) {
        const char *run = at;
        while (run < end && *run != '<' && *run != '&')
            run++;
        line_append(line, (struct span){at, (size_t)(run - at)});
        at = run;
        if (at == end)
            break;
        character.size = 0;
        size_t taken = 0;
        if (*at == '<')
            taken = (size_t)(skip_markup(at, end, line) - at);
        else
            taken = read_reference((struct span){at, (size_t)(end - at)}, &character);
        if (!taken)
            line_append(line, (struct span){at, 1});
        line_append(line, (struct span){character.data, character.size});
        at += taken + !taken;
    }
    bytes_clear(&character);
}

const char *plain_of_html(struct span html, struct arena *arena)
{
    struct line line = {.has_blank = false};
    line_append_html(&line, html);
    return line_close(&line, arena);
}

const char *plain_lines_of_html(struct span html, struct arena *arena)
{
    struct line line = {.keeps_blocks = true};
    if (html.size && memchr(html.data, '<', html.size)) {
        line_append_html(&line, html);
        return line_close(&line, arena);
    }
    while (html.size) {
        const char *stop = memchr(html.data, '\n', html.size);
        size_t size = stop ? (size_t)(stop - html.data) : html.size;
        line_append_html(&line, (struct span){html.data, size});
        line.has_break = true;
        size += stop != NULL;
        html = (struct span){html.data + size, html.size - size};
    }
    return line_close(&line, arena);
}

const char *plain_of_text(struct span text, struct arena *arena)
{
    struct line line = {.has_blank = false};
    line_append(&line, text);
    return line_close(&line, arena);
}

static bool is_edge(uint32_t point)
{
    return is_space(point) || point == 0x200b || point == 0xfeff;
}

struct span plain_trimmed(struct span text)
{
    uint32_t point;
    while (text.size) {
        size_t size = utf8_decode(text.data, text.size, &point);
        if (!is_edge(point))
            break;
        text.data += size;
        text.size -= size;
    }
    while (text.size) {
        size_t start = text.size - 1;
        while (start && text.size - start < UTF8_LENGTH_MAX &&
               ((unsigned char)text.data[start] & 0xc0) == 0x80)
            start--;
        utf8_decode(text.data + start, text.size - start, &point);
        if (!is_edge(point))
            break;
        text.size = start;
    }
    return text;
}
