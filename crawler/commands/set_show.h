/* set_show.h - what is set for sites, shown without their secrets. Thread: main. */
#ifndef CRAWLER_COMMANDS_SET_SHOW_H
#define CRAWLER_COMMANDS_SET_SHOW_H

#include "commands/site_choice.h"
#include "storage/store.h"

/* Prints what each of the sites has instead of the run's own, as KEY=VALUE or as JSON. Returns the
 * exit status. */
int set_show(struct store *store, const struct chosen_site *sites, size_t count, bool json);

#endif
