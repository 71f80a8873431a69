#include "storage/sqlite/runlock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "storage/store.h"

/* Two ways to write the path of one database are one lock. */
static void lock_path(char *out, size_t size, const char *database)
{
    char *real = realpath(database, NULL);
    snprintf(out, size, "%s.lock", real ? real : database);
    free(real);
}

static void say_holder(int fd, const char *database, char *message, size_t message_size)
{
    char text[64] = "", since[40] = "an unknown time";
    long pid = 0;
    long long started_ms = 0;
    ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
    if (size > 0 && sscanf(text, "%ld %lld", &pid, &started_ms) == 2) {
        time_t seconds = (time_t)(started_ms / 1000);
        struct tm utc;
        if (gmtime_r(&seconds, &utc))
            strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
    if (pid > 0)
        snprintf(message, message_size,
                 "%s: another run (process %ld) has held this database since %s: wait for it, or "
                 "stop it with `kill %ld`",
                 database, pid, since, pid);
    else /* it was just about to say who it is */
        snprintf(message, message_size, "%s: another run holds this database: wait for it",
                 database);
}

int runlock_take(int *fd, const char *database, int64_t now_ms, char *message, size_t message_size)
{
    char path[PATH_MAX + 8], text[64];
    lock_path(path, sizeof(path), database);
    int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (opened < 0) {
        snprintf(message, message_size, "%s: the run lock cannot be made (%s): check its folder",
                 path, strerror(errno));
        return STORE_READONLY;
    }
    if (flock(opened, LOCK_EX | LOCK_NB)) {
        bool held = errno == EWOULDBLOCK;
        if (held)
            say_holder(opened, database, message, message_size);
        else
            snprintf(message, message_size, "%s: the run lock cannot be taken (%s): check the disk",
                     path, strerror(errno));
        close(opened);
        return held ? STORE_HELD : STORE_READONLY;
    }
    int size = snprintf(text, sizeof(text), "%ld %lld\n", (long)getpid(), (long long)now_ms);
    /* who holds it is for people; on a full disk the lock itself still holds */
    if (ftruncate(opened, 0) == 0 && pwrite(opened, text, (size_t)size, 0) < 0)
        errno = 0;
    *fd = opened;
    return 0;
}

/* Asks for the lock only where a holder has left its name: else a run that begins in that moment
 * would find it taken. */
bool runlock_is_held(const char *database, char *message, size_t message_size)
{
    char path[PATH_MAX + 8];
    struct stat facts;
    lock_path(path, sizeof(path), database);
    int opened = open(path, O_RDONLY | O_CLOEXEC);
    if (opened < 0)
        return false;
    bool held = fstat(opened, &facts) == 0 && facts.st_size > 0 &&
                flock(opened, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
    if (held)
        say_holder(opened, database, message, message_size);
    close(opened);
    return held;
}

void runlock_release(int *fd)
{
    if (*fd < 0)
        return;
    /* not removed: another process may have opened it a moment ago, to lock the same file */
    if (ftruncate(*fd, 0))
        errno = 0;
    close(*fd);
    *fd = -1;
}
