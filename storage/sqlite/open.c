#include "storage/sqlite/open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/shape.h"
#include "storage/sqlite/adopt.h"
#include "storage/sqlite/choice.h"
#include "storage/sqlite/commit.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/lease.h"
#include "storage/sqlite/packed.h"
#include "storage/sqlite/reading.h"
#include "storage/sqlite/reread.h"
#include "storage/sqlite/runlock.h"
#include "storage/sqlite/runs.h"
#include "storage/sqlite/search.h"
#include "storage/sqlite/site_days.h"
#include "storage/sqlite/settings.h"
#include "storage/sqlite/sites.h"
#include "storage/sqlite/stories.h"
#include "storage/sqlite/taken.h"
#include "storage/sqlite/takedown.h"
#include "storage/sqlite/urls.h"

/* "news" in ASCII: what `file` shows, and how a database is known as ours. */
enum { APPLICATION_ID = 0x6e657773, HEADER_BYTES = 100 };

static const struct store_backend sqlite_backend = {
    .close = open_close,
    .add_site = sites_add,
    .begin = sites_begin,
    .end = sites_end,
    .change = settings_change,
    .protect = settings_protect,
    .run_begin = runs_begin,
    .lease = lease_hosts,
    .adopt = adopt_url,
    .renew = runs_renew,
    .commit = commit_results,
    .checkpoint = runs_checkpoint,
    .judge_sites = site_days_judge,
    .run_end = runs_end,
    .takedown_begin = takedown_begin,
    .takedown_step = takedown_step,
    .reread_begin = reread_begin,
    .reread_commit = reread_commit,
    .pack_begin = packed_begin,
    .pack_commit = packed_commit,
    .each_row = reading_each_row,
    .each_chosen = choice_each,
};

/* What the file is before SQLite has touched it. */
struct look {
    bool exists;
    bool empty;    /* no bytes at all */
    bool database; /* begins like one */
    bool log;      /* a write-ahead log lies beside: the header may be old */
    int64_t application_id, version;
    bool cut; /* shorter than its header says */
};

static uint32_t read_u32(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int look_at(const char *path, struct look *look)
{
    *look = (struct look){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? 0 : errno;
    unsigned char header[HEADER_BYTES] = {0};
    struct stat facts;
    ssize_t size = read(fd, header, sizeof(header));
    int failed = size < 0 ? errno : fstat(fd, &facts) ? errno : 0;
    close(fd);
    if (failed)
        return failed;
    char log[4096];
    struct stat log_facts;
    snprintf(log, sizeof(log), "%s-wal", path);
    look->exists = true;
    look->empty = facts.st_size == 0;
    look->log = stat(log, &log_facts) == 0 && log_facts.st_size > 0;
    look->database = size == HEADER_BYTES && memcmp(header, "SQLite format 3", 16) == 0;
    look->application_id = read_u32(header + 68);
    look->version = read_u32(header + 60);
    int64_t page = header[16] << 8 | header[17];
    look->cut = (page == 1 ? 65536 : page) * (int64_t)read_u32(header + 28) > facts.st_size;
    return 0;
}

static int refuse(struct sqlite_store *store, int error, const char *format, const char *detail)
{
    char text[STORE_MESSAGE_BYTES / 2];
    snprintf(text, sizeof(text), format, detail);
    snprintf(store->store.message, sizeof(store->store.message), "%s: %s", store->path, text);
    return error;
}

/* Whether the file may be opened at all; SQLite has not seen it yet, so refusing changes nothing.
 */
static int check_file(struct sqlite_store *store, struct look *look)
{
    int failed = look_at(store->path, look);
    if (failed)
        return refuse(store, failed == EISDIR ? STORE_FOREIGN : STORE_READONLY,
                      "it cannot be read (%s): check the path and its permissions",
                      strerror(failed));
    if (!look->exists && store->access != STORE_CREATE)
        return refuse(store, STORE_MISSING,
                      "there is no such database: make one with `crawler add --sites %s URL...`",
                      store->path);
    if (look->empty && store->access != STORE_CREATE)
        return refuse(store, STORE_MISSING,
                      "the file is empty: add sites first, with `crawler add --sites %s URL...`",
                      store->path);
    if (!look->exists || look->empty)
        return 0;
    if (!look->database)
        return refuse(store, STORE_FOREIGN,
                      "this is no database of crawler but some other file: give another path%s",
                      "");
    if (look->log)
        return 0; /* what counts may stand in the log: SQLite has to read it */
    if (look->cut)
        return refuse(store, STORE_CORRUPT,
                      "the file is cut short: put back a copy, or save what can be read with "
                      "`sqlite3 FILE .recover`%s",
                      "");
    return 0;
}

static int read_pragma(struct sqlite_store *store, const char *sql, int64_t *out)
{
    sqlite3_stmt *query = NULL;
    int code = sqlite3_prepare_v2(store->db, sql, -1, &query, NULL);
    if (!code) {
        code = sqlite3_step(query);
        if (code == SQLITE_ROW)
            *out = sqlite3_column_int64(query, 0);
    }
    int err = code == SQLITE_ROW ? 0 : connection_error(store, code);
    sqlite3_finalize(query);
    return err;
}

/* Ours, of which version; version 0: empty, may become ours. */
static int check_schema(struct sqlite_store *store, int64_t *version)
{
    int64_t application = 0, tables = 0;
    int err = read_pragma(store, "PRAGMA application_id", &application);
    if (!err)
        err = read_pragma(store, "PRAGMA user_version", version);
    if (!err)
        err = read_pragma(store, "SELECT count(*) FROM sqlite_schema", &tables);
    if (err)
        return err;
    if (application != APPLICATION_ID && (application || tables || *version))
        return refuse(store, STORE_FOREIGN,
                      "this database belongs to some other program: give another path%s", "");
    if (*version > SQL_MIGRATIONS_COUNT)
        return refuse(store, STORE_NEWER,
                      "a newer version of crawler made this database: update this program%s", "");
    if (!*version && store->access != STORE_CREATE)
        return refuse(
            store, STORE_MISSING,
            "the database is empty: add sites first, with `crawler add --sites %s URL...`",
            store->path);
    if (*version < SQL_MIGRATIONS_COUNT && store->access == STORE_READ)
        return refuse(store, STORE_FAILED,
                      "its schema is of an older version: `crawler run --sites %s` brings it up to "
                      "date",
                      store->path);
    return 0;
}

static int read_seed(struct sqlite_store *store)
{
    int64_t seed = 0;
    int row = statement_integer(store, statement(store, SQL_HASH_SEED), &seed);
    if (row == 1)
        store->hash_seed = (uint64_t)seed;
    return row < 0 ? row : row == 1 ? 0 : STORE_CORRUPT;
}

/* A secret seed keeps strangers from making URLs that collide (limits.md section 4). */
static int write_seed(struct sqlite_store *store)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
        return refuse(store, STORE_FAILED, "no random bytes can be had%s", "");
    sqlite3_stmt *insert = statement(store, SQL_INSERT_HASH_SEED);
    bind_integer(insert, 1, (int64_t)(seed >> 1));
    return statement_run(store, insert);
}

/* Drops every view: they are made anew from views.sql, so that they fit the tables. */
static int drop_views(struct sqlite_store *store)
{
    char *sql = NULL;
    sqlite3_stmt *query = NULL;
    sqlite3_str *text = sqlite3_str_new(store->db);
    int code = sqlite3_prepare_v2(store->db, "SELECT name FROM sqlite_schema WHERE type = 'view'",
                                  -1, &query, NULL);
    while (!code && sqlite3_step(query) == SQLITE_ROW)
        sqlite3_str_appendf(text, "DROP VIEW \"%w\";", sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    sql = sqlite3_str_finish(text);
    int err = code ? connection_error(store, code) : sql ? connection_run(store, sql) : 0;
    sqlite3_free(sql);
    return err;
}

static int migrate_one(struct sqlite_store *store, int64_t version)
{
    char pragma[96];
    snprintf(pragma, sizeof(pragma), "PRAGMA application_id = %d; PRAGMA user_version = %d;",
             APPLICATION_ID, (int)version + 1);
    int err = drop_views(store);
    if (!err)
        err = connection_run(store, sql_migrations[version]);
    if (!err && version + 1 == SQL_MIGRATIONS_COUNT)
        err = connection_run(store, sql_views);
    if (!err)
        err = connection_run(store, pragma);
    return !err && version == 0 ? write_seed(store) : err;
}

/* One step from `*version` on. What is made anew is made as a whole; what has rows comes up to date
 * version by version, so that a process that is killed has not worked for nothing. */
static int migrate(struct sqlite_store *store, int64_t *version)
{
    int64_t now = *version, until = *version ? *version + 1 : SQL_MIGRATIONS_COUNT;
    int err = connection_run(store, "BEGIN IMMEDIATE");
    if (err)
        return err;
    err = read_pragma(store, "PRAGMA user_version", &now);
    if (now > *version) /* another process was faster */
        until = now;
    for (; now < until && !err; now++)
        err = migrate_one(store, now);
    if (!err)
        err = connection_run(store, "COMMIT");
    if (err && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    *version = now;
    return err;
}

static int on_wal(void *context, sqlite3 *db, const char *name, int frames)
{
    struct sqlite_store *store = context;
    (void)db;
    (void)name;
    store->wal_frames = frames;
    return SQLITE_OK;
}

/* url_hash(key), so that a query can look a URL up by its identity. */
static void on_url_hash(sqlite3_context *context, int count, sqlite3_value **values)
{
    const struct sqlite_store *store = sqlite3_user_data(context);
    const char *key = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    if (key)
        sqlite3_result_int64(context, urls_hash(store, key));
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
    taken_init(out, sqlite3_user_data(context), (enum takedown_kind)sqlite3_value_int(values[0]),
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

static int prepare_connection(struct sqlite_store *store)
{
    int64_t version = 0;
    sqlite3_busy_timeout(store->db, CONNECTION_BUSY_MS);
    sqlite3_create_function(store->db, "url_hash", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, store,
                            on_url_hash, NULL, NULL);
    sqlite3_create_function(store->db, "url_shape", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                            on_url_shape, NULL, NULL);
    sqlite3_create_function(store->db, "url_is_taken", 4, SQLITE_UTF8 | SQLITE_DETERMINISTIC, store,
                            on_url_is_taken, NULL, NULL);
    sqlite3_create_function(store->db, "json_is_taken", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                            store, on_json_is_taken, NULL, NULL);
    search_register(store);
    stories_register(store);
    packed_register(store);
    int err = check_schema(store, &version);
    if (err || store->access == STORE_READ)
        return err ? err : read_seed(store);
    if (!version) /* nothing can be lost yet, and what is made is on the disk when it is closed */
        err = connection_run(store, "PRAGMA page_size = 16384; PRAGMA synchronous = OFF;");
    if (!err) /* secure_delete: a take-down turns it on for itself */
        err = connection_run(store, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                                    "PRAGMA foreign_keys = ON; PRAGMA secure_delete = OFF;"
                                    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;");
    while (version < SQL_MIGRATIONS_COUNT && !err)
        err = migrate(store, &version);
    sqlite3_wal_hook(store->db, on_wal, store); /* also: no checkpoints but our own */
    return err ? err : read_seed(store);
}

static void close_database(struct sqlite_store *store)
{
    for (size_t i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
    sqlite3_close(store->db);
    store->db = NULL;
}

static void remove_half_made(struct sqlite_store *store)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    close_database(store);
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
        char path[4096];
        snprintf(path, sizeof(path), "%s%s", store->path, tails[i]);
        unlink(path);
    }
}

static int open_database(struct sqlite_store *store)
{
    struct look look;
    int err = check_file(store, &look);
    if (err)
        return err;
    int flags = store->access == STORE_READ     ? SQLITE_OPEN_READONLY
                : store->access == STORE_CREATE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                                : SQLITE_OPEN_READWRITE;
    int code = sqlite3_open_v2(store->path, &store->db,
                               flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (code)
        return connection_error(store, code);
    /* a database that turns out not to be ours must stay as it was, its log included */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    err = prepare_connection(store);
    if (!err)
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    else if (!look.exists)
        remove_half_made(store);
    return err;
}

bool sqlite_store_is_older(const char *path)
{
    struct look look;
    return look_at(path, &look) == 0 && look.database && look.application_id == APPLICATION_ID &&
           look.version < SQL_MIGRATIONS_COUNT;
}

bool sqlite_store_is_held(const char *path, char *message, size_t message_size)
{
    return runlock_is_held(path, message, message_size);
}

int sqlite_store_open(struct store **out, const char *path, enum store_access access, char *message,
                      size_t message_size)
{
    /* before SQLite's first use, later it is refused: saves a lock at each of its allocations */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    struct sqlite_store *store = memory_zeroed(1, sizeof(*store));
    store->store.backend = &sqlite_backend;
    store->path = memory_string(path, strlen(path));
    store->access = access;
    store->lock_fd = -1;
    int err = open_database(store);
    if (err) {
        snprintf(message, message_size, "%s", store->store.message);
        open_close(&store->store);
        return err;
    }
    *out = &store->store;
    return 0;
}

void open_close(struct store *base)
{
    struct sqlite_store *store = sqlite_of(base);
    runs_abandon(store);
    close_database(store);
    pool_clear(&store->pool);
    free(store->unindexed);
    free(store->shingles);
    taken_unload(store);
    takedown_free(store->takedown);
    free(store->path);
    free(store);
}
