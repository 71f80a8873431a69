/* reread_write.h - what crawler reextract read, into the database.
 *
 * Thread: main; blocks. */
#ifndef CRAWLER_COMMANDS_REREAD_WRITE_H
#define CRAWLER_COMMANDS_REREAD_WRITE_H

#include <stdbool.h>
#include <stddef.h>

struct log;
struct reread_outcome;
struct reread_record;
struct store;

/* Writes the records, one at least, in their order, for as long as it takes. One that the database
 * does not take (STORE_UNFIT) is looked for by halves, so that it alone is left out: refused[i] is
 * set, and one line of the log says why. Where so many are refused and none is taken, the fault is
 * not in them. Returns 0 or a store_error. */
enum { REREAD_REFUSED_MAX = 64 };
int reread_write(struct store *store, struct log *log, const struct reread_record *records,
                 size_t count, struct reread_outcome *outcomes, bool *refused);

#endif
