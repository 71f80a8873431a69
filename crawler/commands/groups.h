/* groups.h - the groups (labels of sites) that a command was given by --group. Thread: main. */
#ifndef CRAWLER_COMMANDS_GROUPS_H
#define CRAWLER_COMMANDS_GROUPS_H

#include "options.h"
#include "storage/store.h"

/* Stores the groups as ",europe,daily," in *out, in the arena; NULL where none were given. Returns
 * 0; or an exit status after one sentence, where no site has such a label. */
int groups_read(struct store *store, struct arena *arena, const struct option_list *groups,
                const char **out);

/* The same, with the sentence in `message` and nothing printed: for who has a log. */
int groups_try(struct store *store, struct arena *arena, const struct option_list *groups,
               const char **out, char *message, size_t message_size);

/* ",europe,daily," for people: "europe, daily", in the arena. */
const char *groups_names(const char *labels, struct arena *arena);

#endif
