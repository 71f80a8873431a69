/* settings.h - changes of what a site has instead of the run's own, and the files of a database
 * that holds credentials.
 *
 * Thread: the store's; also while a run of another process is on, which has them when it next
 * begins. */
#ifndef STORAGE_SQLITE_SETTINGS_H
#define STORAGE_SQLITE_SETTINGS_H

#include "storage/store.h"

int settings_change(struct store *store, enum sql sql, const struct store_value *params,
                    size_t params_count);
int settings_protect(struct store *store, bool *changed);

#endif
