#include "exchange/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/error.h"

enum { MUCH = 256 << 10 };

static int fail(struct sink *sink)
{
    if (!sink->system_error)
        sink->system_error = errno ? errno : EIO;
    return ERR_IO;
}

/* A file for what becomes `path`, with the rights that a plain open() would have given it. */
static int open_part(struct sink *sink)
{
    static const char tail[] = ".part-XXXXXX";
    size_t size = strlen(sink->path) + sizeof tail;
    sink->part = alloc_bytes(size);
    snprintf(sink->part, size, "%s%s", sink->path, tail);
    sink->fd = mkstemp(sink->part);
    if (sink->fd < 0)
        return fail(sink);
    mode_t mask = umask(0);
    umask(mask);
    return fchmod(sink->fd, 0666 & ~mask) ? fail(sink) : 0;
}

int sink_open(struct sink *sink, const char *path)
{
    struct stat facts;
    *sink = (struct sink){.fd = -1};
    bytes_init(&sink->buffer, 0);
    if (strcmp(path, "-") == 0) {
        sink->fd = STDOUT_FILENO;
        return 0;
    }
    sink->path = alloc_string(path);
    int err = 0;
    if (stat(path, &facts) == 0 && !S_ISREG(facts.st_mode)) {
        sink->fd = open(path, O_WRONLY | O_CLOEXEC);
        err = sink->fd < 0 ? fail(sink) : 0;
    } else {
        err = open_part(sink);
    }
    if (err)
        sink_abandon(sink);
    return err;
}

struct bytes *sink_buffer(struct sink *sink)
{
    return &sink->buffer;
}

static int write_out(struct sink *sink, const char *data, size_t size)
{
    size_t at = 0;
    while (at < size && !sink->system_error) {
        ssize_t written = write(sink->fd, data + at, size - at);
        if (written > 0)
            at += (size_t)written;
        else if (written == 0 || errno != EINTR)
            fail(sink);
    }
    sink->bytes += at;
    return sink->system_error ? ERR_IO : 0;
}

static int flush(struct sink *sink)
{
    int err = write_out(sink, sink->buffer.data, sink->buffer.size);
    sink->buffer.size = 0;
    return err;
}

int sink_write(struct sink *sink, const void *data, size_t size)
{
    int err = flush(sink);
    return err ? err : write_out(sink, data, size);
}

int sink_flush_some(struct sink *sink)
{
    return sink->buffer.size < MUCH && !sink->system_error ? 0 : flush(sink);
}

static void close_and_free(struct sink *sink)
{
    if (sink->path && sink->fd >= 0)
        close(sink->fd);
    sink->fd = -1;
    bytes_clear(&sink->buffer);
    free(sink->part);
    free(sink->path);
    sink->part = sink->path = NULL;
}

int sink_finish(struct sink *sink, const char *as)
{
    int err = flush(sink);
    if (!err && sink->part && (fsync(sink->fd) || rename(sink->part, as ? as : sink->path)))
        err = fail(sink);
    if (err && sink->part)
        unlink(sink->part);
    close_and_free(sink);
    return err;
}

void sink_abandon(struct sink *sink)
{
    if (sink->part && sink->fd >= 0)
        unlink(sink->part);
    close_and_free(sink);
}
