/* The lines of --log json: each is JSON, of an event that data/service/README.md knows, with the
 * keys that it promises and no other. And it promises nothing that the program can't say. */
#include <ftw.h>
#include <regex.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "report.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

enum { EVENTS_MAX = 64, KEYS_MAX = 16, NAME_BYTES = 32, LIMIT_MS = 60000, FOLDERS_OPEN = 16 };

/* A row of the table. */
struct event {
    char name[NAME_BYTES];
    char levels[NAME_BYTES]; /* "info, warning" */
    char keys[KEYS_MAX][NAME_BYTES];
    size_t keys_count;
    bool in_source; /* some call says it */
};

static struct event events[EVENTS_MAX];
static size_t events_count;

static struct event *find(const char *name, size_t size)
{
    for (size_t i = 0; i < events_count; i++)
        if (strlen(events[i].name) == size && memcmp(events[i].name, name, size) == 0)
            return &events[i];
    return NULL;
}

/* ---- the table ---- */

/* Of "| `name` | level | `key` `key` | when |". */
static void read_row(char *line)
{
    struct event *event = &events[events_count];
    char *cells[3] = {0}, *at = line;
    for (size_t i = 0; i < COUNT(cells); i++) {
        cells[i] = at + 1;
        at = strchr(at + 1, '|');
        if (!at)
            return;
        *at = '\0';
    }
    if (sscanf(cells[0], " `%31[a-z-]`", event->name) != 1)
        return;
    snprintf(event->levels, sizeof event->levels, "%s", cells[1]);
    event->keys_count = 0;
    for (char *key = strtok(cells[2], " `"); key; key = strtok(NULL, " `"))
        snprintf(event->keys[event->keys_count++], NAME_BYTES, "%s", key);
    events_count++;
}

static int read_table(void **state)
{
    struct bytes text = scratch_read(DATA_DIR "/service/README.md");
    (void)state;
    char *from = strstr(text.data, "| event |"), *end;
    assert_non_null(from);
    for (char *line = from; line && *line == '|'; line = end + 1) {
        end = strchr(line, '\n');
        *end = '\0';
        read_row(line);
    }
    bytes_clear(&text);
    assert_in_range(events_count, 10, EVENTS_MAX - 1);
    return 0;
}

/* ---- the source ---- */

static void note_calls(const char *path, const char *pattern)
{
    struct bytes text = scratch_read(path);
    regex_t call;
    regmatch_t parts[2];
    assert_int_equal(regcomp(&call, pattern, REG_EXTENDED), 0);
    for (const char *at = text.data; at && regexec(&call, at, 2, parts, 0) == 0;
         at += parts[0].rm_eo) {
        size_t size = (size_t)(parts[1].rm_eo - parts[1].rm_so);
        struct event *event = find(at + parts[1].rm_so, size);
        if (!event)
            fail_msg("%s: event \"%.*s\" is not in data/service/README.md", path, (int)size,
                     at + parts[1].rm_so);
        event->in_source = true;
    }
    regfree(&call);
    bytes_clear(&text);
}

static int note_file(const char *path, const struct stat *facts, int kind, struct FTW *place)
{
    size_t size = strlen(path);
    (void)facts;
    (void)place;
    if (kind == FTW_F && size > 2 && strcmp(path + size - 2, ".c") == 0) {
        note_calls(path, "log_[se][a-z]+\\([^;\"]*,[ \n]*\"([a-z-]+)\",");
        note_calls(path, "complain\\(crawl,[ \n]*\"([a-z-]+)\",");
        note_calls(path, "format_line\\([^;\"]*,[ \n]*\"([a-z-]+)\",");
    }
    return 0;
}

static void test_the_source_says_what_the_table_has(void **state)
{
    (void)state;
    assert_int_equal(nftw(DATA_DIR "/../crawler", note_file, FOLDERS_OPEN, FTW_PHYS), 0);
    for (size_t i = 0; i < events_count; i++)
        if (!events[i].in_source)
            fail_msg("nothing says the event \"%s\"", events[i].name);
}

/* ---- lines ---- */

static bool has_key(const struct event *event, const char *key)
{
    static const char *const all[] = {"time", "level", "event", "message"};
    bool found = false;
    for (size_t i = 0; i < COUNT(all); i++)
        found = found || strcmp(key, all[i]) == 0;
    for (size_t i = 0; i < event->keys_count; i++)
        found = found || strcmp(key, event->keys[i]) == 0;
    return found;
}

static void check_line(const char *line, size_t size)
{
    json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL), *value;
    const char *name = json_string_value(json_object_get(object, "event")), *key;
    struct event *event = name ? find(name, strlen(name)) : NULL;
    if (!event)
        fail_msg("no line of ours: %.*s", (int)size, line);
    const char *level = json_string_value(json_object_get(object, "level"));
    assert_non_null(level);
    if (!strstr(event->levels, level))
        fail_msg("%s is never %s", name, level);
    assert_non_null(json_string_value(json_object_get(object, "time")));
    assert_non_null(json_string_value(json_object_get(object, "message")));
    json_object_foreach(object, key, value)
    {
        if (!has_key(event, key))
            fail_msg("%s: unknown key %s", name, key);
        assert_true(json_is_string(value) || json_is_number(value));
    }
    for (size_t i = 0; i < event->keys_count; i++)
        if (!json_object_get(object, event->keys[i]))
            fail_msg("%s: no key %s in %.*s", name, event->keys[i], (int)size, line);
    json_decref(object);
}

/* Checks all lines and fails where one of `wanted` (parted by blanks) is not among them. */
static void check_lines(const char *text, const char *wanted)
{
    char names[256], pattern[64];
    for (const char *line = text; *line;) {
        size_t size = strcspn(line, "\n");
        check_line(line, size);
        line += size + (line[size] == '\n');
    }
    snprintf(names, sizeof names, "%s", wanted);
    for (char *name = strtok(names, " "); name; name = strtok(NULL, " ")) {
        snprintf(pattern, sizeof pattern, "\"event\":\"%s\"", name);
        if (!strstr(text, pattern))
            fail_msg("no line '%s' in:\n%s", name, text);
    }
}

static void expect(struct program *program, int exit_status, const char *wanted)
{
    struct program_result result;
    program_wait(program, LIMIT_MS, &result);
    assert_int_equal(result.exit_status, exit_status);
    check_lines(result.err, wanted);
    program_result_clear(&result);
}

#define JSON_RUN "run", "--log", "json", "--sites"

static void test_what_can_not_begin(void **state)
{
    const char *database = crawl_database();
    char command[512];
    (void)state;
    expect(CRAWLER_START(JSON_RUN, "/no/such/news.db", "--on-finish", "exit 1"), 3,
           "database on-finish");
    free(CRAWLER(0, "add", "--sites", database, "http://127.0.0.1:9/"));
    expect(CRAWLER_START(JSON_RUN, database, "--ca-file", "/no/such.pem"), 2,
           "contact begun usage ended");
    expect(CRAWLER_START(JSON_RUN, database, "--contact", "x", "--dns-server", "nonsense"), 2,
           "fetcher");
    snprintf(command, sizeof command,
             "ulimit -n 60; exec %s run --log json --contact x --patience 0 --delay 0 "
             "--concurrency 500 --stats /no/such/stats --metrics /no/such/metrics --sites %s",
             CRAWLER_PROGRAM, database);
    expect(program_start((const char *const[]){"sh", "-c", command, NULL}, NULL), 0,
           "descriptors stats metrics");
}

/* Two nights on which a site refuses us, then one more; and a signal. */
static void test_sites_in_trouble(void **state)
{
    static const struct site_route routes[] = {{.path = "*", .status = 403, .latency_ms = 700}};
    static const struct site_host hosts[] = {{.routes = routes, .routes_count = 1}};
    const char *database = crawl_database();
    struct site *site = site_start(hosts, 1, 0);
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    sql_do(database,
           "WITH RECURSIVE back(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM back WHERE n < 30)"
           "INSERT INTO site_days(site_id, day, polled_ms, polls, polls_ok, pages, articles, "
           "  titled, bodied, dated, words, open, verdict, refused)"
           "SELECT site_id, unixepoch('now') / 86400 - n, unixepoch('now', '-' || n || ' day') * "
           "  1000, 2, 2 * (n > 2), 9, 9, 9, 9, 9, 900, 9, 'ok', 4 * (n < 3) FROM back, sites");
    expect(CRAWLER_START(JSON_RUN, database, CRAWL_FAST, "--patience", "0", "--strict"), 1,
           "begun site ended sites");
    size_t before = site_requests(site, SITE_ANY, NULL);
    struct program *program = CRAWLER_START(JSON_RUN, database, CRAWL_FAST, "--poll", "all");
    crawl_await(program, site, before + 1);
    program_signal(program, SIGTERM);
    expect(program, 4, "begun stopping ended");
    site_stop(site);
}

static void test_other_commands(void **state)
{
    const char *database = crawl_database();
    (void)state;
    free(CRAWLER(0, "add", "--sites", database, "http://127.0.0.1:9/"));
    expect(CRAWLER_START("export", "--log", "json", "--sites", database, "-o",
                         scratch_path(scratch_directory(), "all.csv")),
           0, "exported");
    expect(CRAWLER_START("import", "--log", "json", "--sites", database, "/no/such.warc"), 2,
           "file");
}

/* What a run says after ten seconds, and of a log that grows without end. */
static void test_progress(void **state)
{
    char text[1 << 14];
    struct report report;
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    struct log *log = log_create(ends[1], LOG_JSON, false);
    report_init(&report, 0);
    report.now.log_bytes = INT64_C(2) << 30;
    report_tick(&report, log, 20000);
    report_clear(&report);
    log_close(log);
    close(ends[1]);
    ssize_t size = read(ends[0], text, sizeof text - 1);
    assert_true(size > 0);
    text[size] = '\0';
    close(ends[0]);
    check_lines(text, "progress log");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_source_says_what_the_table_has),
        cmocka_unit_test(test_what_can_not_begin),
        cmocka_unit_test(test_sites_in_trouble),
        cmocka_unit_test(test_other_commands),
        cmocka_unit_test(test_progress),
    };
    return cmocka_run_group_tests(tests, read_table, NULL);
}
