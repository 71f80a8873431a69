/* rules.h - how a site's rules do on its pages. Thread: the store's. */
#ifndef STORAGE_TABLES_RULES_H
#define STORAGE_TABLES_RULES_H

#include "storage/tables/database.h"

/* Counts what a result tells of its site's rules. Returns 0 or a store_error. */
int rules_count(struct database *store, const struct result_record *result);

#endif
