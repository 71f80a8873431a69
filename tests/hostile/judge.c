#include "hostile/judge.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/alloc.h"

struct judge {
    struct world *world;
    sqlite3 *database;
    struct arena arena;
    const char *group; /* of the fault that is judged now */
    const struct fault *fault;
    bool fine;
};

/* Looked at hundreds of times, and the views have no index: gathered once. `ended` says how the
 * last request for a URL ended, or why there was none. */
static const char summary[] =
    "CREATE TEMP TABLE ended AS SELECT url, coalesce(error, 'http ' || status) AS how"
    " FROM v_fetches WHERE fetch_id IN (SELECT max(fetch_id) FROM fetches GROUP BY url_id);"
    "INSERT INTO ended SELECT url, state || coalesce(': ' || why, '') FROM v_urls"
    " WHERE url NOT IN (SELECT url FROM ended);"
    "CREATE INDEX temp.ended_of_url ON ended (url);"
    "CREATE TEMP TABLE told AS SELECT url, words > 100 AND url LIKE '%/news/2026/own-report-%' AS "
    "own"
    " FROM v_articles;"
    "CREATE INDEX temp.told_of_url ON told (url);";

static _Noreturn void give_up(const struct judge *judge, const char *query)
{
    fprintf(stderr, "judge: %s: %s\n", query, sqlite3_errmsg(judge->database));
    abort();
}

struct judge *judge_open(struct world *world, const char *database)
{
    struct judge *judge = alloc_zeroed(1, sizeof *judge);
    judge->world = world;
    arena_init(&judge->arena, 0);
    if (sqlite3_open_v2(database, &judge->database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_exec(judge->database, summary, NULL, NULL, NULL) != SQLITE_OK)
        give_up(judge, database);
    return judge;
}

void judge_close(struct judge *judge)
{
    sqlite3_close(judge->database);
    arena_clear(&judge->arena);
    free(judge);
}

/* The rows of a query as text, columns parted by '|', rows by "; ". */
static const char *ask(struct judge *judge, const char *query)
{
    sqlite3_stmt *statement;
    const char *rows = "";
    int got;
    if (sqlite3_prepare_v2(judge->database, query, -1, &statement, NULL) != SQLITE_OK)
        give_up(judge, query);
    while ((got = sqlite3_step(statement)) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *text = (const char *)sqlite3_column_text(statement, i);
            rows = arena_format(&judge->arena, "%s%s%s", rows,
                                !*rows ? ""
                                : i    ? "|"
                                       : "; ",
                                text ? text : "");
        }
    if (got != SQLITE_DONE)
        give_up(judge, query);
    sqlite3_finalize(statement);
    return rows;
}

static __attribute__((format(printf, 2, 3))) void blame(struct judge *judge, const char *format,
                                                        ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (judge->fault)
        printf("%s/%s: ", judge->group, judge->fault->name);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    judge->fine = false;
}

/* ---- a fault ---- */

static const char *judged_url(struct judge *judge, size_t index)
{
    const struct fault *fault = judge->fault;
    const char *place = fault->judged ? fault->judged : fault->path ? fault->path : FAULT_STORY;
    if (strcmp(place, "*") == 0)
        place = "/robots.txt";
    place = world_expand(judge->world, index, place, &judge->arena);
    const char *base = world_base(judge->world, index);
    return place[0] == '/' ? arena_format(&judge->arena, "%s%s", base, place) : place;
}

static bool fits(struct judge *judge, const char *how, const char *patterns)
{
    sqlite3_stmt *like;
    bool fits = false;
    sqlite3_prepare_v2(judge->database, "SELECT ?1 LIKE ?2", -1, &like, NULL);
    while (!fits && *patterns) {
        size_t size = strcspn(patterns, "|");
        sqlite3_bind_text(like, 1, how, -1, SQLITE_STATIC);
        sqlite3_bind_text(like, 2, patterns, (int)size, SQLITE_STATIC);
        fits = sqlite3_step(like) == SQLITE_ROW && sqlite3_column_int(like, 0);
        sqlite3_reset(like);
        patterns += size + (patterns[size] == '|');
    }
    sqlite3_finalize(like);
    return fits;
}

static void judge_error(struct judge *judge, size_t index)
{
    const char *url = judged_url(judge, index);
    const char *how =
        ask(judge, arena_format(&judge->arena, "SELECT how FROM ended WHERE url = '%s'", url));
    if (!fits(judge, *how ? how : "never heard of", judge->fault->error))
        blame(judge, "%s ended as '%s', not '%s'", url, *how ? how : "never heard of",
              judge->fault->error);
}

static unsigned count_articles(struct judge *judge, const char *base, bool own)
{
    const char *query = arena_format(&judge->arena,
                                     "SELECT count(*) FROM told WHERE own = %d"
                                     " AND url BETWEEN '%s/' AND '%s0'", /* what follows a slash */
                                     own, base, base);
    return (unsigned)strtoul(ask(judge, query), NULL, 10);
}

static void judge_articles(struct judge *judge, size_t index)
{
    const struct fault *fault = judge->fault;
    const char *base = world_base(judge->world, index);
    unsigned own = count_articles(judge, base, true), others = count_articles(judge, base, false);
    unsigned partners = count_articles(judge, world_partner(judge->world, index), true);
    if (partners != PARTNER_STORIES)
        blame(judge, "%u of the partner's %d stories are there", partners, PARTNER_STORIES);
    if (!fault->unsure && own != (fault->lost ? 0 : OWN_STORIES))
        blame(judge, "%u of the site's own %d stories are there", own, OWN_STORIES);
    if (!fault->some_articles && others != fault->articles)
        blame(judge, "%u other articles are there, not %u", others, fault->articles);
}

bool judge_fault(struct judge *judge, const struct fault *fault, size_t index, const char *group)
{
    judge->fault = fault;
    judge->group = group;
    judge->fine = true;
    if (fault->error)
        judge_error(judge, index);
    judge_articles(judge, index);
    if (fault->sql) {
        const char *query = world_expand(judge->world, index, fault->sql, &judge->arena);
        if (strcmp(ask(judge, query), "1") != 0)
            blame(judge, "not true: %s", query);
    }
    return judge->fine;
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
     "SELECT url, status FROM v_fetches WHERE error IS NULL AND coalesce(status, 0) = 0 LIMIT 5"},
    {"failed without a reason", "SELECT url, state FROM v_urls WHERE state NOT IN ('waiting', "
                                "'done') AND why IS NULL LIMIT 5"},
};

bool judge_run(struct judge *judge)
{
    judge->fault = NULL;
    judge->fine = true;
    for (size_t i = 0; i < COUNT(rules); i++) {
        const char *rows = ask(judge, rules[i].query);
        if (*rows)
            blame(judge, "%s: %s", rules[i].what, rows);
    }
    unsigned trespasses = world_trespasses(judge->world);
    if (trespasses)
        blame(judge, "%u connections to addresses that are not allowed", trespasses);
    return judge->fine;
}
