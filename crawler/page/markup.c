#include "page/markup.h"

#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"

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
        bytes_append_string(out, "\">");
    }
    markup_text(out, text);
    bytes_append_string(out, web ? "</a>" : "");
}
