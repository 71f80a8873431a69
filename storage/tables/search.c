#include "storage/tables/search.h"

#include <stdlib.h>

#include "storage/signs.h"
#include "storage/tables/database.h"
#include "storage/tables/draft.h"

/* ---- the indexes ---- */

enum { TEXTS = 3 }; /* title, lead, body */

struct unindexed {
    int64_t article_id;
    const char *texts[TEXTS];
};

static int run_with_id(struct database *store, enum sql sql, int64_t article_id)
{
    struct statement *run = statement(store, sql);
    bind_integer(run, 1, article_id);
    return statement_run(run);
}

static int insert(struct database *store, enum sql sql, int64_t article_id,
                  const char *const texts[TEXTS])
{
    struct statement *insert = statement(store, sql);
    bind_integer(insert, 1, article_id);
    for (int i = 0; i < TEXTS; i++)
        bind_text(insert, i + 2, texts[i]);
    return statement_add(insert, ANSWER_CHANGED, NULL);
}

static int insert_cut(struct database *store, int64_t article_id, const char *const texts[TEXTS])
{
    char *cut[TEXTS];
    for (int i = 0; i < TEXTS; i++)
        cut[i] = texts[i] ? signs_cut(texts[i]) : NULL;
    int err = insert(store, SQL_INDEX_ARTICLE_OF_SIGNS, article_id,
                     (const char *const[TEXTS]){cut[0], cut[1], cut[2]});
    for (int i = 0; i < TEXTS; i++)
        free(cut[i]);
    return err;
}

/* The texts are bound, not taken over by INSERT … SELECT: that would make SQLite prepare to undo
 * the statement, on which FTS5 writes all that it has gathered so far. */
static int index_texts(struct database *store, int64_t article_id, const char *const texts[TEXTS])
{
    return signs_prevail(texts, TEXTS) ? insert_cut(store, article_id, texts)
                                       : insert(store, SQL_INDEX_ARTICLE, article_id, texts);
}

static int settle(struct database *store)
{
    int err = statement_settle(statement(store, SQL_INDEX_ARTICLE));
    return err ? err : statement_settle(statement(store, SQL_INDEX_ARTICLE_OF_SIGNS));
}

/* ---- what a batch changes ---- */

void search_begin(struct database *store)
{
    store->unindexed_count = 0;
}

int search_add(struct database *store, int64_t article_id, const struct draft *draft)
{
    if (!store->run.search) {
        struct statement *add = statement(store, SQL_ADD_TO_BACKLOG);
        bind_integer(add, 1, article_id);
        return statement_add(add, ANSWER_CHANGED, NULL);
    }
    store->unindexed = memory_room(store->unindexed, store->unindexed_count,
                                   &store->unindexed_capacity, sizeof(*store->unindexed));
    store->unindexed[store->unindexed_count++] =
        (struct unindexed){article_id, {draft->title, draft->lead, draft->body}};
    return 0;
}

/* Whether the article was still to be indexed; then it is no longer. */
static bool take_back(struct database *store, int64_t article_id)
{
    for (size_t i = 0; i < store->unindexed_count; i++) {
        if (store->unindexed[i].article_id != article_id)
            continue;
        store->unindexed[i] = store->unindexed[--store->unindexed_count];
        return true;
    }
    return false;
}

int search_forget(struct database *store, int64_t article_id)
{
    if (take_back(store, article_id))
        return 0;
    int err = run_with_id(store, SQL_UNINDEX_ARTICLE, article_id);
    if (!err)
        err = run_with_id(store, SQL_UNINDEX_ARTICLE_OF_SIGNS, article_id);
    if (!err && store->run.search)
        err = run_with_id(store, SQL_DROP_FROM_BACKLOG, article_id);
    return err;
}

int search_write(struct database *store)
{
    int err = 0;
    for (size_t i = 0; i < store->unindexed_count && !err; i++)
        err = index_texts(store, store->unindexed[i].article_id, store->unindexed[i].texts);
    if (!err)
        err = settle(store);
    return err ? err : statement_settle(statement(store, SQL_ADD_TO_BACKLOG));
}

int search_catch_up(struct database *store, int64_t article_id)
{
    const char *texts[TEXTS];
    struct statement *query = statement(store, SQL_ARTICLE_TEXTS);
    bind_integer(query, 1, article_id);
    int row = statement_step(query);
    if (row == 1) {
        for (int i = 0; i < TEXTS; i++)
            texts[i] = column_text(query, i);
        row = index_texts(store, article_id, texts);
        statement_finish(query);
    }
    if (!row)
        row = settle(store);
    return row ? row : run_with_id(store, SQL_DROP_FROM_BACKLOG, article_id);
}
