/* runs.h - the beginning and the end of a run, and the housekeeping between its batches.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_RUNS_H
#define STORAGE_TABLES_RUNS_H

#include "storage/store.h"

struct database;

int runs_begin(struct store *store, const struct run_record *run, int64_t *out_run_id);
int runs_renew(struct store *store);
int runs_checkpoint(struct store *store);
int runs_end(struct store *store, int64_t now_ms, const char *outcome, const char *report);

/* Begins what others must not disturb: forgets what went before and takes the run lock.
 * `shared`: runs may go on beside it, where the database can have several. Returns 0 or a
 * store_error, with a sentence for store_message(). */
int runs_lock(struct database *store, bool shared, int64_t now_ms);

int runs_rejoin(struct store *store); /* store_rejoin() */

/* Forgets a run that was not ended: its row says 'running' until the next one begins. */
void runs_abandon(struct database *store);

#endif
