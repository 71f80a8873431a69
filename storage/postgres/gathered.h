/* gathered.h - many rows for one statement, as arrays: one trip to the server, one start of a plan.
 *
 * A statement all of whose parameters are arrays is run for rows, `unnest` makes them of the arrays
 * there. Of the rows that it gives the last column is the place of the row that was added, from 1;
 * what stands before it is the answer. Used for one row it is run for that. Thread: the store's. */
#ifndef STORAGE_POSTGRES_GATHERED_H
#define STORAGE_POSTGRES_GATHERED_H

#include "storage/postgres/prepared.h"

/* What is to become of a row: `out` is borrowed, until the answer was read; NULL: it need not. */
struct answer_slot {
    enum answer what;
    int64_t *out;
};

/* Sets statement->gathered, if its types are arrays. */
void gathered_init(struct postgres_statement *statement);
void gathered_free(struct gathered *rows); /* takes; NULL does nothing */

/* Adds a row of what is bound; copies it. Returns 0, or STORE_UNFIT for what the type can't hold.
 */
int gathered_add(struct postgres_statement *statement, struct answer_slot slot);
size_t gathered_count(const struct gathered *rows);
void gathered_forget(struct gathered *rows); /* those added */

/* The arrays, borrowed until gathered_sent(). */
void gathered_wire(struct postgres_statement *statement, struct wire *wire);
/* That they went over. The slots: *count, one a row, borrowed until the next row is added. */
const struct answer_slot *gathered_sent(struct gathered *rows, size_t *count);

/* Gives the answers of statement->result to so many slots, one a row. */
void gathered_answer(struct postgres_statement *statement, const struct answer_slot *slots,
                     size_t count);

#endif
