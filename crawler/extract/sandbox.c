#include "extract/sandbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#ifdef HAVE_SECCOMP
#include <errno.h>
#include <seccomp.h>
#endif

#include "base/alloc.h"

/* What one page may take beside the program itself: its bytes decoded and as UTF-8, its tree, its
 * answer. A sitemap of 64 MiB decoded is the largest that fits. */
enum { MEMORY_MB_MAX = 320 };

static void set_limit(int which, rlim_t most)
{
    struct rlimit limit = {most, most};
    setrlimit(which, &limit); /* a stricter limit that is set already stays */
}

static void set_limits(void)
{
    set_limit(RLIMIT_CORE, 0);
#ifndef CRAWLER_SANITIZED /* which need more memory, or write what they counted when they end */
    set_limit(RLIMIT_FSIZE, 0);
    set_limit(RLIMIT_DATA, (rlim_t)MEMORY_MB_MAX << 20);
    set_limit(RLIMIT_AS, (rlim_t)MEMORY_MB_MAX << 21); /* the libraries are mapped beside it */
#endif
}

uint64_t sandbox_cpu_ms(pid_t process)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(process, &clock) || clock_gettime(clock, &used))
        return 0;
    return (uint64_t)used.tv_sec * 1000 + (uint64_t)used.tv_nsec / 1000000;
}

void sandbox_cpu_budget(uint64_t cpu_ms)
{
    struct itimerval budget = {.it_value = {.tv_sec = (time_t)(cpu_ms / 1000),
                                            .tv_usec = (suseconds_t)(cpu_ms % 1000 * 1000)}};
    setitimer(ITIMER_PROF, &budget, NULL);
}

#if defined(__linux__) && !defined(CRAWLER_SANITIZED)

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self  446
#endif

/* What each version of Landlock can take away, by bits that follow each other: rights on files
 * (open, make, move, run, truncate, device controls), on TCP ports, and on what lies outside. */
static const struct {
    unsigned files, ports, scopes;
} landlock_rights[] = {{13, 0, 0}, {14, 0, 0}, {15, 0, 0}, {15, 2, 0}, {16, 2, 0}, {16, 2, 2}};

unsigned sandbox_landlock_version(void)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
    return version > 0 ? (unsigned)version : 0;
}

/* No file may be opened, made, moved or run, no port be bound or connected to, no process outside
 * be signalled: as much of it as this kernel knows. */
static bool deny_all(void)
{
    struct {
        uint64_t files, ports, scopes;
    } rules;
    size_t last = sandbox_landlock_version();
    if (!last)
        return false;
    if (last > COUNT(landlock_rights))
        last = COUNT(landlock_rights);
    rules.files = (UINT64_C(1) << landlock_rights[last - 1].files) - 1;
    rules.ports = (UINT64_C(1) << landlock_rights[last - 1].ports) - 1;
    rules.scopes = (UINT64_C(1) << landlock_rights[last - 1].scopes) - 1;
    size_t size = rules.scopes  ? sizeof rules
                  : rules.ports ? 2 * sizeof(uint64_t)
                                : sizeof(uint64_t);
    long ruleset = syscall(SYS_landlock_create_ruleset, &rules, size, 0);
    if (ruleset < 0)
        return false;
    bool done = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close((int)ruleset);
    return done;
}

#else

unsigned sandbox_landlock_version(void)
{
    return 0;
}

#endif

#if defined(HAVE_SECCOMP) && !defined(CRAWLER_SANITIZED)

/* What a page costs: bytes in and out, memory, time. Anything else kills the process. */
static const int calls_allowed[] = {
    SCMP_SYS(read),          SCMP_SYS(write),
    SCMP_SYS(brk),           SCMP_SYS(mmap),
    SCMP_SYS(munmap),        SCMP_SYS(mremap),
    SCMP_SYS(madvise),       SCMP_SYS(mprotect),
    SCMP_SYS(exit),          SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(setitimer),
    SCMP_SYS(clock_gettime), SCMP_SYS(futex),
    SCMP_SYS(getrandom),     SCMP_SYS(restart_syscall),
};

/* These fail instead of killing: libraries ask on their way to something harmless (how much memory
 * there is, an absent file, a number to begin with), and go on without. */
static const int calls_refused[] = {
    SCMP_SYS(openat),    SCMP_SYS(newfstatat),  SCMP_SYS(fstat),  SCMP_SYS(lseek),
    SCMP_SYS(sysinfo),   SCMP_SYS(getpid),      SCMP_SYS(gettid), SCMP_SYS(readlinkat),
    SCMP_SYS(faccessat), SCMP_SYS(sched_yield),
};

static bool filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return false;
    bool good = true;
    for (size_t i = 0; i < COUNT(calls_allowed); i++)
        good = good && seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls_allowed[i], 0) == 0;
    for (size_t i = 0; i < COUNT(calls_refused); i++)
        good = good && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), calls_refused[i], 0) == 0;
    good = good && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return good;
}

#endif

unsigned sandbox_enter(void)
{
    set_limits();
    unsigned lacks = 0;
#ifndef CRAWLER_SANITIZED
    lacks = SANDBOX_PARTS;
#ifdef __linux__
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        lacks &= ~(unsigned)SANDBOX_NO_PRIVILEGES;
    if (deny_all())
        lacks &= ~(unsigned)SANDBOX_LANDLOCK;
#endif
#ifdef HAVE_SECCOMP
    if (filter_calls())
        lacks &= ~(unsigned)SANDBOX_SECCOMP;
#endif
#endif
    return lacks;
}

unsigned sandbox_try(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit((int)sandbox_enter());
    if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status))
        return SANDBOX_PARTS;
    return (unsigned)WEXITSTATUS(status) & SANDBOX_PARTS;
}

const char *sandbox_names(unsigned parts)
{
    static const char *const names[SANDBOX_PARTS + 1] = {
        "nothing",
        "no_new_privs",
        "Landlock",
        "no_new_privs and Landlock",
        "seccomp",
        "no_new_privs and seccomp",
        "Landlock and seccomp",
        "no_new_privs, Landlock and seccomp",
    };
    return names[parts & SANDBOX_PARTS];
}
