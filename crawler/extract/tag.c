#include "extract/tag.h"

#include <stdint.h>
#include <string.h>

struct name_row {
    const char *name;
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

enum tag tag_of(const char *name, size_t size)
{
    if (!size || name[0] < 'a' || name[0] > 'z')
        return TAG_OTHER;
    unsigned letter = (unsigned)(name[0] - 'a');
    for (unsigned i = tag_starts[letter]; i < tag_starts[letter + 1]; i++)
        if (tag_rows[i].size == size && memcmp(tag_rows[i].name, name, size) == 0)
            return (enum tag)i;
    return memchr(name, '-', size) ? TAG_CUSTOM : TAG_OTHER;
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
    unsigned low = 0, high = ATTRIBUTE_COUNT;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        const struct name_row *row = &attribute_rows[middle];
        int order = memcmp(name, row->name, size < row->size ? size : row->size);
        if (!order)
            order = (size > row->size) - (size < row->size);
        if (!order)
            return (enum attribute_id)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return ATTRIBUTE_COUNT;
}

const char *attribute_name(enum attribute_id id)
{
    return attribute_rows[id].name;
}
