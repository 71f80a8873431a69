#include "support/storebox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>
#ifdef HAVE_LIBPQ
#include <libpq-fe.h>

#include "support/sqlite_words.h"
#endif

static const char *server(void)
{
    return getenv("CRAWLER_TEST_POSTGRES");
}

bool storebox_is_server(void)
{
    return server() != NULL;
}

static void check(const struct storebox *box, int err, const char *what)
{
    if (err)
        fail_msg("%s: error %d, %s", what, err, box->store ? store_message(box->store) : "");
}

#ifdef HAVE_LIBPQ
enum { TYPE_BOOL = 16, TYPE_TIMESTAMPTZ = 1184 };

/* As SQLite would tell it. */
static void copy_value(const PGresult *result, char *out, size_t size)
{
    const char *value = PQgetvalue(result, 0, 0);
    if (PQftype(result, 0) == TYPE_BOOL)
        value = *value == 't' ? "1" : "0";
    snprintf(out, size, "%s", value);
    if (PQftype(result, 0) == TYPE_TIMESTAMPTZ && strlen(out) > 19) {
        out[10] = 'T';
        strcpy(out + 19, "Z");
    }
}

/* Runs SQL by a connection of its own; the first value of its last answer, as text. */
static void on_server(const char *connection, const char *sql, char *answer, size_t size)
{
    PGconn *session = PQconnectdb(connection);
    PGresult *result = PQexec(session, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(session));
    if (answer && PQntuples(result) > 0 && PQnfields(result) > 0)
        copy_value(result, answer, size);
    PQclear(result);
    PQfinish(session);
}

static void make_schema(struct storebox *box)
{
    static unsigned number;
    char sql[96], there[8] = "";
    snprintf(box->directory, sizeof(box->directory), "store_%d_%u", (int)getpid(), ++number);
    snprintf(sql, sizeof(sql), "CREATE SCHEMA %s", box->directory);
    on_server(server(), "SELECT 1 FROM pg_namespace WHERE nspname = '" SQLITE_WORDS "'", there,
              sizeof(there));
    if (!*there)
        on_server(server(), sqlite_words, NULL, 0);
    on_server(server(), sql, NULL, 0);
    snprintf(box->path, sizeof(box->path), "%s%coptions=-csearch_path%%3D%s%%2C" SQLITE_WORDS,
             server(), strchr(server(), '?') ? '&' : '?', box->directory);
}

static void drop_schema(struct storebox *box)
{
    char sql[96];
    snprintf(sql, sizeof(sql), "DROP SCHEMA %s CASCADE", box->directory);
    on_server(server(), sql, NULL, 0);
}
#else
static void on_server(const char *connection, const char *sql, char *answer, size_t size)
{
    fail_msg("%s: this build has no PostgreSQL (%s)", connection, sql);
    (void)answer, (void)size;
}
static void make_schema(struct storebox *box)
{
    on_server(box->path, "", NULL, 0);
}
static void drop_schema(struct storebox *box)
{
    on_server(box->path, "", NULL, 0);
}
#endif

void storebox_open(struct storebox *box)
{
    *box = (struct storebox){.run = {.argv = "[]",
                                     .version = "test",
                                     .sources = 0x1f,
                                     .tries_max = 3,
                                     .lease_ms = 2 * MINUTE,
                                     .keep_raw_ms = 30 * DAY,
                                     .keep_fetches_ms = 90 * DAY,
                                     .search = true}};
    if (server()) {
        make_schema(box);
        storebox_reopen(box);
        return;
    }
    strcpy(box->directory, "/tmp/crawler-store-XXXXXX");
    assert_non_null(mkdtemp(box->directory));
    snprintf(box->path, sizeof(box->path), "%s/sites.db", box->directory);
    storebox_reopen(box);
}

void storebox_reopen(struct storebox *box)
{
    char message[512] = "";
    store_close(box->store);
    box->store = NULL;
    if (store_open(&box->store, box->path, STORE_CREATE, message, sizeof(message)))
        fail_msg("open: %s", message);
}

void storebox_join(struct storebox *box, const struct storebox *other)
{
    *box = *other;
    box->store = NULL;
    storebox_reopen(box);
}

void storebox_leave(struct storebox *box)
{
    store_close(box->store);
    box->store = NULL;
}

void storebox_close(struct storebox *box)
{
    char command[160];
    store_close(box->store);
    if (server()) {
        drop_schema(box);
        return;
    }
    snprintf(command, sizeof(command), "rm -rf '%s'", box->directory);
    assert_int_equal(system(command), 0);
}

static const char *origin_of(const char *url, char *out, size_t size)
{
    const char *path = strchr(strstr(url, "://") + 3, '/');
    snprintf(out, size, "%.*s", (int)(path ? path - url : (long)strlen(url)), url);
    return out;
}

int64_t storebox_add(struct storebox *box, const char *kind, const char *url)
{
    char origin[256];
    struct site_record site = {.kind = kind,
                               .url = url,
                               .key = url,
                               .delay_ms = -1,
                               .max_per_run = -1,
                               .origin = origin_of(url, origin, sizeof(origin))};
    bool added = false;
    site.domain = strstr(site.origin, "://") + 3;
    check(box, store_add_site(box->store, &site, T0 - HOUR, &added), "add");
    return added;
}

void storebox_begin(struct storebox *box, int64_t started_ms)
{
    box->run.started_ms = started_ms;
    check(box, store_run_begin(box->store, &box->run, &box->run_id), "run_begin");
    box->answer = (struct lease_answer){0};
}

void storebox_end(struct storebox *box, int64_t now_ms)
{
    check(box, store_run_end(box->store, now_ms, "ok", "{}"), "run_end");
}

void storebox_next_run(struct storebox *box, int64_t now_ms)
{
    storebox_end(box, now_ms - 1);
    storebox_begin(box, now_ms);
}

size_t storebox_lease(struct storebox *box, int64_t now_ms, unsigned urls_max)
{
    int64_t held[64];
    size_t count = 0, urls = 0;
    for (size_t i = 0; i < box->answer.hosts_count && count < 64; i++)
        held[count++] = box->answer.hosts[i].host_id;
    struct lease_request request = {.now_ms = now_ms,
                                    .urls_max = urls_max,
                                    .urls_per_host = 4,
                                    .released = held,
                                    .released_count = count};
    check(box, store_lease(box->store, &request, &box->answer), "lease");
    for (size_t i = 0; i < box->answer.hosts_count; i++)
        urls += box->answer.hosts[i].urls_count;
    return urls;
}

const struct url_lease *storebox_leased(const struct storebox *box, const char *suffix)
{
    for (size_t i = 0; i < box->answer.hosts_count; i++) {
        const struct host_lease *host = &box->answer.hosts[i];
        for (size_t k = 0; k < host->urls_count; k++) {
            size_t size = strlen(host->urls[k].url), tail = strlen(suffix);
            if (size >= tail && strcmp(host->urls[k].url + size - tail, suffix) == 0)
                return &host->urls[k];
        }
    }
    fail_msg("no leased URL ends with %s", suffix);
    return NULL;
}

struct result_record storebox_result(const struct url_lease *lease, int64_t now_ms)
{
    return (struct result_record){
        .lease = *lease,
        .completion = COMPLETE_DONE,
        .fetch = {.asked = true,
                  .attempt = lease->tries + 1,
                  .started_ms = now_ms,
                  .status = 200,
                  .total_ms = 0,
                  .ttfb_ms = 0,
                  .bytes_wire = 100,
                  .bytes_body = 100},
        .host = {.host_id = lease->host_id, .ready_ms = now_ms, .crawl_delay_ms = -1},
    };
}

struct article_record storebox_article(const char *title, const char *body)
{
    return (struct article_record){.title = title,
                                   .title_from = "h1",
                                   .body = body,
                                   .body_from = "text",
                                   .published_ms = MOMENT_NONE,
                                   .published_zone_min = ZONE_NONE,
                                   .modified_ms = MOMENT_NONE,
                                   .modified_zone_min = ZONE_NONE,
                                   .is_article = true,
                                   .free_access = -1};
}

struct found_record storebox_found(const char *url)
{
    return (struct found_record){
        .url = url, .kind = URL_ARTICLE, .via = "feed", .published_ms = MOMENT_NONE};
}

struct commit_outcome storebox_commit(struct storebox *box, const struct result_record *result)
{
    struct commit_outcome outcome;
    check(box, store_commit(box->store, &result, 1, &outcome), "commit");
    return outcome;
}

void storebox_answer(struct storebox *box, const char *suffix, int64_t now_ms)
{
    struct result_record result = storebox_result(storebox_leased(box, suffix), now_ms);
    storebox_commit(box, &result);
}

const char *storebox_ask(const struct storebox *box, const char *sql)
{
    static char answer[4096];
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    answer[0] = '\0';
    if (server()) {
        on_server(box->path, sql, answer, sizeof(answer));
        return answer;
    }
    assert_int_equal(sqlite3_open_v2(box->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    if (sqlite3_step(query) == SQLITE_ROW && sqlite3_column_text(query, 0))
        snprintf(answer, sizeof(answer), "%s", (const char *)sqlite3_column_text(query, 0));
    sqlite3_finalize(query);
    sqlite3_close(db);
    return answer;
}

void storebox_expect(const struct storebox *box, const char *sql, const char *expected)
{
    const char *got = storebox_ask(box, sql);
    if (strcmp(got, expected) != 0)
        fail_msg("%s: got '%s', expected '%s'", sql, got, expected);
}

void storebox_expect_found(const struct storebox *box, const char *word, const char *expected)
{
    char sql[160];
    const char *matches = server() ? "words @@ plainto_tsquery(config," : "(articles_fts MATCH";
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM articles_fts WHERE %s '%s')", matches, word);
    storebox_expect(box, sql, expected);
}

void storebox_expect_of_signs(const struct storebox *box, const char *expected)
{
    storebox_expect(box,
                    server() ? "SELECT count(*) FROM articles_fts WHERE of_signs = 1"
                             : "SELECT count(*) FROM articles_fts_cjk",
                    expected);
}

void storebox_expect_whole(const struct storebox *box)
{
    if (server())
        return;
    storebox_expect(box, "PRAGMA integrity_check", "ok");
    storebox_expect(box, "SELECT count(*) FROM pragma_foreign_key_check", "0");
}

size_t storebox_rows_with(const struct storebox *box, const char *word)
{
    char sql[768];
    snprintf(sql, sizeof(sql),
             "SELECT sum((xpath('//n/text()', query_to_xml(format("
             "'SELECT count(*) AS n FROM %%I t WHERE t::text LIKE ''%%%%%s%%%%'' OR t::text LIKE "
             "''%%%%'' || encode(''%s'', ''hex'') || ''%%%%''', tablename), false, false, '')))[1]"
             "::text::int) FROM pg_tables WHERE schemaname = current_schema",
             word, word);
    return (size_t)atol(storebox_ask(box, sql));
}

void storebox_do(const struct storebox *box, const char *sql)
{
    sqlite3 *db = NULL;
    if (server()) {
        on_server(box->path, sql, NULL, 0);
        return;
    }
    assert_int_equal(sqlite3_open(box->path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 5000);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL))
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}
