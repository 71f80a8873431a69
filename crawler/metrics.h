/* metrics.h - a run's figures as a Prometheus text file (--metrics).
 *
 * The format is Prometheus' exposition format 0.0.4, the names follow its conventions: base units,
 * _total for what only grows. The file is whole at any moment, and its series are bounded: sites
 * are counted by state, and only the first METRICS_SITES_MAX in trouble are named. Every sample
 * carries the database's path, so that several databases of one machine can be told apart.
 *
 * Thread: metrics_write() any, the others main; nothing else while a metrics_write() is under way.
 */
#ifndef CRAWLER_METRICS_H
#define CRAWLER_METRICS_H

#include <stdint.h>

#include "base/bytes.h"
#include "report.h"

struct store;
struct metrics;

enum { METRICS_SITES_MAX = 50 };

/* Returns figures for the file `path`, owned by the caller. Copies. */
struct metrics *metrics_create(const char *path, const char *database, int64_t run_id,
                               int64_t started_wall_ms);
void metrics_free(struct metrics *metrics); /* takes; NULL does nothing */

/* Reads what the store knows: at the beginning of a run, and again when it has ended and made
 * `articles_new` articles. Returns 0 or a store_error, and then the figures stay as they were. */
int metrics_read(struct metrics *metrics, struct store *store, int64_t now_wall_ms,
                 uint64_t articles_new);

/* The run has ended: `outcome` as in its row (borrowed), and what the program exits with. */
void metrics_end(struct metrics *metrics, const char *outcome, int exit_status);

/* Appends the text. Of `report` the counts are read, and none of its pointers followed, so a copy
 * of the struct will do. */
void metrics_text(const struct metrics *metrics, const struct report *report, int64_t now_wall_ms,
                  uint64_t now_ms, struct bytes *out);

/* Writes the file. Returns 0, or ERR_IO with errno set; what is no regular file is left alone. */
int metrics_write(const struct metrics *metrics, const struct report *report, int64_t now_wall_ms,
                  uint64_t now_ms);

/* Says once that the file can't be written: the run goes on. */
void metrics_complain(struct metrics *metrics, struct log *log, int system_error);

#endif
