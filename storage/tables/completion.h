/* completion.h - one result: the URL's new state, its request, its article, its next moment.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_COMPLETION_H
#define STORAGE_TABLES_COMPLETION_H

#include <stddef.h>

struct batch;

int completion_write(struct batch *batch, size_t result);

#endif
