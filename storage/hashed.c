#include "storage/hashed.h"

#include <stdlib.h>

#include "storage/memory.h"

/* ---- maps ---- */

static void grow(struct hashed_map *map)
{
    struct hashed_map old = *map;
    map->capacity = old.capacity ? old.capacity * 2 : 64;
    map->count = 0;
    map->slots = memory_zeroed(map->capacity, sizeof(*map->slots));
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].value)
            hashed_put(map, old.slots[i].key, old.slots[i].value);
    free(old.slots);
}

void hashed_put(struct hashed_map *map, uint64_t key, void *value)
{
    if ((map->count + 1) * 4 > map->capacity * 3)
        grow(map);
    size_t at = hashed_mix(key) & (map->capacity - 1);
    while (map->slots[at].value)
        at = (at + 1) & (map->capacity - 1);
    map->slots[at] = (struct hashed_slot){key, value};
    map->count++;
}

void *hashed_next(const struct hashed_map *map, uint64_t key, size_t *place)
{
    if (!map->capacity)
        return NULL;
    size_t at = *place == SIZE_MAX ? hashed_mix(key) & (map->capacity - 1)
                                   : (*place + 1) & (map->capacity - 1);
    for (; map->slots[at].value; at = (at + 1) & (map->capacity - 1)) {
        if (map->slots[at].key == key) {
            *place = at;
            return map->slots[at].value;
        }
    }
    return NULL;
}

void *hashed_get(const struct hashed_map *map, uint64_t key)
{
    size_t place = SIZE_MAX;
    return hashed_next(map, key, &place);
}

/* ---- sets of pairs ---- */

/* Where it is, or would be. */
static size_t slot_of(const struct hashed_pairs *set, int64_t one, int64_t other)
{
    size_t at = hashed_mix((uint64_t)other ^ (uint64_t)one << 20) & (set->capacity - 1);
    while (set->keys[at].one && (set->keys[at].one != one || set->keys[at].other != other))
        at = (at + 1) & (set->capacity - 1);
    return at;
}

bool hashed_has(const struct hashed_pairs *set, int64_t one, int64_t other)
{
    return set->capacity && set->keys[slot_of(set, one, other)].one;
}

void hashed_add(struct hashed_pairs *set, int64_t one, int64_t other)
{
    if ((set->count + 1) * 2 > set->capacity) {
        struct hashed_pairs old = *set;
        set->capacity = old.capacity ? old.capacity * 2 : 256;
        set->keys = memory_zeroed(set->capacity, sizeof(*set->keys));
        for (size_t i = 0; i < old.capacity; i++)
            if (old.keys[i].one)
                set->keys[slot_of(set, old.keys[i].one, old.keys[i].other)] = old.keys[i];
        free(old.keys);
    }
    size_t at = slot_of(set, one, other);
    if (!set->keys[at].one)
        set->count++;
    set->keys[at] = (struct hashed_pair){one, other};
}

bool hashed_drop(struct hashed_pairs *set, int64_t one, int64_t other)
{
    size_t at = set->capacity ? slot_of(set, one, other) : 0;
    if (!set->capacity || !set->keys[at].one)
        return false;
    set->keys[at].one = 0;
    set->count--;
    /* those behind it in the same run of slots may have been pushed past it */
    for (size_t next = (at + 1) & (set->capacity - 1); set->keys[next].one;
         next = (next + 1) & (set->capacity - 1)) {
        struct hashed_pair moved = set->keys[next];
        set->keys[next].one = 0;
        set->keys[slot_of(set, moved.one, moved.other)] = moved;
    }
    return true;
}
