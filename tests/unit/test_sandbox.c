/* A child enters the sandbox and tries what a parser that was taken over would try: each attempt
 * must fail or end the child. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "extract/sandbox.h"

#ifdef __linux__
#include <sys/ptrace.h>
#endif

#if defined(HAVE_SECCOMP) && !defined(CRAWLER_SANITIZED)

/* How a child exits, if it is not ended by a signal. */
enum { DENIED = 0, SUCCEEDED = 40, LACKS_FILTER = 41 };

/* Each returns true when it got what it wanted. */
static bool open_file(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool make_file(void)
{
    return creat("/tmp/crawler-sandbox-test", 0600) >= 0;
}

static bool make_directory(void)
{
    return mkdir("/tmp/crawler-sandbox-test.d", 0700) == 0;
}

static bool make_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool run_program(void)
{
    char *arguments[] = {(char[]){"true"}, NULL};
    execv("/bin/true", arguments);
    return false;
}

static bool start_child(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0;
}

static bool signal_parent(void)
{
    return kill(getppid(), 0) == 0;
}

static bool trace_parent(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool lift_limits(void)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

static bool take_much_memory(void)
{
    return mmap(NULL, (size_t)2 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

static const struct {
    const char *name;
    bool (*attempt)(void);
} attempts[] = {
    {"open a file", open_file},           {"make a file", make_file},
    {"make a directory", make_directory}, {"open a socket", make_socket},
    {"run a program", run_program},       {"fork", start_child},
    {"signal the parent", signal_parent}, {"trace the parent", trace_parent},
    {"lift its limits", lift_limits},     {"map two gigabytes", take_much_memory},
};

static int status_of(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void enter(void)
{
    const char *lacks = sandbox_enter();
    if (lacks && strcmp(lacks, "seccomp") == 0)
        _exit(LACKS_FILTER);
}

static void refuses_each_attempt(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(attempts); i++) {
        pid_t child = fork();
        if (child == 0) {
            enter();
            _exit(attempts[i].attempt() ? SUCCEEDED : DENIED);
        }
        int status = status_of(child);
        if (WIFEXITED(status) && WEXITSTATUS(status) == LACKS_FILTER) {
            print_message("skipped: this system lets nobody set a filter\n");
            skip();
        }
        bool denied = WIFEXITED(status) ? WEXITSTATUS(status) == DENIED
                                        : WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
        if (!denied)
            fail_msg("%s: the child ended with status %#x", attempts[i].name, (unsigned)status);
    }
}

/* What a page needs still works: memory, time, the pipe. */
static void leaves_reading_writing_and_memory(void **state)
{
    (void)state;
    int ends[2];
    char got[4] = "";
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        enter();
        char *block = malloc((size_t)64 << 20);
        if (!block)
            _exit(1);
        memset(block, 'x', (size_t)64 << 20);
        free(block);
        struct timespec now;
        _exit(clock_gettime(CLOCK_MONOTONIC, &now) == 0 && write(ends[1], "ok", 2) == 2 ? 0 : 1);
    }
    int status = status_of(child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == LACKS_FILTER)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(read(ends[0], got, sizeof got), 2);
    assert_string_equal(got, "ok");
    close(ends[0]);
    close(ends[1]);
}

#else

static void refuses_each_attempt(void **state)
{
    (void)state;
    print_message("skipped: this build has no filter of system calls\n");
    skip();
}

static void leaves_reading_writing_and_memory(void **state)
{
    (void)state;
    skip();
}

#endif

static void ends_a_page_that_computes_too_long(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0) {
        sandbox_cpu_budget(30);
        for (volatile unsigned long turns = 0;; turns++)
            ;
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGPROF);
}

static void takes_a_budget_away(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0) {
        sandbox_cpu_budget(30);
        sandbox_cpu_budget(0);
        clock_t since = clock();
        while (clock() - since < CLOCKS_PER_SEC / 10)
            ;
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_each_attempt),
        cmocka_unit_test(leaves_reading_writing_and_memory),
        cmocka_unit_test(ends_a_page_that_computes_too_long),
        cmocka_unit_test(takes_a_budget_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
