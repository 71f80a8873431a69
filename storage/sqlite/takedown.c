#include "storage/sqlite/takedown.h"

#include <stdio.h>
#include <stdlib.h>

#include "storage/sqlite/connection.h"
#include "storage/sqlite/removal.h"
#include "storage/sqlite/runlock.h"
#include "storage/sqlite/taken.h"

/* MERGED_PAGES: of the search index a step, at most that many. */
enum { ARTICLES_MAX = 100, MERGED_PAGES = 2000, CHANGES_OF_MERGE = 2 };

/* How far this process has come; another one finds that out anew. */
struct takedown_work {
    int64_t marked_id; /* whose URLs are marked and articles listed below */
    int64_t *articles; /* that go, with `articles_next` before this place gone */
    size_t articles_count, articles_next, articles_capacity;
    bool merged;    /* each search index is one piece */
    bool rewritten; /* the file holds what counts and nothing else */
};

/* The one that is worked on. */
struct open_takedown {
    int64_t takedown_id; /* 0: none has rows left */
    int64_t kind;
    char *matches; /* owned */
    int64_t gone;  /* rows of this step */
};

static int note(struct sqlite_store *store, const struct takedown_record *takedown, int64_t now_ms);
static int read_next(struct sqlite_store *store, struct open_takedown *out);
static int remove_rows(struct sqlite_store *store, struct open_takedown *open,
                       struct takedown_progress *progress, int64_t now_ms);
static int overwrite(struct sqlite_store *store, int64_t now_ms, bool *done);

int takedown_begin(struct store *base, const struct takedown_record *takedowns, size_t count,
                   int64_t now_ms)
{
    struct sqlite_store *store = sqlite_of(base);
    int err = 0;
    takedown_free(store->takedown);
    store->takedown = memory_zeroed(1, sizeof(*store->takedown));
    if (store->lock_fd < 0)
        err = runlock_take(&store->lock_fd, store->path, now_ms, base->message,
                           sizeof(base->message));
    if (!err)
        err = connection_run(store, "PRAGMA secure_delete = ON");
    if (!err)
        err = transaction_begin(store);
    if (err)
        return err;
    for (size_t i = 0; i < count && !err; i++)
        err = note(store, &takedowns[i], now_ms);
    return transaction_end(store, err);
}

void takedown_free(struct takedown_work *work)
{
    if (work)
        free(work->articles);
    free(work);
}

/* One that was cut off is taken up again instead. */
static int note(struct sqlite_store *store, const struct takedown_record *takedown, int64_t now_ms)
{
    sqlite3_stmt *insert = statement(store, SQL_INSERT_TAKEDOWN);
    bind_text(insert, 1, takedown->pattern);
    bind_integer(insert, 2, takedown->kind);
    bind_text(insert, 3, takedown->matches);
    bind_text(insert, 4, takedown->reason);
    bind_text(insert, 5, takedown->asked_by);
    bind_integer(insert, 6, now_ms);
    return statement_run(store, insert);
}

int takedown_step(struct store *base, int64_t now_ms, struct takedown_progress *progress)
{
    struct sqlite_store *store = sqlite_of(base);
    struct takedown_work *work = store->takedown;
    struct takedown_progress before = *progress;
    struct open_takedown open = {0};
    int err = transaction_begin(store);
    if (err)
        return err;
    err = read_next(store, &open);
    if (!err && open.takedown_id)
        err = remove_rows(store, &open, progress, now_ms);
    free(open.matches);
    err = transaction_end(store, err);
    if (err) {
        *progress = before;
        work->marked_id = 0;
        return err;
    }
    if (!open.takedown_id)
        return overwrite(store, now_ms, &progress->done);
    work->marked_id = open.takedown_id;
    return connection_checkpoint(store);
}

/* ---- rows ---- */

static int read_next(struct sqlite_store *store, struct open_takedown *out)
{
    sqlite3_stmt *query = statement(store, SQL_NEXT_TAKEDOWN);
    int row = statement_step(store, query);
    if (row != 1)
        return row;
    out->takedown_id = sqlite3_column_int64(query, 0);
    out->kind = sqlite3_column_int64(query, 1);
    out->matches = memory_string(column_text(query, 2), (size_t)sqlite3_column_bytes(query, 2));
    statement_finish(query);
    return 0;
}

/* Runs a statement with kind, matches and now as parameters, as far as it has them; adds the rows
 * that changed to *count, where it is not NULL. */
static int change(struct sqlite_store *store, const struct open_takedown *open, enum sql sql,
                  int64_t now_ms, int64_t *count)
{
    sqlite3_stmt *statement_of = statement(store, sql);
    bind_integer(statement_of, 1, open->kind);
    bind_text(statement_of, 2, open->matches);
    bind_integer(statement_of, 3, now_ms);
    int err = statement_run(store, statement_of);
    if (!err && count)
        *count += sqlite3_changes(store->db);
    return err;
}

/* The records first, which are found by what their URLs are still said to be. */
static int mark(struct sqlite_store *store, struct open_takedown *open,
                struct takedown_progress *progress, int64_t now_ms)
{
    int64_t records = 0, waiting = 0;
    const struct {
        enum sql sql;
        int64_t *count;
    } changes[] = {
        {SQL_DROP_TAKEN_RECORDS, &records}, {SQL_DROP_TAKEN_RECORDS_OF_URLS, &records},
        {SQL_KEEP_TAKEN_WAITING, NULL},     {SQL_DENY_TAKEN_URLS, NULL},
        {SQL_DENY_TAKEN_TWINS, NULL},       {SQL_DROP_TAKEN_WAITING, &waiting},
        {SQL_RECOUNT_NEW_QUEUED, NULL},     {SQL_RECOUNT_QUEUED, NULL},
        {SQL_RETIRE_TAKEN_FEEDS, NULL},     {SQL_DISABLE_TAKEN_SITES, NULL},
    };
    int err = 0;
    for (size_t i = 0; !err && i < sizeof(changes) / sizeof(changes[0]); i++)
        err = change(store, open, changes[i].sql, now_ms, changes[i].count);
    progress->api_records += records;
    progress->waiting += waiting;
    open->gone += records + waiting;
    return err;
}

/* Those whose own or canonical address, or any under which they were met, is denied now. */
static int list_articles(struct sqlite_store *store)
{
    struct takedown_work *work = store->takedown;
    work->articles_count = work->articles_next = 0;
    sqlite3_stmt *query = statement(store, SQL_TAKEN_ARTICLES);
    int row;
    while ((row = statement_step(store, query)) == 1) {
        work->articles = memory_room(work->articles, work->articles_count, &work->articles_capacity,
                                     sizeof(*work->articles));
        work->articles[work->articles_count++] = sqlite3_column_int64(query, 0);
    }
    return row;
}

static int remove_articles(struct sqlite_store *store, struct open_takedown *open,
                           struct takedown_progress *progress)
{
    struct takedown_work *work = store->takedown;
    int err = 0;
    for (int i = 0; !err && i < ARTICLES_MAX && work->articles_next < work->articles_count; i++) {
        int64_t versions = 0;
        err = removal_article(store, work->articles[work->articles_next++], &versions);
        progress->articles += versions > 0;
        progress->revisions += versions > 0 ? versions - 1 : 0;
        open->gone += versions;
    }
    return err;
}

static int remove_rest(struct sqlite_store *store, struct open_takedown *open,
                       struct takedown_progress *progress, int64_t now_ms)
{
    int64_t pages = 0;
    int err = change(store, open, SQL_MARK_TAKEN_RAW, now_ms, NULL);
    if (!err)
        err = change(store, open, SQL_FREE_OF_TAKEN_RAW, now_ms, NULL);
    if (!err)
        err = change(store, open, SQL_DROP_TAKEN_RAW, now_ms, &pages);
    if (!err)
        err = change(store, open, SQL_FORGET_TAKEN_FETCHES, now_ms, NULL);
    if (!err)
        err = change(store, open, SQL_FORGET_TAKEN_URLS, now_ms, NULL);
    if (!err)
        err = change(store, open, SQL_DROP_UNUSED_AUTHORS, now_ms, NULL);
    if (!err)
        err = change(store, open, SQL_DROP_UNUSED_TAGS, now_ms, NULL);
    progress->raw_pages += pages;
    open->gone += pages;
    sqlite3_stmt *set = statement(store, SQL_SET_TAKEDOWN_REMOVED);
    bind_integer(set, 1, open->takedown_id);
    bind_integer(set, 2, now_ms);
    return err ? err : statement_run(store, set);
}

/* One of the three parts, and counts what went. */
static int remove_rows(struct sqlite_store *store, struct open_takedown *open,
                       struct takedown_progress *progress, int64_t now_ms)
{
    struct takedown_work *work = store->takedown;
    int err;
    if (work->marked_id != open->takedown_id) {
        err = mark(store, open, progress, now_ms);
        if (!err)
            err = list_articles(store);
    } else if (work->articles_next < work->articles_count) {
        err = remove_articles(store, open, progress);
    } else {
        err = remove_rest(store, open, progress, now_ms);
    }
    if (err || !open->gone)
        return err;
    sqlite3_stmt *count = statement(store, SQL_COUNT_TAKEN_ROWS);
    bind_integer(count, 1, open->takedown_id);
    bind_integer(count, 2, open->gone);
    return statement_run(store, count);
}

/* ---- bytes ---- */

/* FTS5 keeps the words of what was deleted until its segments are merged into one. Less than two
 * changes: there was nothing to do (fts5.html, 6.8). */
static int merge_index(struct sqlite_store *store, enum sql sql, bool *merged)
{
    int before = sqlite3_total_changes(store->db);
    sqlite3_stmt *merge = statement(store, sql);
    bind_integer(merge, 1, -MERGED_PAGES);
    int err = statement_run(store, merge);
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
    return err ? err : connection_checkpoint(store);
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
    int code = sqlite3_wal_checkpoint_v2(store->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    store->wal_frames = store->wal_frames_moved = 0;
    if (code != SQLITE_BUSY)
        return code ? connection_error(store, code) : 0;
    snprintf(store->store.message, sizeof(store->store.message),
             "%s: the rows are gone, but another program that reads the database keeps old bytes "
             "in its log: end that program and run the same command again",
             store->path);
    return STORE_BUSY;
}

static int overwrite(struct sqlite_store *store, int64_t now_ms, bool *done)
{
    int64_t takedown_id;
    int row = statement_integer(store, statement(store, SQL_OPEN_TAKEDOWN), &takedown_id);
    *done = row == 0;
    if (row != 1)
        return row;
    int err = 0;
    if (!store->takedown->merged)
        return merge_search(store, &store->takedown->merged);
    if (!store->takedown->rewritten)
        err = rewrite_file(store);
    store->takedown->rewritten |= !err;
    if (!err)
        err = empty_log(store);
    if (err)
        return err;
    sqlite3_stmt *set = statement(store, SQL_SET_TAKEDOWNS_DONE);
    bind_integer(set, 1, now_ms);
    err = statement_run(store, set);
    *done = !err;
    return err;
}
