#include "exchange/text_rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Text that a database may hold although it is no UTF-8: then `clean` has it repaired, and is the
 * caller's to clear. */
static struct span clean_text(struct bytes *clean, const char *text, size_t size)
{
    bytes_init(clean, 0);
    if (utf8_valid(text, size))
        return (struct span){text, size};
    utf8_append_clean(clean, text, size);
    return (struct span){clean->data, clean->size};
}

static void append_number(struct bytes *out, const struct store_value *value)
{
    char text[32];
    int size = value->type == STORE_INTEGER
                   ? snprintf(text, sizeof text, "%jd", (intmax_t)value->integer)
                   : snprintf(text, sizeof text, "%.17g", value->real);
    bytes_append(out, text, (size_t)size);
}

/* ---- JSON ---- */

static void append_json_escape(struct bytes *out, unsigned char byte)
{
    static const char letters[] = {
        ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['"'] = '"'};
    char text[8];
    if (byte == '\\')
        bytes_append(out, "\\\\", 2);
    else if (letters[byte])
        bytes_append(out, (const char[]){'\\', letters[byte]}, 2);
    else
        bytes_append(out, text, (size_t)snprintf(text, sizeof text, "\\u%04x", byte));
}

static void append_json_text(struct bytes *out, const char *text, size_t size)
{
    struct bytes clean;
    struct span span = clean_text(&clean, text, size);
    const char *from = span.data, *end = span.data + span.size;
    bytes_append(out, "\"", 1);
    for (const char *at = from; at < end; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte >= ' ' && byte != '"' && byte != '\\')
            continue;
        bytes_append(out, from, (size_t)(at - from));
        append_json_escape(out, byte);
        from = at + 1;
    }
    bytes_append(out, from, (size_t)(end - from));
    bytes_append(out, "\"", 1);
    bytes_clear(&clean);
}

void text_rows_json(struct bytes *out, const struct store_value *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct store_value *value = &columns[i];
        bytes_append(out, i ? "," : "{", 1);
        append_json_text(out, value->name, strlen(value->name));
        bytes_append(out, ":", 1);
        if (value->type == STORE_TEXT)
            append_json_text(out, value->text, value->size);
        else if (value->type == STORE_INTEGER ||
                 (value->type == STORE_REAL && isfinite(value->real)))
            append_number(out, value);
        else
            bytes_append(out, "null", 4);
    }
    bytes_append(out, "}\n", 2);
}

/* ---- CSV ---- */

static void append_csv_text(struct bytes *out, const char *text, size_t size)
{
    struct bytes clean;
    struct span span = clean_text(&clean, text, size);
    const char *from = span.data, *end = span.data + span.size;
    bool plain = span.size > 0;
    for (const char *at = from; at < end && plain; at++)
        plain = *at != '"' && *at != ',' && *at != '\n' && *at != '\r';
    if (!plain)
        bytes_append(out, "\"", 1);
    for (const char *quote; !plain && (quote = memchr(from, '"', (size_t)(end - from)));
         from = quote + 1) {
        bytes_append(out, from, (size_t)(quote - from));
        bytes_append(out, "\"\"", 2);
    }
    bytes_append(out, from, (size_t)(end - from));
    if (!plain)
        bytes_append(out, "\"", 1);
    bytes_clear(&clean);
}

void text_rows_csv_names(struct bytes *out, const struct store_value *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes_append(out, ",", i ? 1 : 0);
        append_csv_text(out, columns[i].name, strlen(columns[i].name));
    }
    bytes_append(out, "\r\n", 2);
}

void text_rows_csv(struct bytes *out, const struct store_value *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes_append(out, ",", i ? 1 : 0);
        if (columns[i].type == STORE_TEXT)
            append_csv_text(out, columns[i].text, columns[i].size);
        else if (columns[i].type == STORE_INTEGER || columns[i].type == STORE_REAL)
            append_number(out, &columns[i]);
    }
    bytes_append(out, "\r\n", 2);
}
