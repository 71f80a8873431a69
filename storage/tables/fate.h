/* fate.h - what a result makes of its URL: state, next moment, whether it goes back into the queue.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_FATE_H
#define STORAGE_TABLES_FATE_H

#include "storage/tables/batch.h"

/* What a result makes of its URL; decided first, then written. */
struct fate {
    const char *state;
    const char *why;
    unsigned tries;
    int64_t nights;    /* in a row on which it failed for good */
    bool queued;       /* goes back into the queue, as `row` */
    bool looked_again; /* if an article is stored: a second look */
    bool followed;     /* what was found may be made known */
    struct queue_row row;
    const struct found_record *target; /* of a redirect */
    int64_t target_hash;
};

/* Fills *fate, which was all zero. Marks the URLs of a redirect loop; writes nothing else. */
int fate_decide(struct batch *batch, size_t result, struct fate *fate);

#endif
