/* twins.h - addresses of one article.
 *
 * Steps of a batch (batch.h). Thread: the store's. */
#ifndef STORAGE_TABLES_TWINS_H
#define STORAGE_TABLES_TWINS_H

#include <stdbool.h>
#include <stddef.h>

struct batch;
struct find;
struct found_record;
struct run_host;

/* The hosts that the same site may have besides one: the other scheme, with and without "www.". */
struct other_hosts {
    const struct run_host *of;
    struct run_host *hosts[3];
    size_t count;
};

/* Whether a URL was found as a further address of the article that came with it. */
bool twins_are_told(const struct found_record *found);
/* Makes it known as that, so that it is not asked. */
int twins_store(struct batch *batch, const struct find *find);
/* Whether the run knows of other hosts of its site. *others is the caller's, all zero at first, and
 * kept from one URL to the next. */
bool twins_have_others(struct batch *batch, const struct find *find, struct other_hosts *others);
/* Leaves out a URL of which another form waits or has brought an article. Returns 1 if so, 0 or an
 * error. */
int twins_leave_out(struct batch *batch, const struct find *find, struct other_hosts *others);
/* A result brought no article: what was left out for its URL's sake is queued after all. */
int twins_revive(struct batch *batch, size_t result);

#endif
