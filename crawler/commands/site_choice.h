/* site_choice.h - which sites a command is about: by address, host, domain or group.
 *
 * Thread: main. */
#ifndef CRAWLER_COMMANDS_SITE_CHOICE_H
#define CRAWLER_COMMANDS_SITE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "options.h"
#include "storage/store.h"

struct chosen_site {
    int64_t site_id;
    const char *url; /* its address */
};

struct site_choice {
    struct store *store;
    struct arena *arena; /* where what is chosen lives */
    const char *command; /* for complaints */
    const char *hint;    /* behind the complaint that a word is no site: "" or "; …" */
    struct chosen_site *sites;
    size_t count, places;
};

/* Adds the site that `word` is the address or host of; of a domain all its sites. Returns 0, or an
 * exit status after a sentence. */
int site_choice_word(struct site_choice *choice, const char *word);

/* Adds the sites of the groups, or all there are. Returns as above. */
int site_choice_groups(struct site_choice *choice, const struct option_list *groups, bool all);

/* Which sites a reading command is about, by --site and --group: stores the domain of a site, and
 * the groups as ",europe,daily,", in the arena; NULL each where it was not given. Returns as above.
 */
int site_choice_read(struct store *store, struct arena *arena, const struct options *options,
                     const char *command, const char **domain, const char **labels);

#endif
