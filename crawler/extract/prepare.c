#include "extract/prepare.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "extract/tag.h"

enum { NAME_MAX_SIZE = 40, CLASS_MAX = 400, VALUE_MAX = 2048 };

struct scan {
    const char *next, *end;
    struct bytes *out;
    uint32_t open[PREPARE_DEPTH_MAX]; /* names of the open elements, as tag or hash */
    unsigned depth;
    unsigned flattened;      /* open elements past the limit */
    bool endless[TAG_COUNT]; /* no end tag of this raw element follows: don't look again */
    struct prepared *page;
};

struct name {
    char text[NAME_MAX_SIZE];
    size_t size;
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

static void put(struct scan *scan, const char *data, size_t size)
{
    struct bytes *out = scan->out;
    if (out->capacity - out->size <= size)
        bytes_reserve(out, size + out->capacity); /* without a ceiling it can't fail */
    memcpy(out->data + out->size, data, size);
    out->size += size;
}

/* Leaves one character of the white space at a text's beginning: most of a page's is indentation,
 * which the parser would take a call for. A line end stays one, for <pre>. */
static const char *skip_blanks(struct scan *scan, const char *from, const char *end)
{
    bool ends_line = false;
    const char *at = from;
    for (; at < end && is_space(*at); at++)
        ends_line |= *at == '\n';
    if (at > from)
        put(scan, ends_line ? "\n" : " ", 1);
    return at;
}

/* Text up to the next tag goes out almost as it is, but '&name' without ';' gets its ';': a browser
 * reads these old names so, the parser doesn't. */
static void put_text(struct scan *scan, const char *from, const char *end)
{
    static const char *const names[] = {"nbsp",  "copy", "reg",    "quot",   "laquo",
                                        "raquo", "shy",  "middot", "eacute", "uuml"};
    from = skip_blanks(scan, from, end);
    while (end - from > 1 && is_space(end[-1]) && is_space(end[-2]) && end[-1] != '\n')
        end--;
    while (from < end) {
        const char *mark = memchr(from, '&', (size_t)(end - from));
        if (!mark)
            break;
        mark++;
        put(scan, from, (size_t)(mark - from));
        from = mark;
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            size_t size = strlen(names[i]);
            if ((size_t)(end - from) > size && memcmp(from, names[i], size) == 0 &&
                from[size] != ';' && !is_letter(from[size])) {
                put(scan, from, size);
                put(scan, ";", 1);
                from += size;
                break;
            }
        }
    }
    if (from < end)
        put(scan, from, (size_t)(end - from));
}

/* Reads a tag's or attribute's name in lower case, up to a blank, '/', '>' or `stop`; a longer one
 * is cut, but never a character of it: libxml2 would take all that follows for Latin-1. */
static void read_name(struct scan *scan, struct name *name, char stop)
{
    name->size = 0;
    const char *at = scan->next;
    for (; at < scan->end && !is_space(*at) && *at != '/' && *at != '>' && *at != stop; at++)
        if (name->size < NAME_MAX_SIZE - 1)
            name->text[name->size++] = lower(*at);
    scan->next = at;
    name->size = utf8_cut(name->text, name->size);
    name->text[name->size] = '\0';
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
    const char *name = attribute_name(id);
    put(scan, " ", 1);
    put(scan, name, strlen(name));
    put(scan, "=\"", 2);
    value = cut_value(value, value_max(id));
    const char *quote;
    while ((quote = memchr(value.data, '"', value.size))) {
        size_t size = (size_t)(quote - value.data);
        put(scan, value.data, size);
        put(scan, "&quot;", 6);
        value = (struct span){quote + 1, value.size - size - 1};
    }
    put(scan, value.data, value.size);
    put(scan, "\"", 1);
}

/* Reads one attribute: returns false at the tag's end. */
static bool read_attribute(struct scan *scan, struct name *name, struct span *value)
{
    while (scan->next < scan->end && (is_space(*scan->next) || *scan->next == '/'))
        scan->next++;
    if (scan->next >= scan->end || *scan->next == '>')
        return false;
    if (*scan->next == '=')
        scan->next++; /* the standard takes it as the first letter of a name: nothing we know */
    read_name(scan, name, '=');
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
                           const struct name *name, struct span value)
{
    enum attribute_id id = attribute_of(name->text, name->size);
    if (id == ATTRIBUTE_COUNT) {
        all->hidden |= name->size == 5 && memcmp(name->text, "style", 5) == 0 && style_hides(value);
        if (name->size == 8 && memcmp(name->text, "xml:lang", 8) == 0)
            id = ATTRIBUTE_LANG;
        else
            return;
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

static uint32_t name_key(enum tag tag, const struct name *name)
{
    if (tag != TAG_OTHER && tag != TAG_CUSTOM)
        return tag;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < name->size; i++)
        hash = (hash ^ (unsigned char)name->text[i]) * 16777619u;
    return hash | 0x80000000u;
}

/* Notes an element that needs an end tag. Returns false when it is too deep. */
static bool open_element(struct scan *scan, enum tag tag, const struct name *name)
{
    if (scan->depth == PREPARE_DEPTH_MAX) {
        scan->flattened++;
        return false;
    }
    scan->open[scan->depth++] = name_key(tag, name);
    return true;
}

/* Whether an end tag closes something; forgets what it closes. A table holds in what it holds. */
static bool close_element(struct scan *scan, enum tag tag, const struct name *name)
{
    if (scan->flattened) {
        scan->flattened--;
        return false;
    }
    uint32_t key = name_key(tag, name);
    for (unsigned i = scan->depth; i > 0; i--) {
        if (scan->open[i - 1] == key) {
            scan->depth = i - 1;
            return true;
        }
        if (scan->open[i - 1] == TAG_TABLE)
            return false;
    }
    return false;
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
    struct name name, attribute;
    struct span value;
    struct attributes all = {0};
    size_t before = scan->out->size;
    scan->next++;
    read_name(scan, &name, '>');
    enum tag tag = tag_of(name.text, name.size);
    unsigned flags = tag_flags_of(tag);
    put(scan, "<", 1);
    put(scan, name.text, name.size);
    while (read_attribute(scan, &attribute, &value))
        take_attribute(scan, &all, tag, &attribute, value);
    if (all.hidden)
        put(scan, " hidden=\"\"", 10);
    put(scan, ">", 1);
    bool complete = scan->next < scan->end;
    bool self_closed = complete && scan->next[-1] == '/';
    scan->next += complete;
    if (!complete || flags & TAG_RAW ||
        (!(flags & (TAG_VOID | TAG_LOOSE)) && !open_element(scan, tag, &name)))
        scan->out->size = before;
    else
        scan->page->tags++;
    if (complete && flags & TAG_RAW && !(tag == TAG_SVG && self_closed))
        drop_raw(scan, tag, &all);
}

static void end_tag(struct scan *scan)
{
    struct name name;
    scan->next += 2;
    read_name(scan, &name, '>');
    const char *stop = memchr(scan->next, '>', (size_t)(scan->end - scan->next));
    scan->next = stop ? stop + 1 : scan->end;
    enum tag tag = tag_of(name.text, name.size);
    unsigned flags = tag_flags_of(tag);
    /* The page ends with its last byte: what follows </body> or </html> still belongs to it. */
    if (flags & (TAG_VOID | TAG_RAW) || tag == TAG_BODY || tag == TAG_HTML)
        return;
    if (!(flags & TAG_LOOSE) && !close_element(scan, tag, &name))
        return;
    put(scan, "</", 2);
    put(scan, name.text, name.size);
    put(scan, ">", 1);
}

/* "<!" or "<?": a comment, a doctype, or something that browsers take for a comment. */
static void skip_comment(struct scan *scan)
{
    const char *from = scan->next, *stop = NULL;
    size_t left = (size_t)(scan->end - from);
    if (left >= 4 && memcmp(from, "<!--", 4) == 0) {
        const char *at = from + 2; /* "<!-->" is a whole comment */
        while ((at = memmem(at, (size_t)(scan->end - at), "--", 2))) {
            const char *after = at + 2;
            after += after < scan->end && *after == '!';
            if (after < scan->end && *after == '>' && at >= from + 2) {
                stop = after;
                break;
            }
            at++;
        }
    } else {
        stop = memchr(from, '>', left);
    }
    scan->next = stop ? stop + 1 : scan->end;
}

void prepared_clear(struct prepared *prepared)
{
    bytes_clear(&prepared->html);
}

void prepare_page(struct prepared *out, struct span text)
{
    out->tags = out->json_ld_count = 0;
    bytes_init(&out->html, 0);
    bytes_reserve(&out->html, text.size / 2 + 1024);
    const char *data = text.size ? text.data : "";
    struct scan scan = {.next = data, .end = data + text.size, .out = &out->html, .page = out};
    while (scan.next < scan.end) {
        size_t left = (size_t)(scan.end - scan.next);
        const char *mark = memchr(scan.next, '<', left);
        put_text(&scan, scan.next, mark ? mark : scan.end);
        if (!mark)
            break;
        scan.next = mark;
        left = (size_t)(scan.end - mark);
        if (left > 1 && (mark[1] == '!' || mark[1] == '?'))
            skip_comment(&scan);
        else if (left > 1 && is_letter(mark[1]))
            start_tag(&scan);
        else if (left > 2 && mark[1] == '/' && is_letter(mark[2]))
            end_tag(&scan);
        else {
            put(&scan, "&lt;", 4);
            scan.next++;
        }
    }
    put(&scan, "", 1);
    out->html.size--; /* the NUL is there, but not counted */
}
