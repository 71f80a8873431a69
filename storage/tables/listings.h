/* listings.h - sources that results told of, once they are admitted (found.c): what is new waits,
 * what was known may be due again or come back, and who lists it is noted.
 *
 * Steps of a batch (batch.h). Thread: the store's. */
#ifndef STORAGE_TABLES_LISTINGS_H
#define STORAGE_TABLES_LISTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct batch;
struct find;
struct found_record;

/* A further page of an API's answer. */
bool listings_is_next(const struct found_record *found);

/* What is a source already keeps its row; it may be due for another look. */
int listings_store(struct batch *batch, struct find *find);
/* The sources among so many finds, after all of them were stored. */
int listings_settle(struct batch *batch, struct find *finds, size_t count);

#endif
