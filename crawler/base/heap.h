/* heap.h - a 4-ary heap of things with a moment, the earliest on top.
 *
 * Intrusive: a member of type struct heap_node knows its own place, so that taking something out
 * of the middle costs no search. Four children a node keep it flat: measured faster than two at
 * 20,000 hosts. Thread: the owner's. */
#ifndef CRAWLER_BASE_HEAP_H
#define CRAWLER_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
    int64_t key;  /* smallest first */
    size_t place; /* in the heap, from 1; 0: in no heap */
};

struct heap {
    struct heap_node **nodes; /* nodes[1] is the top */
    size_t count;
    size_t capacity;
};

void heap_clear(struct heap *heap);
void heap_insert(struct heap *heap, struct heap_node *node, int64_t key);
void heap_remove(struct heap *heap, struct heap_node *node); /* does nothing when it is in none */
struct heap_node *heap_top(const struct heap *heap);         /* NULL when empty */

#endif
