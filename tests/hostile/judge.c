#include "hostile/judge.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "support/sql.h"

struct judgement {
    struct world *world;
    const struct fault *fault;
    size_t index;
    const char *group, *database;
    struct arena arena;
    bool fine;
};

static __attribute__((format(printf, 2, 3))) void blame(struct judgement *judgement,
                                                        const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("%s/%s: ", judgement->group, judgement->fault ? judgement->fault->name : "");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    judgement->fine = false;
}

static const char *judged_url(struct judgement *judgement)
{
    const struct fault *fault = judgement->fault;
    const char *place = fault->judged ? fault->judged : fault->path ? fault->path : FAULT_STORY;
    if (strcmp(place, "*") == 0)
        place = "/robots.txt";
    place = world_expand(judgement->world, judgement->index, place, &judgement->arena);
    const char *base = world_base(judgement->world, judgement->index);
    return place[0] == '/' ? arena_format(&judgement->arena, "%s%s", base, place) : place;
}

/* How the last request for the URL ended, or why there was none. */
static void judge_error(struct judgement *judgement)
{
    const char *url = judged_url(judgement), *expected = judgement->fault->error;
    const char *query = arena_format(
        &judgement->arena,
        "SELECT coalesce((SELECT coalesce(error, 'http ' || status) FROM v_fetches"
        " WHERE url = '%s' ORDER BY fetch_id DESC LIMIT 1),"
        " (SELECT state || coalesce(': ' || why, '') FROM v_urls WHERE url = '%s' LIMIT 1),"
        " 'never heard of')",
        url, url);
    char *found = sql_text(judgement->database, query);
    bool fits = false;
    for (const char *at = expected; !fits && *at; at += strspn(at, "|")) {
        fits = sql_integer(judgement->database,
                           arena_format(&judgement->arena, "SELECT (%s) LIKE '%.*s'", query,
                                        (int)strcspn(at, "|"), at));
        at += strcspn(at, "|");
    }
    if (!fits)
        blame(judgement, "%s ended as '%s', not '%s'", url, found, expected);
    free(found);
}

static int64_t count_articles(struct judgement *judgement, const char *base, const char *where)
{
    return sql_integer(judgement->database,
                       arena_format(&judgement->arena,
                                    "SELECT count(*) FROM v_articles WHERE url LIKE '%s/%%'%s",
                                    base, where));
}

static void judge_articles(struct judgement *judgement)
{
    static const char own[] = " AND url LIKE '%/news/2026/own-report-%'"
                              " AND words > 100";
    const struct fault *fault = judgement->fault;
    const char *base = world_base(judgement->world, judgement->index);
    const char *partner = world_partner(judgement->world, judgement->index);
    int64_t healthy = count_articles(judgement, base, own);
    int64_t others = count_articles(judgement, base, "") - healthy;
    int64_t partners = count_articles(judgement, partner, own);
    if (partners != PARTNER_STORIES)
        blame(judgement, "%jd of the partner's %d stories are there", (intmax_t)partners,
              PARTNER_STORIES);
    if (healthy != (fault->lost ? 0 : OWN_STORIES))
        blame(judgement, "%jd of the site's own %d stories are there", (intmax_t)healthy,
              OWN_STORIES);
    if (others != fault->articles)
        blame(judgement, "%jd other articles are there, not %u", (intmax_t)others, fault->articles);
}

bool judge_fault(struct world *world, const struct fault *fault, size_t index, const char *group,
                 const char *database)
{
    struct judgement judgement = {world, fault, index, group, database, {0}, true};
    arena_init(&judgement.arena, 0);
    if (fault->error)
        judge_error(&judgement);
    judge_articles(&judgement);
    if (fault->sql) {
        const char *query = world_expand(world, index, fault->sql, &judgement.arena);
        if (sql_integer(database, query) != 1)
            blame(&judgement, "not true: %s", query);
    }
    arena_clear(&judgement.arena);
    return judgement.fine;
}

/* ---- what concerns all ---- */

static const struct {
    const char *what, *query; /* gives rows, which are those that should not be there */
} rules[] = {
    {"the run did not end well", "SELECT outcome FROM runs WHERE outcome <> 'ok'"},
    {"the file is damaged",
     "SELECT * FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 5"},
    {"a row refers to nothing", "SELECT * FROM pragma_foreign_key_check LIMIT 5"},
    {"asked, but not allowed",
     "SELECT url, ip FROM v_fetches WHERE ip NOT LIKE '127.1%' AND ip NOT LIKE '127.2%' LIMIT 5"},
    {"neither answered nor with a reason",
     "SELECT url, status FROM v_fetches WHERE error IS NULL AND (status IS NULL OR status = 0)"
     " LIMIT 5"},
    {"failed without a reason", "SELECT url, state FROM v_urls WHERE state NOT IN ('waiting', "
                                "'done') AND why IS NULL LIMIT 5"},
};

bool judge_run(struct world *world, const char *database)
{
    bool fine = true;
    for (size_t i = 0; i < COUNT(rules); i++) {
        char *rows = sql_rows(database, rules[i].query);
        if (*rows) {
            printf("%s: %s", rules[i].what, rows);
            fine = false;
        }
        free(rows);
    }
    unsigned trespasses = world_trespasses(world);
    if (trespasses) {
        printf("%u connections to addresses that are not allowed\n", trespasses);
        fine = false;
    }
    return fine;
}
