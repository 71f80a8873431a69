#include "storage/sqlite/functions.h"

#include <stdlib.h>
#include <string.h>

#include "storage/shape.h"
#include "storage/signs.h"
#include "storage/sqlite/connection.h"
#include "storage/tables/packed.h"
#include "storage/tables/stories.h"
#include "storage/tables/taken.h"
#include "storage/tables/urls.h"

/* url_hash(key), so that a query can look a URL up by its identity. */
static void on_url_hash(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct sqlite_store *store = sqlite3_user_data(context);
    const char *key = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    if (key)
        sqlite3_result_int64(context, urls_hash(&store->database, key));
}

/* url_shape(origin, path, coarse), so that a query can look a URL's pattern up. */
static void on_url_shape(sqlite3_context *context, int count, sqlite3_value **values)
{
    char name[SHAPE_BYTES];
    const char *origin = (const char *)sqlite3_value_text(values[0]);
    const char *path = (const char *)sqlite3_value_text(values[1]);
    (void)count;
    if (!origin || !path)
        return;
    shape_write(name, origin, strlen(origin), path, sqlite3_value_int(values[2]));
    sqlite3_result_text(context, name, -1, SQLITE_TRANSIENT);
}

static void pattern_of(sqlite3_context *context, sqlite3_value **values, struct taken *out)
{
    const char *matches = (const char *)sqlite3_value_text(values[1]);
    const struct sqlite_store *store = sqlite3_user_data(context);
    taken_init(out, &store->database, (enum takedown_kind)sqlite3_value_int(values[0]),
               matches ? matches : "");
}

/* url_is_taken(url, hash, kind, matches): whether a take-down covers it. */
static void on_url_is_taken(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct taken taken;
    const char *url = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    pattern_of(context, values + 2, &taken);
    sqlite3_result_int(context, taken_covers(&taken, url, sqlite3_value_int64(values[1])));
}

/* json_is_taken(json, kind, matches): whether it names an address that a take-down covers. */
static void on_json_is_taken(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct taken taken;
    const char *json = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    pattern_of(context, values + 1, &taken);
    sqlite3_result_int(context, json && taken_is_named(&taken, json));
}

typedef char *unpack_fn(const void *frame, size_t size, const void *base, size_t base_size,
                        size_t *out_size);

static void unpack_with(unpack_fn *unpack, sqlite3_context *context, sqlite3_value **values)
{
    size_t size;
    bool alone = sqlite3_value_type(values[1]) == SQLITE_NULL;
    const void *frame = sqlite3_value_blob(values[0]);
    const void *base = alone ? NULL : sqlite3_value_blob(values[1]);
    if (!frame || (!alone && !base))
        return;
    char *out = unpack(frame, (size_t)sqlite3_value_bytes(values[0]), base,
                       (size_t)sqlite3_value_bytes(values[1]), &size);
    if (out)
        sqlite3_result_blob64(context, out, size, free);
}

static void on_page_plain(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    unpack_with(packed_plain, context, values);
}

static void on_page_alone(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    unpack_with(packed_alone, context, values);
}

static void on_story_keys_of(sqlite3_context *context, int count, sqlite3_value **values)
{
    int64_t keys[TEXT_KEYS_NOTED];
    size_t keys_count = stories_keys(sqlite3_value_int64(values[0]),
                                     (const char *)sqlite3_value_text(values[1]), keys);
    sqlite3_str *text = sqlite3_str_new(NULL);
    (void)count;
    for (size_t i = 0; i < keys_count; i++)
        sqlite3_str_appendf(text, "%c%lld", i ? ',' : '[', keys[i]);
    sqlite3_str_appendall(text, keys_count ? "]" : "[]");
    sqlite3_result_text(context, sqlite3_str_finish(text), -1, sqlite3_free);
}

static void cut_with(char *(*cut)(const char *), sqlite3_context *context, sqlite3_value *value)
{
    const char *text = (const char *)sqlite3_value_text(value);
    if (text)
        sqlite3_result_text(context, cut(text), -1, free);
}

static void on_search_query(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    cut_with(signs_cut_query, context, values[0]);
}

static void on_search_join(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    cut_with(signs_join, context, values[0]);
}

void functions_register(struct sqlite_store *store)
{
    static const struct {
        const char *name;
        int arguments;
        void (*call)(sqlite3_context *context, int count, sqlite3_value **values);
    } rows[] = {
        {"url_hash", 1, on_url_hash},           {"url_shape", 3, on_url_shape},
        {"url_is_taken", 4, on_url_is_taken},   {"json_is_taken", 3, on_json_is_taken},
        {"page_plain", 2, on_page_plain},       {"page_alone", 2, on_page_alone},
        {"story_keys_of", 2, on_story_keys_of}, {"search_query", 1, on_search_query},
        {"search_join", 1, on_search_join},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        sqlite3_create_function(store->db, rows[i].name, rows[i].arguments,
                                SQLITE_UTF8 | SQLITE_DETERMINISTIC, store, rows[i].call, NULL,
                                NULL);
}
