/* sources.h - what a source is and when it is asked again.
 *
 * Steps of a batch (batch.h). Thread: the store's. */
#ifndef STORAGE_TABLES_SOURCES_H
#define STORAGE_TABLES_SOURCES_H

#include <stddef.h>

struct batch;
struct found_record;

int sources_finish(struct batch *batch, size_t result);
/* A source answered with a redirect. */
int sources_redirect(struct batch *batch, size_t result, const struct found_record *target);

#endif
