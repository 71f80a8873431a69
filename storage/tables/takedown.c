#include "storage/tables/takedown.h"

#include <stdlib.h>

#include "storage/tables/database.h"
#include "storage/tables/removal.h"
#include "storage/tables/taken.h"

enum { ARTICLES_MAX = 100 }; /* a step */

/* How far this process has come; another one finds that out anew. */
struct takedown_work {
    int64_t marked_id; /* whose URLs are marked and articles listed below */
    int64_t *articles; /* that go, with `articles_next` before this place gone */
    size_t articles_count, articles_next, articles_capacity;
};

/* The one that is worked on. */
struct open_takedown {
    int64_t takedown_id; /* 0: none has rows left */
    int64_t kind;
    char *matches; /* owned */
    int64_t gone;  /* rows of this step */
};

static int note(struct database *store, const struct takedown_record *takedown, int64_t now_ms);
static int read_next(struct database *store, struct open_takedown *out);
static int remove_rows(struct database *store, struct open_takedown *open,
                       struct takedown_progress *progress, int64_t now_ms);
static int overwrite(struct database *store, int64_t now_ms, bool *done);

int takedown_begin(struct store *base, const struct takedown_record *takedowns, size_t count,
                   int64_t now_ms)
{
    struct database *store = database_of(base);
    takedown_free(store->takedown);
    store->takedown = memory_zeroed(1, sizeof(*store->takedown));
    int err = store->driver->lock(store, false, now_ms);
    if (!err)
        err = store->driver->erase_begin(store);
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
static int note(struct database *store, const struct takedown_record *takedown, int64_t now_ms)
{
    struct statement *insert = statement(store, SQL_INSERT_TAKEDOWN);
    bind_text(insert, 1, takedown->pattern);
    bind_integer(insert, 2, takedown->kind);
    bind_text(insert, 3, takedown->matches);
    bind_text(insert, 4, takedown->reason);
    bind_text(insert, 5, takedown->asked_by);
    bind_integer(insert, 6, now_ms);
    return statement_run(insert);
}

int takedown_step(struct store *base, int64_t now_ms, struct takedown_progress *progress)
{
    struct database *store = database_of(base);
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
    return store->driver->checkpoint(store);
}

/* ---- rows ---- */

static int read_next(struct database *store, struct open_takedown *out)
{
    struct statement *query = statement(store, SQL_NEXT_TAKEDOWN);
    int row = statement_step(query);
    if (row != 1)
        return row;
    out->takedown_id = column_integer(query, 0);
    out->kind = column_integer(query, 1);
    out->matches = memory_string(column_text(query, 2), (size_t)column_size(query, 2));
    statement_finish(query);
    return 0;
}

/* Runs a statement with kind, matches and now as parameters, as far as it has them; adds the rows
 * that changed to *count, where it is not NULL. */
static int change(struct database *store, const struct open_takedown *open, enum sql sql,
                  int64_t now_ms, int64_t *count)
{
    struct statement *statement_of = statement(store, sql);
    bind_integer(statement_of, 1, open->kind);
    bind_text(statement_of, 2, open->matches);
    bind_integer(statement_of, 3, now_ms);
    int64_t changed = statement_change(statement_of);
    if (changed > 0 && count)
        *count += changed;
    return changed < 0 ? (int)changed : 0;
}

/* The records first, which are found by what their URLs are still said to be. */
static int mark(struct database *store, struct open_takedown *open,
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
static int list_articles(struct database *store)
{
    struct takedown_work *work = store->takedown;
    work->articles_count = work->articles_next = 0;
    struct statement *query = statement(store, SQL_TAKEN_ARTICLES);
    int row;
    while ((row = statement_step(query)) == 1) {
        work->articles = memory_room(work->articles, work->articles_count, &work->articles_capacity,
                                     sizeof(*work->articles));
        work->articles[work->articles_count++] = column_integer(query, 0);
    }
    return row;
}

static int remove_articles(struct database *store, struct open_takedown *open,
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

static int remove_rest(struct database *store, struct open_takedown *open,
                       struct takedown_progress *progress, int64_t now_ms)
{
    int64_t pages = 0;
    int err = change(store, open, SQL_MARK_TAKEN_RAW, now_ms, NULL);
    if (!err)
        err = store->driver->free_of_taken(store);
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
    struct statement *set = statement(store, SQL_SET_TAKEDOWN_REMOVED);
    bind_integer(set, 1, open->takedown_id);
    bind_integer(set, 2, now_ms);
    return err ? err : statement_run(set);
}

/* One of the three parts, and counts what went. */
static int remove_rows(struct database *store, struct open_takedown *open,
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
    struct statement *count = statement(store, SQL_COUNT_TAKEN_ROWS);
    bind_integer(count, 1, open->takedown_id);
    bind_integer(count, 2, open->gone);
    return statement_run(count);
}

/* ---- bytes ---- */

static int overwrite(struct database *store, int64_t now_ms, bool *done)
{
    int64_t takedown_id;
    int row = statement_integer(statement(store, SQL_OPEN_TAKEDOWN), &takedown_id);
    *done = row == 0;
    if (row != 1)
        return row;
    bool erased = false;
    int err = store->driver->erase_step(store, &erased);
    if (err || !erased)
        return err;
    struct statement *set = statement(store, SQL_SET_TAKEDOWNS_DONE);
    bind_integer(set, 1, now_ms);
    err = statement_run(set);
    *done = !err;
    return err;
}
