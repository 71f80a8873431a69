/* copy.h - a whole database copied into another one, see store_copy_begin() in storage/store.h.
 *
 *     begin ─▶ rows ─▶ compare ─▶ finish ─▶ index
 *
 * The rows of each table go in the order of their keys, one transaction a batch, so the target's
 * last row tells where to go on. While that lasts the target has no hash seed and can't be opened
 * as a database: `meta` has the source's mark under `copy` instead. After the comparison one
 * transaction gives it the source's seed and keeps the mark as `copied`; what is left then is the
 * search index. Thread: the stores'. */
#ifndef STORAGE_COPY_COPY_H
#define STORAGE_COPY_COPY_H

#include "storage/copy/rows.h"
#include "storage/copy/tables.h"
#include "storage/memory.h"
#include "storage/store.h"

enum { COPY_ROWS_MAX = 20000, COPY_BYTES_MAX = 32 << 20 }; /* of one step */

struct comparison;

struct store_copy {
    struct database *from, *to;
    struct rows *source, *target;
    struct copy_request request;
    struct copy_progress progress;
    size_t table;   /* at work */
    bool reading;   /* the source stands behind the rows that were done */
    bool mends;     /* texts go to where they have to be UTF-8, or came from there */
    bool complete;  /* nothing is left but the search index */
    char mark[256]; /* of the source */
    struct pool mended;
    struct comparison *comparison; /* of a table, while it lasts */
    struct copy_table tables[];    /* what store_copy_table() tells */
};

/* The next row of the source, its texts made such as both databases take: as rows_kind.next(). */
int copy_next(struct store_copy *copy, struct copied_value *row);

/* Some rows more of copy->table in both; *done when there are no more, or they differ. What they
 * are alike in stands in copy->tables. */
int compare_step(struct store_copy *copy, bool *done);
void compare_stop(struct store_copy *copy);

/* For what failed on the source's side: store_message() of the target tells it, too. */
int copy_failed_at(struct store_copy *copy, const struct database *side, int err);

#endif
