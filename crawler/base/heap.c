#include "base/heap.h"

#include <stdlib.h>

#include "base/alloc.h"

enum { CHILDREN = 4 };

static size_t parent_of(size_t place)
{
    return (place - 2) / CHILDREN + 1;
}

static size_t first_child_of(size_t place)
{
    return (place - 1) * CHILDREN + 2;
}

static void put(struct heap *heap, size_t place, struct heap_node *node)
{
    heap->nodes[place] = node;
    node->place = place;
}

static void rise(struct heap *heap, size_t place, struct heap_node *node)
{
    while (place > 1 && heap->nodes[parent_of(place)]->key > node->key) {
        put(heap, place, heap->nodes[parent_of(place)]);
        place = parent_of(place);
    }
    put(heap, place, node);
}

static void sink(struct heap *heap, size_t place, struct heap_node *node)
{
    for (;;) {
        size_t child = first_child_of(place), least = 0;
        for (size_t i = child; i < child + CHILDREN && i <= heap->count; i++)
            if (!least || heap->nodes[i]->key < heap->nodes[least]->key)
                least = i;
        if (!least || heap->nodes[least]->key >= node->key)
            break;
        put(heap, place, heap->nodes[least]);
        place = least;
    }
    put(heap, place, node);
}

void heap_clear(struct heap *heap)
{
    free(heap->nodes);
    *heap = (struct heap){0};
}

void heap_insert(struct heap *heap, struct heap_node *node, int64_t key)
{
    heap_remove(heap, node);
    if (heap->count + 2 > heap->capacity) {
        heap->capacity = heap->capacity ? heap->capacity * 2 : 64;
        heap->nodes = alloc_resized(heap->nodes, heap->capacity * sizeof *heap->nodes);
    }
    node->key = key;
    rise(heap, ++heap->count, node);
}

void heap_remove(struct heap *heap, struct heap_node *node)
{
    size_t place = node->place;
    if (!place)
        return;
    struct heap_node *last = heap->nodes[heap->count--];
    node->place = 0;
    if (last == node)
        return;
    if (place > 1 && heap->nodes[parent_of(place)]->key > last->key)
        rise(heap, place, last);
    else
        sink(heap, place, last);
}

struct heap_node *heap_top(const struct heap *heap)
{
    return heap->count ? heap->nodes[1] : NULL;
}
