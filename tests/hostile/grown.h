/* grown.h - documents that are far too much of one thing: a beginning, a piece many times, an end.
 *
 * Thread: a connection's. */
#ifndef TESTS_HOSTILE_GROWN_H
#define TESTS_HOSTILE_GROWN_H

#include "hostile/fault.h"

struct grown {
    const char *type;   /* Content-Type; NULL: text/html; charset=utf-8 */
    const char *before; /* put before this text of the page that belongs to the path; NULL: alone */
    const char *head;
    const char *piece; /* a format of up to four %u, all the number of the piece, from 0 */
    unsigned times;
    const char *tail;
    bool packed; /* as gzip */
};

/* A serve_fn; the context of its row is a struct grown. Head and tail go through visit_expand(). */
void serve_grown(struct visit *visit);

#define GROWN(...)                                                                                 \
    .serve = serve_grown, .ending = END_KEEP, .context = &(const struct grown)                     \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

#endif
