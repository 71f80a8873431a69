/* The heap of moments, and the map of names, against plain sorting and plain searching. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/heap.h"
#include "base/map.h"

enum { COUNT_OF_NODES = 2000 };

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

static void test_heap_gives_the_earliest_first(void **state)
{
    (void)state;
    struct heap heap = {0};
    struct heap_node *nodes = calloc(COUNT_OF_NODES, sizeof *nodes);
    uint32_t random = 1;
    for (size_t i = 0; i < COUNT_OF_NODES; i++)
        heap_insert(&heap, &nodes[i], next_random(&random) % 500);
    for (size_t i = 0; i < COUNT_OF_NODES; i += 3)
        heap_remove(&heap, &nodes[i]);
    for (size_t i = 1; i < COUNT_OF_NODES; i += 3)
        heap_insert(&heap, &nodes[i], next_random(&random) % 500);
    heap_remove(&heap, &nodes[0]); /* is in none: nothing happens */
    int64_t last = INT64_MIN;
    size_t count = 0;
    for (struct heap_node *top; (top = heap_top(&heap)); count++) {
        assert_true(top->key >= last);
        last = top->key;
        heap_remove(&heap, top);
        assert_int_equal(top->place, 0);
    }
    assert_int_equal(count, COUNT_OF_NODES - (COUNT_OF_NODES + 2) / 3);
    heap_clear(&heap);
    free(nodes);
}

static void test_map_keeps_what_is_put(void **state)
{
    (void)state;
    struct map map = {0};
    static char keys[COUNT_OF_NODES][16];
    static int values[COUNT_OF_NODES];
    for (size_t i = 0; i < COUNT_OF_NODES; i++) {
        snprintf(keys[i], sizeof keys[i], "host%zu", i);
        map_put(&map, keys[i], &values[i]);
    }
    for (size_t i = 0; i < COUNT_OF_NODES; i += 2)
        assert_ptr_equal(map_remove(&map, keys[i]), &values[i]);
    for (size_t i = 0; i < COUNT_OF_NODES; i++)
        assert_ptr_equal(map_get(&map, keys[i]), i % 2 ? &values[i] : NULL);
    assert_null(map_remove(&map, "never put"));
    size_t at = 0, count = 0;
    while (map_next(&map, &at))
        count++;
    assert_int_equal(count, COUNT_OF_NODES / 2);
    map_clear(&map);
    assert_null(map_get(&map, keys[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heap_gives_the_earliest_first),
        cmocka_unit_test(test_map_keeps_what_is_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
