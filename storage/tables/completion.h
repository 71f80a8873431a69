/* completion.h - the results of a batch: each URL's new state, its request, its article, its next
 * moment.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_COMPLETION_H
#define STORAGE_TABLES_COMPLETION_H

struct batch;

int completion_write(struct batch *batch);

#endif
