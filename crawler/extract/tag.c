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

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The rows of one first letter and one size, as a chain through `next`: rows + 1, 0 ends one. Most
 * have one row, so that a page's thousands of names are each compared with hardly more than one.
 * Made once a thread, since the tables are easier to read in the order of the alphabet. */
struct name_index {
    uint8_t first[26][NAME_SIZE];
    uint8_t next[TAG_COUNT];
    bool made;
};

static void make_index(struct name_index *index, const struct name_row *rows, unsigned count)
{
    for (unsigned i = count; i-- > 0;) {
        uint8_t *first = &index->first[rows[i].name[0] - 'a'][rows[i].size];
        index->next[i] = *first;
        *first = (uint8_t)(i + 1);
    }
    index->made = true;
}

/* Compares from the end: names of one letter, "data-..." above all, differ there. */
static bool is_named(const struct name_row *row, const char *name, size_t size)
{
    while (size && row->name[size - 1] == lower(name[size - 1]))
        size--;
    return !size;
}

/* Which of the rows it is; `none` when it is none of them. */
static unsigned find_name(const struct name_index *index, const struct name_row *rows,
                          const char *name, size_t size, unsigned none)
{
    unsigned letter = size && size < NAME_SIZE ? (unsigned)(lower(name[0]) - 'a') : 26;
    if (letter >= 26)
        return none;
    for (unsigned i = index->first[letter][size]; i; i = index->next[i - 1])
        if (is_named(&rows[i - 1], name, size))
            return i - 1;
    return none;
}

enum tag tag_of(const char *name, size_t size)
{
    static _Thread_local struct name_index index;
    if (!index.made)
        make_index(&index, tag_rows, TAG_OTHER);
    enum tag tag = find_name(&index, tag_rows, name, size, TAG_OTHER);
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
    static _Thread_local struct name_index index;
    _Static_assert((int)ATTRIBUTE_COUNT <= (int)TAG_COUNT, "every row has its link");
    if (!index.made)
        make_index(&index, attribute_rows, ATTRIBUTE_COUNT);
    return find_name(&index, attribute_rows, name, size, ATTRIBUTE_COUNT);
}

const char *attribute_name(enum attribute_id id)
{
    return attribute_rows[id].name;
}
