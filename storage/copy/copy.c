#include "storage/copy/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/encoding.h"
#include "storage/tables/database.h"
#include "storage/tables/search.h"

enum { INDEXED_MAX = 200 };

int copy_failed_at(struct store_copy *copy, const struct database *side, int err)
{
    if (side != copy->to)
        memcpy(copy->to->store.message, side->store.message, sizeof(side->store.message));
    return err;
}

static int refuse(struct store_copy *copy, const char *why)
{
    struct store *base = &copy->to->store;
    snprintf(base->message, sizeof(base->message), "%s: %s", copy->to->name, why);
    return STORE_REFUSED;
}

static int begin_index(struct store_copy *copy);

/* ---- where a copy stands ---- */

static int read_text(struct database *database, enum sql sql, char *out, size_t size)
{
    struct statement *query = statement(database, sql);
    int row = statement_step(query);
    if (row == 1) {
        snprintf(out, size, "%s", column_text(query, 0) ? column_text(query, 0) : "");
        statement_finish(query);
    }
    return row;
}

/* Whether any of the tables has a row. */
static int is_empty(struct store_copy *copy, bool *empty)
{
    struct copied_value row[COPIED_COLUMNS_MAX];
    *empty = true;
    for (size_t i = 0; i < copied_tables_count && *empty; i++) {
        int more = copy->target->kind->last(copy->target, &copied_tables[i], row);
        copy->target->kind->stop(copy->target);
        if (more < 0)
            return more;
        *empty = more == 0;
    }
    return 0;
}

static int write_mark(struct store_copy *copy)
{
    struct statement *insert = statement(copy->to, SQL_MARK_COPY);
    bind_text(insert, 1, copy->mark);
    return statement_run(insert);
}

/* From here on it is no database that anybody else would open. */
static int mark_target(struct store_copy *copy)
{
    int err = transaction_begin(copy->to);
    if (!err)
        err = statement_run(statement(copy->to, SQL_BEGIN_COPY));
    if (!err)
        err = write_mark(copy);
    return transaction_end(copy->to, err);
}

/* Whether the target is new, or a copy of this very source that was begun or completed. */
static int find_out(struct store_copy *copy)
{
    char begun[sizeof(copy->mark)], copied[sizeof(copy->mark)];
    bool empty;
    int is_begun = read_text(copy->to, SQL_READ_COPY, begun, sizeof(begun));
    if (is_begun < 0)
        return is_begun;
    if (is_begun)
        return strcmp(begun, copy->mark) == 0
                   ? 0
                   : refuse(copy, "a copy was begun there of another database, or of this one as "
                                  "it was before its last run: empty it, or give another");
    int is_copied = read_text(copy->to, SQL_READ_COPIED, copied, sizeof(copied));
    if (is_copied < 0)
        return is_copied;
    copy->complete = is_copied && strcmp(copied, copy->mark) == 0;
    if (copy->complete)
        return 0;
    int err = is_empty(copy, &empty);
    copy->target->kind->close(copy->target);
    copy->target = copy->to->driver->rows->open(copy->to);
    if (err)
        return err;
    return empty ? mark_target(copy)
                 : refuse(copy, "it is not empty: a copy goes into a new database");
}

/* ---- beginning ---- */

static int count_rows(struct store_copy *copy)
{
    for (size_t i = 0; i < copied_tables_count; i++) {
        int64_t rows = 0;
        int err = copy->source->kind->count(copy->source, &copied_tables[i], &rows);
        if (err)
            return copy_failed_at(copy, copy->from, err);
        copy->progress.rows_total += rows;
        if (copy->progress.stage != COPY_ROWS)
            continue;
        err = copy->target->kind->count(copy->target, &copied_tables[i], &rows);
        if (err)
            return err;
        copy->progress.rows += rows;
    }
    return 0;
}

static int lock(struct store_copy *copy, struct database *side)
{
    int err = side->driver->lock(side, false, copy->request.now_ms);
    return err ? copy_failed_at(copy, side, err) : 0;
}

static int read_mark(struct store_copy *copy)
{
    int row = read_text(copy->from, SQL_COPY_MARK, copy->mark, sizeof(copy->mark));
    return row < 0 ? copy_failed_at(copy, copy->from, row) : 0;
}

static int begin(struct store_copy *copy)
{
    bool compares = copy->request.compare_only;
    int err = compares ? 0 : lock(copy, copy->from);
    if (!err && !compares)
        err = lock(copy, copy->to);
    if (!err)
        err = read_mark(copy);
    copy->source = copy->from->driver->rows->open(copy->from);
    copy->target = copy->to->driver->rows->open(copy->to);
    copy->mends = copy->source->kind->utf8_only || copy->target->kind->utf8_only;
    if (!err && !compares)
        err = find_out(copy);
    if (!err && copy->complete)
        return begin_index(copy);
    copy->progress.stage = compares ? COPY_COMPARE : COPY_ROWS;
    return err ? err : count_rows(copy);
}

int store_copy_begin(struct store_copy **out, struct store *from, struct store *to,
                     const struct copy_request *request)
{
    struct store_copy *copy =
        memory_zeroed(1, sizeof(*copy) + copied_tables_count * sizeof(copy->tables[0]));
    copy->from = database_of(from);
    copy->to = database_of(to);
    copy->request = *request;
    for (size_t i = 0; i < copied_tables_count; i++)
        copy->tables[i].name = copied_tables[i].name;
    int err = begin(copy);
    if (err)
        store_copy_close(copy);
    else
        *out = copy;
    return err;
}

void store_copy_close(struct store_copy *copy)
{
    if (!copy)
        return;
    compare_stop(copy);
    if (copy->source)
        copy->source->kind->close(copy->source);
    if (copy->target)
        copy->target->kind->close(copy->target);
    pool_clear(&copy->mended);
    free(copy);
}

/* ---- rows ---- */

/* What is no UTF-8, or has a NUL, a server refuses. */
static void mend(struct store_copy *copy, const struct copied_table *table,
                 struct copied_value *row)
{
    pool_reset(&copy->mended);
    for (size_t i = 0; i < table->columns_count; i++) {
        if (table->columns[i].type != COPIED_TEXT || row[i].is_null ||
            encoding_is_utf8(row[i].data, row[i].size))
            continue;
        char *mended = encoding_mended(row[i].data, row[i].size, &row[i].size);
        row[i].data = pool_copy(&copy->mended, mended, row[i].size);
        free(mended);
        copy->progress.mended += copy->progress.stage == COPY_ROWS;
    }
}

int copy_next(struct store_copy *copy, struct copied_value *row)
{
    int more = copy->source->kind->next(copy->source, row);
    if (more < 0)
        return copy_failed_at(copy, copy->from, more);
    if (more && copy->mends && !copy->source->kind->utf8_only)
        mend(copy, &copied_tables[copy->table], row);
    return more;
}

/* Goes on behind the last row that the target has. */
static int read_on(struct store_copy *copy, const struct copied_table *table)
{
    struct copied_value last[COPIED_COLUMNS_MAX];
    int row = copy->target->kind->last(copy->target, table, last);
    int err = row < 0 ? row : copy->source->kind->read(copy->source, table, row ? last : NULL);
    copy->target->kind->stop(copy->target);
    copy->reading = !err;
    return row < 0 ? row : err ? copy_failed_at(copy, copy->from, err) : 0;
}

/* It may have had credentials. */
static int end_table(struct store_copy *copy)
{
    bool changed;
    copy->source->kind->stop(copy->source);
    copy->reading = false;
    copy->table++;
    return copy->to->driver->protect(copy->to, &changed);
}

static int copy_batch(struct store_copy *copy)
{
    const struct copied_table *table = &copied_tables[copy->table];
    const struct rows_kind *to = copy->target->kind;
    struct copied_value row[COPIED_COLUMNS_MAX];
    size_t bytes = 0;
    int64_t rows = 0;
    int more = 1, err = copy->reading ? 0 : read_on(copy, table);
    if (!err)
        err = to->begin(copy->target, table);
    if (err)
        return err;
    while (rows < COPY_ROWS_MAX && bytes < COPY_BYTES_MAX && (more = copy_next(copy, row)) == 1) {
        err = to->put(copy->target, row);
        if (err)
            break;
        for (size_t i = 0; i < table->columns_count; i++)
            bytes += row[i].size;
        rows++;
    }
    err = to->end(copy->target, err ? err : more < 0 ? more : 0);
    if (err)
        return err;
    copy->progress.rows += rows;
    return more ? 0 : end_table(copy);
}

static int rows_step(struct store_copy *copy)
{
    int64_t mended = copy->progress.mended;
    int err = copy_batch(copy);
    if (err) { /* the next step begins where the target's rows end */
        copy->source->kind->stop(copy->source);
        copy->reading = false;
        copy->progress.mended = mended;
    } else if (copy->table == copied_tables_count) {
        copy->progress.stage = COPY_COMPARE;
        copy->progress.rows = 0;
        copy->table = 0;
    }
    return err;
}

/* ---- what comes after ---- */

static bool are_same(const struct store_copy *copy)
{
    for (size_t i = 0; i < copied_tables_count; i++)
        if (!copy->tables[i].same)
            return false;
    return true;
}

static int compare_next(struct store_copy *copy)
{
    bool done;
    int err = compare_step(copy, &done);
    if (err || !done)
        return err;
    if (++copy->table < copied_tables_count)
        return 0;
    copy->progress.compared = true;
    copy->progress.same = are_same(copy);
    copy->progress.stage =
        !copy->request.compare_only && copy->progress.same ? COPY_FINISH : COPY_DONE;
    return 0;
}

static int begin_index(struct store_copy *copy)
{
    int row = statement_integer(statement(copy->to, SQL_COUNT_BACKLOG), &copy->progress.articles);
    copy->progress.stage = copy->request.search ? COPY_INDEX : COPY_DONE;
    return row < 0 ? row : 0;
}

/* It becomes a database of its own, by the hashes of the one that it was. */
static int finish(struct store_copy *copy)
{
    int err = copy->target->kind->settle(copy->target);
    copy->target->kind->close(copy->target);
    copy->target = copy->to->driver->rows->open(copy->to);
    if (!err)
        err = transaction_begin(copy->to);
    if (err)
        return err;
    struct statement *seed = statement(copy->to, SQL_INSERT_HASH_SEED);
    bind_integer(seed, 1, (int64_t)copy->from->hash_seed);
    err = statement_run(seed);
    if (!err)
        err = statement_run(statement(copy->to, SQL_RECOUNT_QUEUED));
    if (!err)
        err = statement_run(statement(copy->to, SQL_FILL_BACKLOG));
    if (!err)
        err = statement_run(statement(copy->to, SQL_END_COPY));
    err = transaction_end(copy->to, err);
    return err ? err : begin_index(copy);
}

static int index_step(struct store_copy *copy)
{
    int64_t article_id;
    int row = 1, indexed = 0, err = transaction_begin(copy->to);
    while (!err && row == 1 && indexed < INDEXED_MAX) {
        row = statement_integer(statement(copy->to, SQL_NEXT_OF_BACKLOG), &article_id);
        err = row < 0 ? row : row ? search_catch_up(copy->to, article_id) : 0;
        indexed += row == 1;
    }
    err = transaction_end(copy->to, err);
    if (err)
        return err;
    copy->progress.indexed += indexed;
    if (row == 0)
        copy->progress.stage = COPY_DONE;
    return copy->to->driver->checkpoint(copy->to);
}

int store_copy_step(struct store_copy *copy, struct copy_progress *progress)
{
    int err = 0;
    switch (copy->progress.stage) {
    case COPY_ROWS:
        err = rows_step(copy);
        break;
    case COPY_COMPARE:
        err = compare_next(copy);
        break;
    case COPY_FINISH:
        err = finish(copy);
        break;
    case COPY_INDEX:
        err = index_step(copy);
        break;
    case COPY_DONE:
        break;
    }
    copy->progress.table =
        copy->table < copied_tables_count ? copied_tables[copy->table].name : NULL;
    *progress = copy->progress;
    return err;
}

const struct copy_table *store_copy_table(const struct store_copy *copy, size_t index)
{
    return index < copied_tables_count ? &copy->tables[index] : NULL;
}
