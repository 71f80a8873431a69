/* bench_page.c - what a page costs from the request to a worker to its answer: CPU microseconds.
 *
 *     bench_page LIST [TIMES]   LIST has a file, a tab and its URL a line; .gz is sent as it is
 *
 * The worker's functions without its process, so that a profiler sees all of them (profile.py asks
 * callgrind). Of so many times the one with the least CPU counts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "extract/charset.h"
#include "extract/wire.h"
#include "extract/worker.h"

enum { BODY_BYTES_MAX = 8 * 1024 * 1024, LINE_BYTES = 8192 };

static size_t bytes_of_pages, articles;

static bool read_file(struct bytes *out, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t got;
    do {
        bytes_reserve(out, 64 * 1024);
        got = fread(out->data + out->size, 1, 64 * 1024, file);
        out->size += got;
    } while (got);
    fclose(file);
    return true;
}

/* The page's way through a worker: request, its bytes, answer, its bytes. */
static void read_page(struct arena *arena, struct bytes *wire, const struct worker_request *page)
{
    struct worker_request request;
    struct worker_answer answer;
    wire->size = 0;
    wire_put_request(wire, page);
    if (wire_get_request(&request, arena, wire->data, wire->size))
        abort();
    worker_answer(&answer, arena, &request);
    bytes_of_pages += (size_t)answer.bytes_body;
    articles += answer.has_article;
    struct bytes back;
    bytes_init(&back, 0);
    wire_put_answer(&back, &answer);
    if (wire_get_answer(&answer, arena, back.data, back.size))
        abort();
    bytes_clear(&back);
}

/* Reads all pages of the list once; returns how many, and the CPU that they took. */
static size_t read_pages(const char *list, uint64_t *cpu_us)
{
    char line[LINE_BYTES];
    size_t count = 0;
    struct arena arena;
    struct bytes wire;
    FILE *file = fopen(list, "r");
    if (!file) {
        perror(list);
        exit(1);
    }
    arena_init(&arena, 0);
    bytes_init(&wire, 0);
    *cpu_us = 0;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *url = strchr(line, '\t');
        struct bytes body;
        if (!url)
            continue;
        *url++ = '\0';
        bytes_init(&body, 0);
        if (read_file(&body, line)) {
            bool coded = strlen(line) > 3 && strcmp(line + strlen(line) - 3, ".gz") == 0;
            struct worker_request page = {.kind = URL_ARTICLE,
                                          .now_ms = clock_wall_ms(),
                                          .url = url,
                                          .site_home = url,
                                          .content_type = "text/html",
                                          .content_encoding = coded ? "gzip" : NULL,
                                          .hint_published_ms = MOMENT_NONE,
                                          .body_bytes_max = BODY_BYTES_MAX,
                                          .agent = "bench",
                                          .body = {body.data, body.size}};
            uint64_t since_us = clock_thread_cpu_us();
            read_page(&arena, &wire, &page);
            arena_reset(&arena);
            *cpu_us += clock_thread_cpu_us() - since_us;
            count++;
        }
        bytes_clear(&body);
    }
    fclose(file);
    bytes_clear(&wire);
    arena_clear(&arena);
    return count;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench_page LIST [TIMES]\n");
        return 2;
    }
    uint64_t least_us = UINT64_MAX;
    size_t count = 0;
    charset_prepare();
    for (int times = argc > 2 ? atoi(argv[2]) : 3; times > 0; times--) {
        uint64_t cpu_us;
        articles = bytes_of_pages = 0;
        count = read_pages(argv[1], &cpu_us);
        least_us = cpu_us < least_us ? cpu_us : least_us;
    }
    if (count)
        printf("%zu pages of %zu KB, %zu articles: %.0f us CPU a page\n", count,
               bytes_of_pages / count / 1024, articles, (double)least_us / (double)count);
    return count ? 0 : 1;
}
