/* features.c - the blocks of pages with their features, for train.py.
 *
 *     features MAP FILE.html.gz...
 *     features --scores SCORES MAP FILE.html.gz...
 *
 * MAP has lines of "path TAB URL". Per file to standard output, in the machine's byte order: the
 * number of blocks and of features (uint32 each); then per block whether it is refused (uint32),
 * the size of its text (uint32), the text, the size of its path (uint32), the path, and the
 * features of the first look (float each). A path has a line for its element and each ancestor, of
 * tag, class and id. With --scores the features are those of the second look, and there is nothing
 * else per block; SCORES holds the first look's log-odds of all blocks of all files, in order
 * (float each). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/alloc.h"
#include "extract/article.h"
#include "extract/block.h"
#include "extract/charset.h"
#include "extract/document.h"
#include "extract/metadata.h"
#include "extract/prepare.h"

enum { LEVELS_MAX = 8 };
static const int64_t NOW_MS = 4102444800000; /* 2100: no page is later */

static void read_file(const char *path, struct bytes *out)
{
    gzFile file = gzopen(path, "rb");
    int got = 0;
    while (file) {
        bytes_reserve(out, 1 << 17);
        got = gzread(file, out->data + out->size, 1 << 17);
        if (got <= 0)
            break;
        out->size += (size_t)got;
    }
    if (file)
        gzclose(file);
}

static void put(uint32_t number)
{
    fwrite(&number, sizeof(number), 1, stdout);
}

static void append_names(struct bytes *path, const struct document *document, uint32_t node)
{
    static const enum attribute_id ids[] = {ATTRIBUTE_CLASS, ATTRIBUTE_ID, ATTRIBUTE_DATA_TESTID,
                                            ATTRIBUTE_DATA_COMPONENT};
    bytes_append_string(path, tag_name(document->nodes[node].tag));
    for (size_t i = 0; i < COUNT(ids); i++) {
        const char *names = node_attribute(document, node, ids[i]);
        if (names) {
            bytes_append(path, " ", 1);
            bytes_append_string(path, names);
        }
    }
    bytes_append(path, "\n", 1);
}

static void write_path(const struct document *document, uint32_t node)
{
    struct bytes path;
    bytes_init(&path, 0);
    for (int level = 0; node != DOCUMENT_NONE && level < LEVELS_MAX; level++) {
        append_names(&path, document, node);
        node = document->nodes[node].parent;
    }
    put((uint32_t)path.size);
    fwrite(path.data, 1, path.size, stdout);
    bytes_clear(&path);
}

static void write_blocks(const struct blocks *blocks, const struct document *document,
                         const float *features)
{
    put((uint32_t)blocks->count);
    put(FEATURE_FIRST_COUNT);
    for (size_t i = 0; i < blocks->count; i++) {
        struct span text = block_text(&blocks->items[i], document);
        put(block_refused(blocks, &blocks->items[i]));
        put((uint32_t)text.size);
        fwrite(text.data, 1, text.size, stdout);
        write_path(document, blocks->items[i].node);
        fwrite(features + i * FEATURE_COUNT, sizeof(float), FEATURE_FIRST_COUNT, stdout);
    }
}

static void write_context(const struct blocks *blocks, const float *features)
{
    enum { WIDTH = FEATURE_COUNT - FEATURE_FIRST_COUNT };
    put((uint32_t)blocks->count);
    put(WIDTH);
    for (size_t i = 0; i < blocks->count; i++)
        fwrite(features + i * FEATURE_COUNT + FEATURE_FIRST_COUNT, sizeof(float), WIDTH, stdout);
}

/* The next `count` scores of the file, in the arena. */
static const float *read_scores(FILE *file, size_t count, struct arena *arena)
{
    float *scores = arena_alloc_zeroed(arena, (count + 1) * sizeof(*scores));
    if (fread(scores, sizeof(*scores), count, file) < count)
        fputs("features: the scores end early\n", stderr);
    return scores;
}

/* `scores` is NULL for the first look. */
static void write_page(const char *path, const char *url, FILE *scores, struct arena *arena)
{
    struct bytes data, text;
    bytes_init(&data, 0);
    bytes_init(&text, 0);
    read_file(path, &data);
    charset_to_utf8(data.data, data.size, charset_of(data.data, data.size, NULL, CHARSET_HTML),
                    &text);
    struct prepared prepared;
    struct document document;
    struct blocks blocks;
    struct page page = {.arena = arena};
    prepare_page(&prepared, (struct span){text.data, text.size});
    document_build(&document, arena, &prepared);
    prepared_clear(&prepared);
    metadata_collect(&page, &document, url, NOW_MS);
    blocks_collect(&blocks, &document, arena);
    float *features = blocks_features(&blocks, &document, page.article.title, arena);
    if (scores) {
        blocks_context(&blocks, &document, read_scores(scores, blocks.count, arena), features,
                       arena);
        write_context(&blocks, features);
    } else {
        write_blocks(&blocks, &document, features);
    }
    bytes_clear(&text);
    bytes_clear(&data);
}

/* The URL of `path` in the map, in the arena, or NULL. */
static const char *url_of(const char *map, const char *path, struct arena *arena)
{
    size_t size = strlen(path);
    for (const char *line = map; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, path, size) == 0 && line[size] == '\t')
            return arena_copy(arena, line + size + 1, strcspn(line + size + 1, "\r\n"));
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        for (unsigned i = 0; i < FEATURE_COUNT; i++)
            puts(feature_name((enum feature)i));
        return 0;
    }
    FILE *scores = argc > 3 && strcmp(argv[1], "--scores") == 0 ? fopen(argv[2], "rb") : NULL;
    int first = scores ? 3 : 1;
    struct arena arena;
    struct bytes map;
    arena_init(&arena, 0);
    bytes_init(&map, 0);
    read_file(argv[first], &map);
    bytes_append(&map, "", 1);
    for (int i = first + 1; i < argc; i++) {
        write_page(argv[i], url_of(map.data, argv[i], &arena), scores, &arena);
        arena_reset(&arena);
    }
    if (scores)
        fclose(scores);
    bytes_clear(&map);
    arena_clear(&arena);
    return 0;
}
