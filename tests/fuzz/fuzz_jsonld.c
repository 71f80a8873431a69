/* The JSON-LD of a page: the page's path in the first line, then blocks, parted by NUL. */
#include "extract/jsonld.h"
#include "fuzz/fuzz.h"

enum { BLOCKS_MAX = 8 };

static size_t split_blocks(struct span rest, struct span blocks[BLOCKS_MAX])
{
    size_t count = 0;
    while (rest.size && count < BLOCKS_MAX) {
        const char *end = memchr(rest.data, '\0', rest.size);
        size_t size = end ? (size_t)(end - rest.data) : rest.size;
        blocks[count++] = (struct span){rest.data, size};
        size += end != NULL;
        rest = (struct span){rest.data + size, rest.size - size};
    }
    return count;
}

void fuzz_input(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct jsonld found;
    struct span blocks[BLOCKS_MAX], rest = {(const char *)data, size}, path = fuzz_line(&rest);
    size_t count = split_blocks(rest, blocks);
    arena_init(&arena, 0);
    jsonld_read(&found, &arena, blocks, count, path);
    const char *const texts[] = {
        found.type,
        found.headline,
        found.alternative_headline,
        found.published,
        found.modified,
        found.created,
        found.page_published,
        found.page_modified,
        found.language,
        found.section,
        found.description,
        found.image,
        found.url,
        found.publisher,
        found.body,
        found.page_type,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        fuzz_check_text(texts[i]);
    FUZZ_CHECK(found.authors_count <= JSONLD_AUTHORS_MAX && found.tags_count <= JSONLD_TAGS_MAX);
    for (size_t i = 0; i < found.authors_count; i++)
        fuzz_check_text(found.authors[i]);
    for (size_t i = 0; i < found.tags_count; i++)
        fuzz_check_text(found.tags[i]);
    FUZZ_CHECK(found.free_access >= -1 && found.free_access <= 1);
    arena_clear(&arena);
}
