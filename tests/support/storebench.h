/* storebench.h - what benches of the store share: a database, a run, batches of results, and what
 * they cost in CPU time of the calling thread, so that other load on the machine counts little.
 *
 * The database is made in the current directory. Anything that fails ends the program. */
#ifndef TESTS_SUPPORT_STOREBENCH_H
#define TESTS_SUPPORT_STOREBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/store.h"

#define STOREBENCH_PATH     "bench-store.db"
#define STOREBENCH_START_MS INT64_C(1750000000000)

enum { STOREBENCH_BATCH = 256, STOREBENCH_CANDIDATES = 10000, STOREBENCH_PLACES = 1024 };

struct storebench {
    struct store *store;
    int64_t now_ms; /* the bench's own clock */
    struct result_record results[STOREBENCH_BATCH];
    size_t count;      /* of results that wait */
    size_t candidates; /* URLs that they tell of */
    int64_t held[STOREBENCH_PLACES];
    size_t held_count; /* hosts that the next lease gives back */
    struct lease_answer answer;
    /* since storebench_reset() */
    size_t found_new, told, completed, leased;
    uint64_t commit_us, lease_us;
};

void storebench_open(struct storebench *bench); /* an empty database */
void storebench_close(struct storebench *bench);
void storebench_remove(void); /* the database's files */

/* Adds `count` sites, https://siteN.example/. */
void storebench_add_sites(struct storebench *bench, unsigned count);

/* Each returns how many milliseconds it took. */
double storebench_begin(struct storebench *bench, bool discover_only, bool search);
double storebench_end(struct storebench *bench);

/* Sets the sums to 0. */
void storebench_reset(struct storebench *bench);

/* Gives all hosts back and leases others. False: there is nothing left. */
bool storebench_lease(struct storebench *bench, unsigned urls_max, unsigned urls_per_host);

/* The next place of the batch, filled as an answer 200 to the lease. What `found` is given to it
 * is freed with the batch. */
struct result_record *storebench_result(struct storebench *bench, const struct url_lease *lease);
bool storebench_is_full(const struct storebench *bench);
void storebench_commit(struct storebench *bench); /* if there is any */

double storebench_rss_mb(void); /* the most so far */
double storebench_file_bytes(void);

void storebench_check(const struct storebench *bench, int err);

#endif
