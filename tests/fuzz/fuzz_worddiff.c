/* Two texts, parted by NUL: the parts of their difference make up both again, white space aside. */
#include "base/worddiff.h"
#include "fuzz/fuzz.h"

static struct span side(struct arena *arena, const struct worddiff_part *parts, size_t count,
                        enum worddiff_kind other)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += parts[i].kind == other ? 0 : parts[i].text.size;
    char *text = arena_alloc(arena, size);
    size = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; parts[i].kind != other && k < parts[i].text.size; k++)
            if ((unsigned char)parts[i].text.data[k] > ' ')
                text[size++] = parts[i].text.data[k];
    return (struct span){text, size};
}

static struct span without_blanks(struct arena *arena, struct span text)
{
    struct worddiff_part whole = {WORDDIFF_SAME, text};
    return side(arena, &whole, 1, WORDDIFF_GONE);
}

static void check_same(struct span a, struct span b)
{
    FUZZ_CHECK(a.size == b.size && (!a.size || memcmp(a.data, b.data, a.size) == 0));
}

void fuzz_input(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct worddiff_part *parts;
    const uint8_t *end = size ? memchr(data, '\0', size) : NULL;
    struct span before = {(const char *)data, end ? (size_t)(end - data) : size};
    struct span after = {end ? (const char *)end + 1 : "", end ? size - before.size - 1 : 0};
    if (!utf8_valid(before.data, before.size) || !utf8_valid(after.data, after.size))
        return;
    arena_init(&arena, 0);
    size_t count = worddiff(&arena, before, after, &parts);
    check_same(side(&arena, parts, count, WORDDIFF_NEW), without_blanks(&arena, before));
    check_same(side(&arena, parts, count, WORDDIFF_GONE), without_blanks(&arena, after));
    arena_clear(&arena);
}
