/* completion.h - one result: the URL's new state, its request, its article, its next moment.
 *
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_COMPLETION_H
#define STORAGE_SQLITE_COMPLETION_H

#include <stddef.h>
#include <stdint.h>

struct batch;

int completion_write(struct batch *batch, size_t result);

/* When an article is looked at again: soon while it is young, sooner when it was edited.
 * NEVER (frontier.h): not again. */
int64_t completion_look_again_ms(int64_t now_ms, int64_t first_seen_ms, int64_t published_ms,
                                 int64_t revisions);

#endif
