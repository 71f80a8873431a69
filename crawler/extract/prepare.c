#include "extract/prepare.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "extract/skeleton.h"

enum { CLASS_MAX = 400, VALUE_MAX = 2048 };

struct scan {
    const char *next, *end;
    bool endless[TAG_COUNT]; /* no end tag of this raw element follows: don't look again */
    struct prepared *page;
    struct skeleton skeleton;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* What ends a name: of a tag and of an attribute. */
enum { ENDS_TAG = 1, ENDS_ATTRIBUTE = 2 };

static const uint8_t name_ends[256] = {
    [' '] = ENDS_TAG | ENDS_ATTRIBUTE,  ['\n'] = ENDS_TAG | ENDS_ATTRIBUTE,
    ['\t'] = ENDS_TAG | ENDS_ATTRIBUTE, ['\r'] = ENDS_TAG | ENDS_ATTRIBUTE,
    ['\f'] = ENDS_TAG | ENDS_ATTRIBUTE, ['/'] = ENDS_TAG | ENDS_ATTRIBUTE,
    ['>'] = ENDS_TAG | ENDS_ATTRIBUTE,  ['='] = ENDS_ATTRIBUTE,
};

/* Reads a tag's or attribute's name. */
static struct span read_name(struct scan *scan, unsigned ends)
{
    const char *at = scan->next, *end = scan->end;
    while (at < end && !(name_ends[(unsigned char)*at] & ends))
        at++;
    struct span name = {scan->next, (size_t)(at - scan->next)};
    scan->next = at;
    return name;
}

static void skip_space(struct scan *scan)
{
    while (scan->next < scan->end && is_space(*scan->next))
        scan->next++;
}

/* An attribute's value after '='; quotes are taken off. */
static struct span read_value(struct scan *scan)
{
    skip_space(scan);
    if (scan->next >= scan->end)
        return (struct span){scan->next, 0};
    char quote = *scan->next;
    const char *from = scan->next;
    if (quote == '"' || quote == '\'') {
        from++;
        const char *stop = memchr(from, quote, (size_t)(scan->end - from));
        scan->next = stop ? stop + 1 : scan->end;
        return (struct span){from, (size_t)((stop ? stop : scan->end) - from)};
    }
    while (scan->next < scan->end && !is_space(*scan->next) && *scan->next != '>')
        scan->next++;
    return (struct span){from, (size_t)(scan->next - from)};
}

/* Whether a style hides its element. */
static bool style_hides(struct span style)
{
    char text[256];
    size_t size = 0;
    for (size_t i = 0; i < style.size && size < sizeof(text) - 1; i++)
        if (!is_space(style.data[i]))
            text[size++] = lower(style.data[i]);
    text[size] = '\0';
    return strstr(text, "display:none") || strstr(text, "visibility:hidden");
}

static size_t value_max(enum attribute_id id)
{
    if (id == ATTRIBUTE_CLASS)
        return CLASS_MAX;
    return id == ATTRIBUTE_CONTENT ? (size_t)PREPARE_VALUE_MAX : (size_t)VALUE_MAX;
}

/* Cuts at `most` bytes, but not within a character or an entity. */
static struct span cut_value(struct span value, size_t most)
{
    if (value.size <= most)
        return value;
    size_t size = most;
    while (size && ((unsigned char)value.data[size] & 0xc0) == 0x80)
        size--;
    for (size_t i = size; i && size - i < 10; i--)
        if (value.data[i - 1] == '&')
            size = i - 1;
    return (struct span){value.data, size};
}

static void put_attribute(struct scan *scan, enum attribute_id id, struct span value)
{
    struct prepared *page = scan->page;
    page->attributes = alloc_room(page->attributes, page->attributes_count,
                                  &page->attributes_capacity, sizeof(*page->attributes));
    page->attributes[page->attributes_count++] =
        (struct prepared_attribute){cut_value(value, value_max(id)), id};
}

/* Reads one attribute: returns false at the tag's end. */
static bool read_attribute(struct scan *scan, struct span *name, struct span *value)
{
    while (scan->next < scan->end && (is_space(*scan->next) || *scan->next == '/'))
        scan->next++;
    if (scan->next >= scan->end || *scan->next == '>')
        return false;
    if (*scan->next == '=')
        scan->next++; /* the standard takes it as the first letter of a name: nothing we know */
    *name = read_name(scan, ENDS_ATTRIBUTE);
    skip_space(scan);
    *value = (struct span){scan->next, 0};
    if (scan->next < scan->end && *scan->next == '=') {
        scan->next++;
        *value = read_value(scan);
    }
    return true;
}

struct attributes {
    bool is_json_ld;
    bool hidden;
    unsigned count;
    uint64_t seen; /* bits of enum attribute_id: the first of a name wins */
};

_Static_assert(ATTRIBUTE_COUNT <= 64, "struct attributes.seen holds a bit for each");

static void take_attribute(struct scan *scan, struct attributes *all, enum tag tag,
                           struct span name, struct span value)
{
    enum attribute_id id = attribute_of(name.data, name.size);
    if (id == ATTRIBUTE_COUNT) {
        if (name.size == sizeof("style") - 1 && span_equals_nocase(name, "style"))
            all->hidden |= style_hides(value);
        if (name.size != sizeof("xml:lang") - 1 || !span_equals_nocase(name, "xml:lang"))
            return;
        id = ATTRIBUTE_LANG;
    }
    if (all->seen & (uint64_t)1 << id || all->count >= PREPARE_ATTRIBUTES_MAX)
        return;
    all->seen |= (uint64_t)1 << id;
    all->hidden |= id == ATTRIBUTE_HIDDEN;
    if (tag == TAG_SCRIPT) {
        all->is_json_ld |= id == ATTRIBUTE_TYPE && memmem(value.data, value.size, "ld+json", 7);
        return;
    }
    if (id == ATTRIBUTE_HIDDEN)
        return;
    all->count++;
    put_attribute(scan, id, value);
}

/* Finds the end tag of the raw element `tag`; leaves the scan behind it and returns its content,
 * or returns false where there is none. */
static bool skip_raw(struct scan *scan, enum tag tag, struct span *content)
{
    const char *name = tag_name(tag), *from = scan->next;
    size_t size = strlen(name);
    *content = (struct span){from, 0};
    if (scan->endless[tag])
        return false;
    for (const char *at = from; (at = memchr(at, '<', (size_t)(scan->end - at))); at++) {
        if ((size_t)(scan->end - at) < size + 3)
            break;
        if (at[1] != '/' || strncasecmp(at + 2, name, size) != 0 || is_letter(at[2 + size]))
            continue;
        const char *stop = memchr(at, '>', (size_t)(scan->end - at));
        content->size = (size_t)(at - from);
        scan->next = stop ? stop + 1 : scan->end;
        return true;
    }
    scan->endless[tag] = true;
    return false;
}

static void keep_json(struct scan *scan, struct span content)
{
    struct prepared *page = scan->page;
    content = span_trimmed(content);
    if (content.size && page->json_ld_count < PREPARE_JSON_MAX)
        page->json_ld[page->json_ld_count++] = content;
}

/* Scripts and their like: what they hold goes. */
static void drop_raw(struct scan *scan, enum tag tag, const struct attributes *all)
{
    struct span content;
    if (skip_raw(scan, tag, &content)) {
        if (all->is_json_ld)
            keep_json(scan, content);
    } else if (tag == TAG_SCRIPT || tag == TAG_STYLE) {
        scan->next = scan->end; /* as the standard says: the rest of the page is its text */
    }
}

static void start_tag(struct scan *scan)
{
    struct prepared *page = scan->page;
    struct span attribute, value;
    struct attributes all = {0};
    size_t before = page->attributes_count;
    scan->next++;
    struct span name = read_name(scan, ENDS_TAG);
    enum tag tag = tag_of(name.data, name.size);
    unsigned flags = tag_flags_of(tag);
    while (read_attribute(scan, &attribute, &value))
        take_attribute(scan, &all, tag, attribute, value);
    bool complete = scan->next < scan->end;
    bool self_closed = complete && scan->next[-1] == '/';
    scan->next += complete;
    if (all.hidden)
        put_attribute(scan, ATTRIBUTE_HIDDEN, (struct span){"", 0});
    if (!complete || flags & TAG_RAW || !skeleton_start(&scan->skeleton, tag, name, before))
        page->attributes_count = before;
    if (complete && flags & TAG_RAW && !(tag == TAG_SVG && self_closed))
        drop_raw(scan, tag, &all);
}

static void end_tag(struct scan *scan)
{
    scan->next += 2;
    struct span name = read_name(scan, ENDS_TAG);
    const char *stop = memchr(scan->next, '>', (size_t)(scan->end - scan->next));
    scan->next = stop ? stop + 1 : scan->end;
    enum tag tag = tag_of(name.data, name.size);
    /* The page ends with its last byte: what follows </body> or </html> still belongs to it. */
    if (!(tag_flags_of(tag) & (TAG_VOID | TAG_RAW)) && tag != TAG_BODY && tag != TAG_HTML)
        skeleton_end(&scan->skeleton, tag, name);
}

/* "<!" or "<?": a comment, a doctype, or something that browsers take for a comment. */
static void skip_comment(struct scan *scan)
{
    const char *from = scan->next, *stop = NULL;
    size_t left = (size_t)(scan->end - from);
    if (left >= 4 && memcmp(from, "<!--", 4) == 0) {
        const char *dashes = from + 2, *at = from + 4; /* "<!-->" is a whole comment */
        for (; !stop && (at = memchr(at, '>', (size_t)(scan->end - at))); at++) {
            const char *before = at[-1] == '!' ? at - 3 : at - 2;
            if (before >= dashes && before[0] == '-' && before[1] == '-')
                stop = at;
        }
    } else {
        stop = memchr(from, '>', left);
    }
    scan->next = stop ? stop + 1 : scan->end;
}

/* Makes room for what a page mostly has; the arrays grow where it has more. */
static void make_room(struct prepared *page, size_t size)
{
    enum { BYTES_PER_TAG = 1024, BYTES_PER_ATTRIBUTE = 96, BYTES_PER_PIECE = 48, LEAST = 64 };
    *page = (struct prepared){
        .tags_capacity = size / BYTES_PER_TAG + LEAST,
        .attributes_capacity = size / BYTES_PER_ATTRIBUTE + LEAST,
        .pieces_capacity = size / BYTES_PER_PIECE + LEAST,
    };
    page->tags = alloc_bytes(page->tags_capacity * sizeof(*page->tags));
    page->attributes = alloc_bytes(page->attributes_capacity * sizeof(*page->attributes));
    page->pieces = alloc_bytes(page->pieces_capacity * sizeof(*page->pieces));
}

void prepared_clear(struct prepared *prepared)
{
    free((char *)(uintptr_t)prepared->skeleton.data);
    free(prepared->tags);
    free(prepared->attributes);
    free(prepared->pieces);
}

void prepare_page(struct prepared *out, struct span text)
{
    /* An end tag at the page's end may gain its '>', and there is the NUL. */
    char *skeleton = alloc_bytes(text.size + 2);
    make_room(out, text.size);
    const char *data = text.size ? text.data : "";
    struct scan scan;
    scan.next = data;
    scan.end = data + text.size;
    scan.page = out;
    memset(scan.endless, 0, sizeof(scan.endless));
    skeleton_init(&scan.skeleton, out, skeleton);
    while (scan.next < scan.end) {
        const char *mark = memchr(scan.next, '<', (size_t)(scan.end - scan.next));
        skeleton_text(&scan.skeleton,
                      (struct span){scan.next, (size_t)((mark ? mark : scan.end) - scan.next)});
        if (!mark)
            break;
        scan.next = mark;
        size_t left = (size_t)(scan.end - mark);
        if (left > 1 && (mark[1] == '!' || mark[1] == '?')) {
            skip_comment(&scan);
        } else if (left > 1 && is_letter(mark[1])) {
            start_tag(&scan);
        } else if (left > 2 && mark[1] == '/' && is_letter(mark[2])) {
            end_tag(&scan);
        } else {
            skeleton_text(&scan.skeleton, (struct span){mark, 1});
            scan.next++;
        }
    }
    skeleton_finish(&scan.skeleton);
}
