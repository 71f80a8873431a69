#include "storage/tables/correction.h"

#include <string.h>

#include "storage/tables/articles.h"
#include "storage/tables/attachments.h"
#include "storage/tables/database.h"
#include "storage/tables/draft.h"
#include "storage/tables/known.h"
#include "storage/tables/search.h"
#include "storage/tables/stories.h"

enum { TEXTS = REREAD_TITLE | REREAD_LEAD | REREAD_BODY };

/* An address that another article has is not taken from it. */
static int choose_address(struct database *store, struct draft *draft)
{
    int64_t taken;
    struct statement *query = statement(store, SQL_CANONICAL_OF_OTHER);
    bind_text(query, 1, draft->canonical_url);
    bind_integer(query, 2, draft->put->site_id);
    bind_integer(query, 3, draft->put->known_id);
    int row = statement_integer(query, &taken);
    if (row == 1)
        draft->canonical_url = draft->put->url;
    return row < 0 ? row : 0;
}

static int compare(struct database *store, const struct draft *draft, unsigned *changed)
{
    static const enum reread_change columns[] = {REREAD_TITLE, REREAD_LEAD, REREAD_BODY,
                                                 REREAD_DATES, REREAD_OTHER};
    struct statement *query = statement(store, SQL_COMPARE_ARTICLE);
    draft_bind(query, draft);
    bind_integer(query, 27, draft->put->known_id);
    int row = statement_step(query);
    if (row != 1)
        return row < 0 ? row : STORE_FAILED;
    for (int i = 0; i < (int)(sizeof(columns) / sizeof(columns[0])); i++)
        if (column_integer(query, i))
            *changed |= columns[i];
    statement_finish(query);
    return 0;
}

int correction_renew_story(struct database *store, const struct article_facts *facts,
                           int64_t published_ms, int64_t rev, const char *body)
{
    struct statement *query = statement(store, SQL_ARTICLE_TO_REMOVE);
    bind_integer(query, 1, facts->article_id);
    int row = statement_step(query);
    if (row != 1)
        return row < 0 ? row : STORE_FAILED;
    int64_t was_ms = column_integer(query, 0);
    bool first = rev == 1 || (!rev && column_integer(query, 2) == 1);
    const char *first_body = column_text(query, 3);
    first_body = first_body ? pool_copy(&store->pool, first_body, strlen(first_body)) : NULL;
    struct story_text text = {
        .site_id = column_integer(query, 4),
        .moment_ms = published_ms != MOMENT_NONE ? published_ms : facts->first_seen_ms,
        .body = first ? body : first_body,
        .before_id = facts->article_id,
    };
    statement_finish(query);
    if (!first && text.moment_ms == was_ms)
        return 0;
    struct text_figures figures = text_measure(text.body);
    text.figures = &figures;
    int err = stories_forget(store, was_ms, first_body, facts->article_id);
    if (!err)
        err = stories_find(store, &text);
    if (!err && text.story_id) {
        struct statement *set = statement(store, SQL_SET_STORY);
        bind_integer(set, 1, facts->article_id);
        bind_integer(set, 2, text.story_id);
        err = statement_run(set);
    }
    return err ? err : stories_remember(store, &text, facts->article_id);
}

static int read_authors(struct database *store, int64_t article_id, const char **out)
{
    struct statement *query = statement(store, SQL_BYLINE_OF_ARTICLE);
    bind_integer(query, 1, article_id);
    int row = statement_step(query);
    if (row != 1)
        return row < 0 ? row : STORE_FAILED;
    const char *names = column_text(query, 0);
    *out = names ? pool_copy(&store->pool, names, strlen(names)) : "";
    statement_finish(query);
    return 0;
}

static int replace_attachments(struct database *store, const struct article_put *put,
                               unsigned *changed)
{
    const char *before, *after;
    int err = read_authors(store, put->known_id, &before);
    if (!err)
        err = attachments_replace(store, put->known_id, put);
    if (!err)
        err = read_authors(store, put->known_id, &after);
    if (!err && strcmp(before, after) != 0)
        *changed |= REREAD_AUTHORS;
    return err;
}

static int update(struct database *store, const struct draft *draft)
{
    known_note(store, draft);
    struct statement *correct = statement(store, SQL_CORRECT_ARTICLE);
    draft_bind(correct, draft);
    bind_integer(correct, 27, draft->put->known_id);
    bind_nonzero(correct, 28, draft_lasting(draft));
    return statement_run(correct);
}

int correction_write(struct database *store, const struct article_put *put, unsigned *changed)
{
    struct draft draft;
    struct article_facts facts = {0};
    *changed = 0;
    int err = articles_facts(store, put->known_id, &facts);
    if (err || !facts.article_id)
        return err;
    draft_init(&draft, put);
    draft_count(&draft);
    /* what a later version of the page says must hold for when it was first seen, too */
    draft.published_ms = draft_plausible(draft.published_ms, facts.first_seen_ms);
    err = choose_address(store, &draft);
    if (!err)
        err = compare(store, &draft, changed);
    if (!err && *changed & (REREAD_BODY | REREAD_DATES))
        err = correction_renew_story(store, &facts, draft.published_ms, 0, draft.body);
    if (!err && *changed & TEXTS)
        err = search_forget(store, facts.article_id);
    if (!err)
        err = update(store, &draft);
    if (!err && *changed & TEXTS)
        err = search_add(store, facts.article_id, &draft);
    return err ? err : replace_attachments(store, put, changed);
}
