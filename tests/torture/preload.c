/* preload.c - a library that the dynamic linker loads before all others into the program under
 * test: its functions stand in for those of libc and SQLite, count the calls, and let one of them
 * fail (torture.h).
 *
 * Only the process that was started is tortured: its children, the extraction workers, get an empty
 * environment, and what runs between fork() and exec() is left alone. Calls on descriptors by which
 * a process talks to itself (event counters, pipes) pass: the kernel has no reason to refuse them,
 * and libuv ends the program when it does. */
#include "support/torture.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

/* The function that this library stands in front of. */
#define NEXT(name)                                                                                 \
    ({                                                                                             \
        static __typeof__(&(name)) next;                                                           \
        if (!next)                                                                                 \
            next = (__typeof__(next))next_of(#name);                                               \
        next;                                                                                      \
    })

enum { FRAMES_MAX = 24 };

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static struct torture *torture; /* NULL: not (yet), or in a child */
static __thread bool inside __attribute__((tls_model("initial-exec")));

static void *next_of(const char *name)
{
    bool was = inside;
    inside = true;
    void *found = dlsym(RTLD_NEXT, name);
    inside = was;
    return found;
}

static void on_fork_in_child(void)
{
    torture = NULL;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv(TORTURE_VARIABLE);
    void *frames[1];
    int fd = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    backtrace(frames, 1); /* its first call loads a library */
    pthread_atfork(NULL, NULL, on_fork_in_child);
    void *shared = mmap(NULL, sizeof *torture, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    torture = shared == MAP_FAILED ? NULL : shared;
}

static void note_place(struct torture *shared)
{
    void *frames[FRAMES_MAX];
    size_t used = 0;
    inside = true;
    int count = backtrace(frames, FRAMES_MAX);
    for (int i = 2; i < count && used < sizeof shared->where; i++) {
        Dl_info place = {0};
        dladdr(frames[i], &place);
        used += (size_t)snprintf(shared->where + used, sizeof shared->where - used, "%s %s+%#lx\n",
                                 place.dli_fname ? place.dli_fname : "?",
                                 place.dli_sname ? place.dli_sname : "",
                                 (unsigned long)((char *)frames[i] - (char *)place.dli_fbase));
    }
    inside = false;
}

/* Counts a call; true when it has to fail. */
static bool fails(enum torture_class class)
{
    struct torture *shared = torture;
    if (!shared || inside)
        return false;
    uint64_t call = atomic_fetch_add(&shared->calls[class], 1) + 1;
    if (shared->failing != class || !shared->from || call < shared->from ||
        (call > shared->from && !shared->for_good))
        return false;
    if (atomic_fetch_add(&shared->failed, 1) == 0)
        note_place(shared);
    return true;
}

static int refuse(int code)
{
    errno = code;
    return -1;
}

/* ---- memory ---- */

void *malloc(size_t size)
{
    if (!fails(TORTURE_MEMORY))
        return __libc_malloc(size);
    errno = ENOMEM;
    return NULL;
}

void *calloc(size_t count, size_t size)
{
    if (!fails(TORTURE_MEMORY))
        return __libc_calloc(count, size);
    errno = ENOMEM;
    return NULL;
}

void *realloc(void *memory, size_t size)
{
    if (!fails(TORTURE_MEMORY))
        return __libc_realloc(memory, size);
    errno = ENOMEM;
    return NULL;
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (fails(TORTURE_MEMORY))
        return ENOMEM;
    void *memory = __libc_memalign(alignment, size);
    if (!memory)
        return ENOMEM;
    *out = memory;
    return 0;
}

/* ---- files and sockets ---- */

/* The pair of sockets to a worker is such a pipe too. */
static bool is_of_network(int fd)
{
    int domain = AF_UNIX;
    socklen_t size = sizeof domain;
    syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
    return domain != AF_UNIX;
}

/* What a descriptor is of: 'f' a file, 's' a socket, 0 what passes. */
static char kind_of(int fd)
{
    struct stat facts;
    if (!torture || syscall(SYS_newfstatat, fd, "", &facts, AT_EMPTY_PATH))
        return 0;
    return S_ISREG(facts.st_mode) ? 'f' : S_ISSOCK(facts.st_mode) && is_of_network(fd) ? 's' : 0;
}

static bool fails_on_socket(int fd)
{
    return torture && is_of_network(fd) && fails(TORTURE_SOCKET);
}

static bool fails_on(int fd, enum torture_class file, int file_code, int socket_code)
{
    char kind = kind_of(fd);
    if (kind == 'f' && fd > STDERR_FILENO && fails(file)) {
        errno = file_code;
        return true;
    }
    if (kind == 's' && fails(TORTURE_SOCKET)) {
        errno = socket_code;
        return true;
    }
    return false;
}

#define OPEN(name)                                                                                 \
    int name(const char *path, int flags, ...)                                                     \
    {                                                                                              \
        va_list rest;                                                                              \
        va_start(rest, flags);                                                                     \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;                  \
        va_end(rest);                                                                              \
        if (fails(TORTURE_READ))                                                                   \
            return refuse(EMFILE);                                                                 \
        return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);                              \
    }
OPEN(open)
OPEN(open64)

ssize_t read(int fd, void *buffer, size_t size)
{
    return fails_on(fd, TORTURE_READ, EIO, ECONNRESET) ? -1 : syscall(SYS_read, fd, buffer, size);
}

ssize_t pread64(int fd, void *buffer, size_t size, off64_t offset)
{
    return fails_on(fd, TORTURE_READ, EIO, EIO) ? -1
                                                : syscall(SYS_pread64, fd, buffer, size, offset);
}

ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
    return pread64(fd, buffer, size, offset);
}

ssize_t write(int fd, const void *buffer, size_t size)
{
    return fails_on(fd, TORTURE_WRITE, ENOSPC, EPIPE) ? -1 : syscall(SYS_write, fd, buffer, size);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    return fails_on(fd, TORTURE_WRITE, ENOSPC, EPIPE) ? -1 : syscall(SYS_writev, fd, parts, count);
}

ssize_t pwrite64(int fd, const void *buffer, size_t size, off64_t offset)
{
    return fails_on(fd, TORTURE_WRITE, ENOSPC, EIO)
               ? -1
               : syscall(SYS_pwrite64, fd, buffer, size, offset);
}

ssize_t pwrite(int fd, const void *buffer, size_t size, off_t offset)
{
    return pwrite64(fd, buffer, size, offset);
}

static void count_sync(void)
{
    if (torture)
        atomic_fetch_add(&torture->syncs, 1);
}

int fsync(int fd)
{
    count_sync();
    return fails(TORTURE_WRITE) ? refuse(EIO) : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    count_sync();
    return fails(TORTURE_WRITE) ? refuse(EIO) : (int)syscall(SYS_fdatasync, fd);
}

int ftruncate64(int fd, off64_t size)
{
    return fails(TORTURE_WRITE) ? refuse(ENOSPC) : (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

int flock(int fd, int operation)
{
    return fails(TORTURE_READ) ? refuse(ENOLCK) : (int)syscall(SYS_flock, fd, operation);
}

/* SQLite's locks, taken, which a network's file system may refuse. Refused for good they are
 * somebody else's for good, and a run waits for those as long as it takes; so only once. */
static bool fails_lock(int command, const struct flock *lock)
{
    if (command != F_SETLK || lock->l_type == F_UNLCK)
        return false;
    return torture && !torture->for_good && fails(TORTURE_READ);
}

#define FCNTL(name)                                                                                \
    int name(int fd, int command, ...)                                                             \
    {                                                                                              \
        va_list rest;                                                                              \
        va_start(rest, command);                                                                   \
        void *argument = va_arg(rest, void *);                                                     \
        va_end(rest);                                                                              \
        if (fails_lock(command, argument))                                                         \
            return refuse(EIO);                                                                    \
        return (int)syscall(SYS_fcntl, fd, command, argument);                                     \
    }
FCNTL(fcntl)
FCNTL(fcntl64)

void *mmap64(void *address, size_t size, int protection, int flags, int fd, off64_t offset)
{
    if (fd >= 0 && fails(TORTURE_READ)) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return (void *)syscall(SYS_mmap, address, size, protection, flags, fd, offset); // NOLINT
}

void *mmap(void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
    return mmap64(address, size, protection, flags, fd, offset);
}

/* ---- sockets and descriptors ---- */

int socket(int domain, int type, int protocol)
{
    return fails(TORTURE_SOCKET) ? refuse(EMFILE)
                                 : (int)syscall(SYS_socket, domain, type, protocol);
}

int socketpair(int domain, int type, int protocol, int ends[2])
{
    return fails(TORTURE_SOCKET) ? refuse(EMFILE)
                                 : (int)syscall(SYS_socketpair, domain, type, protocol, ends);
}

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    return fails(TORTURE_SOCKET) ? refuse(ENETUNREACH)
                                 : (int)syscall(SYS_connect, fd, address, size);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
    return fails_on_socket(fd) ? refuse(ENOBUFS)
                               : (int)syscall(SYS_setsockopt, fd, level, name, value, size);
}

int getsockopt(int fd, int level, int name, void *restrict value, socklen_t *restrict size)
{
    return fails_on_socket(fd) ? refuse(ENOBUFS)
                               : (int)syscall(SYS_getsockopt, fd, level, name, value, size);
}

ssize_t send(int fd, const void *buffer, size_t size, int flags)
{
    return fails_on_socket(fd) ? refuse(ECONNRESET)
                               : syscall(SYS_sendto, fd, buffer, size, flags, NULL, 0);
}

ssize_t sendto(int fd, const void *buffer, size_t size, int flags, const struct sockaddr *to,
               socklen_t to_size)
{
    return fails_on_socket(fd) ? refuse(ENOBUFS)
                               : syscall(SYS_sendto, fd, buffer, size, flags, to, to_size);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    return fails_on_socket(fd) ? refuse(EPIPE) : syscall(SYS_sendmsg, fd, message, flags);
}

ssize_t recv(int fd, void *buffer, size_t size, int flags)
{
    return fails_on_socket(fd) ? refuse(ECONNRESET)
                               : syscall(SYS_recvfrom, fd, buffer, size, flags, NULL, NULL);
}

ssize_t recvfrom(int fd, void *restrict buffer, size_t size, int flags,
                 struct sockaddr *restrict from, socklen_t *restrict from_size)
{
    return fails_on_socket(fd) ? refuse(ECONNRESET)
                               : syscall(SYS_recvfrom, fd, buffer, size, flags, from, from_size);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    return fails_on_socket(fd) ? refuse(ECONNRESET) : syscall(SYS_recvmsg, fd, message, flags);
}

int epoll_create1(int flags)
{
    return fails(TORTURE_SOCKET) ? refuse(EMFILE) : (int)syscall(SYS_epoll_create1, flags);
}

int eventfd(unsigned value, int flags)
{
    return fails(TORTURE_SOCKET) ? refuse(EMFILE) : (int)syscall(SYS_eventfd2, value, flags);
}

int pipe2(int ends[2], int flags)
{
    return fails(TORTURE_SOCKET) ? refuse(EMFILE) : (int)syscall(SYS_pipe2, ends, flags);
}

/* ---- processes and threads ---- */

pid_t fork(void)
{
    return fails(TORTURE_PROCESS) ? refuse(EAGAIN) : NEXT(fork)();
}

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
                   void *(*run)(void *), void *restrict context)
{
    return fails(TORTURE_PROCESS) ? EAGAIN : NEXT(pthread_create)(thread, attributes, run, context);
}

/* ---- SQLite ---- */

/* SQLite calls these functions too, and asks a statement that seems to have failed why: it would
 * hear that all is well, and take half a schema for a whole one. */
static bool fails_sql(const void *caller)
{
    static const void *sqlite;
    Dl_info place = {0};
    if (!torture)
        return false;
    if (!sqlite && dladdr((void *)NEXT(sqlite3_libversion), &place))
        sqlite = place.dli_fbase;
    return dladdr(caller, &place) && place.dli_fbase != sqlite && fails(TORTURE_SQL);
}

#define FAILS_SQL fails_sql(__builtin_return_address(0))

int sqlite3_step(sqlite3_stmt *statement)
{
    return FAILS_SQL ? SQLITE_IOERR : NEXT(sqlite3_step)(statement);
}

int sqlite3_prepare_v3(sqlite3 *db, const char *sql, int size, unsigned flags, sqlite3_stmt **out,
                       const char **tail)
{
    *out = NULL;
    return FAILS_SQL ? SQLITE_IOERR : NEXT(sqlite3_prepare_v3)(db, sql, size, flags, out, tail);
}

int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int size, sqlite3_stmt **out,
                       const char **tail)
{
    *out = NULL;
    return FAILS_SQL ? SQLITE_IOERR : NEXT(sqlite3_prepare_v2)(db, sql, size, out, tail);
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*on_row)(void *, int, char **, char **),
                 void *context, char **message)
{
    return FAILS_SQL ? SQLITE_IOERR : NEXT(sqlite3_exec)(db, sql, on_row, context, message);
}

/* ---- the clock ---- */

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int err = (int)syscall(SYS_clock_gettime, clock, out);
    if (torture && clock == CLOCK_REALTIME)
        out->tv_sec += (time_t)(atomic_load(&torture->clock_ms) / 1000);
    return err;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}
