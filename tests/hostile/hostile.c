/* The hostile world: faults of all groups, or some, crawled by one run of the program and judged.
 *
 *     hostile GROUP...            the faults of these groups, in one run
 *     hostile GROUP/FAULT...      one fault, with its partner
 *     hostile all                 everything in one run, with the goals' figures
 *     hostile --each GROUP...     one run for each fault, with the memory it took
 *     hostile --timeout 8 ...     instead of 2 s; --keep FILE keeps the database
 *
 * Exit status 0: every fault ended as it should. */
#include <jansson.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "hostile/groups.h"
#include "hostile/judge.h"
#include "hostile/meter.h"
#include "support/program.h"
#include "support/scratch.h"

enum { CHOSEN_MAX = 1000, ARGUMENTS_MAX = 64, LIMIT_MS = 280 * 1000 };

static const struct group *const groups[] = {
    &group_tcp,      &group_framing, &group_redirects, &group_addresses, &group_codings,
    &group_answers,  &group_cookies, &group_dns,       &group_tls,       &group_rules,
    &group_sitemaps, &group_feeds,   &group_pages,     &group_texts,     &group_traps};

/* A fault that was asked for. */
struct chosen {
    const struct group *group;
    const struct fault *fault;
};

struct options {
    const char *timeout;
    const char *keep; /* a path for the database, or NULL */
    bool each, figures;
    struct chosen chosen[CHOSEN_MAX];
    size_t chosen_count;
};

/* What a run cost. */
struct cost {
    double wall_s, cpu_s, loop_ms;
    size_t pss_kib;
};

/* ---- choosing ---- */

static bool is_meant(const char *name, const struct group *group, const struct fault *fault)
{
    size_t size = strlen(group->name);
    if (strcmp(name, "all") == 0 || strcmp(name, group->name) == 0)
        return true;
    return strncmp(name, group->name, size) == 0 && name[size] == '/' &&
           strcmp(name + size + 1, fault->name) == 0;
}

static void choose(struct options *options, const char *name)
{
    size_t before = options->chosen_count;
    for (size_t i = 0; i < COUNT(groups); i++)
        for (size_t j = 0; j < groups[i]->faults_count; j++)
            if (is_meant(name, groups[i], &groups[i]->faults[j]) &&
                options->chosen_count < CHOSEN_MAX)
                options->chosen[options->chosen_count++] =
                    (struct chosen){groups[i], &groups[i]->faults[j]};
    if (options->chosen_count == before) {
        fprintf(stderr, "hostile: no group or fault is called %s\n", name);
        exit(2);
    }
}

static void read_arguments(struct options *options, char **arguments)
{
    for (; *arguments; arguments++) {
        if (strcmp(*arguments, "--each") == 0)
            options->each = true;
        else if (strcmp(*arguments, "--timeout") == 0 && arguments[1])
            options->timeout = *++arguments;
        else if (strcmp(*arguments, "--keep") == 0 && arguments[1])
            options->keep = *++arguments;
        else
            choose(options, *arguments);
        options->figures = options->figures || strcmp(*arguments, "all") == 0;
    }
    if (!options->chosen_count) {
        fprintf(stderr, "usage: hostile [--timeout S] [--keep FILE] [--each] all|GROUP|GROUP/FAULT"
                        "...\n");
        exit(2);
    }
}

/* ---- one run ---- */

static const char *directory; /* of the run's files */

static void must_run(const char *const *arguments, struct program_result *result)
{
    program_run(arguments, LIMIT_MS, result);
    if (result->exit_status)
        printf("crawler %s: exit %d, signal %d%s\n%s%s", arguments[1], result->exit_status,
               result->signal, result->timed_out ? ", timed out" : "", result->out, result->err);
}

/* The seeds of one kind, a line each, given to `crawler add`. */
static void add_kind(struct world *world, const struct chosen *chosen, size_t count,
                     const char *kind, const char *database)
{
    struct bytes list;
    struct arena arena;
    struct program_result result;
    bytes_init(&list, 0);
    arena_init(&arena, 0);
    for (size_t i = 0; i < count; i++) {
        const struct fault *fault = chosen[i].fault;
        const char *seed = fault->seed ? fault->seed : "/";
        if (strcmp(kind, "site") == 0)
            bytes_append_string(&list, arena_format(&arena, "%s/\n", world_partner(world, i)));
        if (strcmp(kind, fault->kind ? fault->kind : "site") == 0)
            bytes_append_string(&list, arena_format(&arena, "%s%s\n",
                                                    seed[0] == '/' ? world_base(world, i) : "",
                                                    world_expand(world, i, seed, &arena)));
    }
    if (list.size) {
        const char *file = scratch_file(directory, kind, list.data);
        must_run((const char *const[]){CRAWLER_PROGRAM, "add", "-q", "--sites", database, "--kind",
                                       kind, "--file", file, NULL},
                 &result);
        program_result_clear(&result);
    }
    bytes_clear(&list);
    arena_clear(&arena);
}

static double loop_longest_ms(const char *stats)
{
    json_t *root = json_load_file(stats, 0, NULL);
    double longest_ms = json_number_value(json_object_get(root, "loop_longest_ms"));
    json_decref(root);
    return longest_ms;
}

/* Whether the program ended well. */
static bool crawl(const struct options *options, const char *const *more, const char *database,
                  struct cost *cost)
{
    const char *stats = scratch_path(directory, "stats.json");
    const char *arguments[ARGUMENTS_MAX] = {CRAWLER_PROGRAM,
                                            "--sites",
                                            database,
                                            "--timeout",
                                            options->timeout,
                                            "--tries",
                                            "2",
                                            "--delay",
                                            "0",
                                            "--concurrency",
                                            "200",
                                            "--max-per-site",
                                            "500",
                                            "--allow-net",
                                            HOSTILE_NET,
                                            "--contact",
                                            "t@example.org",
                                            "--workers",
                                            "2",
                                            "--stats",
                                            stats};
    size_t count = 21;
    while (*more && count < ARGUMENTS_MAX - 1)
        arguments[count++] = *more++;
    struct program_result result;
    struct program *program = program_start(arguments, NULL);
    struct meter *meter = meter_start(program_id(program));
    program_wait(program, LIMIT_MS, &result);
    bool fine = result.exit_status == 0;
    if (!fine)
        printf("crawler: exit %d, signal %d%s\n%s%s", result.exit_status, result.signal,
               result.timed_out ? ", timed out" : "", result.out, result.err);
    *cost = (struct cost){
        (double)result.wall_ms / 1000,
        (double)(result.usage.ru_utime.tv_sec + result.usage.ru_stime.tv_sec) +
            (double)(result.usage.ru_utime.tv_usec + result.usage.ru_stime.tv_usec) / 1e6,
        loop_longest_ms(stats), meter_stop(meter)};
    program_result_clear(&result);
    return fine;
}

/* Starts what the groups of these faults need, and gathers the options for it; without a world,
 * stops it. */
static void start_groups(const struct chosen *chosen, size_t count, struct world *world,
                         const char **more)
{
    size_t options_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct group *group = chosen[i].group;
        if (i && chosen[i - 1].group == group)
            continue;
        if (!world && group->stop)
            group->stop();
        const char *const *wanted = world && group->start ? group->start(world) : NULL;
        while (wanted && *wanted && options_count < ARGUMENTS_MAX / 2 - 1)
            more[options_count++] = *wanted++;
    }
}

/* Crawls the faults together. Returns how many did not end as they should. */
static unsigned run(const struct options *options, const struct chosen *chosen, size_t count,
                    struct cost *cost)
{
    const char *more[ARGUMENTS_MAX / 2] = {NULL};
    const struct fault **faults = alloc_zeroed(count, sizeof *faults);
    directory = scratch_directory();
    const char *database = options->keep ? options->keep : scratch_path(directory, "news.db");
    for (size_t i = 0; i < count; i++)
        faults[i] = chosen[i].fault;
    struct world *world = world_start(faults, count);
    start_groups(chosen, count, world, more);
    add_kind(world, chosen, count, "site", database);
    add_kind(world, chosen, count, "page", database);
    add_kind(world, chosen, count, "api", database);
    bool ended = crawl(options, more, database, cost);
    unsigned bad = !ended;
    if (ended) {
        struct judge *judge = judge_open(world, database);
        bad += !judge_run(judge);
        for (size_t i = 0; i < count; i++)
            bad += !judge_fault(judge, faults[i], i, chosen[i].group->name);
        judge_close(judge);
    }
    world_stop(world);
    start_groups(chosen, count, NULL, more);
    scratch_remove_last();
    free(faults);
    return bad;
}

static unsigned run_each(const struct options *options)
{
    unsigned bad = 0;
    printf("%-52s %8s %8s %8s %8s\n", "fault", "wall s", "CPU s", "loop ms", "PSS MB");
    for (size_t i = 0; i < options->chosen_count; i++) {
        const struct chosen *chosen = &options->chosen[i];
        struct cost cost;
        char name[128];
        bad += run(options, chosen, 1, &cost) != 0;
        snprintf(name, sizeof name, "%s/%s", chosen->group->name, chosen->fault->name);
        printf("%-52s %8.2f %8.2f %8.1f %8.1f\n", name, cost.wall_s, cost.cpu_s, cost.loop_ms,
               (double)cost.pss_kib / 1024);
        fflush(stdout);
    }
    return bad;
}

int main(int argc, char **argv)
{
    static struct options options = {.timeout = "2"};
    struct cost cost;
    sigset_t pipes;
    (void)argc;
    sigemptyset(&pipes);
    sigaddset(&pipes, SIGPIPE); /* libssl writes as it likes */
    pthread_sigmask(SIG_BLOCK, &pipes, NULL);
    read_arguments(&options, argv + 1);
    if (options.each)
        return run_each(&options) != 0;
    unsigned bad = run(&options, options.chosen, options.chosen_count, &cost);
    printf("%zu faults, %u wrong; %.1f s, %.1f s of CPU, longest turn %.1f ms, %.1f MB\n",
           options.chosen_count, bad, cost.wall_s, cost.cpu_s, cost.loop_ms,
           (double)cost.pss_kib / 1024);
    return bad != 0;
}
