/* taken.h - which addresses were taken down: what a pattern covers, and the patterns of a run.
 *
 * URLs and beginnings of URLs are compared without scheme and "www.": what is gone under https must
 * not come back under http.
 * Thread: the store's. */
#ifndef STORAGE_TABLES_TAKEN_H
#define STORAGE_TABLES_TAKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "storage/record.h"

struct database;

#define TAKEN_WHY "taken down" /* urls.why of what falls under a pattern */

struct taken {
    enum takedown_kind kind;
    char *matches; /* see struct takedown_record */
    int64_t
        hashes[4]; /* of a TAKEDOWN_URL: its identity with http and https, with "www." and not */
};

/* Fills *out, which borrows `matches`. */
void taken_init(struct taken *out, const struct database *store, enum takedown_kind kind,
                const char *matches);

/* Whether the pattern covers the absolute URL. `hash`: of its identity; 0: not known. */
bool taken_covers(const struct taken *taken, const char *url, int64_t hash);
/* Whether it covers any address that stands in the JSON text as a string of its own. */
bool taken_is_named(const struct taken *taken, const char *json);

/* The patterns of all take-downs, for the time of a run. */
int taken_load(struct database *store);
void taken_unload(struct database *store);

/* taken_covers() and taken_is_named() of any of these. NULL for `url` is covered by none. */
bool taken_url(const struct database *store, const char *url, int64_t hash);
bool taken_json(const struct database *store, const char *json);

/* Whether they cover a result's page: its URL, or what the article there says to be its own. */
bool taken_result(const struct database *store, const struct result_record *result);

#endif
