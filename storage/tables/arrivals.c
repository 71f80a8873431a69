#include "storage/tables/arrivals.h"

#include "storage/tables/articles.h"
#include "storage/tables/attachments.h"
#include "storage/tables/batch.h"
#include "storage/tables/draft.h"
#include "storage/tables/known.h"
#include "storage/tables/looks.h"
#include "storage/tables/site_days.h"

struct arrival {
    struct article_put put;
    struct draft draft;
};

static int set_article(struct batch *batch, size_t i, int64_t article_id, int64_t next_ms)
{
    struct statement *update = statement(batch->store, SQL_SET_URL_ARTICLE);
    bind_integer(update, 1, batch->stored[i].url_id);
    bind_integer(update, 2, article_id);
    bind_moment(update, 3, next_ms == NEVER ? MOMENT_NONE : next_ms);
    return statement_add(update, ANSWER_CHANGED, NULL);
}

/* Only the article's own address is looked at again, not every other under which it was met. */
static int look_again(struct batch *batch, size_t i, const struct article_facts *facts)
{
    struct stored *stored = &batch->stored[i];
    struct queue_row row;
    int64_t next_ms = NEVER;
    if (facts->url_id == stored->url_id && !batch->results[i]->lease.adopted)
        next_ms = looks_next_ms(facts, stored->now_ms, batch->results[i]->lease.hash);
    int err = set_article(batch, i, facts->article_id, next_ms);
    if (err || next_ms == NEVER || !batch_row_again(batch, i, &row))
        return err;
    row.band = BAND_AGAIN;
    row.rank = next_ms;
    row.hops = 0;
    row.hint_title = NULL;
    row.hint_published_ms = MOMENT_NONE;
    return batch_enqueue(batch, frontier_host(batch->frontier, row.host_id), &row);
}

static bool may_bring_article(const struct batch *batch, size_t i)
{
    const struct url_lease *lease = &batch->results[i]->lease;
    return (lease->kind == URL_ARTICLE || lease->kind == URL_PAGE) && !batch->stored[i].taken;
}

static bool brings_article(const struct batch *batch, size_t i)
{
    const struct result_record *result = batch->results[i];
    return may_bring_article(batch, i) && result->completion == COMPLETE_DONE && result->article &&
           result->article->is_article;
}

static void draw_up(const struct batch *batch, size_t i, struct arrival *out)
{
    const struct result_record *result = batch->results[i];
    const struct url_lease *lease = &result->lease;
    const struct stored *stored = &batch->stored[i];
    out->put = (struct article_put){
        .site_id = lease->site_id,
        .url_id = stored->url_id,
        .fetch_id = stored->fetch_id,
        .known_id = stored->article_id,
        .now_ms = stored->now_ms,
        .record = result->article,
        .rights = result->rights,
        .url = lease->url,
        .url_hash = lease->hash,
        .same_page = lease->body_hash && lease->body_hash == result->fetch.body_hash,
        .links = result->links,
        .links_count = result->links_count,
    };
    draft_init(&out->draft, &out->put);
}

int arrivals_ask(struct batch *batch, size_t begin, size_t end)
{
    struct pool *pool = &batch->store->pool;
    struct draft **drafts = pool_alloc(pool, (end - begin) * sizeof(struct draft *));
    size_t count = 0;
    for (size_t i = begin; i < end; i++) {
        if (!batch->stored[i].written || batch->stored[i].article_id || !brings_article(batch, i))
            continue;
        struct arrival *arrival = pool_alloc(pool, sizeof(*arrival));
        draw_up(batch, i, arrival);
        batch->stored[i].arrival = arrival;
        drafts[count++] = &arrival->draft;
    }
    return known_ask(batch->store, drafts, count);
}

static int put_article(struct batch *batch, size_t i, struct article_facts *facts)
{
    struct stored *stored = &batch->stored[i];
    struct arrival here, *arrival = stored->arrival;
    if (!arrival)
        draw_up(batch, i, arrival = &here);
    int err = articles_put_draft(batch->store, &arrival->draft, facts);
    batch->outcomes[i].article_new = facts->is_new;
    stored->simhash = facts->simhash;
    stored->words = facts->words;
    batch->outcomes[i].article_revised = facts->revised;
    return err ? err : site_days_count_article(batch, i, batch->results[i]->article, facts);
}

int arrivals_write(struct batch *batch, size_t i, bool looked_again)
{
    const struct result_record *result = batch->results[i];
    const struct url_lease *lease = &result->lease;
    struct stored *stored = &batch->stored[i];
    struct article_facts facts = {0};
    int err = 0;
    if (!may_bring_article(batch, i))
        return 0;
    if (result->completion == COMPLETE_GONE)
        return stored->article_id ? articles_set_gone(batch->store, stored->article_id,
                                                      stored->url_id, stored->now_ms)
                                  : 0;
    if (brings_article(batch, i)) {
        err = put_article(batch, i, &facts);
    } else if (stored->article_id && looked_again) {
        err = articles_facts(batch->store, stored->article_id, &facts);
        if (!err && facts.gone_ms != MOMENT_NONE && result->completion == COMPLETE_DONE)
            err = articles_set_gone(batch->store, stored->article_id, stored->url_id, MOMENT_NONE);
        if (!err && facts.url_id == stored->url_id && result->completion == COMPLETE_DONE)
            err = attachments_put_rights(batch->store, facts.article_id, result->rights);
    }
    if (err || !facts.article_id)
        return err;
    stored->article_id = facts.article_id;
    if (lease->feed_id) {
        struct statement *told = statement(batch->store, SQL_PUT_URL_SOURCE);
        bind_integer(told, 1, stored->url_id);
        bind_integer(told, 2, lease->feed_id);
        bind_integer(told, 3, stored->found_ms);
        err = statement_add(told, ANSWER_CHANGED, NULL);
    }
    return err ? err : look_again(batch, i, &facts);
}
