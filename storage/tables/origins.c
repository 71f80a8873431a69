#include "storage/tables/origins.h"

#include <stdlib.h>
#include <string.h>

#include "storage/memory.h"
#include "storage/tables/database.h"
#include "storage/tables/frontier.h"
#include "storage/tables/urls.h"

/* New ones, some of them several times; each in the store's pool. */
struct origins {
    struct database *store;
    const char **items;
    size_t count, capacity;
};

static void take(struct origins *origins, const char *url)
{
    struct url_parts parts;
    if (!urls_split(url, &parts))
        return;
    const struct run_host *host =
        frontier_host_of(origins->store->frontier, parts.origin, parts.origin_size);
    if (host && host->host_id)
        return;
    origins->items =
        memory_room(origins->items, origins->count, &origins->capacity, sizeof(*origins->items));
    origins->items[origins->count++] =
        pool_copy(&origins->store->pool, parts.origin, parts.origin_size);
}

static void take_result(struct origins *origins, const struct result_record *result)
{
    if (result->lease.adopted)
        take(origins, result->lease.url);
    for (size_t i = 0; i < result->found_count; i++) {
        const struct found_record *found = &result->found[i];
        bool redirect = found->via && strcmp(found->via, "redirect") == 0;
        if (!found->skip_why || redirect)
            take(origins, found->url);
    }
    for (size_t i = 0; i < result->api_rows_count; i++)
        if (result->api_rows[i].article)
            take(origins, result->api_rows[i].article->url);
}

static int compare_origins(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void drop_repeated(struct origins *origins)
{
    size_t kept = 1;
    qsort(origins->items, origins->count, sizeof(*origins->items), compare_origins);
    for (size_t i = 1; i < origins->count; i++)
        if (strcmp(origins->items[i], origins->items[kept - 1]) != 0)
            origins->items[kept++] = origins->items[i];
    origins->count = kept;
}

static int put(const struct origins *origins)
{
    struct database *store = origins->store;
    int64_t *numbers = pool_alloc(&store->pool, origins->count * sizeof(*numbers));
    int64_t **places = pool_alloc(&store->pool, origins->count * sizeof(*places));
    memset(numbers, 0, origins->count * sizeof(*numbers));
    for (size_t i = 0; i < origins->count; i++)
        places[i] = &numbers[i];
    int err = transaction_begin(store);
    return err ? err
               : transaction_end(store,
                                 urls_put_hosts(store, origins->items, origins->count, places));
}

int origins_put(struct database *store, const struct result_record *const *results, size_t count)
{
    struct origins origins = {.store = store};
    for (size_t i = 0; i < count; i++)
        take_result(&origins, results[i]);
    if (origins.count)
        drop_repeated(&origins);
    int err = origins.count ? put(&origins) : 0;
    free(origins.items);
    return err;
}
