/* bench_soak - one long crawl with faults, and what it holds on to: memory and descriptors.
 *
 *   build/tests/bench_soak [FETCHES]      50,000; a million is the goal's
 *
 * 200 sites; one answer in twenty is a reset, nonsense, half a body, a 500 or a 404. A line for
 * each tenth: requests, resident memory of the crawler and of its largest worker, descriptors; and
 * at the end how much more that is than after the first tenth. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "support/crawl.h"
#include "support/sql.h"
#include "support/story.h"

enum { HOSTS = 200, TENTHS = 10, LIMIT_MS = 6 * 3600 * 1000, FAULTY = 20, LISTED_MAX = 1000 };

/* What one process holds. */
struct held {
    long memory_kb, worker_kb, descriptors;
};

static size_t stories; /* of each site */

static unsigned hash_of(const struct site_request *request)
{
    unsigned hash = 2166136261u ^ (unsigned)request->host * 16777619u;
    for (const char *at = request->path; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    return hash >> 8;
}

static void answer_story(const struct site_request *request, struct site_answer *answer,
                         void *context)
{
    static const struct {
        enum site_fault fault;
        int status;
    } faults[] = {{SITE_RESET, 0},
                  {SITE_GARBAGE, 0},
                  {SITE_SHORT_BODY, 200},
                  {SITE_FINE, 500},
                  {SITE_FINE, 404}};
    unsigned hash = hash_of(request);
    (void)context;
    story_append(request->path, &answer->body);
    if (hash % FAULTY)
        return;
    answer->fault = faults[hash / FAULTY % COUNT(faults)].fault;
    if (faults[hash / FAULTY % COUNT(faults)].status)
        answer->status = faults[hash / FAULTY % COUNT(faults)].status;
}

/* An index of sitemaps of a thousand stories each: "/sitemap-3.xml" is the third. */
static void answer_index(const struct site_request *request, struct site_answer *answer,
                         void *context)
{
    (void)context;
    answer->type = "application/xml";
    bytes_append_string(&answer->body,
                        "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">");
    for (size_t i = 0; i * LISTED_MAX < stories; i++)
        bytes_append_string(&answer->body,
                            arena_format(answer->arena,
                                         "<sitemap><loc>%s/sitemap-%zu.xml</loc></sitemap>",
                                         site_url(request->site, request->host, ""), i));
    bytes_append_string(&answer->body, "</sitemapindex>");
}

static void answer_part(const struct site_request *request, struct site_answer *answer,
                        void *context)
{
    size_t part = strtoul(request->path + strlen("/sitemap-"), NULL, 10);
    (void)context;
    answer->type = "application/xml";
    bytes_append_string(&answer->body,
                        "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">");
    for (size_t i = part * LISTED_MAX; i < (part + 1) * LISTED_MAX && i < stories; i++)
        bytes_append_string(&answer->body,
                            arena_format(answer->arena, "<url><loc>%s%s</loc></url>\n",
                                         site_url(request->site, request->host, ""),
                                         story_path(i, answer->arena)));
    bytes_append_string(&answer->body, "</urlset>");
}

static const struct site_route routes[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "Sitemap: {base}/sitemap.xml\n"},
    {.path = "/sitemap.xml", .answer = answer_index},
    {.path = "/sitemap-*", .answer = answer_part},
    {.path = "/news/*", .answer = answer_story},
};

static long resident_kb(long pid)
{
    char path[64];
    long pages = 0;
    snprintf(path, sizeof path, "/proc/%ld/statm", pid);
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    if (file)
        fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static long count_descriptors(long pid)
{
    char path[64];
    long count = 0;
    snprintf(path, sizeof path, "/proc/%ld/fd", pid);
    DIR *folder = opendir(path);
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count - 2; /* . and .. */
}

/* Of its children, which are all workers. */
static long largest_worker_kb(long pid)
{
    char path[64];
    long largest = 0, child;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", pid, pid);
    FILE *file = fopen(path, "r");
    while (file && fscanf(file, "%ld", &child) == 1)
        if (resident_kb(child) > largest)
            largest = resident_kb(child);
    if (file)
        fclose(file);
    return largest;
}

static struct held look(struct program *program)
{
    long pid = program_id(program);
    return (struct held){resident_kb(pid), largest_worker_kb(pid), count_descriptors(pid)};
}

static void tell(size_t requests, const struct held *held, uint64_t since_ms)
{
    printf("%10zu %9.0f %12ld %12ld %12ld\n", requests,
           (double)(clock_monotonic_ms() - since_ms) / 1000, held->memory_kb, held->worker_kb,
           held->descriptors);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    static struct site_host hosts[HOSTS];
    size_t fetches = argc > 1 ? strtoul(argv[1], NULL, 10) : 50000;
    const struct timespec pause = {.tv_nsec = 20000000};
    struct program_result result;
    struct held first = {0}, last = {0};
    stories = fetches / HOSTS;
    for (size_t i = 0; i < HOSTS; i++)
        hosts[i] = (struct site_host){.routes = routes, .routes_count = COUNT(routes)};
    struct site *site = site_start(hosts, HOSTS, 0);
    const char *database = crawl_database();
    crawl_add(database, "site", site, HOSTS, "/");
    uint64_t since_ms = clock_monotonic_ms();
    struct program *program = CRAWLER_START(
        "--sites", database, CRAWL_FAST, "--quiet", "--sources", "sitemap", "--max-per-site", "0",
        "--per-host", "4", "--tries", "2", "--rest-after", "1000000", "--timeout", "10s");
    printf("%10s %9s %12s %12s %12s\n", "requests", "s", "crawler KB", "worker KB", "descriptors");
    for (size_t tenth = 1; tenth <= TENTHS; tenth++) {
        while (site_requests(site, SITE_ANY, NULL) < fetches / TENTHS * tenth &&
               program_running(program))
            nanosleep(&pause, NULL);
        if (!program_running(program))
            break;
        last = look(program);
        first = tenth == 1 ? last : first;
        tell(site_requests(site, SITE_ANY, NULL), &last, since_ms);
    }
    program_wait(program, LIMIT_MS, &result);
    printf(
        "%+9.1f %% memory of the crawler, %+.1f %% of a worker, %+ld descriptors since the first"
        " tenth; exit %d, %ju articles, %ju errors\n",
        100.0 * (double)(last.memory_kb - first.memory_kb) / (double)(first.memory_kb + 1),
        100.0 * (double)(last.worker_kb - first.worker_kb) / (double)(first.worker_kb + 1),
        last.descriptors - first.descriptors, result.exit_status,
        (uintmax_t)sql_integer(database, "SELECT count(*) FROM v_articles"),
        (uintmax_t)sql_integer(database, "SELECT count(*) FROM fetches WHERE error IS NOT NULL"));
    program_result_clear(&result);
    site_stop(site);
    return 0;
}
