#include "storage/sqlite/packed.h"

#include <stdlib.h>

#include <zstd.h>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/runs.h"

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

static bool unpack_value(sqlite3_value *value, const struct plain *base, struct plain *out)
{
    const void *frame = sqlite3_value_blob(value);
    return frame && unpack(frame, (size_t)sqlite3_value_bytes(value), base, out);
}

static bool unpack_both(sqlite3_value **values, struct plain *out)
{
    struct plain none = {0}, base = {0};
    bool alone = sqlite3_value_type(values[1]) == SQLITE_NULL;
    bool good =
        (alone || unpack_value(values[1], &none, &base)) && unpack_value(values[0], &base, out);
    free(base.data);
    return good;
}

static void on_page_plain(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct plain page = {0};
    (void)count;
    if (unpack_both(values, &page))
        sqlite3_result_blob64(context, page.data, page.size, free);
}

static void on_page_alone(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct plain page = {0};
    (void)count;
    if (!unpack_both(values, &page))
        return;
    size_t most = ZSTD_compressBound(page.size);
    char *frame = memory_zeroed(1, most);
    size_t size = ZSTD_compress(frame, most, page.data, page.size, LEVEL);
    free(page.data);
    if (ZSTD_isError(size))
        free(frame);
    else
        sqlite3_result_blob64(context, frame, size, free);
}

void packed_register(struct sqlite_store *store)
{
    sqlite3_create_function(store->db, "page_plain", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                            on_page_plain, NULL, NULL);
    sqlite3_create_function(store->db, "page_alone", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                            on_page_alone, NULL, NULL);
}

int packed_begin(struct store *base, int64_t now_ms)
{
    return runs_lock(sqlite_of(base), now_ms);
}

static int write_one(struct sqlite_store *store, const struct packed_record *record)
{
    sqlite3_stmt *update = statement(store, record->frame ? SQL_PACK_RAW_PAGE : SQL_LEAVE_RAW_PAGE);
    bind_integer(update, 1, record->raw_id);
    if (record->frame) {
        bind_integer(update, 2, record->base_id);
        bind_bytes(update, 3, record->frame, record->size);
    }
    return statement_run(store, update);
}

int packed_commit(struct store *base, const struct packed_record *records, size_t count)
{
    struct sqlite_store *store = sqlite_of(base);
    int err = transaction_begin(store);
    if (err)
        return err;
    for (size_t i = 0; i < count && !err; i++)
        err = write_one(store, &records[i]);
    return transaction_end(store, err);
}
