/* map.h - strings to pointers.
 *
 * Open addressing with linear probing; the hash is seeded, so that names from the net cannot be
 * made to collide. Keys are borrowed: they live as long as what they point to stays in the map.
 * Thread: the owner's. */
#ifndef CRAWLER_BASE_MAP_H
#define CRAWLER_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot {
    const char *key; /* NULL: free */
    void *value;
    uint64_t hash;
};

struct map {
    struct map_slot *slots;
    size_t count;
    size_t capacity; /* a power of two, or 0 */
};

void map_clear(struct map *map);                       /* frees the table, not what is in it */
void *map_get(const struct map *map, const char *key); /* NULL: not there */
void map_put(struct map *map, const char *key, void *value); /* `key` must not be there yet */
void *map_remove(struct map *map, const char *key);          /* what was there, or NULL */

/* Walks the map: start with *at = 0; NULL ends it. Nothing may be put or removed meanwhile. */
void *map_next(const struct map *map, size_t *at);

#endif
