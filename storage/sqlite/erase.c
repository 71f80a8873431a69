#include "storage/sqlite/erase.h"

#include <stdio.h>

#include "storage/sqlite/connection.h"

/* MERGED_PAGES: of the search index a step, at most that many. */
enum { MERGED_PAGES = 2000, CHANGES_OF_MERGE = 2 };

int erase_begin(struct database *database)
{
    struct sqlite_store *store = sqlite_of(database);
    store->merged = store->rewritten = false;
    return connection_run(store, "PRAGMA secure_delete = ON");
}

/* FTS5 keeps the words of what was deleted until its segments are merged into one. Less than two
 * changes: there was nothing to do (fts5.html, 6.8). */
static int merge_index(struct sqlite_store *store, enum sql sql, bool *merged)
{
    int before = sqlite3_total_changes(store->db);
    struct statement *merge = statement(&store->database, sql);
    bind_integer(merge, 1, -MERGED_PAGES);
    int err = statement_run(merge);
    *merged = !err && sqlite3_total_changes(store->db) - before < CHANGES_OF_MERGE;
    return err;
}

static int merge_search(struct sqlite_store *store, bool *merged)
{
    bool of_words, of_signs = false;
    int err = merge_index(store, SQL_MERGE_SEARCH, &of_words);
    if (!err)
        err = merge_index(store, SQL_MERGE_SEARCH_OF_SIGNS, &of_signs);
    *merged = !err && of_words && of_signs;
    return err ? err : connection_checkpoint(&store->database);
}

/* The copy that VACUUM makes on its way may be as large as the database: not in memory. */
static int rewrite_file(struct sqlite_store *store)
{
    int err = connection_run(store, "PRAGMA temp_store = FILE; VACUUM;");
    int again = connection_run(store, "PRAGMA temp_store = MEMORY");
    return err ? err : again;
}

static int empty_log(struct sqlite_store *store)
{
    struct database *database = &store->database;
    int code = sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    store->wal_frames = store->wal_frames_moved = 0;
    if (code != SQLITE_BUSY)
        return code ? connection_error(store, code) : 0;
    snprintf(database->store.message, sizeof(database->store.message),
             "%s: the rows are gone, but another program that reads the database keeps old bytes "
             "in its log: end that program and run the same command again",
             database->name);
    return STORE_BUSY;
}

int erase_step(struct database *database, bool *done)
{
    struct sqlite_store *store = sqlite_of(database);
    int err = 0;
    *done = false;
    if (!store->merged)
        return merge_search(store, &store->merged);
    if (!store->rewritten)
        err = rewrite_file(store);
    store->rewritten |= !err;
    if (!err)
        err = empty_log(store);
    *done = !err;
    return err;
}
