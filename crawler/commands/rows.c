#include "commands/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/figures.h"
#include "base/utf8.h"

enum { GAP = 2, NARROWEST = 12 };

#define PARTIAL "…"

/* ---- how wide text is ---- */

/* Characters that take no place, and those that take two (Unicode's East Asian Width W and F). */
static const struct range {
    uint32_t first, last;
} no_place[] =
    {
        {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
        {0x06d6, 0x06dc}, {0x0900, 0x0902}, {0x093c, 0x093c}, {0x0941, 0x0948}, {0x094d, 0x094d},
        {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x200b, 0x200f}, {0x20d0, 0x20ff},
        {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f},
},
  two_places[] = {
      {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff}, {0x3400, 0x4dbf},
      {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3}, {0xf900, 0xfaff},
      {0xfe30, 0xfe4f},   {0xff00, 0xff60},   {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
      {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

static bool in_ranges(uint32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count && point >= ranges[i].first; i++)
        if (point <= ranges[i].last)
            return true;
    return false;
}

static size_t point_width(uint32_t point)
{
    if (point < 0x300)
        return 1;
    if (in_ranges(point, no_place, COUNT(no_place)))
        return 0;
    return in_ranges(point, two_places, COUNT(two_places)) ? 2 : 1;
}

size_t rows_width(const char *text)
{
    size_t width = 0, size = strlen(text);
    for (size_t at = 0; at < size;) {
        uint32_t point;
        at += utf8_decode(text + at, size - at, &point);
        width += point_width(point);
    }
    return width;
}

/* The text, cut at `width` places. */
static const char *fit(struct arena *arena, const char *text, size_t width)
{
    if (rows_width(text) <= width)
        return text;
    size_t used = 0, at = 0, size = strlen(text);
    while (at < size) {
        uint32_t point;
        size_t taken = utf8_decode(text + at, size - at, &point);
        if (used + point_width(point) > width - 1)
            break;
        used += point_width(point);
        at += taken;
    }
    return arena_format(arena, "%.*s" PARTIAL, (int)at, text);
}

/* ---- a table ---- */

struct table {
    struct arena arena;
    const struct rows_column *columns;
    size_t columns_count;
    const char **cells; /* row by row */
    size_t rows, places;
    size_t widths[ROWS_COLUMNS_MAX];
};

static const char *format_bytes(struct arena *arena, int64_t size)
{
    struct bytes text;
    bytes_init(&text, 0);
    figures_size(&text, size);
    const char *copy = arena_copy(arena, text.data, text.size);
    bytes_clear(&text);
    return copy;
}

static const char *format_cell(struct arena *arena, const struct store_value *value,
                               enum rows_form form)
{
    if (!value || value->type == STORE_NULL)
        return "";
    if (form == ROWS_BYTES)
        return format_bytes(arena, value->integer);
    if (form == ROWS_MOMENT && strlen(value->text) >= 16)
        return arena_format(arena, "%.10s %.5s", value->text, value->text + 11);
    if (form == ROWS_DAY)
        return arena_format(arena, "%.10s", value->text);
    return utf8_printable(arena, value->text);
}

static int take_row(const struct store_value *columns, size_t count, void *context)
{
    struct table *table = context;
    size_t width = table->columns_count;
    if (table->rows == table->places) {
        size_t places = table->places ? table->places * 2 : 64, size = width * sizeof(char *);
        table->cells = arena_grow(&table->arena, table->cells, table->places * size, places * size);
        table->places = places;
    }
    for (size_t i = 0; i < width; i++) {
        const struct store_value *value = store_column(columns, count, table->columns[i].name);
        const char *cell = format_cell(&table->arena, value, table->columns[i].form);
        table->cells[table->rows * width + i] = cell;
        size_t cell_width = rows_width(cell);
        if (cell_width > table->widths[i])
            table->widths[i] = cell_width;
    }
    table->rows++;
    return 0;
}

static size_t line_width(const struct table *table)
{
    size_t width = 0;
    for (size_t i = 0; i < table->columns_count; i++)
        width += table->widths[i] ? table->widths[i] + GAP : 0;
    return width - GAP;
}

/* Takes places from the widest column of a form until a line fits, or no column has any to give. */
static void narrow(struct table *table, enum rows_form form)
{
    while (line_width(table) > ROWS_WIDTH_MAX) {
        size_t *widest = NULL;
        for (size_t i = 0; i < table->columns_count; i++)
            if (table->columns[i].form == form && table->widths[i] > NARROWEST &&
                (!widest || table->widths[i] > *widest))
                widest = &table->widths[i];
        if (!widest)
            return;
        --*widest;
    }
}

/* A column in which no row has anything is left out (its width is 0). */
static void print_line(struct table *table, const char *const *cells)
{
    size_t owed = 0; /* blanks before the next text: none stand at a line's end */
    for (size_t i = 0; i < table->columns_count; i++) {
        if (table->widths[i] == 0)
            continue;
        const char *text = fit(&table->arena, cells[i], table->widths[i]);
        size_t pad = table->widths[i] - rows_width(text);
        bool right = table->columns[i].form == ROWS_NUMBER || table->columns[i].form == ROWS_BYTES;
        owed += right ? pad : 0;
        if (*text) {
            printf("%*s%s", (int)owed, "", text);
            owed = 0;
        }
        owed += (right ? 0 : pad) + GAP;
    }
    putchar('\n');
}

int rows_print(struct store *store, const struct rows_query *query,
               const struct rows_column *columns, size_t columns_count, size_t *rows_count)
{
    struct table table = {.columns = columns, .columns_count = columns_count};
    const char *titles[ROWS_COLUMNS_MAX];
    arena_init(&table.arena, 0);
    int err =
        store_each_row(store, query->sql, query->params, query->params_count, take_row, &table);
    if (!err && table.rows > 0) {
        for (size_t i = 0; i < columns_count; i++) {
            titles[i] = columns[i].title;
            if (table.widths[i] > 0 && table.widths[i] < rows_width(titles[i]))
                table.widths[i] = rows_width(titles[i]);
        }
        narrow(&table, ROWS_TEXT);
        narrow(&table, ROWS_NAME);
        if (query->heading)
            printf("\n%s\n", query->heading);
        print_line(&table, titles);
        for (size_t i = 0; i < table.rows; i++)
            print_line(&table, table.cells + i * columns_count);
    }
    if (rows_count)
        *rows_count = table.rows;
    arena_clear(&table.arena);
    return err;
}

/* ---- JSON ---- */

/* Text that is not UTF-8, which a database may hold, is repaired. */
static json_t *text_json(const char *text, size_t size)
{
    json_t *string = json_stringn(text, size);
    if (string)
        return string;
    struct arena arena;
    arena_init(&arena, 0);
    size_t clean_size;
    const char *clean = utf8_cleaned(&arena, text, size, &clean_size);
    string = json_stringn(clean, clean_size);
    arena_clear(&arena);
    return string;
}

static json_t *value_json(const struct store_value *value, bool is_json)
{
    json_t *parsed = NULL;
    switch (value->type) {
    case STORE_INTEGER:
        return json_integer(value->integer);
    case STORE_REAL:
        return json_real(value->real);
    case STORE_TEXT:
        if (is_json)
            parsed = json_loadb(value->text, value->size, JSON_DECODE_ANY, NULL);
        return parsed ? parsed : text_json(value->text, value->size);
    case STORE_BLOB:
    case STORE_NULL:
        break;
    }
    return json_null();
}

static int append_row(const struct store_value *columns, size_t count, void *context)
{
    static const char suffix[] = "_json";
    json_t *row = json_object();
    for (size_t i = 0; i < count; i++) {
        char name[64];
        size_t size = strlen(columns[i].name), suffix_size = sizeof suffix - 1;
        bool is_json =
            size > suffix_size && strcmp(columns[i].name + size - suffix_size, suffix) == 0;
        snprintf(name, sizeof name, "%.*s", (int)(is_json ? size - suffix_size : size),
                 columns[i].name);
        json_object_set_new(row, name, value_json(&columns[i], is_json));
    }
    json_array_append_new(context, row);
    return 0;
}

int rows_json(struct store *store, const struct rows_query *query, json_t **out)
{
    json_t *rows = json_array();
    int err =
        store_each_row(store, query->sql, query->params, query->params_count, append_row, rows);
    if (err)
        json_decref(rows);
    else
        *out = rows;
    return err;
}

int rows_first(struct store *store, const struct rows_query *query, json_t **out)
{
    json_t *rows;
    int err = rows_json(store, query, &rows);
    if (err)
        return err;
    *out = json_incref(json_array_get(rows, 0));
    json_decref(rows);
    return 0;
}

void rows_dump(json_t *document)
{
    json_dumpf(document, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
    putchar('\n');
    json_decref(document);
}
