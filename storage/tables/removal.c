#include "storage/tables/removal.h"

#include <stddef.h>

#include "storage/tables/articles.h"
#include "storage/tables/database.h"
#include "storage/tables/stories.h"

enum { IDS_MAX = 128 };

/* Authors or tags of an article. */
struct ids {
    int64_t at[IDS_MAX];
    size_t count;
};

static int run_with(struct database *store, enum sql sql, int64_t first)
{
    struct statement *change = statement(store, sql);
    bind_integer(change, 1, first);
    return statement_run(change);
}

static int read_ids(struct database *store, enum sql sql, int64_t article_id, struct ids *out)
{
    struct statement *query = statement(store, sql);
    bind_integer(query, 1, article_id);
    int row;
    out->count = 0;
    while ((row = statement_step(query)) == 1)
        if (out->count < IDS_MAX)
            out->at[out->count++] = column_integer(query, 0);
    return row;
}

static int drop_unused(struct database *store, enum sql sql, const struct ids *ids)
{
    int err = 0;
    for (size_t i = 0; !err && i < ids->count; i++)
        err = run_with(store, sql, ids->at[i]);
    return err;
}

/* The keys were made of its first version. *story_id becomes 0 where it is in none. */
static int forget_keys(struct database *store, int64_t article_id, int64_t *story_id,
                       int64_t *revisions)
{
    struct statement *query = statement(store, SQL_ARTICLE_TO_REMOVE);
    bind_integer(query, 1, article_id);
    int row = statement_step(query);
    *revisions = *story_id = 0;
    if (row != 1)
        return row;
    *story_id = column_integer(query, 1);
    *revisions = column_integer(query, 2);
    int err = stories_forget(store, column_integer(query, 0), column_text(query, 3), article_id);
    statement_finish(query);
    return err;
}

/* The others stay one story, under the number of the oldest where its founder has gone; one alone
 * is none. */
static int shrink_story(struct database *store, int64_t story_id)
{
    struct statement *query = statement(store, SQL_STORY_MEMBERS);
    bind_integer(query, 1, story_id);
    int row = statement_step(query);
    if (row != 1)
        return row;
    int64_t members = column_integer(query, 0), oldest = column_integer(query, 1);
    bool founder = column_integer(query, 2);
    statement_finish(query);
    if (members > 1 && founder)
        return 0;
    struct statement *rename = statement(store, SQL_RENAME_STORY);
    bind_integer(rename, 1, story_id);
    bind_nonzero(rename, 2, members > 1 ? oldest : 0);
    return statement_run(rename);
}

int removal_article(struct database *store, int64_t article_id, int64_t *revisions)
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
