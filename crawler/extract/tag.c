#include "extract/tag.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    NAME_SIZE = 16
}; /* the longest with its NUL; side by side, so that a search stays in cache */

struct name_row {
    char name[NAME_SIZE];
    uint8_t size;
    uint8_t flags;
};

static const struct name_row tag_rows[TAG_COUNT] = {
#define X(id, name, flags) {name, sizeof(name) - 1, flags},
    TAG_LIST(X)
#undef X
        {"", 0, 0},
    {"", 0, TAG_BLOCK},
    {"", 0, 0},
};

static const struct name_row attribute_rows[ATTRIBUTE_COUNT] = {
#define X(id, name) {name, sizeof(name) - 1, 0},
    ATTRIBUTE_LIST(X)
#undef X
};

/* Where each letter's names begin in tag_rows, and after them its end. */
static const uint8_t tag_starts[27] = {
    TAG_A,      TAG_B,   TAG_CANVAS, TAG_DATALIST, TAG_EM,    TAG_FIELDSET, TAG_H1,
    TAG_H1,     TAG_I,   TAG_LABEL,  TAG_LABEL,    TAG_LABEL, TAG_MAIN,     TAG_NAV,
    TAG_OBJECT, TAG_P,   TAG_Q,      TAG_RP,       TAG_S,     TAG_TABLE,    TAG_U,
    TAG_VAR,    TAG_WBR, TAG_OTHER,  TAG_OTHER,    TAG_OTHER, TAG_OTHER,
};

/* Where each letter's names begin in attribute_rows, and after them its end. */
static const uint8_t attribute_starts[27] = {
    ATTRIBUTE_CLASS,  ATTRIBUTE_CLASS,  ATTRIBUTE_CLASS,    ATTRIBUTE_DATA_BLOCK,
    ATTRIBUTE_HIDDEN, ATTRIBUTE_HIDDEN, ATTRIBUTE_HIDDEN,   ATTRIBUTE_HIDDEN,
    ATTRIBUTE_ID,     ATTRIBUTE_LANG,   ATTRIBUTE_LANG,     ATTRIBUTE_LANG,
    ATTRIBUTE_NAME,   ATTRIBUTE_NAME,   ATTRIBUTE_PROPERTY, ATTRIBUTE_PROPERTY,
    ATTRIBUTE_REL,    ATTRIBUTE_REL,    ATTRIBUTE_TITLE,    ATTRIBUTE_TITLE,
    ATTRIBUTE_COUNT,  ATTRIBUTE_COUNT,  ATTRIBUTE_COUNT,    ATTRIBUTE_COUNT,
    ATTRIBUTE_COUNT,  ATTRIBUTE_COUNT,  ATTRIBUTE_COUNT,
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Compares from the end: names of one letter, "data-..." above all, differ there. */
static bool is_named(const struct name_row *row, const char *name, size_t size)
{
    if (row->size != size)
        return false;
    while (size && row->name[size - 1] == lower(name[size - 1]))
        size--;
    return !size;
}

/* Which of the rows that begin with the name's letter it is; `none` when it is none of them. */
static unsigned find_name(const struct name_row *rows, const uint8_t starts[27], const char *name,
                          size_t size, unsigned none)
{
    unsigned letter = size ? (unsigned)(lower(name[0]) - 'a') : 26;
    if (letter >= 26)
        return none;
    for (unsigned i = starts[letter]; i < starts[letter + 1]; i++)
        if (is_named(&rows[i], name, size))
            return i;
    return none;
}

enum tag tag_of(const char *name, size_t size)
{
    enum tag tag = find_name(tag_rows, tag_starts, name, size, TAG_OTHER);
    return tag == TAG_OTHER && size && memchr(name, '-', size) ? TAG_CUSTOM : tag;
}

unsigned tag_flags_of(enum tag tag)
{
    return tag_rows[tag].flags;
}

const char *tag_name(enum tag tag)
{
    return tag_rows[tag].name;
}

enum attribute_id attribute_of(const char *name, size_t size)
{
    return find_name(attribute_rows, attribute_starts, name, size, ATTRIBUTE_COUNT);
}

const char *attribute_name(enum attribute_id id)
{
    return attribute_rows[id].name;
}
