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
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "extract/sandbox.h"

#ifdef __linux__
#include <sys/ptrace.h>
#endif
#ifdef HAVE_SECCOMP
#include <seccomp.h>
#endif

#if defined(HAVE_SECCOMP) && !defined(CRAWLER_SANITIZED)

/* How a child exits, if it is not ended by a signal. */
enum { DENIED = 0, SUCCEEDED = 40, LACKS_FILTER = 41 };

static int inherited_socket;

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

static bool connect_socket(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(inherited_socket, (struct sockaddr *)&address, sizeof address) == 0;
}

static bool send_datagram(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sendto(inherited_socket, "x", 1, 0, (struct sockaddr *)&address, sizeof address) == 1;
}

static void *idle(void *context)
{
    return context;
}

static bool start_thread(void)
{
    pthread_t thread;
    return pthread_create(&thread, NULL, idle, NULL) == 0;
}

static bool signal_itself(void)
{
    return raise(SIGUSR1) == 0;
}

static bool duplicate_descriptor(void)
{
    return dup2(0, 50) == 50;
}

static bool change_directory(void)
{
    return chdir("/") == 0;
}

static bool become_root(void)
{
    return setuid(0) == 0;
}

/* What libc has no function for, or none that calls the kernel as it is. */
static const struct {
    const char *name;
    long number, arguments[3];
} calls[] = {
    {"read another's memory", SYS_process_vm_readv, {1, 0, 0}},
    {"set up io_uring", SYS_io_uring_setup, {1, 0, 0}},
    {"make a file in memory", SYS_memfd_create, {(long)"x", 0, 0}},
    {"load a BPF program", SYS_bpf, {0, 0, 0}},
    {"open performance counters", SYS_perf_event_open, {0, 0, 0}},
    {"handle page faults", SYS_userfaultfd, {0, 0, 0}},
    {"open another's descriptors", SYS_pidfd_open, {1, 0, 0}},
    {"enter namespaces", SYS_unshare, {CLONE_NEWUSER, 0, 0}},
    {"use the key ring", SYS_keyctl, {0, 0, 0}},
    {"open by openat2", SYS_openat2, {AT_FDCWD, (long)"/etc/passwd", 0}},
    {"run by execveat", SYS_execveat, {AT_FDCWD, (long)"/bin/true", 0}},
    {"clone by clone3", SYS_clone3, {0, 0, 0}},
    {"load a module", SYS_finit_module, {0, 0, 0}},
    {"change the root", SYS_chroot, {(long)"/", 0, 0}},
    {"mount", SYS_mount, {0, 0, 0}},
    {"reboot", SYS_reboot, {0, 0, 0}},
    {"delete a file", SYS_unlink, {(long)"/nonexistent/file", 0, 0}},
    {"rename a file", SYS_rename, {(long)"/nonexistent/a", (long)"/nonexistent/b", 0}},
    {"link a file", SYS_symlink, {(long)"a", (long)"/nonexistent/b", 0}},
    {"change rights of a file", SYS_chmod, {(long)"/nonexistent/file", 0777, 0}},
    {"listen", SYS_listen, {0, 1, 0}},
    {"control a device", SYS_ioctl, {0, 0x5412, 0}},
    {"change the filter", SYS_seccomp, {0, 0, 0}},
    {"change its process", SYS_prctl, {4, 1, 0}},
};

static const struct {
    const char *name;
    bool (*attempt)(void);
} attempts[] = {
    {"open a file", open_file},           {"make a file", make_file},
    {"make a directory", make_directory}, {"open a socket", make_socket},
    {"run a program", run_program},       {"fork", start_child},
    {"signal the parent", signal_parent}, {"trace the parent", trace_parent},
    {"lift its limits", lift_limits},     {"map two gigabytes", take_much_memory},
    {"connect", connect_socket},          {"send a datagram", send_datagram},
    {"start a thread", start_thread},     {"signal itself", signal_itself},
    {"dup2", duplicate_descriptor},       {"chdir", change_directory},
    {"become root", become_root},
};

static int status_of(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void enter(void)
{
    if (sandbox_enter() & SANDBOX_SECCOMP)
        _exit(LACKS_FILTER);
}

/* Ends the test unless the child was denied what it tried. */
static void expect_denied(const char *name, pid_t child)
{
    int status = status_of(child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == LACKS_FILTER) {
        print_message("skipped: this system lets nobody set a filter\n");
        skip();
    }
    bool denied = WIFEXITED(status) ? WEXITSTATUS(status) == DENIED
                                    : WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    if (!denied)
        fail_msg("%s: the child ended with status %#x", name, (unsigned)status);
}

static void refuses_each_attempt(void **state)
{
    (void)state;
    inherited_socket = socket(AF_INET, SOCK_DGRAM, 0);
    for (size_t i = 0; i < COUNT(attempts); i++) {
        pid_t child = fork();
        if (child == 0) {
            enter();
            _exit(attempts[i].attempt() ? SUCCEEDED : DENIED);
        }
        expect_denied(attempts[i].name, child);
    }
    close(inherited_socket);
}

/* Not even to hear that it was called wrongly. */
static void kills_for_each_other_call(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(calls); i++) {
        const long *arguments = calls[i].arguments;
        pid_t child = fork();
        if (child == 0) {
            enter();
            syscall(calls[i].number, arguments[0], arguments[1], arguments[2], 0, 0, 0);
            _exit(SUCCEEDED);
        }
        expect_denied(calls[i].name, child);
    }
}

/* What a kernel without a part says; the others hold. */
static void goes_on_without_what_the_kernel_lacks(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), 444, 0); /* landlock_create_ruleset */
        if (seccomp_load(filter))
            _exit(LACKS_FILTER);
        unsigned lacks = sandbox_enter();
        if (lacks != SANDBOX_LANDLOCK || strcmp(sandbox_names(lacks), "Landlock") != 0)
            _exit(SUCCEEDED);
        _exit(open_file() ? SUCCEEDED : DENIED);
    }
    expect_denied("without Landlock", child);
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

static void kills_for_each_other_call(void **state)
{
    (void)state;
    skip();
}

static void goes_on_without_what_the_kernel_lacks(void **state)
{
    (void)state;
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
        cmocka_unit_test(kills_for_each_other_call),
        cmocka_unit_test(goes_on_without_what_the_kernel_lacks),
        cmocka_unit_test(leaves_reading_writing_and_memory),
        cmocka_unit_test(ends_a_page_that_computes_too_long),
        cmocka_unit_test(takes_a_budget_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
