#include "storage/shape.h"

#include <stdlib.h>
#include <string.h>

enum {
    SEGMENTS_MAX = 8, /* deeper addresses are all alike */
    WORD_BYTES_MAX = 20,
    MIXED_BYTES_MAX = 12, /* a longer segment of letters and digits is an id */
    NAMES_MAX = 3,        /* a query with more names is "?*" */
    ENDING_BYTES_MAX = 6,
};

struct writer {
    char *out;
    size_t size;
};

static void put(struct writer *writer, const char *text, size_t size)
{
    size_t room = SHAPE_BYTES - 1 - writer->size;
    size = size < room ? size : room;
    memcpy(writer->out + writer->size, text, size);
    writer->size += size;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return ((unsigned char)c | 0x20) >= 'a' && ((unsigned char)c | 0x20) <= 'z';
}

/* ---- path ---- */

/* "page12" as "page#", "2025-06" as "#-#" */
static void put_without_numbers(struct writer *writer, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!is_digit(text[i]))
            put(writer, &text[i], 1);
        else if (!i || !is_digit(text[i - 1]))
            put(writer, "#", 1);
}

/* Numbers alone, a word, a word with a number; all else is one text of many. */
static void put_segment(struct writer *writer, const char *text, size_t size, bool is_name)
{
    size_t digits = 0, letters = 0, joints = 0;
    for (size_t i = 0; i < size; i++) {
        digits += is_digit(text[i]);
        letters += is_letter(text[i]);
        joints += text[i] == '-' || text[i] == '_';
    }
    if (digits && !letters && digits + joints == size)
        put_without_numbers(writer, text, size);
    else if (!is_name || joints > 1 || digits + letters + joints < size ||
             size > (digits ? MIXED_BYTES_MAX : WORD_BYTES_MAX))
        put(writer, "*", 1);
    else
        put_without_numbers(writer, text, size);
}

/* ".html" of the last segment; 0: it has none. */
static size_t ending_of(const char *text, size_t size)
{
    const char *dot = size ? memrchr(text, '.', size) : NULL;
    size_t ending = dot && dot > text ? size - (size_t)(dot - text) : 0;
    for (size_t i = 1; i < ending; i++)
        if (!is_letter(dot[i]))
            return 0;
    return ending > 1 && ending <= ENDING_BYTES_MAX ? ending : 0;
}

/* What stands last is the page's own name; before a query it may be the script's that makes them
 * all. */
static void put_last(struct writer *writer, const char *text, size_t size, bool has_query)
{
    size_t ending = ending_of(text, size);
    if (size)
        put_segment(writer, text, size - ending, has_query);
    put(writer, text + size - ending, ending);
}

static void put_path(struct writer *writer, const char *path, size_t size, bool has_query)
{
    const char *at = path, *end = path + size;
    for (unsigned count = 0; at < end; count++) {
        at++; /* the slash */
        const char *slash = at < end ? memchr(at, '/', (size_t)(end - at)) : NULL;
        put(writer, "/", 1);
        if (count == SEGMENTS_MAX) {
            put(writer, "...", 3);
            return;
        }
        bool last = !slash || slash + 1 == end;
        size_t segment = (size_t)((slash ? slash : end) - at);
        if (last)
            put_last(writer, at, segment, has_query);
        else
            put_segment(writer, at, segment, true);
        if (last)
            return;
        at = slash;
    }
}

static void put_depth(struct writer *writer, const char *path, size_t size)
{
    unsigned segments = 0;
    for (size_t i = 0; i < size; i++)
        segments += path[i] == '/' && i + 1 < size;
    for (unsigned i = 0; i < segments && i < SEGMENTS_MAX; i++)
        put(writer, "/*", 2);
}

/* ---- query ---- */

struct name {
    const char *text;
    size_t size;
};

static int compare_names(const void *left, const void *right)
{
    const struct name *a = left, *b = right;
    int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

/* "?b=2&a=1" as "?a&b" */
static void put_query(struct writer *writer, const char *query)
{
    struct name names[NAMES_MAX];
    size_t count = 0;
    put(writer, "?", 1);
    while (*query) {
        size_t size = strcspn(query, "&");
        if (size && count == NAMES_MAX) {
            put(writer, "*", 1);
            return;
        }
        if (size)
            names[count++] = (struct name){query, strcspn(query, "=&")};
        query += size + (query[size] != '\0');
    }
    qsort(names, count, sizeof(*names), compare_names);
    for (size_t i = 0; i < count; i++) {
        put(writer, "&", i > 0);
        put(writer, names[i].text, names[i].size);
    }
}

void shape_write(char out[SHAPE_BYTES], const char *origin, size_t origin_size, const char *path,
                 bool coarse)
{
    struct writer writer = {out, 0};
    const char *host = memchr(origin, ':', origin_size);
    size_t scheme = host && host[1] == '/' ? (size_t)(host - origin) + 3 : 0;
    size_t size = strcspn(path, "?");
    bool has_query = path[size] == '?';
    put(&writer, origin + scheme, origin_size - scheme);
    if (coarse)
        put_depth(&writer, path, size);
    else
        put_path(&writer, path, size, has_query);
    if (has_query && coarse)
        put(&writer, "?*", 2);
    else if (has_query)
        put_query(&writer, path + size + 1);
    out[writer.size] = '\0';
}
