#include "storage/tables/fetches.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "storage/tables/batch.h"

#define DAY_MS INT64_C(86400000)

/* A page as it came. */
struct page {
    int64_t hash;
    int64_t known[2]; /* raw_pages.raw_id and last_ms; 0: not kept so far */
};

static bool was_asked(const struct batch *batch, size_t i)
{
    return batch->stored[i].written && batch->results[i]->fetch.asked;
}

static bool is_kept(const struct batch *batch, size_t i)
{
    return was_asked(batch, i) && batch->results[i]->raw.body_size && !batch->stored[i].taken;
}

/* An archive's page is kept as long as if it had come today. */
static int64_t kept_ms(const struct batch *batch, size_t i)
{
    return batch->results[i]->lease.adopted ? batch->store->run.started_ms
                                            : batch->stored[i].now_ms;
}

static int find_pages(struct batch *batch, struct page *pages, size_t begin, size_t end)
{
    struct statement *find = statement(batch->store, SQL_RAW_OF_HASH);
    int err = 0;
    for (size_t i = begin; i < end && !err; i++) {
        const struct result_record *result = batch->results[i];
        const struct raw_record *raw = &result->raw;
        if (!is_kept(batch, i))
            continue;
        pages[i - begin].hash =
            (int64_t)(result->fetch.body_hash ? result->fetch.body_hash
                                              : XXH3_64bits(raw->body, raw->body_size));
        bind_integer(find, 1, pages[i - begin].hash);
        err = statement_add(find, ANSWER_COLUMNS, pages[i - begin].known);
    }
    return err ? err : statement_settle(find);
}

static int insert_page(struct batch *batch, size_t i, struct page *page)
{
    const struct raw_record *raw = &batch->results[i]->raw;
    struct statement *insert = statement(batch->store, SQL_INSERT_RAW);
    bind_integer(insert, 1, page->hash);
    bind_integer(insert, 2, kept_ms(batch, i));
    bind_text(insert, 3, raw->codec ? raw->codec : "none");
    bind_text(insert, 4, raw->headers ? raw->headers : "");
    bind_bytes(insert, 5, raw->body, raw->body_size);
    batch->stored[i].raw_bytes =
        (int64_t)(raw->body_size + (raw->headers ? strlen(raw->headers) : 0));
    return statement_add(insert, ANSWER_NUMBER, &page->known[0]);
}

static int touch_page(struct batch *batch, size_t i, const struct page *page)
{
    if (page->known[1] >= kept_ms(batch, i) - DAY_MS)
        return 0;
    struct statement *touch = statement(batch->store, SQL_TOUCH_RAW);
    bind_integer(touch, 1, page->known[0]);
    bind_integer(touch, 2, kept_ms(batch, i));
    return statement_run(touch);
}

/* The first of this batch with the same bytes; itself, mostly. */
static size_t first_alike(const struct page *pages, size_t i)
{
    size_t first = 0;
    while (pages[first].hash != pages[i].hash)
        first++;
    return first;
}

static int compare_hashes(const void *a, const void *b)
{
    const struct page *x = *(struct page *const *)a, *y = *(struct page *const *)b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x < y ? -1 : x > y;
}

/* Each once, however often it came; in one order, so that two runs with the same pages can't wait
 * for each other. */
static int write_pages(struct batch *batch, struct page *pages, size_t begin, size_t end)
{
    struct page **kept = pool_alloc(&batch->store->pool, (end - begin + 1) * sizeof(*kept));
    size_t count = 0;
    int err = find_pages(batch, pages, begin, end);
    for (size_t i = begin; i < end; i++)
        if (is_kept(batch, i))
            kept[count++] = &pages[i - begin];
    if (count)
        qsort(kept, count, sizeof(*kept), compare_hashes);
    for (size_t k = 0; k < count && !err; k++) {
        size_t i = begin + (size_t)(kept[k] - pages);
        if (kept[k]->known[0])
            err = touch_page(batch, i, kept[k]);
        else if (!k || kept[k - 1]->hash != kept[k]->hash)
            err = insert_page(batch, i, kept[k]);
    }
    return err ? err : statement_settle(statement(batch->store, SQL_INSERT_RAW));
}

static int add_fetch(struct batch *batch, size_t i, int64_t raw_id)
{
    const struct fetch_record *fetch = &batch->results[i]->fetch;
    struct stored *stored = &batch->stored[i];
    struct statement *insert = statement(batch->store, SQL_INSERT_FETCH);
    bind_integer(insert, 1, batch->store->run_id);
    bind_integer(insert, 2, stored->url_id);
    bind_integer(insert, 3, fetch->attempt);
    bind_integer(insert, 4, fetch->started_ms);
    bind_positive(insert, 5, fetch->total_ms);
    bind_positive(insert, 6, fetch->ttfb_ms);
    bind_nonzero(insert, 7, fetch->status);
    bind_text(insert, 8, stored->error);
    bind_nonzero(insert, 9, fetch->retry_after_ms);
    bind_text(insert, 10, fetch->http);
    bind_text(insert, 11, fetch->ip);
    bind_integer(insert, 12, fetch->bytes_wire);
    bind_integer(insert, 13, fetch->bytes_body);
    bind_text(insert, 14, fetch->mime);
    bind_text(insert, 15, fetch->charset);
    bind_integer(insert, 16, fetch->truncated);
    bind_nonzero(insert, 17, (int64_t)fetch->body_hash);
    bind_nonzero(insert, 18, raw_id);
    bind_text(insert, 19, fetch->redirect_url);
    return statement_add(insert, ANSWER_NUMBER, &stored->fetch_id);
}

int fetches_write(struct batch *batch, size_t begin, size_t end)
{
    size_t bytes = (end - begin) * sizeof(struct page);
    struct page *pages = pool_alloc(&batch->store->pool, bytes);
    memset(pages, 0, bytes);
    int err = write_pages(batch, pages, begin, end);
    for (size_t i = begin; i < end && !err; i++) {
        bool kept = is_kept(batch, i);
        if (was_asked(batch, i))
            err = add_fetch(batch, i, kept ? pages[first_alike(pages, i - begin)].known[0] : 0);
    }
    return err ? err : statement_settle(statement(batch->store, SQL_INSERT_FETCH));
}
