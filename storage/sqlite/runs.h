/* runs.h - the beginning and the end of a run, and the housekeeping between its batches.
 *
 * Thread: the store's. */
#ifndef STORAGE_SQLITE_RUNS_H
#define STORAGE_SQLITE_RUNS_H

#include "storage/store.h"

struct sqlite_store;

int runs_begin(struct store *store, const struct run_record *run, int64_t *out_run_id);
int runs_renew(struct store *store, int64_t now_ms);
int runs_checkpoint(struct store *store);
int runs_end(struct store *store, int64_t now_ms, const char *outcome, const char *report);

/* Forgets a run that was not ended: its row says 'running' until the next one begins. */
void runs_abandon(struct sqlite_store *store);

#endif
