#include "storage/tables/versions.h"

#include "storage/tables/articles.h"
#include "storage/tables/database.h"
#include "storage/tables/correction.h"
#include "storage/tables/draft.h"

static int find(struct database *store, const struct draft *draft, int64_t *rev, bool *texts,
                bool *body)
{
    struct statement *query = statement(store, SQL_COMPARE_VERSION);
    bind_integer(query, 1, draft->put->known_id);
    bind_integer(query, 2, draft->put->fetch_id);
    bind_text(query, 3, draft->title);
    bind_text(query, 4, draft->lead);
    bind_text(query, 5, draft->body);
    int row = statement_step(query);
    *rev = 0;
    if (row != 1)
        return row;
    *rev = column_integer(query, 0);
    *texts = column_integer(query, 1);
    *body = column_integer(query, 2);
    statement_finish(query);
    return 0;
}

static int update(struct database *store, const struct draft *draft, int64_t rev)
{
    struct statement *correct = statement(store, SQL_CORRECT_VERSION);
    bind_integer(correct, 1, draft->put->known_id);
    bind_integer(correct, 2, rev);
    bind_text(correct, 3, draft->title);
    bind_text(correct, 4, draft->lead);
    bind_text(correct, 5, draft->body);
    bind_integer(correct, 6, draft->text_hash);
    bind_integer(correct, 7, draft->figures.words);
    bind_moment(correct, 8, draft->modified_ms);
    bind_text(correct, 9, store_extractor());
    return statement_run(correct);
}

static int change(struct database *store, enum sql sql, int64_t article_id, int64_t rev)
{
    struct statement *update_of = statement(store, sql);
    bind_integer(update_of, 1, article_id);
    bind_integer(update_of, 2, rev);
    return statement_run(update_of);
}

/* The next one was there since this one was seen, and those behind it move up. */
static int fold(struct database *store, int64_t article_id, int64_t rev)
{
    static const enum sql steps[] = {SQL_DATE_BACK_NEXT_VERSION, SQL_DATE_BACK_ARTICLE,
                                     SQL_DROP_VERSION, SQL_RENUMBER_VERSIONS,
                                     SQL_TURN_NUMBERS_OF_VERSIONS};
    int err = 0;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && !err; i++)
        err = change(store, steps[i], article_id, rev);
    return err;
}

/* Folds what says the same as the next, and tells anew what each changed. */
static int settle(struct database *store, int64_t article_id, bool *folded)
{
    int64_t rev;
    int row, err = 0;
    do {
        struct statement *query = statement(store, SQL_VERSION_LIKE_NEXT);
        bind_integer(query, 1, article_id);
        row = statement_integer(query, &rev);
        if (row == 1)
            err = fold(store, article_id, rev);
        *folded |= row == 1;
    } while (row == 1 && !err);
    if (row < 0)
        err = row;
    if (!err)
        err = change(store, SQL_TELL_CHANGES_OF_VERSIONS, article_id, 0);
    return err ? err : change(store, SQL_TELL_CHANGES_OF_ARTICLE, article_id, 0);
}

int versions_correct(struct database *store, const struct article_put *put, bool *changed)
{
    struct draft draft;
    struct article_facts facts = {0};
    int64_t rev;
    bool body = false;
    *changed = false;
    int err = articles_facts(store, put->known_id, &facts);
    if (err || !facts.article_id)
        return err;
    draft_init(&draft, put);
    draft_count(&draft);
    err = find(store, &draft, &rev, changed, &body);
    if (err || !rev)
        return err;
    if (body && rev == 1)
        err = correction_renew_story(store, &facts, facts.published_ms, rev, draft.body);
    if (!err)
        err = update(store, &draft, rev);
    return err ? err : settle(store, put->known_id, changed);
}
