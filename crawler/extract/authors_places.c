#include "extract/authors_places.h"

#include <string.h>

enum {
    WEIGHT_SETTLED = 90, /* what no place on the page outweighs */
    NAME_WORDS_MAX = 3   /* of a whole name that begins with a first name */
};

const struct place_names *places_heaviest(const struct place_names places[PLACES])
{
    const struct place_names *best = NULL;
    for (size_t i = 0; i < PLACES; i++)
        if (places[i].names.count && (!best || places[i].weight > best->weight))
            best = &places[i];
    return best;
}

static bool has(const struct names *names, const char *folded)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->folded[i], folded) == 0)
            return true;
    return false;
}

static size_t shared(const struct names *left, const struct names *right)
{
    size_t count = 0;
    for (size_t i = 0; i < left->count; i++)
        count += has(right, left->folded[i]);
    return count;
}

static bool same(const struct names *left, const struct names *right)
{
    return left->count == right->count && shared(left, right) == left->count;
}

/* A single author of a single word: "Jane". */
static bool is_first_name(const struct names *names)
{
    return names->count == 1 && !strchr(names->folded[0], ' ');
}

bool places_unsettled(const struct place_names places[PLACES])
{
    const struct place_names *best = places_heaviest(places);
    const struct names *meta = &places[PLACE_META].names, *json = &places[PLACE_JSON_LD].names;
    return !best || best->weight < WEIGHT_SETTLED || is_first_name(&best->names) ||
           (meta->count && json->count && !shared(meta, json));
}

static bool is_whole_of(const char *whole, const char *first)
{
    size_t size = strlen(first), words = 1;
    if (strncmp(whole, first, size) != 0 || whole[size] != ' ')
        return false;
    for (const char *c = whole; *c; c++)
        words += *c == ' ';
    return words <= NAME_WORDS_MAX;
}

/* The whole name in a place, "jane doe" of "jane": its index, or count. */
static size_t whole_of(const struct names *names, const char *first)
{
    size_t i = 0;
    while (i < names->count && !is_whole_of(names->folded[i], first))
        i++;
    return i;
}

static void complete_name(struct place_names *best, const struct place_names places[PLACES])
{
    for (size_t i = 0; i < PLACES; i++) {
        const struct names *others = &places[i].names;
        size_t at = whole_of(others, best->names.folded[0]);
        if (at == others->count)
            continue;
        best->names.items[0] = others->items[at];
        best->names.folded[0] = others->folded[at];
        return;
    }
}

const struct place_names *places_choose(struct place_names places[PLACES])
{
    struct place_names *best = (struct place_names *)places_heaviest(places);
    if (!best)
        return NULL;
    for (size_t i = 0; i < PLACE_SHOWN; i++)
        if (places[i].names.count > best->names.count &&
            shared(&best->names, &places[i].names) == best->names.count)
            best = &places[i];
    struct place_names *meta = &places[PLACE_META], *shown = &places[PLACE_SHOWN];
    if (best == &places[PLACE_JSON_LD] && meta->names.count &&
        (same(&meta->names, &shown->names) ||
         (shown->names.count && shared(&shown->names, &meta->names) == shown->names.count)) &&
        !shared(&meta->names, &best->names))
        best = meta;
    if (is_first_name(&best->names))
        complete_name(best, places);
    return best;
}
