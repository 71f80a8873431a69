/* date.c - `crawler date`: what moments texts mean. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/date.h"
#include "base/error.h"
#include "commands/batch.h"
#include "commands/commands.h"
#include "extract/article.h"

struct question {
    struct span text;
    const char *lang; /* or NULL */
    int64_t now_ms;
    struct arena *arena;
};

typedef int ask_fn(const struct question *question, struct moment *out);

static int ask_http(const struct question *question, struct moment *out)
{
    return date_parse_http(question->text, question->now_ms, out);
}

static int ask_feed(const struct question *question, struct moment *out)
{
    return date_parse_feed(question->text, out);
}

static int ask_text(const struct question *question, struct moment *out)
{
    return date_parse_text(question->text, question->lang, question->now_ms, out);
}

/* A page: the day it was published. */
static int ask_html(const struct question *question, struct moment *out)
{
    struct page page;
    int err = article_extract(&page, question->arena, question->text.data, question->text.size,
                              NULL, "text/html; charset=utf-8", question->now_ms);
    const struct article_record *article = &page.article;
    if (err || article->published_ms == MOMENT_NONE)
        return err ? err : ERR_NOT_FOUND;
    bool has_zone = article->published_zone_min != ZONE_NONE;
    *out = (struct moment){.ms = article->published_ms,
                           .zone_min = has_zone ? article->published_zone_min : 0,
                           .has_time = article->published_has_time,
                           .has_zone = has_zone};
    return 0;
}

static const struct {
    const char *kind;
    ask_fn *ask;
} kinds[] = {
    {"http", ask_http},
    {"feed", ask_feed},
    {"text", ask_text},
    {"html", ask_html},
};

static ask_fn *find_kind(const char *kind)
{
    for (size_t i = 0; kind && i < COUNT(kinds); i++)
        if (strcmp(kind, kinds[i].kind) == 0)
            return kinds[i].ask;
    return NULL;
}

static int answer_case(json_t *input, json_t *answer, struct arena *arena, void *context)
{
    (void)context;
    json_t *text = json_object_get(input, "text");
    const char *kind = batch_string(input, "kind"), *now = batch_string(input, "now");
    struct question question = {
        .lang = batch_string(input, "lang"), .now_ms = clock_wall_ms(), .arena = arena};
    struct moment moment;
    uint64_t wait_ms;
    if (!kind || !json_is_string(text) || (now && date_parse_feed(span_of(now), &moment)))
        return ERR_INPUT;
    if (now)
        question.now_ms = moment.ms;
    question.text = (struct span){json_string_value(text), json_string_length(text)};
    if (strcmp(kind, "retry-after") == 0) {
        bool known = date_retry_after(question.text, question.now_ms, &wait_ms) == 0;
        json_object_set_new(answer, "seconds",
                            known ? json_integer((json_int_t)(wait_ms / 1000)) : json_null());
        return 0;
    }
    ask_fn *ask = find_kind(kind);
    if (!ask)
        return ERR_INPUT;
    batch_set_text(answer, "date", ask(&question, &moment) ? NULL : date_format(&moment, arena));
    return 0;
}

/* For people: each argument, read as a feed's date, an HTTP date or a printed one. */
static void print_date(const char *text, int64_t now_ms, struct arena *arena)
{
    struct moment moment;
    int err = date_parse_feed(span_of(text), &moment);
    if (err)
        err = date_parse_http(span_of(text), now_ms, &moment);
    if (err)
        err = date_parse_text(span_of(text), NULL, now_ms, &moment);
    printf("%s\t%s\n", err ? "-" : date_format(&moment, arena), text);
}

int command_date(const struct options *options)
{
    if (options->batch)
        return batch_run(options->batch, answer_case, NULL);
    if (!options->arguments_count) {
        fputs("crawler: date wants texts; see crawler date --help\n", stderr);
        return EXIT_USAGE;
    }
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < options->arguments_count; i++)
        print_date(options->arguments[i], clock_wall_ms(), &arena);
    arena_clear(&arena);
    return EXIT_COMPLETED;
}
