/* bench_store.c - what an article costs to store: CPU microseconds and bytes on disk.
 *
 *     bench_store COUNT [nosearch]   stores articles of 3.2 KB in batches of 256
 *
 * The database is made in the current directory and removed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/storebench.h"

enum { LINKS_A_PAGE = 500, TEXTS = 3 };

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

/* The texts live behind the record, in the same allocation. */
static const struct found_record *make_found(int64_t host_id)
{
    enum { URL_BYTES = 128 };
    struct found_record *found = alloc_bytes(LINKS_A_PAGE * (sizeof(*found) + URL_BYTES));
    char *texts = (char *)(found + LINKS_A_PAGE);
    for (int i = 0; i < LINKS_A_PAGE; i++) {
        snprintf(texts + i * URL_BYTES, URL_BYTES, "https://site%d.example/news/%d.html",
                 (int)host_id, i);
        found[i] = (struct found_record){.url = texts + i * URL_BYTES,
                                         .kind = URL_ARTICLE,
                                         .via = "front",
                                         .published_ms = MOMENT_NONE};
    }
    return found;
}

static void discover(struct storebench *bench)
{
    storebench_begin(bench, true, false);
    while (storebench_lease(bench, STOREBENCH_BATCH, 1)) {
        for (size_t i = 0; i < bench->answer.hosts_count; i++) {
            struct result_record *result =
                storebench_result(bench, &bench->answer.hosts[i].urls[0]);
            result->found = make_found(result->lease.host_id);
            result->found_count = LINKS_A_PAGE;
        }
        storebench_commit(bench);
        bench->now_ms += 2000;
    }
    storebench_end(bench);
}

static struct article_record make_article(unsigned number, int64_t now_ms)
{
    return (struct article_record){.title = make_text(number * TEXTS + 1, 60),
                                   .title_from = "json-ld",
                                   .lead = make_text(number * TEXTS + 2, 180),
                                   .lang = "en",
                                   .body = make_text(number * TEXTS + 3, 3200),
                                   .body_from = "text",
                                   .published_ms = now_ms - 3600000,
                                   .published_from = "json-ld",
                                   .published_has_time = true,
                                   .modified_ms = MOMENT_NONE,
                                   .is_article = true,
                                   .free_access = -1};
}

static void store_articles(struct storebench *bench, unsigned count)
{
    static struct article_record articles[STOREBENCH_BATCH];
    unsigned stored = 0;
    while (stored < count && storebench_lease(bench, STOREBENCH_BATCH, 16)) {
        size_t used = 0;
        for (size_t i = 0; i < bench->answer.hosts_count; i++) {
            for (size_t k = 0; k < bench->answer.hosts[i].urls_count; k++, used++) {
                articles[used] = make_article(stored++, bench->now_ms);
                storebench_result(bench, &bench->answer.hosts[i].urls[k])->article =
                    &articles[used];
            }
        }
        storebench_commit(bench);
        for (size_t i = 0; i < used; i++) {
            free((void *)(uintptr_t)articles[i].title);
            free((void *)(uintptr_t)articles[i].lead);
            free((void *)(uintptr_t)articles[i].body);
        }
        bench->now_ms += 2000;
    }
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 0;
    bool search = argc <= 2;
    if (!count || (!search && strcmp(argv[2], "nosearch") != 0)) {
        fputs("bench_store COUNT [nosearch]\n", stderr);
        return 2;
    }
    struct storebench *bench = alloc_zeroed(1, sizeof(*bench));
    storebench_open(bench);
    storebench_add_sites(bench, count / LINKS_A_PAGE + 1);
    discover(bench);
    double before = storebench_file_bytes();
    storebench_begin(bench, false, search);
    storebench_reset(bench);
    store_articles(bench, count);
    storebench_end(bench);
    storebench_close(bench);
    printf("%zu articles, search %s: %.1f us and %.0f bytes each, RSS %.0f MB\n", bench->completed,
           search ? "on" : "off", (double)bench->commit_us / (double)bench->completed,
           (storebench_file_bytes() - before) / (double)bench->completed, storebench_rss_mb());
    storebench_remove();
    free(bench);
    return 0;
}
