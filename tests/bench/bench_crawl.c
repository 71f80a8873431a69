/* bench_crawl - how long whole crawls take, against the least that latencies and limits allow.
 *
 *   build/tests/bench_crawl [NAME...]       all scenarios, or those named
 *
 * A line each: wall time, the bound, their ratio, what was stored, CPU of the crawler and its
 * workers, the longest turn of the loop, and the largest resident size of one process. */
#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

enum { LIMIT_MS = 600000, HOSTS_MAX = 200, ARGUMENTS_MAX = 32 };

struct scenario {
    const char *name, *what;
    size_t hosts;
    const struct site_route *routes;
    size_t routes_count;
    unsigned connections_max;
    const char *kind, *path;   /* how the hosts are added */
    const char *arguments[16]; /* of the run */
    const char *stored;        /* counts what has to be in the database */
    int64_t stored_expected;
    double bound_s;
    const char *bound; /* or this query tells it, in ms */
    unsigned lock_s;   /* somebody else holds the write lock for so long, in the middle */
};

/* From 100 to 874 ms, 487 on average; the same for the same host and path. */
static void slow_story(const struct site_request *request, struct site_answer *answer,
                       void *context)
{
    unsigned hash = 2166136261u ^ (unsigned)request->host * 16777619u;
    for (const char *at = request->path; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 16777619u;
    answer->latency_ms = 100 + (hash >> 8) % 775;
    if (context)
        story_front(request, answer, context);
    else
        story_append(request->path, &answer->body);
}

static void slow_api(const struct site_request *request, struct site_answer *answer, void *context)
{
    (void)context;
    answer->type = "application/json";
    answer->latency_ms = 1000 + (unsigned)(request->host * 997 % 1000);
    if (request->host == 7)
        answer->status = 500;
    if (request->host == 23)
        answer->fault = SITE_HANG;
    bytes_append_string(&answer->body, "[{\"id\": 1, \"name\": \"one\"}]");
}

/* Each host after the twentieth is broken in its own way. */
static void mixed(const struct site_request *request, struct site_answer *answer, void *context)
{
    static const enum site_fault faults[] = {SITE_HANG, SITE_RESET, SITE_GARBAGE, SITE_SHORT_BODY};
    if (strcmp(request->path, "/robots.txt") == 0) {
        answer->status = 404;
        return;
    }
    slow_story(request, answer, strcmp(request->path, "/") == 0 ? context : NULL);
    if (request->host >= 26)
        answer->status = 500;
    else if (request->host >= 20)
        answer->fault = faults[request->host % COUNT(faults)];
}

static const struct story_map four = {4}, many = {2000};
static const struct site_route second_routes[] = {
    {.path = "/story", .answer = story_answer, .latency_ms = 1000}};
static const struct site_route fifth_routes[] = {
    {.path = "/story", .answer = story_answer, .latency_ms = 200}};
static const struct site_route api_routes[] = {{.path = "/api", .answer = slow_api}};
static const struct site_route strict_routes[] = {
    {.path = "/robots.txt", .type = "text/plain", .body = "Sitemap: {base}/sitemap.xml\n"},
    {.path = "/sitemap.xml", .answer = story_sitemap, .context = (void *)&many},
    {.path = "/news/*", .answer = story_answer},
    {.path = "/", .body = "<html><body><h1>Daily</h1></body></html>"},
};
static const struct site_route slow_routes[] = {
    {.path = "/", .answer = slow_story, .context = (void *)&four},
    {.path = "/news/*", .answer = slow_story},
};

static const struct site_route mixed_routes[] = {
    {.path = "*", .answer = mixed, .context = (void *)&four}};

#define ROUTES(table) .routes = table, .routes_count = COUNT(table)
#define ARTICLES      "SELECT count(*) FROM v_articles"
#define RESULTS       "SELECT count(DISTINCT url) FROM v_results WHERE url LIKE '%/api'"

static const struct scenario scenarios[] = {
    {.name = "pages-1s",
     .what = "10 pages of 1 s on 10 hosts",
     .hosts = 10,
     ROUTES(second_routes),
     .kind = "page",
     .path = "/story",
     .stored = ARTICLES,
     .stored_expected = 10,
     .bound_s = 1.0},
    {.name = "pages-200ms",
     .what = "20 pages of 200 ms on 20 hosts",
     .hosts = 20,
     ROUTES(fifth_routes),
     .kind = "page",
     .path = "/story",
     .stored = ARTICLES,
     .stored_expected = 20,
     .bound_s = 0.2},
    {.name = "apis",
     .what = "50 JSON APIs of 1 to 2 s, one 500, one silent",
     .hosts = 50,
     ROUTES(api_routes),
     .kind = "api",
     .path = "/api",
     .arguments = {"--timeout", "2", "--tries", "1"},
     .stored = RESULTS,
     .stored_expected = 50,
     .bound_s = 2.0},
    {.name = "apis-tries",
     .what = "the same with three tries: bound is the longest chain of requests",
     .hosts = 50,
     ROUTES(api_routes),
     .kind = "api",
     .path = "/api",
     .arguments = {"--timeout", "2"},
     .stored = RESULTS,
     .stored_expected = 50,
     .bound = "SELECT max(ended - begun) FROM (SELECT min(started_ms) AS begun,"
              " max(started_ms + total_ms) AS ended FROM v_fetches GROUP BY url)"},
    {.name = "strict",
     .what = "2,000 pages of a host that bans above 10 connections",
     .hosts = 1,
     ROUTES(strict_routes),
     .connections_max = 10,
     .kind = "site",
     .path = "/",
     .arguments = {"--per-host", "10", "--max-per-site", "0"},
     .stored = ARTICLES,
     .stored_expected = 2000,
     .bound_s = 0},
    {.name = "slow",
     .what = "200 sites, 1,000 requests, 487 s one after the other",
     .hosts = 200,
     ROUTES(slow_routes),
     .kind = "site",
     .path = "/",
     .arguments = {"--sources", "front", "--concurrency", "50", "--per-host", "4"},
     .stored = ARTICLES,
     .stored_expected = 800,
     .bound_s = 9.74},
    {.name = "slow-locked",
     .what = "the same, the write lock held by another for 10 s",
     .hosts = 200,
     ROUTES(slow_routes),
     .kind = "site",
     .path = "/",
     .arguments = {"--sources", "front", "--concurrency", "50", "--per-host", "4"},
     .stored = ARTICLES,
     .stored_expected = 800,
     .bound_s = 9.74,
     .lock_s = 10},
    {.name = "mixed",
     .what = "20 good sites among 500s, resets, silence, nonsense, half bodies",
     .hosts = 30,
     ROUTES(mixed_routes),
     .kind = "site",
     .path = "/",
     .arguments = {"--sources", "front", "--per-host", "4", "--timeout", "2", "--tries", "1"},
     .stored = ARTICLES,
     .stored_expected = 80,
     .bound_s = 2.0},
};

static void pause_s(unsigned seconds)
{
    const struct timespec pause = {.tv_sec = seconds};
    nanosleep(&pause, NULL);
}

static void hold_lock(const char *database, unsigned seconds)
{
    sqlite3 *other;
    pause_s(2);
    if (sqlite3_open(database, &other) == SQLITE_OK) {
        sqlite3_busy_timeout(other, 5000);
        sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        pause_s(seconds);
        sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    }
    sqlite3_close(other);
}

static double loop_longest_ms(const char *stats)
{
    json_t *root = json_load_file(stats, 0, NULL);
    double longest_ms = json_number_value(json_object_get(root, "loop_longest_ms"));
    json_decref(root);
    return longest_ms;
}

static void run_scenario(const struct scenario *scenario)
{
    struct site_host hosts[HOSTS_MAX];
    const char *arguments[ARGUMENTS_MAX] = {"--sites", NULL, CRAWL_FAST, NULL};
    const char *database = crawl_database();
    size_t count = 0;
    for (size_t i = 0; i < scenario->hosts; i++)
        hosts[i] = (struct site_host){.routes = scenario->routes,
                                      .routes_count = scenario->routes_count,
                                      .connections_max = scenario->connections_max};
    struct site *site = site_start(hosts, scenario->hosts, 0);
    crawl_add(database, scenario->kind, site, scenario->hosts, scenario->path);
    const char *stats = scratch_path(scratch_directory(), "stats.json");
    arguments[1] = database;
    while (arguments[count])
        count++;
    for (size_t i = 0; scenario->arguments[i]; i++)
        arguments[count++] = scenario->arguments[i];
    arguments[count++] = "--stats";
    arguments[count++] = stats;

    struct program_result result;
    struct program *program = crawler_start(arguments);
    if (scenario->lock_s)
        hold_lock(database, scenario->lock_s);
    program_wait(program, LIMIT_MS, &result);
    double wall_s = (double)result.wall_ms / 1000;
    double cpu_s = (double)(result.usage.ru_utime.tv_sec + result.usage.ru_stime.tv_sec) +
                   (double)(result.usage.ru_utime.tv_usec + result.usage.ru_stime.tv_usec) / 1e6;
    int64_t stored = result.exit_status == 0 ? sql_integer(database, scenario->stored) : -1;
    double bound_s =
        scenario->bound ? (double)sql_integer(database, scenario->bound) / 1000 : scenario->bound_s;
    printf("%-12s %8.2f %8.2f %6.2f %9jd %9jd %8.2f %8.1f %8ld  %s%s\n", scenario->name, wall_s,
           bound_s, bound_s > 0 ? wall_s / bound_s : 0, (intmax_t)stored,
           (intmax_t)scenario->stored_expected, cpu_s, loop_longest_ms(stats),
           result.usage.ru_maxrss / 1024, scenario->what, site_banned(site, 0) ? " (BANNED)" : "");
    fflush(stdout);
    if (result.exit_status != 0)
        fprintf(stderr, "exit %d: %s\n", result.exit_status, result.err);
    program_result_clear(&result);
    site_stop(site);
}

int main(int argc, char **argv)
{
    printf("%-12s %8s %8s %6s %9s %9s %8s %8s %8s\n", "scenario", "wall s", "bound s", "ratio",
           "stored", "expected", "CPU s", "loop ms", "MB");
    for (size_t i = 0; i < COUNT(scenarios); i++) {
        bool wanted = argc == 1;
        for (int j = 1; j < argc; j++)
            wanted = wanted || strcmp(argv[j], scenarios[i].name) == 0;
        if (wanted)
            run_scenario(&scenarios[i]);
    }
    return 0;
}
