/* mailbox.h - a list of letters between two threads.
 *
 * Whoever takes empties it in one go, under the lock, and works on the list after: the lock is
 * held for a splice and nothing else. It needs no ceiling of its own, since jobs_max bounds what
 * can be in it (dataflow, back-pressure). Thread: any. */
#ifndef CRAWLER_WRITE_MAILBOX_H
#define CRAWLER_WRITE_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/list.h"

struct mailbox {
    uv_mutex_t lock;
    uv_cond_t filled;
    struct list letters;
    size_t count;   /* of letters */
    size_t awaited; /* so many end the waiting; 0: nobody waits */
    bool urgent;    /* one of the letters is */
};

void mailbox_init(struct mailbox *mailbox);
void mailbox_clear(struct mailbox *mailbox); /* must be empty */

/* An urgent letter ends the waiting of whoever waits for several. */
void mailbox_put(struct mailbox *mailbox, struct list *letter, bool urgent);

/* Moves all letters to the end of `out`. */
void mailbox_take(struct mailbox *mailbox, struct list *out);

/* The same, but waits for `awaited` letters (at least 1) or an urgent one first, `wait_ms` at most:
 * a thread that is woken for each letter alone costs more than what is in it. Not for the loop
 * thread. */
void mailbox_wait(struct mailbox *mailbox, struct list *out, size_t awaited, uint64_t wait_ms);

#endif
