#include "storage/tables/articles.h"

#include <string.h>

#include "storage/tables/attachments.h"
#include "storage/tables/database.h"
#include "storage/tables/correction.h"
#include "storage/tables/draft.h"
#include "storage/tables/known.h"
#include "storage/tables/search.h"
#include "storage/tables/stories.h"
#include "storage/text.h"

/* ---- is it known? ---- */

static void read_facts(struct statement *query, struct article_facts *out)
{
    *out = (struct article_facts){
        .article_id = column_integer(query, 0),
        .url_id = column_integer(query, 1),
        .text_hash = column_integer(query, 2),
        .first_seen_ms = column_integer(query, 3),
        .published_ms = column_moment(query, 4),
        .published_has_time = column_integer(query, 5),
        .gone_ms = column_moment(query, 6),
        .simhash = column_integer(query, 7),
        .words = column_integer(query, 8),
        .title_hash = column_integer(query, 9),
    };
}

static int read_one(struct statement *query, struct article_facts *out)
{
    int row = statement_step(query);
    if (row != 1)
        return row;
    read_facts(query, out);
    statement_finish(query);
    return 0;
}

int articles_facts(struct database *store, int64_t article_id, struct article_facts *out)
{
    struct statement *query = statement(store, SQL_ARTICLE_BY_ID);
    bind_integer(query, 1, article_id);
    return read_one(query, out);
}

/* Same site, title and day are not enough: tickers and briefings share titles. */
static int find_by_text(struct database *store, struct draft *draft, struct article_facts *out)
{
    if (!draft->title_hash || known_no_title(store, draft))
        return 0;
    struct statement *query = statement(store, SQL_ARTICLES_BY_TITLE);
    bind_integer(query, 1, draft->title_hash);
    bind_integer(query, 2, draft->put->site_id);
    bind_integer(query, 3, draft_moment(draft));
    int row;
    while ((row = statement_step(query)) == 1) {
        struct article_facts facts;
        read_facts(query, &facts);
        draft_count(draft);
        bool same =
            facts.text_hash == draft->text_hash ||
            (draft->figures.words && text_is_near((uint64_t)facts.simhash, facts.words,
                                                  draft->figures.simhash, draft->figures.words));
        if (!same)
            continue;
        *out = facts;
        statement_finish(query);
        return 0;
    }
    return row;
}

/* Whether both may be one article: then title or text of two copies are nearly the same. */
static bool may_be_same(struct draft *draft, const struct article_facts *facts)
{
    draft_count(draft);
    return !draft->title_hash || !facts->title_hash || draft->title_hash == facts->title_hash ||
           !draft->figures.words || !facts->words ||
           text_is_near((uint64_t)facts->simhash, facts->words, draft->figures.simhash,
                        draft->figures.words);
}

static int find_by_canonical(struct database *store, struct draft *draft, struct article_facts *out)
{
    if (known_no_canonical(store, draft))
        return 0;
    struct statement *query = statement(store, SQL_ARTICLE_BY_CANON);
    bind_text(query, 1, draft->canonical_url);
    bind_integer(query, 2, draft->put->site_id);
    int err = read_one(query, out);
    if (err || !out->article_id || may_be_same(draft, out))
        return err;
    int64_t other_id = out->article_id;
    *out = (struct article_facts){0};
    if (strcmp(draft->canonical_url, draft->put->url) != 0) {
        draft->canonical_url = draft->put->url;
        return 0;
    }
    known_note_any(store);
    struct statement *disown = statement(store, SQL_DISOWN_CANONICAL);
    bind_integer(disown, 1, other_id);
    return statement_run(disown);
}

/* The number alone is not enough: a gallery may have that of another article. */
static int find_by_number(struct database *store, struct draft *draft, struct article_facts *out)
{
    int64_t hash = draft_lasting(draft);
    if (!hash || known_no_lasting(store, draft))
        return 0;
    struct statement *query = statement(store, SQL_ARTICLES_BY_LASTING);
    bind_integer(query, 1, hash);
    bind_integer(query, 2, draft->put->site_id);
    int row;
    while ((row = statement_step(query)) == 1) {
        struct article_facts facts;
        read_facts(query, &facts);
        draft_count(draft);
        if ((!draft->title_hash || draft->title_hash != facts.title_hash) &&
            !text_is_near((uint64_t)facts.simhash, facts.words, draft->figures.simhash,
                          draft->figures.words) &&
            !stories_tell_the_same(store, draft->body, column_text(query, 10)))
            continue;
        *out = facts;
        draft->renamed = true;
        statement_finish(query);
        return 0;
    }
    return row;
}

static int find_article(struct database *store, struct draft *draft, struct article_facts *out)
{
    int err = 0;
    if (draft->put->known_id)
        err = articles_facts(store, draft->put->known_id, out);
    if (!err && !out->article_id)
        err = find_by_canonical(store, draft, out);
    if (!err && !out->article_id)
        err = find_by_number(store, draft, out);
    if (!err && !out->article_id)
        err = find_by_text(store, draft, out);
    return err;
}

/* ---- a new article ---- */

static int insert_article(struct database *store, struct draft *draft, int64_t story_id,
                          int64_t *article_id)
{
    struct statement *insert = statement(store, SQL_INSERT_ARTICLE);
    bind_integer(insert, 1, draft->put->site_id);
    bind_integer(insert, 2, draft->put->url_id);
    bind_integer(insert, 3, draft->put->now_ms);
    draft_bind(insert, draft);
    bind_nonzero(insert, 27, story_id);
    bind_nonzero(insert, 28, draft_lasting(draft));
    known_note(store, draft);
    *article_id = known_next_id(store);
    bind_nonzero(insert, 29, *article_id);
    if (*article_id)
        return statement_run(insert);
    int row = statement_insert(insert, article_id);
    return row < 0 ? row : 0;
}

static int put_new(struct database *store, struct draft *draft, struct article_facts *out)
{
    const struct article_put *put = draft->put;
    int64_t article_id = 0;
    draft_count(draft);
    struct story_text text = {
        .site_id = put->site_id,
        .moment_ms = draft_moment(draft),
        .body = draft->body,
        .figures = &draft->figures,
    };
    int err = stories_find(store, &text);
    if (!err)
        err = insert_article(store, draft, text.story_id, &article_id);
    if (!err)
        err = stories_remember(store, &text, article_id);
    if (!err)
        err = attachments_put(store, article_id, put);
    if (!err)
        err = search_add(store, article_id, draft);
    if (!err)
        *out = (struct article_facts){
            .article_id = article_id,
            .url_id = put->url_id,
            .text_hash = draft->text_hash,
            .first_seen_ms = put->now_ms,
            .published_ms = draft->published_ms,
            .published_has_time = draft->record->published_has_time,
            .gone_ms = MOMENT_NONE,
            .simhash = (int64_t)draft->figures.simhash,
            .words = draft->figures.words,
            .is_new = true,
        };
    return err;
}

/* ---- a revision ---- */

static bool differs(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") != 0;
}

/* Names of what changed, as "title,body". */
static int compare_texts(struct database *store, const struct draft *draft, int64_t article_id,
                         char *changed, size_t size)
{
    struct statement *query = statement(store, SQL_ARTICLE_TEXTS);
    bind_integer(query, 1, article_id);
    int row = statement_step(query);
    if (row != 1)
        return row < 0 ? row : STORE_FAILED;
    static const char *const names[] = {"title", "lead", "body"};
    const char *texts[] = {draft->title, draft->lead, draft->body};
    changed[0] = '\0';
    for (int i = 0; i < 3; i++) {
        if (!differs(texts[i], column_text(query, i)))
            continue;
        if (changed[0])
            strncat(changed, ",", size - strlen(changed) - 1);
        strncat(changed, names[i], size - strlen(changed) - 1);
    }
    statement_finish(query);
    return 0;
}

static int keep_revision(struct database *store, int64_t article_id)
{
    struct statement *keep = statement(store, SQL_KEEP_REVISION);
    bind_integer(keep, 1, article_id);
    return statement_run(keep);
}

static int update_article(struct database *store, struct draft *draft, int64_t article_id,
                          const char *changed, bool edited)
{
    const struct article_record *record = draft->record;
    struct statement *update = statement(store, SQL_REVISE_ARTICLE);
    draft_count(draft);
    known_note(store, draft);
    bind_integer(update, 1, article_id);
    bind_text(update, 2, draft->title);
    bind_text(update, 3, draft->lead);
    bind_text(update, 4, draft->body);
    bind_integer(update, 5, draft->text_hash);
    bind_nonzero(update, 6, draft->title_hash);
    bind_nonzero(update, 7, (int64_t)draft->figures.simhash);
    bind_integer(update, 8, draft->figures.words);
    bind_integer(update, 9, draft->put->now_ms);
    bind_text(update, 10, changed);
    bind_nonzero(update, 11, draft->put->fetch_id);
    bind_moment(update, 12, draft->modified_ms);
    bind_text(update, 13, store_extractor());
    bind_text(update, 14, draft_text(record->image_url));
    bind_text(update, 15, draft->title ? record->title_from : NULL);
    bind_text(update, 16, draft->body ? record->body_from : NULL);
    bind_positive(update, 17, draft_free_access(record));
    bind_integer(update, 18, edited);
    bind_nonzero(update, 19, draft_lasting(draft));
    return statement_run(update);
}

/* A revision, or the same version as the article's own address tells it. */
static int put_texts(struct database *store, struct draft *draft, bool edited,
                     struct article_facts *out)
{
    char changed[32];
    int err = compare_texts(store, draft, out->article_id, changed, sizeof(changed));
    if (!err)
        err = edited ? keep_revision(store, out->article_id) : 0;
    if (!err)
        err = search_forget(store, out->article_id);
    if (!err)
        err = update_article(store, draft, out->article_id, changed, edited);
    if (!err)
        err = attachments_replace(store, out->article_id, draft->put);
    if (!err)
        err = search_add(store, out->article_id, draft);
    out->revised = !err && edited;
    out->gone_ms = MOMENT_NONE;
    return err;
}

/* No revision, though the texts are others: another extractor has read the same page. */
static int correct_texts(struct database *store, const struct draft *draft,
                         struct article_facts *out)
{
    struct article_put put = *draft->put;
    unsigned changed;
    put.known_id = out->article_id;
    int err = correction_write(store, &put, &changed);
    if (!err)
        err = articles_set_gone(store, out->article_id, put.url_id, MOMENT_NONE);
    return err ? err : articles_facts(store, out->article_id, out);
}

/* ---- the same article under another address ---- */

static bool same_host(const char *a, const char *b)
{
    size_t size = strcspn(a, ":") + 3;
    size += strcspn(a + size, "/");
    return strncmp(a, b, size) == 0 && (b[size] == '/' || !b[size]);
}

/* Whether the article's own address is gone, or leads to this one, or has an older slug; or it was
 * met under that of a twin (AMP, mobile, print), which said that this one is the article's own. */
static int has_moved(struct database *store, const struct draft *draft, int64_t article_id,
                     bool *moved, bool *twin)
{
    struct statement *query = statement(store, SQL_URL_OF_ARTICLE);
    bind_integer(query, 1, article_id);
    int row = statement_step(query);
    *moved = *twin = false;
    if (row != 1)
        return row;
    const char *state = column_text(query, 0), *redirect = column_text(query, 2);
    *moved = strcmp(state, "gone") == 0 ||
             (redirect && (strcmp(redirect, draft->put->url) == 0 ||
                           column_integer(query, 1) == draft->put->url_hash)) ||
             (draft->renamed && same_host(column_text(query, 3), draft->canonical_url));
    *twin = strcmp(column_text(query, 3), draft->put->url) == 0;
    statement_finish(query);
    return 0;
}

static int take_over(struct database *store, const struct draft *draft, bool *twin,
                     struct article_facts *out)
{
    bool moved = false;
    int err = has_moved(store, draft, out->article_id, &moved, twin);
    if (err || (!moved && !*twin))
        return err;
    known_note(store, draft);
    struct statement *move = statement(store, SQL_MOVE_ARTICLE);
    bind_integer(move, 1, out->article_id);
    bind_integer(move, 2, draft->put->url_id);
    bind_text(move, 3, draft->canonical_url);
    bind_nonzero(move, 4, draft_lasting(draft));
    err = statement_run(move);
    if (!err)
        out->url_id = draft->put->url_id;
    return err;
}

/* ---- the whole ---- */

int articles_set_gone(struct database *store, int64_t article_id, int64_t url_id, int64_t gone_ms)
{
    struct article_facts facts = {0};
    int err = articles_facts(store, article_id, &facts);
    if (err || facts.url_id != url_id || (facts.gone_ms == MOMENT_NONE) == (gone_ms == MOMENT_NONE))
        return err;
    struct statement *update = statement(store, SQL_SET_ARTICLE_GONE);
    bind_integer(update, 1, article_id);
    bind_moment(update, 2, gone_ms);
    return statement_run(update);
}

int articles_put(struct database *store, const struct article_put *put, struct article_facts *out)
{
    struct draft draft;
    draft_init(&draft, put);
    return articles_put_draft(store, &draft, out);
}

int articles_put_draft(struct database *store, struct draft *draft, struct article_facts *out)
{
    const struct article_put *put = draft->put;
    *out = (struct article_facts){0};
    int err = find_article(store, draft, out);
    if (err)
        return err;
    if (!out->article_id)
        return put_new(store, draft, out);
    bool twin = false;
    if (out->url_id != put->url_id)
        err = take_over(store, draft, &twin, out);
    if (err || out->url_id != put->url_id)
        return err; /* a copy under another address: slightly different, but no revision */
    if (out->text_hash != draft->text_hash)
        return put->same_page && !twin ? correct_texts(store, draft, out)
                                       : put_texts(store, draft, !twin, out);
    if (out->gone_ms != MOMENT_NONE)
        err = articles_set_gone(store, out->article_id, put->url_id, MOMENT_NONE);
    return err ? err : attachments_put_rights(store, out->article_id, put->rights);
}

int articles_put_url(struct database *store, struct article_put *put, int64_t host_id,
                     int64_t feed_id)
{
    struct statement *insert = statement(store, SQL_PUT_TOLD_URL);
    bind_integer(insert, 1, host_id);
    bind_integer(insert, 2, put->url_hash);
    bind_text(insert, 3, put->url);
    bind_integer(insert, 4, put->site_id);
    bind_nonzero(insert, 5, feed_id);
    bind_integer(insert, 6, put->now_ms);
    int row = statement_step(insert);
    if (row != 1)
        return row < 0 ? row : STORE_FAILED;
    put->url_id = column_integer(insert, 0);
    put->known_id = column_integer(insert, 1);
    statement_finish(insert);
    return 0;
}
