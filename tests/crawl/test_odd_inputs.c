/* The command line of somebody who does everything wrong: one clear sentence each (what, where,
 * what to do), the exit status of behaviour.md's table, all of whose rows are here, and nothing
 * lost. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"

enum { LIMIT_MS = 60000 };

/* In a folder with these. */
static const char preparation[] =
    "mkdir dir; : > empty.db; echo hello > text.db; ln -s loop loop\n"
    "$C add -q --sites good.db https://a.example/\n"
    "cp good.db newer.db; printf '\\000\\000\\003\\347' | dd of=newer.db bs=1 seek=60 conv=notrunc "
    "2>/dev/null\n"
    "cp good.db fixed.db; head -c 5000 good.db > cut.db\n"
    "printf 'h\\000t\\000t\\000p\\000' > utf16.txt; printf 'https://b\\344r.example/\\n' > "
    "latin1.txt\n"
    "for i in 1 2 3 4 5 6 7 8; do for j in 1 2 3 4 5 6 7 8; do echo prose; done; done > prose.txt\n"
    "chmod 444 fixed.db";

static const struct {
    const char *command;
    int status;
    const char *says;
} cases[] = {
    /* 0, 1 */
    {"$C sites --sites good.db", 0, NULL},
    {"$C explain --sites good.db https://unknown.example/", 0, NULL},
    {"$C doctor --sites nowhere.db > out", 1, NULL},
    {"$C try http://127.0.0.1:1/ --allow-net 127.0.0.0/8", 1, "not fetched: its robots.txt"},
    {"$C url nonsense > out", 1, "not an http or https URL"},
    /* 2: words */
    {"$C", 2, "Give --sites DB to crawl, or a command"},
    {"$C --sites ''", 2, "which database? Give --sites DB"},
    {"$C exprot --sites good.db", 2, "did you mean 'export'?"},
    {"$C --sites good.db run", 2, "the command stands first"},
    {"$C --sites good.db --conect 5", 2, "did you mean --contact?"},
    {"$C --sites good.db --timeout", 2, "--timeout wants a value"},
    {"$C report --sites good.db extra", 2, "takes no words, but got 'extra'"},
    {"$C explain --sites good.db", 2, "give one URL"},
    {"$C search --sites good.db", 2, "for which words?"},
    {"$C add --sites good.db", 2, "which sites?"},
    {"$C set --sites good.db", 2, "which sites?"},
    {"$C --completions tcsh", 2, "Give --completions bash, zsh or fish"},
    {"CRAWLER_CONCURRENCY=x $C --sites good.db", 2, "CRAWLER_CONCURRENCY: 'x'"},
    {"CRAWLER_CONCURENCY=5 $C sites --sites good.db > out", 0, "mean CRAWLER_CONCURRENCY?"},
    {"CRAWLER_LIST=x $C sites --sites good.db > out", 0, "crawler: CRAWLER_LIST in the environ"},
    {"CRAWLER_OUTCOME=ok CRAWLER_JSON=yes $C sites --sites good.db --csv > out", 0, NULL},
    {"$C sites --sites good.db --csv --json", 2, "crawler sites: --json: --csv was given too"},
    {"$C extract --markdown --jsonl text.db", 2, "--jsonl: --markdown was given too"},
    {"$C export --sites good.db -o x.csv --where 'abs(-9223372036854775807 - 1) > 0'", 2,
     "the condition can't be used: integer overflow"},
    /* 2: values */
    {"$C --sites good.db --concurrency 99999999999", 2, "too large, the most is 10000"},
    {"$C --sites good.db --concurrency -1", 2, "not a whole number"},
    {"$C --sites good.db --timeout 5x", 2, "not a time like"},
    {"$C --sites good.db --max-page 9999999999999999999999G", 2, "not a size like"},
    {"$C --sites good.db --since 2026-02-30", 2, "neither a day like"},
    {"$C --sites good.db --since 2026-03-01 --until 2026-02-01", 2, "--until lies before --since"},
    {"$C export --sites good.db --since 2d --until 3d", 2, "--until lies before --since"},
    {"$C --sites good.db --proxy nonsense", 2, "is no proxy; write it like"},
    {"$C --sites good.db --user-agent \"$(printf 'a\\nb: c')\"", 2,
     "--user-agent: a header can't hold"},
    {"$C --sites good.db --group nobody", 2, "no site is in the group 'nobody'"},
    {"$C search --sites good.db --site b.example x", 2,
     "there is no site 'b.example', did you mean"},
    {"$C report --sites good.db --run 7", 2, "there is no run 7 in good.db"},
    {"$C sites --sites good.db --state happy", 2, "there is no state 'happy'"},
    {"$C set --sites good.db a.example dlay=5", 2, "did you mean 'delay'?"},
    {"$C set --sites good.db c.example delay=5", 2, "did you mean 'a.example'?"},
    {"$C export --sites good.db --where '1; DELETE FROM sites'", 2, "the condition can't be used"},
    {"$C takedown --sites good.db a.example", 2, "say why, with --reason TEXT"},
    {"$C takedown --sites good.db com --reason x", 2, "all sites under it would go"},
    /* 2: files that were given */
    {"$C add --sites good.db --file nofile", 2, "cannot read nofile: No such file"},
    {"$C add --sites good.db --file dir", 2, "cannot read dir: Is a directory"},
    {"$C add --sites good.db --file utf16.txt", 2, "holds NUL bytes; if it is UTF-16"},
    {"$C rules --sites good.db a.example --file utf16.txt", 2, "holds NUL bytes; if it is UTF-16"},
    {"$C add --sites good.db --file prose.txt 2>&1 | wc -l | grep -qx 22 && exit 2", 2, NULL},
    {"$C rules --sites good.db a.example --file prose.txt 2>&1 | wc -l | grep -qx 21 && exit 2", 2,
     NULL},
    {"$C --sites good.db --config dir", 2, "can't read the config file dir"},
    {"$C --sites good.db --config utf16.txt", 2, "is no config file: it holds NUL bytes"},
    {"$C robots --batch dir", 2, "cannot read dir: Is a directory"},
    {"$C extract nofile", 2, "cannot read nofile"},
    {"$C feed text.db", 2, "text.db: not a feed"},
    {"$C import -q --sites good.db utf16.txt > out", 2, "utf16.txt: is no WARC file"},
    /* 3 */
    {"$C --sites nowhere.db", 3, "there is no such database: make one with `crawler add"},
    {"$C sites --sites dir", 3, "cannot be read (Is a directory)"},
    {"$C sites --sites loop", 3, "symbolic links"},
    {"$C sites --sites text.db", 3, "some other file: give another path"},
    {"$C sites --sites empty.db", 3, "the file is empty: add sites first"},
    {"$C --sites newer.db", 3, "a newer version of crawler made this database: update"},
    {"$C sites --sites cut.db", 3, "cut short: put back a copy"},
    {"$C add --sites nodir/x.db https://a.example/", 3, "check the path"},
    {"$C set --sites fixed.db a.example delay=5", 3, "may not be written: check the permissions"},
    {"mkdir closed; cp good.db closed; chmod 555 closed; $C sites --sites closed/good.db; s=$?; "
     "chmod 755 closed; exit $s",
     3, "give this user that right, or read a copy elsewhere"},
    {"$C sites --sites postgresql://127.0.0.1:1/x", 3, "port 1"},
    {"$C sites --sites 'postgresql://u:secret@127.0.0.1:1/x?bogus=1'", 3,
     "postgresql://u@127.0.0.1:1/x?bogus=1: check the connection string"},
    {"$C try --sites nowhere.db https://a.example/", 3, "there is no such database"},
    {"$C export --sites good.db -o nodir/x.jsonl", 3, "cannot write nodir/x.jsonl"},
    /* 6 */
    {"$C sites --sites good.db > /dev/full", 6, "cannot write to standard output: No space left"},
};

static const char *folder;

static void run(const char *command, struct program_result *result)
{
    char script[2048];
    /* root writes what may not be written, but for this */
    const char *as = getuid() ? "" : "setpriv --bounding-set=-dac_override ";
    snprintf(script, sizeof script, "cd %s && exec %ssh -c \"$COMMAND\" < /dev/null", folder, as);
    setenv("COMMAND", command, 1);
    program_run((const char *const[]){"sh", "-c", script, NULL}, LIMIT_MS, result);
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void each_is_told_in_a_sentence(void **state)
{
    struct program_result result;
    unsigned wrong = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        run(cases[i].command, &result);
        bool said = cases[i].says
                        ? strstr(result.err, cases[i].says) && count_lines(result.err) <= 2
                        : !*result.err;
        if (result.exit_status != cases[i].status || !said) {
            wrong++;
            print_error("%s: exit %d, expected %d with '%s'\n%s%s\n", cases[i].command,
                        result.exit_status, cases[i].status, cases[i].says ? cases[i].says : "",
                        result.out, result.err);
        }
        program_result_clear(&result);
    }
    assert_int_equal(wrong, 0);
    char *path = strdup(scratch_path(folder, "good.db"));
    char *sites = sql_rows(path, "SELECT home_url, min_delay_ms FROM sites");
    assert_string_equal(sites, "https://a.example/|\n");
    assert_int_equal(sql_integer(path, "SELECT count(*) FROM runs WHERE argv NOT LIKE '%import%'"),
                     0);
    free(sites);
    free(path);
}

/* 4 and 5: a run that hangs, one beside it, and its deadline. */
static void a_run_that_is_stopped_and_one_beside_it(void **state)
{
    static const struct site_route hanging[] = {{.path = "*", .fault = SITE_HANG}};
    static const struct site_host hosts[] = {{.routes = hanging, .routes_count = 1}};
    struct site *site = site_start(hosts, 1, 0);
    const char *database = crawl_database();
    struct program_result result;
    (void)state;
    crawl_add(database, "site", site, 1, "/");
    struct program *first =
        CRAWLER_START("--sites", database, CRAWL_FAST, "--timeout", "60s", "--grace", "0");
    crawl_await(first, site, 1);
    free(CRAWLER(5, "--sites", database, CRAWL_FAST));
    free(CRAWLER(5, "reextract", "--sites", database));
    program_signal(first, SIGTERM);
    program_wait(first, LIMIT_MS, &result);
    assert_int_equal(result.exit_status, 4);
    program_result_clear(&result);
    free(CRAWLER(4, "--sites", database, CRAWL_FAST, "--timeout", "60s", "--grace", "0",
                 "--max-time", "300ms"));
    site_stop(site);
}

static int set_up(void **state)
{
    struct program_result result;
    (void)state;
    folder = strdup(scratch_directory());
    setenv("C", CRAWLER_PROGRAM, 1);
    unsetenv("CRAWLER_SITES");
    run(preparation, &result);
    if (result.exit_status)
        fail_msg("%s%s", result.out, result.err);
    program_result_clear(&result);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free((void *)(uintptr_t)folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_told_in_a_sentence),
        cmocka_unit_test(a_run_that_is_stopped_and_one_beside_it),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
