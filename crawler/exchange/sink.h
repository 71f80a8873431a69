/* sink.h - a file that appears whole, or standard output.
 *
 * What is written goes to a file of another name beside the wanted one (NAME.part-XXXXXX), which
 * takes its place when it is complete: nobody ever reads half of it, and a file that was there
 * stays until then. What is no regular file (a pipe, /dev/null) is written as it is. Trouble is
 * remembered and told by sink_finish(). Thread: one at a time. */
#ifndef CRAWLER_EXCHANGE_SINK_H
#define CRAWLER_EXCHANGE_SINK_H

#include <stdint.h>

#include "base/bytes.h"

struct sink {
    char *path;          /* wanted; NULL: standard output */
    char *part;          /* written meanwhile; NULL: none */
    int fd;              /* -1: closed */
    int system_error;    /* errno of the first failure, or 0 */
    uint64_t bytes;      /* handed over so far */
    struct bytes buffer; /* waits to be written */
};

/* Begins a file; "-" is standard output. Returns 0 or ERR_IO with sink->system_error set, and then
 * there is nothing to close. `path` is copied. */
int sink_open(struct sink *sink, const char *path);

/* To be appended to; sink_flush_some() writes it out once there is much. */
struct bytes *sink_buffer(struct sink *sink);

/* Each returns 0; or ERR_IO with sink->system_error set, also for trouble that was met before. */
int sink_flush_some(struct sink *sink);
/* Writes what is large as it is, behind what waits. */
int sink_write(struct sink *sink, const void *data, size_t size);

/* Writes the rest and puts the file in its place, under the name `as` where that is not NULL.
 * On failure there is no file. Frees. */
int sink_finish(struct sink *sink, const char *as);

/* Leaves everything as it was. Frees; of a closed sink it does nothing. */
void sink_abandon(struct sink *sink);

#endif
