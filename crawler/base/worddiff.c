#include "base/worddiff.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/utf8.h"

enum { CHANGES_MAX = 2000 };

/* ---- words ---- */

struct words {
    struct span *at;
    bool *changed; /* not in the other text */
    size_t count, places;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Of a script that puts no spaces between words: Thai, Lao, Burmese, Khmer, Chinese, Japanese. */
static bool stands_alone(uint32_t point)
{
    static const uint32_t ranges[][2] = {{0x0e00, 0x0eff}, {0x1000, 0x109f},  {0x1780, 0x17ff},
                                         {0x3000, 0x30ff}, {0x3400, 0x9fff},  {0xf900, 0xfaff},
                                         {0xff00, 0xff65}, {0x20000, 0x3ffff}};
    for (size_t i = 0; i < COUNT(ranges); i++)
        if (point >= ranges[i][0] && point <= ranges[i][1])
            return true;
    return false;
}

/* The bytes of the word that begins at `data`, which is no blank. */
static size_t word_size(const char *data, size_t size)
{
    size_t used = 0;
    if (*data == '\n')
        return 1;
    while (used < size && !is_blank(data[used]) && data[used] != '\n') {
        uint32_t point;
        size_t length = utf8_decode(data + used, size - used, &point);
        if (stands_alone(point))
            return used ? used : length;
        used += length;
    }
    return used;
}

static void add_word(struct arena *arena, struct words *words, const char *data, size_t size)
{
    words->at = arena_room(arena, words->at, words->count, &words->places, sizeof *words->at);
    words->at[words->count++] = (struct span){data, size};
}

static struct words split(struct arena *arena, struct span text)
{
    struct words words = {0};
    for (size_t at = 0; at < text.size;) {
        if (is_blank(text.data[at])) {
            at++;
            continue;
        }
        size_t size = word_size(text.data + at, text.size - at);
        add_word(arena, &words, text.data + at, size);
        at += size;
    }
    words.changed = arena_alloc_zeroed(arena, words.count + 1);
    return words;
}

static bool is_same(const struct words *a, size_t i, const struct words *b, size_t k)
{
    return a->at[i].size == b->at[k].size &&
           memcmp(a->at[i].data, b->at[k].data, a->at[i].size) == 0;
}

/* ---- the shortest way ---- */

/* What is left of both when the same words at both ends are taken off. */
struct middle {
    const struct words *a, *b;
    size_t start; /* the first word of the middle, in both */
    int size_a, size_b;
};

static bool is_same_within(const struct middle *middle, int x, int y)
{
    return is_same(middle->a, middle->start + (size_t)x, middle->b, middle->start + (size_t)y);
}

/* How far the way with one change more comes on diagonal k; `far` is that of the one before. */
static int step(const int *far, int changes, int k)
{
    if (k == -changes || (k != changes && far[k - 1] < far[k + 1]))
        return far[k + 1];
    return far[k - 1] + 1;
}

/* Goes back from the end over what was reached with each number of changes, and marks them. */
static void mark_way(const struct middle *middle, int **reached, int changes)
{
    int x = middle->size_a, y = middle->size_b;
    for (; changes > 0; changes--) {
        const int *far = reached[changes - 1];
        int k = x - y;
        bool down = k == -changes || (k != changes && far[k - 1] < far[k + 1]);
        int before_k = down ? k + 1 : k - 1, before_x = far[before_k];
        if (down)
            middle->b->changed[middle->start + (size_t)(before_x - before_k)] = true;
        else
            middle->a->changed[middle->start + (size_t)before_x] = true;
        x = before_x;
        y = before_x - before_k;
    }
}

static void mark_all(const struct middle *middle)
{
    memset(middle->a->changed + middle->start, 1, (size_t)middle->size_a);
    memset(middle->b->changed + middle->start, 1, (size_t)middle->size_b);
}

/* reached[d][k]: the furthest x on diagonal k = x - y that d changes come to. */
static void find_way(struct arena *arena, const struct middle *middle)
{
    int most = middle->size_a + middle->size_b;
    if (most > CHANGES_MAX)
        most = CHANGES_MAX;
    int **reached = arena_alloc(arena, ((size_t)most + 1) * sizeof *reached);
    for (int changes = 0; changes <= most; changes++) {
        /* with room on both sides, which the next round looks at */
        reached[changes] =
            (int *)arena_alloc_zeroed(arena, (2 * (size_t)changes + 3) * sizeof **reached) +
            changes + 1;
        for (int k = -changes; k <= changes; k += 2) {
            int x = changes ? step(reached[changes - 1], changes, k) : 0, y = x - k;
            while (x < middle->size_a && y < middle->size_b && is_same_within(middle, x, y)) {
                x++;
                y++;
            }
            reached[changes][k] = x;
            if (x >= middle->size_a && y >= middle->size_b) {
                mark_way(middle, reached, changes);
                return;
            }
        }
    }
    mark_all(middle);
}

static void compare(struct arena *arena, const struct words *a, const struct words *b)
{
    size_t start = 0, end_a = a->count, end_b = b->count;
    while (start < end_a && start < end_b && is_same(a, start, b, start))
        start++;
    while (end_a > start && end_b > start && is_same(a, end_a - 1, b, end_b - 1)) {
        end_a--;
        end_b--;
    }
    find_way(arena, &(struct middle){a, b, start, (int)(end_a - start), (int)(end_b - start)});
}

/* ---- parts ---- */

/* The words from `first` on that are changed, or are not; moves `*next` behind them. */
static struct span run_of(const struct words *words, size_t *next, bool changed)
{
    size_t first = *next;
    while (*next < words->count && words->changed[*next] == changed)
        ++*next;
    if (*next == first)
        return (struct span){NULL, 0};
    const struct span *last = &words->at[*next - 1];
    const char *data = words->at[first].data;
    return (struct span){data, (size_t)(last->data + last->size - data)};
}

static void add_part(struct worddiff_part *parts, size_t *count, enum worddiff_kind kind,
                     struct span text)
{
    if (text.size)
        parts[(*count)++] = (struct worddiff_part){kind, text};
}

size_t worddiff(struct arena *arena, struct span before, struct span after,
                struct worddiff_part **out)
{
    struct words a = split(arena, before), b = split(arena, after);
    struct worddiff_part *parts = arena_alloc(arena, (a.count + b.count + 1) * sizeof *parts);
    size_t i = 0, k = 0, count = 0;
    compare(arena, &a, &b);
    while (i < a.count || k < b.count) {
        add_part(parts, &count, WORDDIFF_GONE, run_of(&a, &i, true));
        add_part(parts, &count, WORDDIFF_NEW, run_of(&b, &k, true));
        /* as far as both go on unchanged */
        size_t same_a = i, same_b = k;
        run_of(&a, &same_a, false);
        run_of(&b, &same_b, false);
        size_t same = same_a - i < same_b - k ? same_a - i : same_b - k;
        if (!same)
            continue;
        const struct span *last = &b.at[k + same - 1];
        add_part(parts, &count, WORDDIFF_SAME,
                 (struct span){b.at[k].data, (size_t)(last->data + last->size - b.at[k].data)});
        i += same;
        k += same;
    }
    *out = parts;
    return count;
}
