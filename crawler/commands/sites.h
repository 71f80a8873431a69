/* sites.h - how many sites there are, and how many of them and of their rules want a person.
 * Thread: the store's. */
#ifndef CRAWLER_COMMANDS_SITES_H
#define CRAWLER_COMMANDS_SITES_H

#include <stddef.h>

struct store;

/* Sites that a run may ask, with one of these labels (groups.h; NULL: all); 0 also where the
 * database can't tell just now. */
unsigned sites_count(struct store *store, const char *labels);

/* Counts those of them that fail, or are not as they were (v_site_health). Returns 0 or a
 * store_error. */
int sites_count_troubled(struct store *store, const char *labels, size_t *out);

/* Counts the rules of theirs that found nothing on the last articles. Returns 0 or a store_error.
 */
int sites_count_idle_rules(struct store *store, const char *labels, size_t *out);

#endif
