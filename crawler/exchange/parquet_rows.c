#include "exchange/parquet_rows.h"

#include <assert.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"

#define DAY_MS INT64_C(86400000)

/* Columns that are no plain text. */
static const struct {
    const char *name;
    enum parquet_kind kind;
} kinds[] = {
    {"article_id", PARQUET_INTEGER},
    {"words", PARQUET_INTEGER},
    {"published", PARQUET_MOMENT},
    {"modified", PARQUET_MOMENT},
    {"first_seen", PARQUET_MOMENT},
    {"pub_day", PARQUET_DAY},
    {"free_access", PARQUET_BOOLEAN},
    {"rev_count", PARQUET_INTEGER},
    {"story_id", PARQUET_INTEGER},
    {"authors", PARQUET_TEXTS},
    {"tags", PARQUET_TEXTS},
    {"published_has_time", PARQUET_BOOLEAN},
    {"published_zone_min", PARQUET_INTEGER},
    {"revised", PARQUET_MOMENT},
    {"gone", PARQUET_MOMENT},
    {"noindex", PARQUET_BOOLEAN},
    {"noarchive", PARQUET_BOOLEAN},
    {"tdm_reserved", PARQUET_BOOLEAN},
    {"published_ms", PARQUET_INTEGER},
    {"first_seen_ms", PARQUET_INTEGER},
    {"revised_ms", PARQUET_INTEGER},
    {"gone_ms", PARQUET_INTEGER},
};

static enum parquet_kind kind_of(const char *name)
{
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].kind;
    return PARQUET_TEXT;
}

void parquet_rows_begin(struct parquet_writer *writer, struct sink *sink,
                        const struct store_value *columns, size_t count)
{
    parquet_writer_begin(writer, sink, count);
    for (size_t i = 0; i < count; i++)
        parquet_column_init(&writer->columns[i], columns[i].name, kind_of(columns[i].name));
}

/* A text that is no date can't come from the view; it would be as if there were none. */
static void add_moment(struct parquet_column *column, struct span text, int64_t unit_ms)
{
    struct moment moment;
    if (date_parse_feed(text, &moment))
        parquet_column_add_null(column);
    else
        parquet_column_add_number(column, moment.ms / unit_ms);
}

/* What was joined by "; ". */
static void add_texts(struct parquet_column *column, struct span text)
{
    static const char joint[] = {';', ' '};
    bool again = false;
    for (const char *next; (next = memmem(text.data, text.size, joint, sizeof joint));
         again = true) {
        size_t size = (size_t)(next - text.data);
        parquet_column_add_text(column, (struct span){text.data, size}, again);
        text = (struct span){next + sizeof joint, text.size - size - sizeof joint};
    }
    parquet_column_add_text(column, text, again);
}

static void add(struct parquet_column *column, const struct store_value *value)
{
    struct span text = {value->text, value->size};
    if (value->type == STORE_NULL) {
        parquet_column_add_null(column);
        return;
    }
    switch (column->kind) {
    case PARQUET_TEXT:
        parquet_column_add_text(column, text, false);
        break;
    case PARQUET_TEXTS:
        add_texts(column, text);
        break;
    case PARQUET_INTEGER:
    case PARQUET_BOOLEAN:
        parquet_column_add_number(column, value->integer);
        break;
    case PARQUET_MOMENT:
        add_moment(column, text, 1);
        break;
    case PARQUET_DAY:
        add_moment(column, text, DAY_MS);
        break;
    }
}

int parquet_rows_add(struct parquet_writer *writer, const struct store_value *columns, size_t count)
{
    assert(count == writer->count);
    for (size_t i = 0; i < count; i++)
        add(&writer->columns[i], &columns[i]);
    return parquet_writer_end_row(writer);
}
