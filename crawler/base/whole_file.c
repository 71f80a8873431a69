#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/error.h"

/* Returns 0 or what went wrong. */
static int write_and_close(int fd, const char *data, size_t size)
{
    int failure = 0;
    for (size_t at = 0; at < size && !failure;) {
        ssize_t written = write(fd, data + at, size - at);
        if (written > 0)
            at += (size_t)written;
        else if (written == 0 || errno != EINTR)
            failure = written < 0 ? errno : EIO;
    }
    if (close(fd) && !failure)
        failure = errno;
    return failure;
}

static int write_direct(const char *path, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    return fd < 0 ? errno : write_and_close(fd, data, size);
}

static int write_and_rename(const char *path, const char *part, const void *data, size_t size)
{
    unlink(part); /* of a process of our number that was killed */
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return errno;
    int failure = write_and_close(fd, data, size);
    if (!failure && rename(part, path))
        failure = errno;
    if (failure)
        unlink(part);
    return failure;
}

int whole_file_write(const char *path, const void *data, size_t size)
{
    struct stat info;
    struct bytes part;
    int failure;
    bytes_init(&part, 0);
    bytes_append_format(&part, "%s.%ld", path, (long)getpid());
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        failure = write_direct(path, data, size);
    else
        failure = write_and_rename(path, part.data, data, size);
    bytes_clear(&part);
    errno = failure;
    return failure ? ERR_IO : 0;
}
