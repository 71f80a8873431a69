#include "storage/tables/site_days.h"

#include <string.h>

#include "storage/health.h"
#include "storage/tables/articles.h"
#include "storage/tables/batch.h"
#include "storage/tables/lease.h"

#define DAY_MS INT64_C(86400000)

enum { BODY_WORDS_MIN = 50 };

static int64_t run_day(const struct database *store)
{
    return store->run.started_ms / DAY_MS;
}

/* ---- counting ---- */

/* The counts of a result's site; *out is NULL where none are kept. */
static int counts_of(struct batch *batch, size_t result, struct site_counts **out)
{
    const struct run_record *run = &batch->store->run;
    const struct url_lease *lease = &batch->results[result]->lease;
    int64_t site_id = lease->site_id;
    int err = 0;
    *out = NULL;
    if (run->backfill || run->discover_only || lease->adopted || !site_id)
        return 0;
    for (size_t i = batch->site_counts_count; i--;)
        if (batch->site_counts[i].site_id == site_id) {
            *out = &batch->site_counts[i];
            return 0;
        }
    struct run_site *site = lease_site(batch->store, site_id, &err);
    if (err || !site || !site->searched)
        return err;
    batch->site_counts = memory_room(batch->site_counts, batch->site_counts_count,
                                     &batch->site_counts_capacity, sizeof(*batch->site_counts));
    *out = &batch->site_counts[batch->site_counts_count++];
    **out = (struct site_counts){.site_id = site_id};
    return 0;
}

static bool says(const struct result_record *result, const char *error)
{
    return result->fetch.error && strcmp(result->fetch.error, error) == 0;
}

/* A robots.txt that shuts us out of a source is a refusal too; of pages there are always some. */
static bool is_refused(const struct result_record *result)
{
    int status = result->fetch.status;
    if (!result->fetch.asked)
        return result->lease.kind == URL_SOURCE && result->completion == COMPLETE_DENIED &&
               result->why && strcmp(result->why, "robots") == 0;
    return status == 401 || status == 403 || status == 429 || status == 451 ||
           says(result, "not an article: bot wall") ||
           says(result, "not an article: not for this region");
}

static void count_source(struct health_day *counts, const struct result_record *result,
                         int64_t now_ms)
{
    int status = result->fetch.status;
    if (!result->fetch.asked)
        return;
    counts->polls++;
    counts->polls_ok += (status >= 200 && status <= 299) || status == 304;
    counts->polled_ms = now_ms;
}

static void count_page(struct health_day *counts, const struct result_record *result)
{
    int status = result->fetch.status;
    if (!result->fetch.asked || result->lease.known)
        return;
    counts->walled += status == 402 || says(result, "not an article: log-in wall");
    counts->pages += status >= 200 && status <= 299 && !is_refused(result) &&
                     result->lease.hint_published_ms != MOMENT_NONE;
}

int site_days_count(struct batch *batch, size_t i)
{
    const struct result_record *result = batch->results[i];
    struct site_counts *counts;
    int err = counts_of(batch, i, &counts);
    if (err || !counts || result->lease.kind == URL_ROBOTS)
        return err;
    counts->day.refused += is_refused(result);
    if (result->lease.kind == URL_SOURCE)
        count_source(&counts->day, result, batch->stored[i].now_ms);
    else
        count_page(&counts->day, result);
    return 0;
}

int site_days_count_article(struct batch *batch, size_t i, const struct article_record *article,
                            const struct article_facts *facts)
{
    struct site_counts *counts;
    if (!facts->is_new)
        return 0;
    int err = counts_of(batch, i, &counts);
    if (err || !counts)
        return err;
    counts->day.articles++;
    counts->day.titled += article->title && *article->title;
    counts->day.bodied += facts->words >= BODY_WORDS_MIN;
    counts->day.dated += facts->published_ms != MOMENT_NONE;
    counts->day.authored += article->authors_count > 0;
    counts->day.words += facts->words;
    counts->day.open += article->free_access != 0;
    counts->day.walled += article->free_access == 0;
    return 0;
}

int site_days_write(struct batch *batch)
{
    int err = 0;
    for (size_t i = 0; i < batch->site_counts_count && !err; i++) {
        const struct health_day *day = &batch->site_counts[i].day;
        const int64_t counts[] = {
            day->polled_ms, day->polls,  day->polls_ok, day->pages, day->refused,
            day->articles,  day->titled, day->bodied,   day->dated, day->authored,
            day->words,     day->open,   day->walled,
        };
        struct statement *add = statement(batch->store, SQL_ADD_TO_SITE_DAY);
        bind_integer(add, 1, batch->site_counts[i].site_id);
        bind_integer(add, 2, run_day(batch->store));
        for (size_t k = 0; k < sizeof(counts) / sizeof(counts[0]); k++)
            bind_integer(add, (int)k + 3, counts[k]);
        err = statement_add(add, ANSWER_CHANGED, NULL);
    }
    return err ? err : statement_settle(statement(batch->store, SQL_ADD_TO_SITE_DAY));
}

/* ---- judging ---- */

static void read_day(struct statement *query, struct health_day *out)
{
    *out = (struct health_day){
        .day = column_integer(query, 0),
        .polled_ms = column_integer(query, 1),
        .polls = column_integer(query, 2),
        .polls_ok = column_integer(query, 3),
        .pages = column_integer(query, 4),
        .refused = column_integer(query, 5),
        .articles = column_integer(query, 6),
        .titled = column_integer(query, 7),
        .bodied = column_integer(query, 8),
        .dated = column_integer(query, 9),
        .authored = column_integer(query, 10),
        .words = column_integer(query, 11),
        .open = column_integer(query, 12),
        .walled = column_integer(query, 13),
        .alarmed = column_integer(query, 14),
    };
}

/* A site that this run had nothing to do with keeps its verdict. */
static int judge_site(struct database *store, int64_t site_id, int64_t now_ms, bool whole)
{
    struct health_day days[HEALTH_DAYS + 1];
    struct health health;
    size_t count = 0;
    struct statement *query = statement(store, SQL_SITE_DAYS);
    bind_integer(query, 1, site_id);
    bind_integer(query, 2, run_day(store) - HEALTH_DAYS);
    bind_integer(query, 3, run_day(store));
    int row;
    while ((row = statement_step(query)) == 1)
        read_day(query, &days[count++]);
    if (row < 0 || !count || days[count - 1].day != run_day(store))
        return row;
    health_judge(days, count, now_ms, whole, &health);
    struct statement *update = statement(store, SQL_SET_SITE_VERDICT);
    bind_integer(update, 1, site_id);
    bind_integer(update, 2, run_day(store));
    bind_text(update, 3, health_name(health.state));
    bind_text(update, 4, *health.why ? health.why : NULL);
    return statement_run(update);
}

int site_days_judge(struct store *base, int64_t now_ms, bool whole)
{
    struct database *store = database_of(base);
    const struct run_site *site;
    size_t place = 0;
    int err = transaction_begin(store);
    if (err)
        return err;
    while (!err && (site = frontier_next_site(store->frontier, &place)))
        if (site->searched)
            err = judge_site(store, site->site_id, now_ms, whole);
    return transaction_end(store, err);
}
