/* demo-world - serves the demo news world until it gets SIGTERM or SIGINT.
 *
 *   demo-world [--directory DIR] [--port N] [--day YYYY-MM-DD] [--with-parent]
 *              [--sites-file FILE] [--apis-file FILE] [--truth-file FILE]
 *
 * Port 0, the default, is any that is free. The files are written when the world answers, the
 * sites list last:
 *   sites  the front page of each site, one a line: what `crawler add --file` reads
 *   apis   one API a line: the URL, then the further arguments of `crawler add --kind api`
 *   truth  one JSON object an article: url, site, lang, title, day, words (its first), chars,
 *          api (whether only an API leads there), allowed (by robots.txt) */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/alloc.h"
#include "base/clock.h"
#include "world/world.h"

enum { DAY_MS = 86400000, DAY_S = 86400, FIRST_WORDS = 8, FIRST_LETTERS = 24 };

struct arguments {
    const char *directory, *day, *port, *sites_file, *apis_file, *truth_file;
};

static const char usage[] =
    "usage: demo-world [--directory DIR] [--port N] [--day YYYY-MM-DD] [--with-parent]\n"
    "                  [--sites-file FILE] [--apis-file FILE] [--truth-file FILE]\n";

static bool is_api(const struct world_site *site)
{
    return has_word(site->sources, "api") || has_word(site->sources, "wordpress");
}

static void read_arguments(struct arguments *out, int argc, char **argv)
{
    const struct {
        const char *name, **text;
    } rows[] = {{"--directory", &out->directory},
                {"--port", &out->port},
                {"--day", &out->day},
                {"--sites-file", &out->sites_file},
                {"--apis-file", &out->apis_file},
                {"--truth-file", &out->truth_file}};
    for (int i = 1; i < argc; i++) {
        size_t row = 0;
#ifdef __linux__
        if (strcmp(argv[i], "--with-parent") == 0 && prctl(PR_SET_PDEATHSIG, SIGTERM) == 0)
            continue;
#endif
        while (row < COUNT(rows) && strcmp(argv[i], rows[row].name) != 0)
            row++;
        if (row == COUNT(rows) || i + 1 == argc) {
            fputs(usage, stderr);
            exit(2);
        }
        *rows[row].text = argv[++i];
    }
}

/* Midnight UTC of "2026-11-20", or of today. */
static int64_t day_of(const char *text)
{
    struct tm parts = {0};
    if (!text)
        return clock_wall_ms() / DAY_MS * DAY_S;
    if (sscanf(text, "%4d-%2d-%2d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday) != 3) {
        fputs(usage, stderr);
        exit(2);
    }
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return (int64_t)timegm(&parts);
}

/* One host a site; a fixed address each, so that a second start on the same port is the same
 * world. */
static struct site *serve(struct world *world, unsigned port)
{
    struct arena *arena = &world->arena;
    struct site_host *hosts = arena_alloc_zeroed(arena, world->sites_count * sizeof(*hosts));
    struct site_route *routes = arena_alloc_zeroed(arena, world->sites_count * sizeof(*routes));
    for (size_t i = 0; i < world->sites_count; i++) {
        routes[i] =
            (struct site_route){.path = "*", .answer = world_answer, .context = &world->sites[i]};
        hosts[i].routes = &routes[i];
        hosts[i].routes_count = 1;
        hosts[i].refuse = strcmp(world->sites[i].fault, "refuse") == 0;
#ifdef __linux__
        hosts[i].address = arena_format(arena, "127.20.0.%zu", i + 1);
#endif
    }
    struct site *site = site_start(hosts, world->sites_count, port);
    for (size_t i = 0; i < world->sites_count; i++)
        world->sites[i].base = site_url(site, i, "");
    return site;
}

/* The file appears whole, under its name. */
static void write_file(const char *path, const struct bytes *text, struct arena *arena)
{
    const char *part = arena_format(arena, "%s.part", path);
    FILE *file = fopen(part, "wb");
    if (!file || fwrite(text->data, 1, text->size, file) != text->size || fclose(file) ||
        rename(part, path)) {
        fprintf(stderr, "demo-world: %s: %s\n", path, strerror(errno));
        exit(2);
    }
}

static void write_sites(struct world *world, const char *path)
{
    struct bytes text;
    bytes_init(&text, 0);
    for (size_t i = 0; i < world->sites_count; i++)
        if (!is_api(&world->sites[i]))
            bytes_append_string(&text, arena_format(&world->arena, "%s/\n", world->sites[i].base));
    write_file(path, &text, &world->arena);
    bytes_clear(&text);
}

static void write_apis(struct world *world, const char *path)
{
    struct bytes text;
    bytes_init(&text, 0);
    for (size_t i = 0; i < world->sites_count; i++) {
        const struct world_site *site = &world->sites[i];
        if (has_word(site->sources, "api"))
            bytes_append_string(
                &text, arena_format(&world->arena,
                                    "%s/api/articles.json --items /data --map title=/headline "
                                    "--map url=/address --map published=/when "
                                    "--map authors=/writer --map body=/text\n",
                                    site->base));
        if (has_word(site->sources, "wordpress"))
            bytes_append_string(
                &text, arena_format(&world->arena, "%s/wp-json/wp/v2/posts\n", site->base));
    }
    write_file(path, &text, &world->arena);
    bytes_clear(&text);
}

/* The first words of a text; in scripts without spaces, the first characters. */
static const char *first_words(const char *text, struct arena *arena)
{
    size_t words = 0, letters = 0;
    const char *at = text;
    for (; *at; at++) {
        words += *at == ' ';
        letters += (*at & 0xc0) != 0x80;
        if (words == FIRST_WORDS || (letters > FIRST_LETTERS && words == 0))
            break;
    }
    return arena_copy(arena, text, (size_t)(at - text));
}

static void append_truth(const struct world_site *site, const struct article *article,
                         struct bytes *text)
{
    static const char line[] =
        "{\"url\":\"{{\"base}}{{\"path}}\",\"site\":\"{{\"site}}\",\"lang\":\"{{\"lang}}\","
        "\"title\":\"{{\"title}}\",\"day\":\"{{\"iso_day}}\",\"words\":\"{{\"words}}\","
        "\"chars\":{{chars}},\"api\":{{api}},\"allowed\":{{allowed}}}\n";
    struct arena arena;
    struct values values;
    size_t chars = 0;
    arena_init(&arena, 0);
    for (size_t i = 0; i < article->paragraphs_count; i++)
        for (const char *at = article->paragraphs[i]; *at; at++)
            chars += (*at & 0xc0) != 0x80;
    values_of_site(&values, site, &arena);
    values_of_article(&values, site, article, &arena);
    values_set(&values, "words", first_words(article->paragraphs[0], &arena));
    values_set(&values, "chars", arena_format(&arena, "%zu", chars));
    values_set(&values, "api", is_api(site) ? "true" : "false");
    values_set(&values, "allowed", article->allowed ? "true" : "false");
    template_fill(line, &values, text);
    arena_clear(&arena);
}

static void write_truth(struct world *world, const char *path)
{
    struct bytes text;
    bytes_init(&text, 0);
    for (size_t i = 0; i < world->sites_count; i++)
        for (size_t j = 0; j < world->sites[i].articles_count; j++)
            append_truth(&world->sites[i], &world->sites[i].articles[j], &text);
    write_file(path, &text, &world->arena);
    bytes_clear(&text);
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.directory = DATA_DIR "/world"};
    struct world world;
    sigset_t stops;
    int stopped_by;
    read_arguments(&arguments, argc, argv);
    sigemptyset(&stops);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stops, NULL); /* before there are threads: main waits for them */
    signal(SIGPIPE, SIG_IGN);

    world_create(&world, arguments.directory, day_of(arguments.day));
    struct site *site =
        serve(&world, arguments.port ? (unsigned)strtoul(arguments.port, NULL, 10) : 0);
    if (arguments.truth_file)
        write_truth(&world, arguments.truth_file);
    if (arguments.apis_file)
        write_apis(&world, arguments.apis_file);
    if (arguments.sites_file)
        write_sites(&world, arguments.sites_file);
    sigwait(&stops, &stopped_by);
    site_stop(site);
    world_clear(&world);
    return 0;
}
