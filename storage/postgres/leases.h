/* leases.h - which hosts this run has, of those that it shares with others.
 *
 * A run is a worker: a row of `workers` that says until when it lives, by the server's clock. Hosts
 * are leased whole, with what politeness knows of them, and given back whole; those of a worker
 * that died are anybody's once its time has passed, and what it still tries to write fails. See
 * schema/postgres. Thread: the store's. */
#ifndef STORAGE_POSTGRES_LEASES_H
#define STORAGE_POSTGRES_LEASES_H

#include "storage/tables/database.h"

struct postgres_store;

extern const struct sharing leases_sharing;

/* Ends the worker, if there is one: it can't be told whether it was done. */
void leases_abandon(struct postgres_store *store);

#endif
