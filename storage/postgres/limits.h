/* limits.h - what the runs of one night may ask of a site, counted over all of them.
 *
 * A run reserves room in the limit's row, some at a time, and its own row says how much of that it
 * has not asked so far: that much comes back when it ends, whether it says so or dies. See
 * schema/postgres and storage/tables/room.h. Thread: the store's. */
#ifndef STORAGE_POSTGRES_LIMITS_H
#define STORAGE_POSTGRES_LIMITS_H

#include <stddef.h>
#include <stdint.h>

struct database;
struct room;

/* Joins the night that is on, or begins one; before the worker's row is made. In one transaction
 * with that, so that those who begin at once have one night. */
int limits_join(struct database *database);

/* struct sharing's reserve, give_room and spend_room. */
int limits_reserve(struct database *database, const struct room *room, unsigned want,
                   int64_t *granted);
int limits_give(struct database *database, struct room *const *rooms, size_t count);
int limits_spend(struct database *database, const struct room *const *rooms, size_t count);

/* After rooms came back: whoever was refused is to ask again. */
int limits_wake(struct database *database);

#endif
