#include <stdio.h>

#include "base/error.h"
#include "base/url.h"
#include "base/utf8.h"
#include "commands/batch.h"
#include "commands/commands.h"
#include "extract/charset.h"

/* The arguments of one parse, as the command line or a case gives them. */
struct question {
    struct span href, base;
    const char *encoding;
};

/* Returns 0 or ERR_INPUT, also for a base that can't be one. */
static int parse_question(struct url *out, struct arena *arena, const struct question *question)
{
    struct url base;
    if (!question->base.data)
        return url_parse(out, arena, question->href, NULL, question->encoding);
    /* With a base that is no http(s) URL an absolute one still stands for itself. */
    bool usable = url_parse(&base, arena, question->base, NULL, NULL) == 0;
    return url_parse(out, arena, question->href, usable ? &base : NULL, question->encoding);
}

static struct span string_of(json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    return (struct span){json_string_value(value), json_string_length(value)};
}

/* One case: {href, base?, encoding?} to {url, key, host, site}. */
static int answer_case(json_t *input, json_t *answer, struct arena *arena, void *context)
{
    (void)context;
    const char *label = batch_string(input, "encoding");
    struct question question = {string_of(input, "href"), string_of(input, "base"),
                                label ? charset_canonical(span_of(label)) : NULL};
    struct url url;
    bool is_url = question.href.data && parse_question(&url, arena, &question) == 0;
    batch_set_text(answer, "url", is_url ? url.href : NULL);
    batch_set_text(answer, "key", is_url ? url_key(&url, arena) : NULL);
    batch_set_text(answer, "host", is_url ? arena_copy(arena, url.host.data, url.host.size) : NULL);
    batch_set_text(answer, "site", is_url ? url_site(url.host, arena) : NULL);
    return 0;
}

static void print_row(const char *name, const char *value)
{
    printf("%-5s %s\n", name, value ? value : "-");
}

/* Returns ERR_INPUT for what is no URL of the web. */
static int print_url(const char *text, const char *base, struct arena *arena)
{
    struct question question = {span_of(text), span_of(base), NULL};
    struct url url;
    if (parse_question(&url, arena, &question)) {
        fprintf(stderr, "crawler: not an http or https URL: %s\n", utf8_printable(arena, text));
        return ERR_INPUT;
    }
    print_row("url", url.href);
    print_row("key", url_key(&url, arena));
    print_row("host", arena_copy(arena, url.host.data, url.host.size));
    print_row("site", url_site(url.host, arena));
    return 0;
}

int command_url(const struct options *options)
{
    if (options->batch)
        return batch_run(options->batch, answer_case, NULL);
    if (!options->arguments_count) {
        fprintf(stderr, "crawler: url needs a URL, or --batch FILE\n");
        return EXIT_USAGE;
    }
    struct arena arena;
    arena_init(&arena, 0);
    int status = EXIT_COMPLETED;
    for (size_t i = 0; i < options->arguments_count; i++) {
        if (i)
            putchar('\n');
        if (print_url(options->arguments[i], options->url, &arena))
            status = EXIT_NEEDS_A_PERSON;
        arena_reset(&arena);
    }
    arena_clear(&arena);
    return status;
}
