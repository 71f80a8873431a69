#include "storage/tables/packed.h"

#include <stdlib.h>

#include <zstd.h>

#include "storage/tables/database.h"
#include "storage/tables/runs.h"

/* PLAIN_BYTES_MAX: no page comes near it, whatever a broken frame says. */
enum { LEVEL = 6, PLAIN_BYTES_MAX = 256 * 1024 * 1024 };

struct plain {
    char *data; /* owned */
    size_t size;
};

static bool unpack(const void *frame, size_t size, const struct plain *base, struct plain *out)
{
    unsigned long long claimed = ZSTD_getFrameContentSize(frame, size);
    if (claimed > PLAIN_BYTES_MAX) /* also: not known, or no frame */
        return false;
    ZSTD_DCtx *context = ZSTD_createDCtx();
    out->data = memory_zeroed(1, (size_t)claimed + 1);
    ZSTD_DCtx_refPrefix(context, base->data, base->size);
    out->size = ZSTD_decompressDCtx(context, out->data, (size_t)claimed, frame, size);
    bool good = !ZSTD_isError(out->size) && out->size == claimed;
    ZSTD_freeDCtx(context);
    if (!good) {
        free(out->data);
        *out = (struct plain){0};
    }
    return good;
}

char *packed_plain(const void *frame, size_t size, const void *base, size_t base_size,
                   size_t *plain_size)
{
    struct plain none = {0}, other = {0}, page = {0};
    if (frame && (!base || unpack(base, base_size, &none, &other)))
        unpack(frame, size, &other, &page);
    free(other.data);
    *plain_size = page.size;
    return page.data;
}

char *packed_alone(const void *frame, size_t size, const void *base, size_t base_size,
                   size_t *alone_size)
{
    size_t plain_size;
    char *plain = packed_plain(frame, size, base, base_size, &plain_size);
    if (!plain)
        return NULL;
    size_t most = ZSTD_compressBound(plain_size);
    char *alone = memory_zeroed(1, most);
    *alone_size = ZSTD_compress(alone, most, plain, plain_size, LEVEL);
    free(plain);
    if (!ZSTD_isError(*alone_size))
        return alone;
    free(alone);
    return NULL;
}

int packed_begin(struct store *base, int64_t now_ms)
{
    return runs_lock(database_of(base), false, now_ms);
}

static int write_one(struct database *store, const struct packed_record *record)
{
    struct statement *update =
        statement(store, record->frame ? SQL_PACK_RAW_PAGE : SQL_LEAVE_RAW_PAGE);
    bind_integer(update, 1, record->raw_id);
    if (record->frame) {
        bind_integer(update, 2, record->base_id);
        bind_bytes(update, 3, record->frame, record->size);
    }
    return statement_run(update);
}

int packed_commit(struct store *base, const struct packed_record *records, size_t count)
{
    struct database *store = database_of(base);
    int err = transaction_begin(store);
    if (err)
        return err;
    for (size_t i = 0; i < count && !err; i++)
        err = write_one(store, &records[i]);
    return transaction_end(store, err);
}
