/* found.c - URLs that results told of: made known, and queued when they are new. */
#include "storage/tables/found.h"

#include <stdlib.h>
#include <string.h>

#include "storage/tables/batch.h"
#include "storage/tables/lease.h"
#include "storage/tables/listings.h"
#include "storage/tables/taken.h"
#include "storage/tables/twins.h"

/* Announced moments may lie ahead by mistake; such an article is just new. */
enum { AHEAD_MS_MAX = 3600000, TITLE_BYTES_MAX = 1024 };

static bool is_redirect(const struct found_record *found)
{
    return found->via && strcmp(found->via, "redirect") == 0;
}

static int64_t feed_of(const struct url_lease *lease, const struct found_record *found)
{
    return lease->kind == URL_SOURCE || is_redirect(found) ? lease->feed_id : 0;
}

/* What is left out is known with its reason, but not `seen`: what one site's rules leave out,
 * another site may announce, and what is closed today is open tomorrow. Of much the like a few are
 * kept. */
static int skip(struct batch *batch, const struct find *find, struct budget *budget)
{
    const struct url_lease *lease = &batch->results[find->result]->lease;
    const struct found_record *found = find->found;
    struct statement *insert = statement(batch->store, SQL_SKIP_URL);
    if (!budget_keeps(budget, 0)) {
        budget_count_skipped(batch->frontier, budget, false);
        return 0;
    }
    bind_integer(insert, 1, find->host->host_id);
    bind_integer(insert, 2, find->hash);
    bind_text(insert, 3, found->url);
    bind_nonzero(insert, 4, lease->site_id);
    bind_nonzero(insert, 5, feed_of(lease, found));
    bind_integer(insert, 6, found->kind);
    bind_text(insert, 7, budget_why(budget));
    bind_integer(insert, 8, batch->stored[find->result].now_ms);
    int64_t added = statement_change(insert);
    if (added > 0)
        budget_count_skipped(batch->frontier, budget, true);
    return added < 0 ? (int)added : 0;
}

/* Whether one more of what is left out for this reason is only counted: then not even its host
 * becomes known. */
static int only_counted(struct batch *batch, size_t i, const struct found_record *found,
                        unsigned before, bool *out)
{
    int err;
    struct budget *budget = NULL;
    struct run_site *site = lease_site(batch->store, batch->results[i]->lease.site_id, &err);
    if (!err && site)
        err = budget_of_reason(batch->store, site, found->skip_why, &budget);
    *out = !err && budget && !budget_keeps(budget, before);
    if (*out)
        budget_count_skipped(batch->frontier, budget, false);
    return err;
}

static bool is_section(const struct found_record *found)
{
    return found->kind == URL_SOURCE && found->source == KIND_SECTION;
}

static bool is_guessed_feed(const struct found_record *found)
{
    return found->source == KIND_FEED && found->via && strcmp(found->via, "guess") == 0;
}

/* What is decided by what is known goes behind what may make it known. Of the forms of one address
 * (twins.c) the likeliest is to be asked: plain ones before AMP and mobile pages, https before
 * http. */
static enum phase phase_of(const struct find *find)
{
    const struct found_record *found = find->found;
    if (twins_are_told(found))
        return PHASE_TOLD;
    if (is_section(found) || is_guessed_feed(found))
        return PHASE_UNLESS_LISTED;
    if (found->kind != URL_ARTICLE)
        return PHASE_PLAIN;
    if (found->plain)
        return PHASE_MARKED;
    return strncmp(find->host->origin, "http:", 5) == 0 ? PHASE_HTTP : PHASE_PLAIN;
}

int found_gather(struct batch *batch, size_t i)
{
    const struct result_record *result = batch->results[i];
    unsigned left_out = 0; /* and not only counted */
    for (size_t k = 0; k < result->found_count; k++) {
        const struct found_record *found = &result->found[k];
        struct find find = {.found = found, .result = i};
        struct url_parts parts;
        if (found->kind == URL_ROBOTS || (result->lease.kind == URL_SOURCE && is_redirect(found)))
            continue; /* the scheduler follows the ones, sources.c the others */
        bool no_source = found->kind == URL_SOURCE && found->source == KIND_NO_SOURCE;
        if (no_source || !urls_split(found->url, &parts))
            continue;
        bool counted = false;
        int err = found->skip_why ? only_counted(batch, i, found, left_out, &counted) : 0;
        if (err)
            return err;
        if (counted)
            continue;
        find.host = batch_origin(batch, &parts);
        left_out += found->skip_why != NULL;
        find.path = parts.path;
        find.phase = phase_of(&find);
        find.hash = urls_hash(batch->store, found->key ? found->key : found->url);
        batch->finds = memory_room(batch->finds, batch->finds_count, &batch->finds_capacity,
                                   sizeof(*batch->finds));
        batch->finds[batch->finds_count++] = find;
    }
    return 0;
}

/* In the order of the tables' keys (limits.md section 4); of the same URL the one that knows most.
 */
static int compare_finds(const void *a, const void *b)
{
    const struct find *x = a, *y = b;
    if (x->phase != y->phase)
        return x->phase < y->phase ? -1 : 1;
    if (x->host->host_id != y->host->host_id)
        return x->host->host_id < y->host->host_id ? -1 : 1;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    bool x_dated = x->found->published_ms != MOMENT_NONE;
    bool y_dated = y->found->published_ms != MOMENT_NONE;
    if (x_dated != y_dated)
        return x_dated ? -1 : 1;
    if (x->result != y->result)
        return x->result < y->result ? -1 : 1;
    return x->found < y->found ? -1 : x->found > y->found;
}

static int enqueue_article(struct batch *batch, const struct find *find)
{
    const struct url_lease *lease = &batch->results[find->result]->lease;
    const struct found_record *found = find->found;
    int64_t now_ms = batch->stored[find->result].now_ms;
    int64_t published_ms = found->published_ms;
    const char *title = found->title;
    if (is_redirect(found)) { /* what its source said holds for where it led */
        published_ms = published_ms == MOMENT_NONE ? lease->hint_published_ms : published_ms;
        title = title ? title : lease->hint_title;
    }
    if (title && strlen(title) > TITLE_BYTES_MAX) /* a hint only, kept for each URL that waits */
        title = NULL;
    bool dated =
        published_ms != MOMENT_NONE && published_ms > 0 && published_ms < now_ms + AHEAD_MS_MAX;
    struct queue_row row = {
        .host_id = find->host->host_id,
        .band = BAND_NEW,
        .hash = find->hash,
        .rank = (dated ? published_ms : now_ms) / 1000,
        .kind = lease_kind(found->kind, KIND_NO_SOURCE),
        .site_id = lease->site_id,
        .feed_id = feed_of(lease, found),
        .depth = found->depth,
        .hops = found->hops,
        .found_ms = now_ms,
        .path = find->path,
        .hint_title = title,
        .hint_published_ms = dated ? published_ms : MOMENT_NONE,
    };
    return batch_enqueue(batch, find->host, &row);
}

/* Who told of a URL that was known: one row for the two of them. */
static int note_source(struct batch *batch, const struct find *find)
{
    const struct url_lease *lease = &batch->results[find->result]->lease;
    if (lease->kind != URL_SOURCE || !lease->feed_id || find->found->kind == URL_SOURCE)
        return 0;
    struct statement *put = statement(batch->store, SQL_PUT_SOURCE_OF_KNOWN_URL);
    bind_integer(put, 1, find->host->host_id);
    bind_integer(put, 2, find->hash);
    bind_integer(put, 3, lease->feed_id);
    bind_integer(put, 4, batch->stored[find->result].now_ms);
    return statement_add(put, ANSWER_CHANGED, NULL);
}

/* A redirect to what is known brought nothing. */
static int note_known(struct batch *batch, const struct find *find)
{
    const struct url_lease *lease = &batch->results[find->result]->lease;
    if (is_redirect(find->found) && lease->kind == URL_ARTICLE && !lease->known)
        return batch_charge(batch, find->result, VERDICT_BARREN);
    return note_source(batch, find);
}

/* Section pages are the way to articles where no sitemap lists them: a feed holds the latest few, a
 * sitemap tells of all at a fraction of the bytes. Returns 1, 0 or an error. */
static int site_has(struct batch *batch, const struct find *find, enum source_kind source)
{
    int64_t has = 0;
    struct statement *query = statement(batch->store, SQL_SITE_HAS_SOURCE);
    bind_integer(query, 1, batch->results[find->result]->lease.site_id);
    bind_integer(query, 2, source);
    int row = statement_integer(query, &has);
    return row < 0 ? row : has != 0;
}

/* A feed is guessed at only where neither a feed nor a sitemap is known. */
static int site_needs_no_guess(struct batch *batch, const struct find *find)
{
    int has = site_has(batch, find, KIND_SITEMAP);
    return has ? has : site_has(batch, find, KIND_FEED);
}

/* A further page is of use only when all of this one was new. */
static bool page_was_known(const struct batch *batch, const struct find *find)
{
    return batch->stored[find->result].records_new < batch->results[find->result]->api_rows_count;
}

/* A source leads to all of a site; of a page or an API that was added by itself only that is
 * wanted, but where it moved to is the same source. Returns 1 or 0 or an error. */
static int is_out_of_place(struct batch *batch, const struct find *find)
{
    int err;
    const struct url_lease *lease = &batch->results[find->result]->lease;
    const struct run_site *site = lease_site(batch->store, lease->site_id, &err);
    if (err)
        return err;
    if (listings_is_next(find->found))
        return page_was_known(batch, find);
    if (site && !site->searched)
        return !is_redirect(find->found);
    if (is_guessed_feed(find->found))
        return site_needs_no_guess(batch, find);
    return is_section(find->found) ? site_has(batch, find, KIND_SITEMAP) : 0;
}

/* *closed becomes the budget that leaves it out, or NULL. */
static int find_budget(struct batch *batch, const struct find *find, bool again,
                       struct budget **closed)
{
    int err;
    const struct found_record *found = find->found;
    const struct url_lease *lease = &batch->results[find->result]->lease;
    struct run_site *site = lease_site(batch->store, lease->site_id, &err);
    if (err || !site || frontier_is_recent(batch->frontier, find->host->host_id, find->hash))
        return err;
    if (found->skip_why)
        return budget_of_reason(batch->store, site, found->skip_why, closed);
    if (again)
        return 0;
    if (found->kind == URL_SOURCE && !is_redirect(found))
        return quota_admits(batch->store, site, find->host->host_id, find->hash, closed);
    if (found->kind != URL_ARTICLE)
        return 0;
    struct budget_url url = {find->host->origin, strlen(find->host->origin), find->path,
                             feed_of(lease, found)};
    return budget_admits(batch->store, site, &url, find->host->host_id, find->hash, closed);
}

/* Whether another form of it is asked; where a redirect leads is asked in any case. */
static int is_form(struct batch *batch, const struct find *find, bool again,
                   struct other_hosts *others)
{
    if (again || find->found->kind != URL_ARTICLE || is_redirect(find->found) ||
        frontier_is_recent(batch->frontier, find->host->host_id, find->hash))
        return 0;
    return twins_leave_out(batch, find, others);
}

/* Itself, or of an AMP or mobile page its plain form. */
static bool is_taken_down(struct batch *batch, const struct find *find)
{
    const char *plain = find->found->plain;
    if (!batch->store->taken_count)
        return false;
    if (taken_url(batch->store, find->found->url, find->hash))
        return true;
    if (!plain)
        return false;
    size_t size = strlen(plain) + sizeof("https://");
    char *url = pool_alloc(&batch->store->pool, size);
    strcat(strcpy(url, "https://"), plain);
    return taken_url(batch->store, url, urls_hash(batch->store, url));
}

/* What a take-down covers is known with this reason, and nothing else of it. */
static int deny(struct batch *batch, const struct find *find)
{
    const struct url_lease *lease = &batch->results[find->result]->lease;
    struct statement *insert = statement(batch->store, SQL_DENY_URL);
    bind_integer(insert, 1, find->host->host_id);
    bind_integer(insert, 2, find->hash);
    bind_text(insert, 3, find->found->url);
    bind_nonzero(insert, 4, lease->site_id);
    bind_nonzero(insert, 5, feed_of(lease, find->found));
    bind_integer(insert, 6, find->found->kind);
    bind_text(insert, 7, TAKEN_WHY);
    bind_integer(insert, 8, batch->stored[find->result].now_ms);
    return statement_run(insert);
}

/* Whether it may become known is decided; then it does, by take_up(). `again`: the one before it in
 * this batch is the same URL. */
static int admit(struct batch *batch, struct find *find, bool again, struct other_hosts *others)
{
    const struct found_record *found = find->found;
    struct budget *closed = NULL;
    find->passed = true;
    if (is_taken_down(batch, find))
        return deny(batch, find);
    if (twins_are_told(found))
        return twins_store(batch, find);
    int err = find_budget(batch, find, again, &closed);
    if (err || closed || found->skip_why)
        return err || !closed ? err : skip(batch, find, closed);
    int left_out = found->kind == URL_SOURCE ? is_out_of_place(batch, find)
                                             : is_form(batch, find, again, others);
    if (left_out)
        return left_out < 0 ? left_out : 0;
    find->passed = false;
    if (again || frontier_is_recent(batch->frontier, find->host->host_id, find->hash))
        return 0;
    return urls_add_seen(batch->store, find->host->host_id, find->hash, &find->fresh);
}

/* Those that were admitted: what is new is queued, of what is known it is noted who told of it. */
static int take_up(struct batch *batch, struct find *finds, size_t count)
{
    int err = urls_settle_seen(batch->store);
    for (size_t i = 0; i < count && !err; i++) {
        struct find *find = &finds[i];
        if (find->passed)
            continue;
        batch->outcomes[find->result].found_new += (unsigned)find->fresh;
        if (find->found->kind == URL_SOURCE)
            err = listings_store(batch, find);
        else
            err = find->fresh ? enqueue_article(batch, find) : note_known(batch, find);
    }
    return err ? err : listings_settle(batch, finds, count);
}

static bool is_same_url(const struct find *a, const struct find *b)
{
    return a->host == b->host && a->hash == b->hash;
}

/* Whether those before may have made known what decides about this one. */
static bool begins_anew(struct batch *batch, const struct find *find, struct other_hosts *others)
{
    const struct find *before = find - 1;
    return before->phase != find->phase ||
           (before->host != find->host && twins_have_others(batch, find, others));
}

int found_store(struct batch *batch)
{
    struct other_hosts others = {0};
    struct find *finds = batch->finds;
    size_t begin = 0;
    int err = batch_number_hosts(batch);
    if (err)
        return err;
    if (batch->finds_count)
        qsort(finds, batch->finds_count, sizeof(*finds), compare_finds);
    for (size_t i = 0; i < batch->finds_count && !err; i++) {
        if (i > begin && begins_anew(batch, &finds[i], &others)) {
            err = take_up(batch, &finds[begin], i - begin);
            begin = i;
        }
        bool again = i > begin && !finds[i - 1].passed && is_same_url(&finds[i - 1], &finds[i]);
        if (!err)
            err = admit(batch, &finds[i], again, &others);
    }
    if (!err)
        err = take_up(batch, &finds[begin], batch->finds_count - begin);
    if (!err)
        err = statement_settle(statement(batch->store, SQL_PUT_SOURCE_OF_KNOWN_URL));
    return err ? err : batch_place(batch);
}
