/* bench_frontier.c - what the frontier costs as it grows: one column for each size.
 *
 *     bench_frontier [URLS...]   10,000, 100,000, a million and ten million if none is given
 *
 * 500 URLs a host, as Zipf's law with exponent 0.8 spreads them; ten rounds of discovery in which
 * each front page tells of a tenth of its site's URLs and of some of the round before (three of
 * ten), half of them with a date; then 200,000 are leased, sixteen a host, and completed, the first
 * half with their request, the others refused without one.
 *
 * CPU time is the store thread's. Ten million take some minutes and 2 GB on the disk, in the
 * current directory; the file is removed. */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "support/storebench.h"

#define HOUR_MS INT64_C(3600000)

enum { URLS_A_HOST = 500, ROUNDS = 10, CHUNK = 16, COMPLETED_MAX = 200000, SIZES_MAX = 8 };

enum figure {
    DISCOVER,
    LEASE,
    COMPLETE,
    COMPLETE_ASKED,
    BYTES,
    BYTES_QUEUE,
    BYTES_SEEN,
    RSS,
    BEGIN,
    END,
    REPORT,
    EXPLAIN,
    FIGURES
};

static const struct {
    const char *name;
    double goal; /* at ten million; 0: none */
} figures[FIGURES] = {
    [DISCOVER] = {"us CPU a discovered URL", 8},
    [LEASE] = {"us CPU a leased URL, in chunks", 1},
    [COMPLETE] = {"us CPU a completed URL", 10},
    [COMPLETE_ASKED] = {"  the same and its request's row", 0},
    [BYTES] = {"bytes on disk a waiting URL", 140},
    [BYTES_QUEUE] = {"  of these in queue", 0},
    [BYTES_SEEN] = {"  of these in seen", 0},
    [RSS] = {"MB resident at most", 120},
    [BEGIN] = {"ms to begin a run", 1000},
    [END] = {"ms to end a run", 1000},
    [REPORT] = {"ms to report on it", 1000},
    [EXPLAIN] = {"ms to explain a URL", 1000},
};

/* ---- what the sites tell of ---- */

/* How many URLs each site's front page tells of in a round; big sites stand among small ones. */
static unsigned *links_of_sites(unsigned sites, size_t urls)
{
    unsigned *links = alloc_zeroed(sites, sizeof(*links));
    double sum = 0;
    for (unsigned i = 0; i < sites; i++)
        sum += pow(i + 1, -0.8);
    for (unsigned i = 0; i < sites; i++) {
        unsigned place = (unsigned)((uint64_t)i * 7919 % sites);
        double new = (double)urls / ROUNDS *pow(i + 1, -0.8) / sum;
        links[place] = (unsigned)ceil(new * 10 / 7);
    }
    return links;
}

static uint32_t mixed(uint32_t number)
{
    number = (number ^ number >> 16) * 0x45d9f3bU;
    return number ^ number >> 16;
}

/* The texts live behind the records, in the same allocation. */
static const struct found_record *make_found(unsigned site, unsigned round, unsigned links)
{
    enum { URL_BYTES = 128 };
    struct found_record *found = alloc_bytes(links * (sizeof(*found) + URL_BYTES));
    char *texts = (char *)(found + links);
    for (unsigned i = 0; i < links; i++) {
        bool known = round && i % 10 < 3 && i + 3 < links; /* i + 3 was new the last time */
        unsigned number = known ? (round - 1) * links + i + 3 : round * links + i;
        uint32_t draw = mixed(number * 65599 + site);
        int64_t ago_ms = (int64_t)(draw % 720) * HOUR_MS;
        snprintf(texts + i * URL_BYTES, URL_BYTES,
                 "https://site%u.example/politics/2025/06/15/the-headline-of-some-news-%u-words-"
                 "%08x.html",
                 site, number, draw);
        found[i] = (struct found_record){
            .url = texts + i * URL_BYTES,
            .kind = URL_ARTICLE,
            .via = "front",
            .published_ms = draw >> 16 & 1 ? STOREBENCH_START_MS - ago_ms : MOMENT_NONE};
    }
    return found;
}

static void discover_round(struct storebench *bench, unsigned round, const unsigned *links)
{
    while (storebench_lease(bench, STOREBENCH_PLACES, 1)) {
        for (size_t i = 0; i < bench->answer.hosts_count; i++) {
            const struct url_lease *lease = &bench->answer.hosts[i].urls[0];
            struct result_record *result = storebench_result(bench, lease);
            unsigned site = (unsigned)strtoul(strstr(lease->url, "site") + 4, NULL, 10);
            result->host.ready_ms = bench->now_ms;
            result->found = make_found(site, round, links[site]);
            result->found_count = links[site];
            bench->candidates += links[site];
            if (storebench_is_full(bench))
                storebench_commit(bench);
        }
        storebench_commit(bench); /* the leases live until the next answer */
        bench->now_ms += 10;
    }
}

/* ---- measuring ---- */

static double each(uint64_t cpu_us, size_t count)
{
    return count ? (double)cpu_us / (double)count : 0;
}

static void discover(struct storebench *bench, unsigned sites, size_t urls, double *out)
{
    unsigned *links = links_of_sites(sites, urls);
    for (unsigned round = 0; round < ROUNDS; round++) {
        bench->now_ms += HOUR_MS;
        storebench_begin(bench, true, false);
        if (round == ROUNDS - 1) /* what counts is what it costs in the end */
            storebench_reset(bench);
        discover_round(bench, round, links);
        storebench_end(bench);
    }
    out[DISCOVER] = each(bench->commit_us, bench->told);
    free(links);
}

/* Leases and completes up to `most` URLs, with their requests or as refused. One in sixteen is an
 * article of no text, so that its site's pattern stays open. */
static void complete(struct storebench *bench, size_t most, bool asked)
{
    static const struct article_record article = {
        .is_article = true, .published_ms = MOMENT_NONE, .modified_ms = MOMENT_NONE};
    size_t before = bench->leased;
    while (bench->leased - before < most && storebench_lease(bench, STOREBENCH_PLACES, CHUNK)) {
        for (size_t i = 0; i < bench->answer.hosts_count; i++) {
            for (size_t k = 0; k < bench->answer.hosts[i].urls_count; k++) {
                struct result_record *result =
                    storebench_result(bench, &bench->answer.hosts[i].urls[k]);
                if (!asked)
                    result->completion = COMPLETE_ERROR;
                else if (k == 0)
                    result->article = &article;
                result->fetch.status = asked ? 200 : 403;
                result->fetch.asked = asked;
                if (storebench_is_full(bench))
                    storebench_commit(bench);
            }
        }
        storebench_commit(bench);
        bench->now_ms += 2000;
    }
}

static void lease_and_complete(struct storebench *bench, size_t urls, double *out)
{
    size_t half = (urls < COMPLETED_MAX ? urls : COMPLETED_MAX) / 2;
    bench->now_ms += HOUR_MS;
    out[BEGIN] = storebench_begin(bench, false, false);
    storebench_reset(bench);
    complete(bench, half, true);
    out[COMPLETE_ASKED] = each(bench->commit_us, bench->completed);
    bench->commit_us = bench->completed = 0;
    complete(bench, half, false);
    out[COMPLETE] = each(bench->commit_us, bench->completed);
    out[LEASE] = each(bench->lease_us, bench->leased);
    out[END] = storebench_end(bench);
}

static void ask_number(sqlite3 *db, const char *sql, double *out)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK &&
        sqlite3_step(query) == SQLITE_ROW)
        *out = sqlite3_column_double(query, 0);
    else
        fprintf(stderr, "bench: %s: %s\n", sql, sqlite3_errmsg(db));
    sqlite3_finalize(query);
}

/* Bytes on disk for each URL that waits, as SQLite counts the pages of its tables. */
static void weigh(double *out)
{
    static const struct {
        enum figure figure;
        const char *sql;
    } sums[] = {
        {BYTES, "SELECT sum(pgsize) FROM dbstat WHERE aggregate = TRUE"},
        {BYTES_QUEUE, "SELECT pgsize FROM dbstat WHERE aggregate = TRUE AND name = 'queue'"},
        {BYTES_SEEN, "SELECT pgsize FROM dbstat WHERE aggregate = TRUE AND name = 'seen'"},
    };
    sqlite3 *db = NULL;
    double urls = 1;
    sqlite3_open_v2(STOREBENCH_PATH, &db, SQLITE_OPEN_READONLY, NULL);
    ask_number(db, "SELECT count(*) FROM queue", &urls);
    for (size_t i = 0; i < COUNT(sums); i++) {
        ask_number(db, sums[i].sql, &out[sums[i].figure]);
        out[sums[i].figure] /= urls;
    }
    sqlite3_close(db);
}

static int on_row(const struct store_value *columns, size_t count, void *context)
{
    (void)columns;
    (void)count;
    (void)context;
    return 0;
}

static double time_queries(struct storebench *bench, const enum sql *queries, size_t count,
                           const struct store_value *params, size_t params_count)
{
    uint64_t started_us = clock_monotonic_us();
    for (size_t i = 0; i < count; i++)
        storebench_check(
            bench, store_each_row(bench->store, queries[i], params, params_count, on_row, NULL));
    return (double)(clock_monotonic_us() - started_us) / 1000;
}

/* What `crawler report` and `crawler explain` ask; of the biggest host, whose queue is longest. */
static void ask(struct storebench *bench, double *out)
{
    static const enum sql run[] = {SQL_READ_RUNS, SQL_READ_FAILURES};
    static const enum sql sites[] = {SQL_READ_SITES};
    static const enum sql reasons[] = {SQL_READ_REASONS};
    static const enum sql url[] = {SQL_EXPLAIN_URL, SQL_EXPLAIN_QUEUE, SQL_EXPLAIN_SOURCE};
    struct store_value of_run[] = {STORE_PARAM_INTEGER(ROUNDS + 1), STORE_PARAM_INTEGER(10)};
    struct store_value of_sites[] = {STORE_PARAM_INTEGER(bench->now_ms), STORE_PARAM_INTEGER(1),
                                     STORE_PARAM_INTEGER(10)};
    struct store_value of_reasons[] = {STORE_PARAM_INTEGER(10)};
    struct store_value of_url[] = {STORE_PARAM_TEXT("https://site0.example"),
                                   STORE_PARAM_TEXT("https://site0.example/unknown")};
    out[REPORT] = time_queries(bench, run, COUNT(run), of_run, COUNT(of_run)) +
                  time_queries(bench, sites, COUNT(sites), of_sites, COUNT(of_sites)) +
                  time_queries(bench, reasons, COUNT(reasons), of_reasons, COUNT(of_reasons));
    out[EXPLAIN] = time_queries(bench, url, COUNT(url), of_url, COUNT(of_url));
}

static void measure(size_t urls, double *out)
{
    struct storebench *bench = alloc_zeroed(1, sizeof(*bench));
    unsigned sites = (unsigned)(urls / URLS_A_HOST ? urls / URLS_A_HOST : 1);
    storebench_open(bench);
    storebench_add_sites(bench, sites);
    discover(bench, sites, urls, out);
    storebench_close(bench); /* so that the log is in the file */
    weigh(out);
    char message[512];
    if (store_open(&bench->store, STOREBENCH_PATH, STORE_WRITE, message, sizeof(message)))
        exit(1);
    lease_and_complete(bench, urls, out);
    out[RSS] = storebench_rss_mb();
    ask(bench, out);
    storebench_close(bench);
    if (!getenv("BENCH_KEEP"))
        storebench_remove();
    free(bench);
}

int main(int argc, char **argv)
{
    static const size_t usual[] = {10000, 100000, 1000000, 10000000};
    static double measured[SIZES_MAX][FIGURES];
    size_t sizes[SIZES_MAX], count = 0;
    for (int i = 1; i < argc && count < SIZES_MAX; i++)
        sizes[count++] = strtoul(argv[i], NULL, 10);
    for (size_t i = 0; argc < 2 && i < COUNT(usual); i++)
        sizes[count++] = usual[i];
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "%zu URLs ...\n", sizes[i]);
        measure(sizes[i], measured[i]);
    }
    printf("%-34s %6s", "", "goal");
    for (size_t i = 0; i < count; i++)
        printf(" %9zu", sizes[i]);
    for (int k = 0; k < FIGURES; k++) {
        printf("\n%-34s ", figures[k].name);
        if (figures[k].goal > 0)
            printf("%6g", figures[k].goal);
        else
            printf("%6s", "");
        for (size_t i = 0; i < count; i++)
            printf(" %9.*f", measured[i][k] < 20 ? 2 : 0, measured[i][k]);
    }
    putchar('\n');
    return 0;
}
