/* lease.h - which URLs next: reads the queue, writes nothing, so it never waits for a lock.
 *
 * Thread: the store's. */
#ifndef STORAGE_TABLES_LEASE_H
#define STORAGE_TABLES_LEASE_H

#include "storage/store.h"

struct run_site;
struct database;

int lease_hosts(struct store *store, const struct lease_request *request, struct lease_answer *out);

/* What the run knows of a site; NULL: there is no such, or reading failed (then *err is set). */
struct run_site *lease_site(struct database *store, int64_t site_id, int *err);

/* queue.kind for a kind of URL and source, and back. */
int lease_kind(enum url_kind kind, enum source_kind source);
enum url_kind lease_url_kind(int kind);
enum source_kind lease_source_kind(int kind);

#endif
