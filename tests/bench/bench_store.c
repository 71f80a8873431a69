/* bench_store.c - what the store costs: CPU microseconds per URL and per article, bytes on disk.
 *
 *     bench_store frontier URLS [HOSTS]     discovers, leases and completes URLs
 *     bench_store articles COUNT [nosearch] stores articles of 3.2 KB in batches of 256
 *
 * The database is made in the current directory and removed. One line of JSON per figure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "storage/store.h"

#define START_MS INT64_C(1750000000000)

enum {
    ROUNDS = 10,
    BATCH_MAX = 256,
    CANDIDATES_A_BATCH = 10000,
    PLACES = 1024,
    COMPLETED_MAX = 200000
};

static const char *const path = "bench-store.db";
static int64_t now_ms = START_MS;

static void check(int err, struct store *store)
{
    if (!err)
        return;
    fprintf(stderr, "bench_store: error %d: %s\n", err, store ? store_message(store) : "");
    exit(1);
}

static void remove_database(void)
{
    static const char *const tails[] = {"", "-wal", "-shm", ".lock"};
    for (size_t i = 0; i < COUNT(tails); i++) {
        char name[64];
        snprintf(name, sizeof(name), "%s%s", path, tails[i]);
        unlink(name);
    }
}

static struct store *open_store(void)
{
    struct store *store;
    char message[512];
    if (store_open(&store, path, STORE_CREATE, message, sizeof(message))) {
        fprintf(stderr, "bench_store: %s\n", message);
        exit(1);
    }
    return store;
}

static double megabytes_of_file(void)
{
    struct stat facts;
    return stat(path, &facts) ? 0 : (double)facts.st_size / 1e6;
}

static double rss_megabytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static void begin_run(struct store *store, bool discover_only, bool search)
{
    struct run_record run = {.started_ms = now_ms,
                             .argv = "[]",
                             .version = "bench",
                             .sources = 0x1f,
                             .discover_only = discover_only,
                             .poll_all = true,
                             .tries_max = 3,
                             .lease_ms = 120000,
                             .keep_raw_ms = 1,
                             .keep_fetches_ms = INT64_C(1) << 40,
                             .search = search};
    int64_t run_id;
    uint64_t started_us = clock_monotonic_us();
    check(store_run_begin(store, &run, &run_id), store);
    printf("{\"what\":\"run_begin\",\"ms\":%.1f}\n",
           (double)(clock_monotonic_us() - started_us) / 1000);
}

static void add_sites(struct store *store, unsigned hosts)
{
    char url[64], domain[64];
    bool added;
    uint64_t cpu_us = clock_thread_cpu_us();
    check(store_begin(store), store);
    for (unsigned i = 0; i < hosts; i++) {
        snprintf(url, sizeof(url), "https://site%u.example/", i);
        snprintf(domain, sizeof(domain), "site%u.example", i);
        struct site_record site = {.kind = "site",
                                   .url = url,
                                   .key = url,
                                   .domain = domain,
                                   .delay_ms = -1,
                                   .max_per_run = -1};
        check(store_add_site(store, &site, START_MS - 1, &added), store);
    }
    check(store_end(store, true), store);
    printf("{\"what\":\"add_site\",\"count\":%u,\"cpu_us_each\":%.2f}\n", hosts,
           (double)(clock_thread_cpu_us() - cpu_us) / hosts);
}

static struct result_record result_of(const struct url_lease *lease)
{
    return (struct result_record){
        .lease = *lease,
        .completion = COMPLETE_DONE,
        .why = "no article",
        .fetch = {.asked = true,
                  .attempt = 1,
                  .started_ms = now_ms,
                  .total_ms = 50,
                  .ttfb_ms = 20,
                  .status = 200,
                  .bytes_wire = 30000,
                  .bytes_body = 150000,
                  .mime = "text/html",
                  .charset = "utf-8",
                  .http = "1.1",
                  .ip = "192.0.2.1"},
        .host = {.host_id = lease->host_id, .ready_ms = now_ms + 1000, .response_ms = 50},
    };
}

/* ---- a batch that fills until it is committed ---- */

struct filling {
    struct store *store;
    struct result_record results[BATCH_MAX];
    const struct result_record *pointers[BATCH_MAX];
    struct commit_outcome outcomes[BATCH_MAX];
    size_t count, candidates, found_new, completed;
    uint64_t commit_us;
};

static void commit(struct filling *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        batch->pointers[i] = &batch->results[i];
    uint64_t cpu_us = clock_thread_cpu_us();
    check(store_commit(batch->store, batch->pointers, batch->count, batch->outcomes), batch->store);
    check(store_checkpoint(batch->store), batch->store);
    batch->commit_us += clock_thread_cpu_us() - cpu_us;
    for (size_t i = 0; i < batch->count; i++) {
        batch->found_new += batch->outcomes[i].found_new;
        free((void *)batch->results[i].found);
        if (batch->outcomes[i].lost)
            fprintf(stderr, "bench_store: a lease was lost\n");
    }
    batch->completed += batch->count;
    batch->count = batch->candidates = 0;
}

/* `links` URLs of one site as a page tells of them, 3 of 10 known from the round before. The texts
 * live behind the records, in the same allocation. */
static const struct found_record *make_found(unsigned site, unsigned round, unsigned links)
{
    enum { URL_BYTES = 128 };
    struct found_record *found = alloc_bytes(links * (sizeof(*found) + URL_BYTES));
    char *texts = (char *)(found + links);
    for (unsigned i = 0; i < links; i++) {
        unsigned known = round && i % 10 < 3;
        unsigned number = (round - known) * links + i;
        snprintf(texts + i * URL_BYTES, URL_BYTES,
                 "https://site%u.example/politics/2025/06/15/the-headline-of-some-news-%u-words-"
                 "%08x.html",
                 site, number, number * 2654435761U);
        found[i] = (struct found_record){.url = texts + i * URL_BYTES,
                                         .kind = URL_ARTICLE,
                                         .via = "front",
                                         .published_ms = MOMENT_NONE};
    }
    return found;
}

static void discover_round(struct filling *batch, unsigned round, unsigned links)
{
    struct store *store = batch->store;
    struct lease_answer answer;
    int64_t held[PLACES];
    size_t held_count = 0;
    for (;;) {
        struct lease_request request = {.now_ms = now_ms,
                                        .urls_max = PLACES,
                                        .urls_per_host = 4,
                                        .released = held,
                                        .released_count = held_count};
        check(store_lease(store, &request, &answer), store);
        if (!answer.hosts_count && answer.next_due_ms == MOMENT_NONE)
            break;
        held_count = 0;
        for (size_t i = 0; i < answer.hosts_count; i++) {
            struct url_lease *lease = &answer.hosts[i].urls[0];
            unsigned site = (unsigned)strtoul(strstr(lease->url, "site") + 4, NULL, 10);
            held[held_count++] = lease->host_id;
            struct result_record *result = &batch->results[batch->count++];
            *result = result_of(lease);
            result->host.ready_ms = now_ms;
            result->found = make_found(site, round, links);
            result->found_count = links;
            batch->candidates += links;
            if (batch->count == BATCH_MAX || batch->candidates >= CANDIDATES_A_BATCH)
                commit(batch);
        }
        if (batch->count) /* the leases live until the next answer */
            commit(batch);
        now_ms += 10;
    }
}

static void complete_articles(struct filling *batch)
{
    struct store *store = batch->store;
    struct lease_answer answer;
    int64_t held[PLACES];
    size_t held_count = 0, leased = 0;
    uint64_t lease_us = 0, longest_us = 0;
    batch->commit_us = batch->completed = 0;
    while (leased < COMPLETED_MAX) {
        struct lease_request request = {.now_ms = now_ms,
                                        .urls_max = PLACES,
                                        .urls_per_host = 16,
                                        .released = held,
                                        .released_count = held_count};
        uint64_t cpu_us = clock_thread_cpu_us();
        check(store_lease(store, &request, &answer), store);
        uint64_t took_us = clock_thread_cpu_us() - cpu_us;
        lease_us += took_us;
        longest_us = took_us > longest_us ? took_us : longest_us;
        if (!answer.hosts_count && answer.next_due_ms == MOMENT_NONE)
            break;
        held_count = 0;
        for (size_t i = 0; i < answer.hosts_count; i++) {
            held[held_count++] = answer.hosts[i].host_id;
            for (size_t k = 0; k < answer.hosts[i].urls_count; k++) {
                batch->results[batch->count++] = result_of(&answer.hosts[i].urls[k]);
                leased++;
                if (batch->count == BATCH_MAX)
                    commit(batch);
            }
        }
        if (batch->count)
            commit(batch);
        now_ms += 2000;
    }
    printf("{\"what\":\"lease\",\"count\":%zu,\"cpu_us_each\":%.2f,\"longest_us\":%llu}\n", leased,
           (double)lease_us / (double)(leased ? leased : 1), (unsigned long long)longest_us);
    printf("{\"what\":\"complete\",\"count\":%zu,\"cpu_us_each\":%.2f}\n", batch->completed,
           (double)batch->commit_us / (double)(batch->completed ? batch->completed : 1));
}

static void end_run(struct store *store)
{
    uint64_t started_us = clock_monotonic_us();
    check(store_run_end(store, now_ms, "ok", "{}"), store);
    printf("{\"what\":\"run_end\",\"ms\":%.1f}\n",
           (double)(clock_monotonic_us() - started_us) / 1000);
}

static void bench_frontier(unsigned urls, unsigned hosts)
{
    struct filling *batch = alloc_zeroed(1, sizeof(*batch));
    unsigned links = urls / hosts / ROUNDS * 10 / 7;
    struct store *store = batch->store = open_store();
    size_t discovered = 0, candidates = 0;
    add_sites(store, hosts);
    for (unsigned round = 0; round < ROUNDS; round++) {
        now_ms += 3600000;
        begin_run(store, true, false);
        batch->commit_us = batch->found_new = 0;
        discover_round(batch, round, links);
        discovered += batch->found_new;
        candidates = (size_t)hosts * links;
        end_run(store);
        printf("{\"what\":\"discover\",\"known\":%zu,\"candidates\":%zu,"
               "\"cpu_us_each\":%.2f,\"bytes_each\":%.0f,\"rss_mb\":%.0f}\n",
               discovered, candidates, (double)batch->commit_us / (double)candidates,
               megabytes_of_file() * 1e6 / (double)discovered, rss_megabytes());
        fflush(stdout);
    }
    now_ms += 3600000;
    begin_run(store, false, false);
    complete_articles(batch);
    end_run(store);
    store_close(store);
    printf("{\"what\":\"file\",\"mb\":%.1f,\"rss_mb\":%.0f}\n", megabytes_of_file(),
           rss_megabytes());
    free(batch);
}

/* ---- articles ---- */

/* Prose of a vocabulary like that of news: few words are frequent, many are rare. */
static char *make_text(unsigned seed, size_t size)
{
    char *text = alloc_bytes(size + 32);
    size_t length = 0;
    uint64_t state = seed * 0x9e3779b97f4a7c15ULL + 1;
    while (length < size) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        double draw = (double)(state >> 40) / (double)(1 << 24);
        unsigned word = (unsigned)(draw * draw * draw * 30000);
        length += (size_t)sprintf(text + length, "w%xo%c ", word * 7919 % 65521, 'a' + word % 26);
    }
    return text;
}

static void bench_articles(unsigned count, bool search)
{
    enum { LINKS_A_PAGE = 500 };
    struct filling *batch = alloc_zeroed(1, sizeof(*batch));
    struct store *store = batch->store = open_store();
    unsigned hosts = count / LINKS_A_PAGE ? count / LINKS_A_PAGE : 1, stored = 0;
    add_sites(store, hosts);
    begin_run(store, false, search);
    discover_round(batch, 0, 0);
    now_ms += 3600000;
    end_run(store);
    begin_run(store, true, search);
    discover_round(batch, 0, LINKS_A_PAGE);
    end_run(store);
    begin_run(store, false, search);
    batch->commit_us = batch->completed = 0;
    struct lease_answer answer;
    int64_t held[PLACES];
    size_t held_count = 0;
    struct article_record *articles = alloc_zeroed(BATCH_MAX, sizeof(*articles));
    while (stored < count) {
        struct lease_request request = {.now_ms = now_ms,
                                        .urls_max = BATCH_MAX,
                                        .urls_per_host = 16,
                                        .released = held,
                                        .released_count = held_count};
        check(store_lease(store, &request, &answer), store);
        held_count = 0;
        if (!answer.hosts_count && answer.next_due_ms == MOMENT_NONE)
            break;
        for (size_t i = 0; i < answer.hosts_count; i++) {
            held[held_count++] = answer.hosts[i].host_id;
            for (size_t k = 0; k < answer.hosts[i].urls_count; k++) {
                struct result_record *result = &batch->results[batch->count];
                struct article_record *article = &articles[batch->count++];
                if (answer.hosts[i].urls[k].kind == URL_ARTICLE) {
                    *article = (struct article_record){.title = make_text(stored * 3 + 1, 60),
                                                       .title_from = "json-ld",
                                                       .lead = make_text(stored * 3 + 2, 180),
                                                       .lang = "en",
                                                       .body = make_text(stored * 3 + 3, 3200),
                                                       .body_from = "text",
                                                       .published_ms = now_ms - 3600000,
                                                       .published_from = "json-ld",
                                                       .published_has_time = true,
                                                       .modified_ms = MOMENT_NONE,
                                                       .is_article = true,
                                                       .free_access = -1};
                    stored++;
                }
                *result = result_of(&answer.hosts[i].urls[k]);
                result->article = article->is_article ? article : NULL;
            }
        }
        size_t used = batch->count;
        if (used)
            commit(batch);
        for (size_t i = 0; i < used; i++) {
            free((void *)articles[i].title);
            free((void *)articles[i].lead);
            free((void *)articles[i].body);
            articles[i] = (struct article_record){0};
        }
        now_ms += 2000;
    }
    end_run(store);
    store_close(store);
    printf("{\"what\":\"article\",\"search\":%s,\"count\":%u,\"cpu_us_each\":%.1f,"
           "\"bytes_each\":%.0f,\"rss_mb\":%.0f}\n",
           search ? "true" : "false", stored, (double)batch->commit_us / (double)batch->completed,
           megabytes_of_file() * 1e6 / stored, rss_megabytes());
    free(articles);
    free(batch);
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    bool frontier = strcmp(mode, "frontier") == 0;
    if (!count || (!frontier && strcmp(mode, "articles") != 0)) {
        fputs("bench_store frontier URLS [HOSTS] | bench_store articles COUNT [nosearch]\n",
              stderr);
        return 2;
    }
    remove_database();
    if (frontier)
        bench_frontier(count, argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 1000);
    else
        bench_articles(count, argc <= 3);
    if (!getenv("BENCH_KEEP"))
        remove_database();
    return 0;
}
