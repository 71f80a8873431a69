#include "base/map.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"

static uint64_t hash_of(const char *key)
{
    static uint64_t seed; /* of this process; a race only reads two seeds before any map exists */
    if (!seed && getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint64_t)(uintptr_t)&seed;
    return XXH3_64bits_withSeed(key, strlen(key), seed);
}

void map_clear(struct map *map)
{
    free(map->slots);
    *map = (struct map){0};
}

/* The slot that holds `key`, or the free one where it belongs. */
static size_t find(const struct map *map, const char *key, uint64_t hash)
{
    size_t at = hash & (map->capacity - 1);
    while (map->slots[at].key &&
           (map->slots[at].hash != hash || strcmp(map->slots[at].key, key) != 0))
        at = (at + 1) & (map->capacity - 1);
    return at;
}

void *map_get(const struct map *map, const char *key)
{
    return map->capacity ? map->slots[find(map, key, hash_of(key))].value : NULL;
}

static void grow(struct map *map)
{
    struct map old = *map;
    map->capacity = old.capacity ? old.capacity * 2 : 64;
    map->slots = alloc_zeroed(map->capacity, sizeof *map->slots);
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].key)
            map->slots[find(map, old.slots[i].key, old.slots[i].hash)] = old.slots[i];
    free(old.slots);
}

void map_put(struct map *map, const char *key, void *value)
{
    if (map->count * 4 >= map->capacity * 3)
        grow(map);
    uint64_t hash = hash_of(key);
    map->slots[find(map, key, hash)] = (struct map_slot){key, value, hash};
    map->count++;
}

void *map_remove(struct map *map, const char *key)
{
    if (!map->capacity)
        return NULL;
    size_t hole = find(map, key, hash_of(key));
    if (!map->slots[hole].key)
        return NULL;
    void *value = map->slots[hole].value;
    /* Close the gap, so that no search ends too early: what could stand in the hole moves there. */
    for (size_t at = (hole + 1) & (map->capacity - 1); map->slots[at].key;
         at = (at + 1) & (map->capacity - 1)) {
        size_t home = map->slots[at].hash & (map->capacity - 1);
        if (((at - home) & (map->capacity - 1)) >= ((at - hole) & (map->capacity - 1))) {
            map->slots[hole] = map->slots[at];
            hole = at;
        }
    }
    map->slots[hole] = (struct map_slot){0};
    map->count--;
    return value;
}

void *map_next(const struct map *map, size_t *at)
{
    while (*at < map->capacity) {
        const struct map_slot *slot = &map->slots[(*at)++];
        if (slot->key)
            return slot->value;
    }
    return NULL;
}
