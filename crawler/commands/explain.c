/* explain.c - crawler explain: everything that is known about one URL. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/url.h"
#include "base/utf8.h"
#include "commands/commands.h"
#include "commands/database.h"
#include "commands/one_url.h"
#include "commands/rows.h"
#include "discover/traps.h"
#include "job.h"
#include "report.h"
#include "politeness/robots.h"

enum { FETCHES_SHOWN = 20, TELLERS_SHOWN = 20 };

static const struct rows_column fetch_columns[] = {
    {"started", "when", ROWS_MOMENT}, {"run", "run", ROWS_NUMBER},
    {"attempt", "try", ROWS_NUMBER},  {"status", "status", ROWS_NUMBER},
    {"ms", "ms", ROWS_NUMBER},        {"bytes", "bytes", ROWS_BYTES},
    {"error", "error", ROWS_TEXT},    {"redirect_url", "leads to", ROWS_NAME},
};
static const struct rows_column teller_columns[] = {
    {"url", "source", ROWS_NAME},
    {"kind", "kind", ROWS_TEXT},
    {"first", "first", ROWS_MOMENT},
    {"last", "last", ROWS_MOMENT},
};

/* What the database has on it; each is an object, or NULL. */
struct known {
    struct arena arena;
    struct url url;
    const char *origin, *key;
    json_t *state, *queue, *host, *source, *article, *budget, *site, *takedown;
};

static const char *text_of(const json_t *row, const char *key)
{
    return json_string_value(json_object_get(row, key));
}

static int64_t number_of(const json_t *row, const char *key)
{
    return (int64_t)json_integer_value(json_object_get(row, key));
}

/* The verdict of the robots.txt that the host was last seen with, in words. */
static const char *robots_verdict(const struct known *known)
{
    const json_t *status = json_object_get(known->host, "robots_status");
    const char *body = text_of(known->host, "robots_body");
    if (!json_is_integer(status))
        return "not asked so far";
    int64_t code = json_integer_value(status);
    if (code >= 300 && code < 500 && code != 429) /* 3xx: redirects without end */
        return "there is none, so everything is allowed";
    if (code < 200 || code >= 400)
        return "unreachable, so nothing may be asked for now";
    struct robots *robots = robots_parse(body ? body : "", body ? strlen(body) : 0, "crawler");
    bool allowed = robots_allows(robots, url_path_and_query(&known->url));
    robots_free(robots);
    return allowed ? "allows it" : "disallows it";
}

/* Closed, and the URL has not been asked: then it is what it waits for. */
static bool is_held_back(const struct known *known)
{
    const char *budget = text_of(known->budget, "state"), *as = text_of(known->queue, "waits_as");
    return !known->state && as && strcmp(as, "new article") == 0 && budget &&
           strcmp(budget, "open") != 0;
}

/* Why nobody has heard of it. */
static const char *unknown(struct known *known)
{
    if (traps_judge(&known->url))
        return arena_format(&known->arena, "not known, and it would not be fetched: %s",
                            traps_judge(&known->url));
    if (!known->site && !known->host)
        return "not known, neither the URL nor its host: no site of its domain was added";
    return "not known: no source has named this URL so far";
}

/* The answer in one sentence. */
static const char *conclusion(struct known *known)
{
    struct arena *arena = &known->arena;
    const char *state = text_of(known->state, "state"), *why = text_of(known->state, "why");
    const char *due = text_of(known->queue, "due"), *as = text_of(known->queue, "waits_as");
    const char *when = "";
    if (known->takedown)
        return "taken down: removed for good, and not fetched or stored again";
    if (text_of(known->queue, "set_aside"))
        when = arena_format(arena, "; it waits, as %s", text_of(known->queue, "set_aside"));
    else if (is_held_back(known))
        when = arena_format(
            arena, ", and held back: the last %lld pages %s %s brought no new article",
            (long long)number_of(known->budget, "barren"),
            strcmp(text_of(known->budget, "kind"), "source") == 0 ? "named by" : "like",
            text_of(known->budget, "name"));
    else if (as && strcmp(as, "new article") == 0)
        when = "; it waits for its turn, freshest first";
    else if (text_of(known->queue, "why"))
        when = arena_format(arena, "; it waits, %s", text_of(known->queue, "why"));
    else if (as && due)
        when = arena_format(arena, "; it is due (%s) from %s on", as, due);
    else if (as)
        when = arena_format(arena, "; it is due (%s) at the next run", as);
    if (!state && !as)
        return unknown(known);
    if (!state)
        return arena_format(arena, "found, and not asked so far%s", when);
    const char *what = strcmp(state, "done") == 0      ? !text_of(known->state, "asked")
                                                             ? "stored without being asked"
                                                         : known->article ? "fetched and stored"
                                                                          : "fetched"
                       : strcmp(state, "retry") == 0   ? "failed, to be tried again"
                       : strcmp(state, "gone") == 0    ? "gone"
                       : strcmp(state, "denied") == 0  ? "not fetched, because it may not be"
                       : strcmp(state, "skipped") == 0 ? "not fetched, left out by our own rules"
                                                       : "given up for now";
    return arena_format(arena, "%s%s%s%s", what, why ? ": " : "", why ? why : "", when);
}

/* ---- reading ---- */

static int read_one(struct store *store, enum sql sql, const struct store_value *params,
                    size_t count, json_t **out)
{
    struct rows_query query = {NULL, sql, params, count};
    return rows_first(store, &query, out);
}

static int read_known(struct store *store, struct known *known)
{
    const struct store_value names[] = {STORE_PARAM_TEXT(known->origin),
                                        STORE_PARAM_TEXT(known->key)};
    int err = read_one(store, SQL_EXPLAIN_URL, names, 2, &known->state);
    if (!err)
        err = read_one(store, SQL_EXPLAIN_QUEUE, names, 2, &known->queue);
    if (!err)
        err = read_one(store, SQL_EXPLAIN_HOST, names, 1, &known->host);
    if (!err)
        err = read_one(store, SQL_EXPLAIN_SOURCE, names, 2, &known->source);
    const struct span path = url_path_and_query(&known->url);
    const struct store_value address[] = {
        STORE_PARAM_TEXT(known->origin),
        STORE_PARAM_TEXT(arena_copy(&known->arena, path.data, path.size)),
        STORE_PARAM_TEXT(known->key)};
    if (!err)
        err = read_one(store, SQL_EXPLAIN_BUDGET, address, 3, &known->budget);
    const char *domain = url_site(known->url.host, &known->arena);
    const struct store_value site[] = {STORE_PARAM_TEXT(
        domain ? domain : arena_copy(&known->arena, known->url.host.data, known->url.host.size))};
    if (!err)
        err = read_one(store, SQL_EXPLAIN_SITE, site, 1, &known->site);
    const struct store_value whole[] = {STORE_PARAM_TEXT(known->url.href),
                                        STORE_PARAM_TEXT(known->key)};
    if (!err)
        err = read_one(store, SQL_EXPLAIN_TAKEDOWN, whole, 2, &known->takedown);
    const json_t *article = json_object_get(known->state, "article_id");
    if (!err && json_is_integer(article)) {
        const struct store_value id[] = {STORE_PARAM_INTEGER(json_integer_value(article))};
        err = read_one(store, SQL_EXPLAIN_ARTICLE, id, 1, &known->article);
    }
    return err;
}

/* ---- printing ---- */

static void print_fact(struct known *known, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void print_fact(struct known *known, const char *name, const char *format, ...)
{
    char text[4096];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    printf("  %-11s %s\n", name, utf8_printable(&known->arena, text));
}

/* Prints a column where it has something. */
static void print_text(struct known *known, const char *name, const json_t *row, const char *key)
{
    if (text_of(row, key))
        print_fact(known, name, "%s", text_of(row, key));
}

static void print_state(struct known *known)
{
    const json_t *row = known->state ? known->state : known->queue;
    print_text(known, "known as", row, "url");
    print_text(known, "site", row, "site");
    print_text(known, "kind", known->state, "kind");
    print_text(known, "found", row, "found");
    print_text(known, "told by", row, "announced_by");
    print_text(known, "told title", known->queue, "announced_title");
    print_text(known, "last asked", known->state, "asked");
    print_text(known, "next", known->state, "next");
    print_text(known, "leads to", known->state, "redirect_url");
}

static void print_host(struct known *known)
{
    if (!known->host)
        return;
    print_fact(known, "robots.txt", "%s", robots_verdict(known));
    print_text(known, "fetched", known->host, "robots_fetched");
    if (number_of(known->host, "crawl_delay_ms") > 0)
        print_fact(known, "its delay", "%.1f s",
                   (double)number_of(known->host, "crawl_delay_ms") / 1000);
    print_text(known, "host", known->host, "origin");
    print_text(known, "not before", known->host, "ready");
    if (number_of(known->host, "fails_in_row") > 0)
        print_fact(known, "in trouble", "%lld failures in a row",
                   (long long)number_of(known->host, "fails_in_row"));
}

static const char *minutes_in_words(struct known *known, int64_t minutes)
{
    const char *unit = minutes % 1440 == 0 ? "d" : minutes % 60 == 0 ? "h" : "min";
    int64_t parts = minutes % 1440 == 0 ? 1440 : minutes % 60 == 0 ? 60 : 1;
    return arena_format(&known->arena, "%lld %s", (long long)(minutes / parts), unit);
}

/* How a source came to be known. */
static const char *via_in_words(const char *via)
{
    static const struct {
        const char *via, *words;
    } ways[] = {
        {"config", "given with the site"},          {"robots", "robots.txt names it"},
        {"link", "a page of the site links to it"}, {"guess", "a guess: no page names it"},
        {"index", "an index of sitemaps lists it"}, {"redirect", "another source leads there"},
    };
    for (size_t i = 0; i < COUNT(ways); i++)
        if (strcmp(via, ways[i].via) == 0)
            return ways[i].words;
    return via;
}

static void print_source(struct known *known)
{
    if (!known->source)
        return;
    const json_t *source = known->source;
    print_fact(known, "as source", "%s, %s; %lld records the last time, %lld of them new%s",
               text_of(source, "kind"), text_of(source, "status"),
               (long long)number_of(source, "last_records"),
               (long long)number_of(source, "last_new"),
               number_of(source, "unchanged") ? ": the same as before" : "");
    print_fact(known, "known by", "%s", via_in_words(text_of(source, "found_via")));
    print_text(known, "listed by", source, "listed_by");
    print_text(known, "unlisted", source, "unlisted");
    print_fact(known, "asked", "every %s%s; %lld good answers so far",
               minutes_in_words(known, number_of(source, "poll_min")),
               number_of(source, "hint_min")
                   ? arena_format(&known->arena, " (it asks for %s)",
                                  minutes_in_words(known, number_of(source, "hint_min")))
                   : "",
               (long long)number_of(source, "polls"));
    print_text(known, "next poll", source, "next");
    print_text(known, "last news", source, "news");
    print_text(known, "newest", source, "newest");
    print_text(known, "hub", source, "hub");
    if (json_real_value(json_object_get(source, "fail_score")) > 0)
        print_fact(known, "failures", "%.2f (failing from 1, dead from 5 on)",
                   json_real_value(json_object_get(source, "fail_score")));
    print_text(known, "its error", source, "last_error");
}

/* What its address has in common with others, what those brought, and what can be done. */
static void print_budget(struct known *known)
{
    const char *why = text_of(known->state, "why"), *state = text_of(known->budget, "state");
    const char *advice = traps_advice(why);
    if (known->budget)
        print_fact(known, "is like", "%s: %lld asked, %lld new articles, %s",
                   text_of(known->budget, "name"), (long long)number_of(known->budget, "asked"),
                   (long long)number_of(known->budget, "articles"), state);
    if (number_of(known->budget, "skipped"))
        print_fact(known, "left out", "%lld times one like it",
                   (long long)number_of(known->budget, "skipped"));
    if (why && strcmp(why, outcome_row(OUTCOME_FORBIDDEN_ADDRESS)->name) == 0)
        print_fact(known, "what to do", "%s", REPORT_PRIVATE_ADVICE);
    if (!advice && state && strcmp(state, "open") != 0)
        advice = "each run tries one or two of them, and the first that holds a new article opens "
                 "the others; this one alone is fetched after `crawler add --kind page URL`";
    if (advice && (!known->state || strcmp(text_of(known->state, "state"), "skipped") == 0))
        print_fact(known, "what to do", "%s", advice);
}

static void print_takedown(struct known *known)
{
    print_text(known, "taken down", known->takedown, "at");
    print_text(known, "as part of", known->takedown, "pattern");
    print_text(known, "because", known->takedown, "reason");
    print_text(known, "asked by", known->takedown, "asked_by");
}

static void print_article(struct known *known)
{
    const json_t *article = known->article;
    if (!article)
        return;
    print_text(known, "title", article, "title");
    print_text(known, "authors", article, "authors");
    if (text_of(article, "published"))
        print_fact(known, "published", "%s (from %s)", text_of(article, "published"),
                   text_of(article, "published_from") ? text_of(article, "published_from") : "?");
    print_fact(known, "text", "%lld words, %lld revisions", (long long)number_of(article, "words"),
               (long long)number_of(article, "revisions"));
}

static int print_known(struct store *store, struct known *known)
{
    printf("%s\n", utf8_printable(&known->arena, known->url.href));
    print_fact(known, "in short", "%s", conclusion(known));
    print_takedown(known);
    print_state(known);
    print_source(known);
    print_budget(known);
    print_article(known);
    print_host(known);
    if (!known->state)
        return 0;
    const struct store_value fetches[] = {STORE_PARAM_INTEGER(number_of(known->state, "url_id")),
                                          STORE_PARAM_INTEGER(FETCHES_SHOWN)};
    const struct store_value tellers[] = {fetches[0], STORE_PARAM_INTEGER(TELLERS_SHOWN)};
    struct rows_query query = {"Requests, newest first:", SQL_EXPLAIN_FETCHES, fetches, 2};
    int err = rows_print(store, &query, fetch_columns, COUNT(fetch_columns), NULL);
    query = (struct rows_query){"Named by:", SQL_EXPLAIN_TOLD_BY, tellers, 2};
    return err ? err : rows_print(store, &query, teller_columns, COUNT(teller_columns), NULL);
}

static json_t *or_null(json_t *value)
{
    return value ? json_incref(value) : json_null();
}

static int dump_known(struct store *store, struct known *known)
{
    const struct store_value params[] = {STORE_PARAM_INTEGER(number_of(known->state, "url_id")),
                                         STORE_PARAM_INTEGER(-1)};
    struct rows_query query = {NULL, SQL_EXPLAIN_FETCHES, params, 2};
    json_t *fetches = NULL, *tellers = NULL;
    int err = rows_json(store, &query, &fetches);
    query.sql = SQL_EXPLAIN_TOLD_BY;
    if (!err)
        err = rows_json(store, &query, &tellers);
    if (err) {
        json_decref(fetches);
        return err;
    }
    rows_dump(json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "url",
                        known->url.href, "key", known->key, "conclusion", conclusion(known),
                        "state", or_null(known->state), "waits", or_null(known->queue), "host",
                        or_null(known->host), "robots", robots_verdict(known), "source",
                        or_null(known->source), "budget", or_null(known->budget), "article",
                        or_null(known->article), "takedown", or_null(known->takedown), "fetches",
                        fetches, "told_by", tellers));
    return 0;
}

int command_explain(const struct options *options)
{
    struct known known = {0};
    struct store *store;
    arena_init(&known.arena, 0);
    int status = one_url_read(&known.url, &known.arena, options, "explain");
    if (status == EXIT_COMPLETED)
        status = database_open(&store, options->sites, STORE_READ);
    if (status == EXIT_COMPLETED) {
        known.origin = url_origin(&known.url, &known.arena);
        known.key = url_key(&known.url, &known.arena);
        int err = read_known(store, &known);
        if (!err)
            err = options->json ? dump_known(store, &known) : print_known(store, &known);
        if (err)
            status = database_failed(store, err);
        store_close(store);
    }
    json_decref(known.state);
    json_decref(known.queue);
    json_decref(known.host);
    json_decref(known.source);
    json_decref(known.article);
    json_decref(known.budget);
    json_decref(known.site);
    json_decref(known.takedown);
    arena_clear(&known.arena);
    return status;
}
