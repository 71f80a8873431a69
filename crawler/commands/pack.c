/* pack.c - crawler pack: of each page that is kept, what others of its site don't have.
 *
 * Site by site, the newest page first: that is the base and a frame by itself, those before it are
 * packed against it (extract/packer.h). So the base goes last when pages grow too old. What was
 * looked at once is left alone; a site's new pages wait until they are some. Killed or stopped, the
 * next call goes on. Thread: main. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/rows.h"
#include "commands/stopping.h"
#include "extract/packer.h"

/* A base costs as much as it did: with fewer pages there is too little to gain. Less than a quarter
 * gained is not worth needing another page. */
enum { PAGES_MIN = 8, BATCH_MAX = 128, BATCH_BYTES_MAX = 8 * 1024 * 1024 };

struct page {
    int64_t site_id, raw_id;
};

struct packing {
    const struct options *options;
    struct store *store;
    struct packer *packer;
    struct page *pages; /* in the order of their sites */
    size_t count, capacity;
    char codec[8];     /* of the page that is packed … */
    struct bytes body; /* … as it came */
    struct packed_record batch[BATCH_MAX];
    char *frames[BATCH_MAX]; /* owned: those of the batch */
    size_t batch_count, batch_bytes;
    int64_t base_id; /* 0: the site has none so far */
    int64_t packed, left, bytes_before, bytes_after;
};

static int take_page(const struct store_value *columns, size_t count, void *context)
{
    struct packing *packing = context;
    (void)count;
    packing->pages =
        alloc_room(packing->pages, packing->count, &packing->capacity, sizeof *packing->pages);
    packing->pages[packing->count++] = (struct page){columns[0].integer, columns[1].integer};
    return 0;
}

static int take_body(const struct store_value *columns, size_t count, void *context)
{
    struct packing *packing = context;
    const struct store_value *body = store_column(columns, count, "body");
    snprintf(packing->codec, sizeof packing->codec, "%s",
             store_column(columns, count, "codec")->text);
    return body->text ? bytes_append(&packing->body, body->text, body->size) : 0;
}

static int read_rows(struct packing *packing, enum sql query, int64_t parameter,
                     store_row_fn *on_row)
{
    const struct store_value params[] = {STORE_PARAM_INTEGER(parameter)};
    unsigned waited_ms = 0;
    int err;
    do
        err = store_each_row(packing->store, query, params, COUNT(params), on_row, packing);
    while (database_wait(err, &waited_ms));
    return err;
}

static int commit(struct packing *packing)
{
    unsigned waited_ms = 0;
    int err = 0;
    if (packing->batch_count)
        do
            err = store_pack_commit(packing->store, packing->batch, packing->batch_count);
        while (database_wait(err, &waited_ms));
    for (size_t i = 0; i < packing->batch_count; i++)
        free(packing->frames[i]);
    packing->batch_count = packing->batch_bytes = 0;
    return err ? err : store_checkpoint(packing->store);
}

static void add(struct packing *packing, int64_t raw_id, int64_t base_id, struct span frame)
{
    size_t at = packing->batch_count++;
    char *copy = frame.size ? memcpy(alloc_bytes(frame.size), frame.data, frame.size) : NULL;
    packing->frames[at] = copy;
    packing->batch[at] = (struct packed_record){raw_id, base_id, copy, frame.size};
    packing->batch_bytes += frame.size;
    packing->bytes_before += (int64_t)packing->body.size;
    packing->bytes_after += (int64_t)(copy ? frame.size : packing->body.size);
    packing->packed += copy != NULL;
    packing->left += copy == NULL;
}

static int pack_page(struct packing *packing, const struct page *page)
{
    packing->body.size = 0;
    int err = read_rows(packing, SQL_PAGE_TO_PACK, page->raw_id, take_body);
    if (err)
        return err;
    struct span body = {packing->body.data, packing->body.size}, frame = {NULL, 0};
    bool base = !packing->base_id;
    err = body.size ? packer_pack(packing->packer, body, packing->codec, base, &frame) : ERR_INPUT;
    if (err == ERR_IO)
        return err;
    if (err || (!base && frame.size > body.size / 4 * 3))
        frame = (struct span){NULL, 0};
    else if (base)
        packing->base_id = page->raw_id;
    add(packing, page->raw_id, packing->base_id, frame);
    return packing->batch_count == BATCH_MAX || packing->batch_bytes > BATCH_BYTES_MAX
               ? commit(packing)
               : 0;
}

static int pack_all(struct packing *packing)
{
    int err = read_rows(packing, SQL_PAGES_TO_PACK, PAGES_MIN, take_page);
    for (size_t i = 0; i < packing->count && !err && !stopping_asked(); i++) {
        if (!i || packing->pages[i].site_id != packing->pages[i - 1].site_id)
            packing->base_id = 0;
        err = pack_page(packing, &packing->pages[i]);
    }
    int committed = commit(packing);
    return err ? err : committed;
}

static void print(const struct packing *packing)
{
    double before = (double)packing->bytes_before, after = (double)packing->bytes_after;
    if (packing->options->json)
        rows_dump(json_pack("{s:I, s:I, s:I, s:I, s:b}", "packed", (json_int_t)packing->packed,
                            "left", (json_int_t)packing->left, "bytes_before",
                            (json_int_t)packing->bytes_before, "bytes_after",
                            (json_int_t)packing->bytes_after, "stopped", stopping_asked()));
    else if (!packing->options->quiet)
        printf("%jd pages packed, %jd left as they came: %.1f MB are %.1f MB now\n",
               (intmax_t)packing->packed, (intmax_t)packing->left, before / 1e6, after / 1e6);
}

static int run(struct packing *packing)
{
    unsigned waited_ms = 0;
    int err, status = database_open(&packing->store, packing->options->sites, STORE_WRITE);
    if (status)
        return status;
    do
        err = store_pack_begin(packing->store, clock_wall_ms());
    while (database_wait(err, &waited_ms));
    if (!err)
        err = pack_all(packing);
    if (err == ERR_IO) {
        fputs("crawler pack: no process can be started\n", stderr);
        return (int)error_exit_status(err);
    }
    if (err)
        return database_failed(packing->store, err);
    print(packing);
    return stopping_asked() ? EXIT_STOPPED : EXIT_COMPLETED;
}

int command_pack(const struct options *options)
{
    struct packing *packing = alloc_zeroed(1, sizeof *packing);
    packing->options = options;
    signal(SIGPIPE, SIG_IGN);
    int err = packer_open(&packing->packer, options->page_max);
    if (err) {
        fputs("crawler pack: no process can be started\n", stderr);
        free(packing);
        return (int)error_exit_status(err);
    }
    stopping_catch();
    int status = run(packing);
    packer_close(packing->packer);
    store_close(packing->store);
    bytes_clear(&packing->body);
    free(packing->pages);
    free(packing);
    return status;
}
