#include "storage/sqlite/removal.h"

#include <stddef.h>

#include "storage/sqlite/articles.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/stories.h"

enum { IDS_MAX = 128 };

/* Authors or tags of an article. */
struct ids {
    int64_t at[IDS_MAX];
    size_t count;
};

static int run_with(struct sqlite_store *store, enum sql sql, int64_t first)
{
    sqlite3_stmt *change = statement(store, sql);
    bind_integer(change, 1, first);
    return statement_run(store, change);
}

static int read_ids(struct sqlite_store *store, enum sql sql, int64_t article_id, struct ids *out)
{
    sqlite3_stmt *query = statement(store, sql);
    bind_integer(query, 1, article_id);
    int row;
    out->count = 0;
    while ((row = statement_step(store, query)) == 1)
        if (out->count < IDS_MAX)
            out->at[out->count++] = sqlite3_column_int64(query, 0);
    return row;
}

static int drop_unused(struct sqlite_store *store, enum sql sql, const struct ids *ids)
{
    int err = 0;
    for (size_t i = 0; !err && i < ids->count; i++)
        err = run_with(store, sql, ids->at[i]);
    return err;
}

/* The keys were made of its first version. *story_id becomes 0 where it is in none. */
static int forget_keys(struct sqlite_store *store, int64_t article_id, int64_t *story_id,
                       int64_t *revisions)
{
    sqlite3_stmt *query = statement(store, SQL_ARTICLE_TO_REMOVE);
    bind_integer(query, 1, article_id);
    int row = statement_step(store, query);
    *revisions = *story_id = 0;
    if (row != 1)
        return row;
    *story_id = sqlite3_column_int64(query, 1);
    *revisions = sqlite3_column_int64(query, 2);
    int err =
        stories_forget(store, sqlite3_column_int64(query, 0), column_text(query, 3), article_id);
    statement_finish(query);
    return err;
}

/* The others stay one story, under the number of the oldest where its founder has gone; one alone
 * is none. */
static int shrink_story(struct sqlite_store *store, int64_t story_id)
{
    sqlite3_stmt *query = statement(store, SQL_STORY_MEMBERS);
    bind_integer(query, 1, story_id);
    int row = statement_step(store, query);
    if (row != 1)
        return row;
    int64_t members = sqlite3_column_int64(query, 0), oldest = sqlite3_column_int64(query, 1);
    bool founder = sqlite3_column_int(query, 2);
    statement_finish(query);
    if (members > 1 && founder)
        return 0;
    sqlite3_stmt *rename = statement(store, SQL_RENAME_STORY);
    bind_integer(rename, 1, story_id);
    bind_nonzero(rename, 2, members > 1 ? oldest : 0);
    return statement_run(store, rename);
}

int removal_article(struct sqlite_store *store, int64_t article_id, int64_t *revisions)
{
    struct ids authors, tags;
    int64_t story_id = 0;
    int err = forget_keys(store, article_id, &story_id, revisions);
    if (err || !*revisions)
        return err;
    err = read_ids(store, SQL_AUTHORS_OF_ARTICLE, article_id, &authors);
    if (!err)
        err = read_ids(store, SQL_TAGS_OF_ARTICLE, article_id, &tags);
    if (!err)
        err = run_with(store, SQL_DROP_SECOND_LOOK, article_id);
    if (!err)
        err = run_with(store, SQL_FORGET_ARTICLE_OF_URL, article_id);
    if (!err)
        err = run_with(store, SQL_DROP_ARTICLE, article_id);
    if (!err)
        err = drop_unused(store, SQL_DROP_UNUSED_AUTHOR, &authors);
    if (!err)
        err = drop_unused(store, SQL_DROP_UNUSED_TAG, &tags);
    if (!err && story_id)
        err = shrink_story(store, story_id);
    return err;
}
