#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "world/world.h"

char *file_text(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    char piece[8192];
    struct bytes text;
    bytes_init(&text, 0);
    bytes_append_string(&text, "");
    if (!file) {
        perror(path);
        exit(2);
    }
    for (size_t got; (got = fread(piece, 1, sizeof(piece), file)) > 0;)
        bytes_append(&text, piece, got);
    fclose(file);
    char *copy = arena_copy(arena, text.data, text.size);
    bytes_clear(&text);
    return copy;
}

void blocks_read(struct blocks *blocks, struct arena *arena, const char *path)
{
    char *text = file_text(arena, path);
    for (char *mark = text; mark; mark = strstr(mark, "\n=== ")) {
        mark += mark != text;
        char *line_end = strchr(mark, '\n');
        if (strncmp(mark, "=== ", 4) != 0 || !line_end || blocks->count == BLOCKS_MAX) {
            fprintf(stderr, "demo-world: %s is not made of blocks\n", path);
            exit(2);
        }
        *mark = '\0'; /* the block before ends with its line feed */
        *line_end = '\0';
        blocks->at[blocks->count].name = mark + 4;
        blocks->at[blocks->count++].text = line_end + 1;
        mark = line_end + 1;
    }
}

const char *blocks_find(const struct blocks *blocks, const char *name)
{
    for (size_t i = 0; i < blocks->count; i++)
        if (strcmp(blocks->at[i].name, name) == 0)
            return blocks->at[i].text;
    fprintf(stderr, "demo-world: no block %s\n", name);
    exit(2);
}

void values_set(struct values *values, const char *name, const char *text)
{
    size_t i = 0;
    while (i < values->count && strcmp(values->at[i].name, name) != 0)
        i++;
    if (i == COUNT(values->at))
        abort();
    values->at[i].name = name;
    values->at[i].text = text;
    if (i == values->count)
        values->count++;
}

static const char *values_find(const struct values *values, const char *name)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcmp(values->at[i].name, name) == 0)
            return values->at[i].text;
    fprintf(stderr, "demo-world: no value {{%s}}\n", name);
    exit(2);
}

static void append_escaped(const char *text, struct bytes *out)
{
    for (; *text; text++)
        switch (*text) {
        case '&':
            bytes_append_string(out, "&amp;");
            break;
        case '<':
            bytes_append_string(out, "&lt;");
            break;
        case '>':
            bytes_append_string(out, "&gt;");
            break;
        case '"':
            bytes_append_string(out, "&quot;");
            break;
        default:
            bytes_append(out, text, 1);
        }
}

/* The code point at *at of well-formed UTF-8; moves *at behind it. */
static unsigned next_code_point(const char **at)
{
    const unsigned char *bytes = (const unsigned char *)*at;
    int more = bytes[0] < 0x80 ? 0 : bytes[0] < 0xe0 ? 1 : bytes[0] < 0xf0 ? 2 : 3;
    unsigned code = more == 0 ? bytes[0] : bytes[0] & (0x3fu >> more);
    for (int i = 1; i <= more; i++)
        code = code << 6 | (bytes[i] & 0x3f);
    *at += 1 + more;
    return code;
}

static void append_json(const char *text, struct bytes *out)
{
    while (*text) {
        char piece[16];
        unsigned code = next_code_point(&text);
        if (code == '"' || code == '\\')
            snprintf(piece, sizeof(piece), "\\%c", (char)code);
        else if (code >= 0x20 && code < 0x7f && code != '<')
            snprintf(piece, sizeof(piece), "%c", (char)code);
        else if (code < 0x10000)
            snprintf(piece, sizeof(piece), "\\u%04x", code);
        else
            snprintf(piece, sizeof(piece), "\\u%04x\\u%04x", 0xd7c0 + (code >> 10),
                     0xdc00 + (code & 0x3ff));
        bytes_append_string(out, piece);
    }
}

void template_fill(const char *block, const struct values *values, struct bytes *out)
{
    for (const char *mark; (mark = strstr(block, "{{"));) {
        char name[64];
        bytes_append(out, block, (size_t)(mark - block));
        mark += 2;
        char kind = *mark == '!' || *mark == '"' ? *mark++ : ' ';
        size_t size = strcspn(mark, "}");
        snprintf(name, sizeof(name), "%.*s", (int)size, mark);
        block = mark + size + 2;
        const char *text = values_find(values, name);
        if (kind == '!')
            bytes_append_string(out, text);
        else if (kind == '"')
            append_json(text, out);
        else
            append_escaped(text, out);
    }
    bytes_append_string(out, block);
}
