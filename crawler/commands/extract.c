/* extract.c - crawler extract: articles out of saved pages. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "commands/article_out.h"
#include "commands/batch.h"
#include "commands/commands.h"
#include "extract/article.h"
#include "extract/decode.h"

enum { PAGE_BYTES_MAX = 256 << 20 };

/* Lines of "path TAB URL", sorted by path for look-up. */
struct url_map {
    struct arena arena;
    struct url_row {
        const char *path, *url;
    } * rows;
    size_t count;
};

static int by_path(const void *left, const void *right)
{
    const struct url_row *a = left, *b = right;
    return strcmp(a->path, b->path);
}

static int url_map_read(struct url_map *map, const char *path)
{
    char *text;
    size_t size, lines = 1;
    int err = batch_read_file(path, &map->arena, &text, &size);
    if (err)
        return err;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    map->rows = arena_alloc(&map->arena, lines * sizeof(*map->rows));
    char *rest = text, *line;
    while ((line = strsep(&rest, "\n"))) {
        char *tab = strchr(line, '\t');
        if (!tab)
            continue;
        *tab = '\0';
        tab[1 + strcspn(tab + 1, "\t\r")] = '\0';
        map->rows[map->count++] = (struct url_row){line, tab + 1};
    }
    qsort(map->rows, map->count, sizeof(*map->rows), by_path);
    return 0;
}

static const char *url_map_find(const struct url_map *map, const char *path)
{
    struct url_row wanted = {path, NULL};
    if (!map->count)
        return NULL;
    const struct url_row *row =
        bsearch(&wanted, map->rows, map->count, sizeof(*map->rows), by_path);
    return row ? row->url : NULL;
}

/* Reads a page, unpacked where it is gzip. Returns 0, ERR_IO after a line on standard error,
 * ERR_INPUT for a gzip file that is broken, or ERR_TOO_LARGE. */
static int read_page(const char *path, struct arena *arena, struct bytes *out)
{
    char *data;
    size_t size;
    int err = batch_read_file(path, arena, &data, &size);
    return err ? err : decode_body(data, size, NULL, PAGE_BYTES_MAX, out);
}

static void print_failure(const struct options *options, const char *file, int err)
{
    const char *why = err == ERR_IO          ? "cannot be read"
                      : err == ERR_TOO_LARGE ? "larger than 256 MB"
                                             : "a broken gzip file";
    if (err != ERR_IO)
        fprintf(stderr, "crawler: %s: %s\n", file, why);
    if (!options->jsonl)
        return;
    struct article_record nothing = {.published_ms = MOMENT_NONE, .modified_ms = MOMENT_NONE};
    json_t *out = article_out_json(file, &nothing, NULL);
    json_object_set_new(out, "error", json_string(why));
    json_dumpf(out, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(out);
}

static int extract_file(const struct options *options, const char *file, const char *url,
                        struct arena *arena)
{
    struct bytes data;
    struct page page;
    bytes_init(&data, PAGE_BYTES_MAX);
    int err = read_page(file, arena, &data);
    if (err) {
        print_failure(options, file, err);
        bytes_clear(&data);
        return err;
    }
    article_extract(&page, arena, data.data, data.size, url, options->content_type,
                    clock_wall_ms());
    if (options->jsonl || options->json) {
        json_t *out = article_out_json(file, &page.article, arena);
        if (options->json)
            article_out_add_provenance(out, &page.article);
        json_dumpf(out, stdout, options->jsonl ? JSON_COMPACT : JSON_INDENT(2));
        putchar('\n');
        json_decref(out);
    } else if (options->markdown) {
        article_out_markdown(&page);
    } else {
        article_out_print(&page.article, arena);
    }
    bytes_clear(&data);
    return 0;
}

int command_extract(const struct options *options)
{
    struct url_map map = {.count = 0};
    struct arena arena;
    int err = 0;
    arena_init(&map.arena, 0);
    if (options->url_map)
        err = url_map_read(&map, options->url_map);
    else if (!options->arguments_count) {
        fprintf(stderr, "crawler: extract wants files; see crawler extract --help\n");
        err = ERR_USAGE;
    }
    if (err) {
        arena_clear(&map.arena);
        return (int)error_exit_status(ERR_USAGE);
    }
    arena_init(&arena, 0);
    for (size_t i = 0; i < options->arguments_count; i++) {
        const char *file = options->arguments[i];
        const char *url = options->url_map ? url_map_find(&map, file) : options->url;
        if (extract_file(options, file, url, &arena))
            err = ERR_USAGE;
        arena_reset(&arena);
    }
    arena_clear(&arena);
    arena_clear(&map.arena);
    return (int)error_exit_status(err);
}
