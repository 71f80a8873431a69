#include "storage/copy/rows.h"

#include <stdio.h>
#include <string.h>

#include "storage/copy/tables.h"
#include "storage/memory.h"

enum { NAME_BYTES = 40, WORDS_BYTES = 256 }; /* of a column or table; of all else */

static char *write_names(char *at, const struct copied_table *table, size_t count, const char *tail)
{
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "%s%s%s", i ? ", " : "", table->columns[i].name, tail);
    return at;
}

char *rows_columns(const struct copied_table *table)
{
    char *text = memory_zeroed(table->columns_count, NAME_BYTES);
    write_names(text, table, table->columns_count, "");
    return text;
}

char *rows_select(const struct copied_table *table, enum rows_order order, const char *const *after)
{
    size_t size = (table->columns_count + 2 * table->keys) * NAME_BYTES + WORDS_BYTES;
    for (size_t i = 0; after && i < table->keys; i++)
        size += strlen(after[i]);
    char *text = memory_zeroed(1, size), *at = text;
    at += sprintf(at, "SELECT ");
    at = write_names(at, table, table->columns_count, "");
    at += sprintf(at, " FROM %s", table->name);
    if (after) {
        at = write_names(at + sprintf(at, " WHERE ("), table, table->keys, "");
        at += sprintf(at, ") > (");
        for (size_t i = 0; i < table->keys; i++)
            at += sprintf(at, "%s%s", i ? ", " : "", after[i]);
        at += sprintf(at, ")");
    }
    bool last = order == ROWS_LAST_ALONE;
    at = write_names(at + sprintf(at, " ORDER BY "), table, table->keys, last ? " DESC" : "");
    if (last)
        strcpy(at, " LIMIT 1");
    return text;
}
