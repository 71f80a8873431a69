/* The units of data/service: systemd finds nothing wrong with them, and the program works under
 * their filter of system calls, its workers' own sandbox included.
 *
 * Called with --under UNIT PROGRAM..., this program applies the unit's filters as systemd does and
 * becomes that program. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "support/crawl.h"
#include "support/scratch.h"
#include "support/sql.h"
#include "support/story.h"

#define UNITS DATA_DIR "/service/"

enum { LIMIT_MS = 60000, NOT_FOUND = 127, LINE_BYTES = 1024 };

static const char *self; /* this program */

static bool has_systemd(void)
{
    struct program_result result;
    program_run((const char *const[]){"systemd-analyze", "--version", NULL}, LIMIT_MS, &result);
    bool there = result.exit_status == 0;
    program_result_clear(&result);
    return there;
}

/* A folder with the units, in which the program is the one that was built. */
static const char *copied_units(void)
{
    static const char *const names[] = {"crawler@.service", "crawler@.timer",
                                        "crawler-hourly@.timer"};
    static const char start[] = "ExecStart=crawler ";
    const char *folder = scratch_directory();
    for (size_t i = 0; i < COUNT(names); i++) {
        char path[512];
        struct bytes copy;
        snprintf(path, sizeof path, UNITS "%s", names[i]);
        struct bytes text = scratch_read(path);
        char *at = strstr(text.data, start);
        bytes_init(&copy, 0);
        bytes_append(&copy, text.data, at ? (size_t)(at - text.data) : text.size);
        if (at)
            bytes_append_format(&copy, "ExecStart=" CRAWLER_PROGRAM " %s", at + strlen(start));
        scratch_file(folder, names[i], copy.data);
        bytes_clear(&text);
        bytes_clear(&copy);
    }
    return folder;
}

/* Runs it in the units' folder; what it prints is a complaint. */
static void expect_nothing(const char *command)
{
    struct program_result result;
    program_run((const char *const[]){"sh", "-c", command, NULL}, LIMIT_MS, &result);
    if (result.exit_status || result.out_size || result.err_size)
        fail_msg("%s: exit status %d\n%s%s", command, result.exit_status, result.out, result.err);
    program_result_clear(&result);
}

static void test_systemd_finds_nothing(void **state)
{
    char command[1024];
    (void)state;
    if (!has_systemd())
        skip();
    const char *folder = copied_units();
    snprintf(command, sizeof command,
             "cd %s && systemd-analyze verify --man=no ./crawler@.service ./crawler@.timer "
             "./crawler-hourly@.timer",
             folder);
    expect_nothing(command);
    snprintf(command, sizeof command,
             "cd %s && systemd-analyze security --offline=true --threshold=20 --no-pager "
             "./crawler@.service >said 2>&1 || { tail -1 said; exit 1; }",
             folder);
    expect_nothing(command);
}

/* The commands of crawler.cron, those in comments too: a shell can read them, and what cron makes
 * of a % is not in them. */
static void test_lines_for_cron(void **state)
{
    struct bytes text = scratch_read(UNITS "crawler.cron");
    unsigned count = 0;
    (void)state;
    for (char *rest = NULL, *line = strtok_r(text.data, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        const char *command = strstr(line, "crawler crawler run ");
        if (!command)
            continue;
        struct program_result result;
        command += strlen("crawler ");
        assert_null(strchr(command, '%'));
        program_run((const char *const[]){"sh", "-n", "-c", command, NULL}, LIMIT_MS, &result);
        assert_int_equal(result.exit_status, 0);
        program_result_clear(&result);
        count++;
    }
    assert_int_equal(count, 2);
    bytes_clear(&text);
}

#if defined(HAVE_SECCOMP) && !defined(CRAWLER_SANITIZED)

#include <seccomp.h>
#include <sys/prctl.h>

/* The value of `name=` at `line`, or NULL. */
static const char *setting(const char *line, const char *name)
{
    size_t size = strlen(name);
    return strncmp(line, name, size) == 0 && line[size] == '=' ? line + size + 1 : NULL;
}

static void check(int failed, const char *what)
{
    if (failed) {
        fprintf(stderr, "%s: %s\n", what, strerror(failed < 0 ? -failed : failed));
        exit(EXIT_FAILURE);
    }
}

/* The calls of one name, which may be a group of systemd's, into a set. */
static void collect(const char *name, bool add, bool *set, size_t size)
{
    char line[LINE_BYTES], command[LINE_BYTES];
    if (*name != '@') {
        int call = seccomp_syscall_resolve_name(name);
        if (call >= 0 && (size_t)call < size)
            set[call] = add;
        return;
    }
    snprintf(command, sizeof command, "systemd-analyze syscall-filter %s", name);
    FILE *list = popen(command, "r");
    check(list ? 0 : errno, command);
    while (fgets(line, sizeof line, list)) {
        char *word = line + strspn(line, " ");
        word[strcspn(word, " \n")] = '\0';
        if (*word && *word != '#' && line[0] == ' ')
            collect(word, add, set, size);
    }
    pclose(list);
}

/* SystemCallFilter=, a line after the other, and what is not in it fails. */
static void filter_calls(char *unit)
{
    enum { CALLS = 1024 };
    static bool set[CALLS];
    char *rest = NULL;
    for (char *line = strtok_r(unit, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        const char *value = setting(line, "SystemCallFilter");
        char *names = value ? alloc_string(value + (*value == '~')) : NULL, *word_rest = NULL;
        for (char *word = names ? strtok_r(names, " ", &word_rest) : NULL; word;
             word = strtok_r(NULL, " ", &word_rest))
            collect(word, *value != '~', set, CALLS);
        free(names);
    }
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    collect("@default", true, set, CALLS);
    set[seccomp_syscall_resolve_name("execve")] = true;
    for (int call = 0; call < CALLS; call++)
        if (set[call])
            check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0), "allow");
    check(seccomp_load(filter), "load");
    seccomp_release(filter);
}

/* MemoryDenyWriteExecute, RestrictNamespaces, RestrictAddressFamilies, RestrictRealtime and
 * LockPersonality as systemd 252 has them. */
static void filter_arguments(void)
{
    const uint64_t wx = PROT_WRITE | PROT_EXEC;
    const uint64_t spaces = CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                            CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    const uint32_t refuse = SCMP_ACT_ERRNO(EPERM);
    int bad =
        seccomp_rule_add(filter, refuse, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, wx, wx));
    bad = bad
              ?: seccomp_rule_add(filter, refuse, SCMP_SYS(mprotect), 1,
                                  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
    bad = bad ?: seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    bad = bad ?: seccomp_rule_add(filter, refuse, SCMP_SYS(setns), 0);
    for (uint64_t bit = 1; bit && !bad; bit <<= 1)
        if (spaces & bit) {
            bad = seccomp_rule_add(filter, refuse, SCMP_SYS(unshare), 1,
                                   SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit));
            bad = bad
                      ?: seccomp_rule_add(filter, refuse, SCMP_SYS(clone), 1,
                                          SCMP_A0(SCMP_CMP_MASKED_EQ, bit, bit));
        }
    for (int family = 0; family < AF_MAX && !bad; family++)
        if (family != AF_INET && family != AF_INET6 && family != AF_UNIX)
            bad = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                                   SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)family));
    bad = bad
              ?: seccomp_rule_add(filter, refuse, SCMP_SYS(sched_setscheduler), 1,
                                  SCMP_A1(SCMP_CMP_GT, SCHED_OTHER));
    bad = bad ?: seccomp_rule_add(filter, refuse, SCMP_SYS(personality), 0);
    check(bad ?: seccomp_load(filter), "arguments");
    seccomp_release(filter);
}

static int become(const char *unit, char **arguments)
{
    struct bytes text = scratch_read(unit);
    check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
    filter_arguments();
    filter_calls(text.data);
    execv(arguments[0], arguments);
    perror(arguments[0]);
    return EXIT_FAILURE;
}

static void test_works_under_the_filter(void **state)
{
    static const struct story_map map = {8};
    (void)state;
    if (!has_systemd())
        skip();
    const char *database = crawl_database(), *folder = scratch_directory();
    const char *configuration = scratch_file(folder, "conf", "contact = test@example.org\n");
    struct site *site = story_sites_start(2, &map, 0);
    struct program_result result;
    crawl_add(database, "site", site, 2, "/");
    program_run((const char *const[]){self,
                                      "--under",
                                      UNITS "crawler@.service",
                                      CRAWLER_PROGRAM,
                                      "run",
                                      "--sites",
                                      database,
                                      "--config",
                                      configuration,
                                      "--metrics",
                                      scratch_path(folder, "news.prom"),
                                      "--log",
                                      "json",
                                      "--delay",
                                      "0",
                                      "--allow-net",
                                      "127.0.0.0/8",
                                      "--on-finish",
                                      "test -n \"$(cat)\"",
                                      NULL},
                LIMIT_MS, &result);
    if (result.exit_status || strstr(result.err, "\"level\":\"warning\"") ||
        strstr(result.err, "\"level\":\"error\""))
        fail_msg("exit status %d, signal %d\n%s", result.exit_status, result.signal, result.err);
    assert_non_null(strstr(result.err, "--on-finish: exit status 0"));
    assert_int_equal(sql_integer(database, "SELECT count(*) FROM articles"), 16);
    assert_int_equal(access(scratch_path(folder, "news.prom"), R_OK), 0);
    program_result_clear(&result);
    site_stop(site);
}

#else

static int become(const char *unit, char **arguments)
{
    (void)unit;
    (void)arguments;
    return EXIT_FAILURE;
}

static void test_works_under_the_filter(void **state)
{
    (void)state;
    skip();
}

#endif

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_systemd_finds_nothing),
        cmocka_unit_test(test_lines_for_cron),
        cmocka_unit_test(test_works_under_the_filter),
    };
    self = argv[0];
    if (argc > 3 && strcmp(argv[1], "--under") == 0)
        return become(argv[2], argv + 3);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
