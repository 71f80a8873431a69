/* hashed.h - tables in memory, by open addressing: from a 64-bit key to a pointer, and sets of
 * pairs of numbers.
 *
 * All zeros is an empty one; the owner frees its slots or keys. */
#ifndef STORAGE_HASHED_H
#define STORAGE_HASHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hashed_slot {
    uint64_t key;
    void *value; /* NULL: free */
};

struct hashed_map {
    struct hashed_slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
};

struct hashed_pair {
    int64_t one; /* 0: free */
    int64_t other;
};

struct hashed_pairs {
    struct hashed_pair *keys;
    size_t capacity, count;
};

/* Ids are small and dense, so they are mixed before they choose a slot. */
static inline uint64_t hashed_mix(uint64_t key)
{
    key ^= key >> 33;
    key *= 0xff51afd7ed558ccdULL;
    key ^= key >> 33;
    key *= 0xc4ceb9fe1a85ec53ULL;
    return key ^ key >> 33;
}

/* Several values may have one key, so the caller compares what it finds. */
void hashed_put(struct hashed_map *map, uint64_t key, void *value);
/* The next value of `key`, from *place on (start with SIZE_MAX); NULL: no more. */
void *hashed_next(const struct hashed_map *map, uint64_t key, size_t *place);
void *hashed_get(const struct hashed_map *map, uint64_t key); /* the first; or NULL */

/* `one` is not 0. */
bool hashed_has(const struct hashed_pairs *set, int64_t one, int64_t other);
void hashed_add(struct hashed_pairs *set, int64_t one, int64_t other);
bool hashed_drop(struct hashed_pairs *set, int64_t one, int64_t other); /* whether it was there */

#endif
