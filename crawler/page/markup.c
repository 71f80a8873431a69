#include "page/markup.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"

enum { PIECE_BYTES = 512 };

void markup_append(struct bytes *out, const char *format, ...)
{
    char text[PIECE_BYTES];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    bytes_append_string(out, text);
}

static void append_escaped(struct bytes *out, const char *text)
{
    static const struct {
        char sign;
        const char *entity;
    } entities[] = {
        {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"},
    };
    for (;;) {
        size_t plain = strcspn(text, "&<>\"'");
        bytes_append(out, text, plain);
        text += plain;
        if (!*text)
            return;
        for (size_t i = 0; i < COUNT(entities); i++)
            if (*text == entities[i].sign)
                bytes_append_string(out, entities[i].entity);
        text++;
    }
}

void markup_text(struct bytes *out, const char *text)
{
    struct arena arena;
    if (!text)
        return;
    arena_init(&arena, 0);
    append_escaped(out, utf8_printable(&arena, text));
    arena_clear(&arena);
}

void markup_link(struct bytes *out, const char *url, const char *text)
{
    bool web = url && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
    if (web) {
        bytes_append_string(out, "<a href=\"");
        markup_text(out, url);
        bytes_append_string(out, "\" rel=noreferrer>");
    }
    markup_text(out, text);
    bytes_append_string(out, web ? "</a>" : "");
}

void markup_count(struct bytes *out, int64_t number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRId64, number);
    const char *at = digits;
    if (*at == '-')
        bytes_append(out, at++, 1);
    for (size_t left = strlen(at); left > 0; left--, at++) {
        bytes_append(out, at, 1);
        bytes_append_string(out, left > 1 && left % 3 == 1 ? "," : "");
    }
}

void markup_size(struct bytes *out, int64_t size)
{
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double number = (double)size;
    size_t unit = 0;
    for (; number >= 1024 && unit + 1 < COUNT(units); unit++)
        number /= 1024;
    markup_append(out, unit ? "%.1f %s" : "%.0f %s", number, units[unit]);
}

void markup_span(struct bytes *out, int64_t ms)
{
    int64_t s = (ms + 500) / 1000;
    if (ms < 1000)
        markup_append(out, "%" PRId64 " ms", ms);
    else if (ms < 10000)
        markup_append(out, "%.1f s", (double)ms / 1000);
    else if (s < 60)
        markup_append(out, "%" PRId64 " s", s);
    else if (s < 3600)
        markup_append(out, "%" PRId64 " min %" PRId64 " s", s / 60, s % 60);
    else
        markup_append(out, "%" PRId64 " h %" PRId64 " min", s / 3600, s % 3600 / 60);
}
