/* robots.c - `crawler robots`: what a robots.txt says about URLs. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "commands/batch.h"
#include "commands/commands.h"
#include "politeness/robots.h"

/* What follows the host. The URL is taken as it stands: robots_allows() brings it into form. */
static struct span path_of(const char *url)
{
    const char *scheme_end = strstr(url, "://");
    const char *host = scheme_end ? scheme_end + 3 : url;
    return span_of(host + strcspn(host, "/?#"));
}

static int answer_case(json_t *input, json_t *answer, struct arena *arena, void *context)
{
    (void)context;
    const char *agent = batch_string(input, "agent"), *url = batch_string(input, "url");
    json_t *text = json_object_get(input, "robots");
    char *data = NULL;
    size_t size = 0;
    int err = batch_bytes(input, "robots_b64", arena, &data, &size);
    if (err == ERR_NOT_FOUND && json_is_string(text)) {
        data = (char *)json_string_value(text);
        size = json_string_length(text);
        err = 0;
    }
    if (err || !agent || !url)
        return ERR_INPUT;
    struct robots *robots = robots_parse(data, size, agent);
    int64_t delay_ms = robots_crawl_delay_ms(robots);
    const char *const *sitemaps;
    size_t count = robots_sitemaps(robots, &sitemaps);
    json_t *list = json_array(), *one = json_object();
    for (size_t i = 0; i < count; i++) {
        batch_set_text(one, "url", sitemaps[i]); /* cleans what is not UTF-8 */
        json_array_append(list, json_object_get(one, "url"));
    }
    json_decref(one);
    json_object_set_new(answer, "allowed", json_boolean(robots_allows(robots, path_of(url))));
    json_object_set_new(answer, "crawl_delay",
                        delay_ms < 0 ? json_null() : json_real((double)delay_ms / 1000));
    json_object_set_new(answer, "sitemaps", list);
    robots_free(robots);
    return 0;
}

int command_robots(const struct options *options)
{
    if (options->batch)
        return batch_run(options->batch, answer_case, NULL);
    if (options->arguments_count < 2) {
        fputs("crawler: robots wants a file and URLs; see crawler robots --help\n", stderr);
        return EXIT_USAGE;
    }
    struct arena arena;
    arena_init(&arena, 0);
    char *data;
    size_t size;
    int err = batch_read_file(options->arguments[0], &arena, &data, &size);
    if (!err) {
        struct robots *robots =
            robots_parse(data, size, options->agent ? options->agent : "crawler");
        for (size_t i = 1; i < options->arguments_count; i++)
            printf("%s\t%s\n",
                   robots_allows(robots, path_of(options->arguments[i])) ? "allowed" : "disallowed",
                   options->arguments[i]);
        robots_free(robots);
    }
    arena_clear(&arena);
    return err ? EXIT_USAGE : EXIT_COMPLETED;
}
