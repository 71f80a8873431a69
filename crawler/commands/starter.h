/* starter.h - well-known news sites to start from: the rows of data/sites/starter.csv.
 *
 * They are public knowledge, of the day that data/sites/README.md names; nobody was asked whether
 * they are still there. Thread: any. */
#ifndef CRAWLER_COMMANDS_STARTER_H
#define CRAWLER_COMMANDS_STARTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct starter_site {
    const char *url;     /* as url_fetchable() writes it */
    const char *name;    /* as it calls itself */
    const char *code;    /* ISO 3166-1 alpha-2: DE */
    const char *country; /* in English: Germany */
    const char *lang;    /* BCP 47: de, pt-BR */
    const char *kind;    /* newspaper, broadcaster, agency, magazine, online */
};

extern const struct starter_site starter_sites[]; /* made when building, by starter.cmake */
extern const size_t starter_sites_count;

/* Whether `word` means the site: its country by name in any case, a hyphen for a blank or not
 * (germany, south-korea), or by code in capitals (DE); its language in small letters (de, and pt
 * for pt-BR); `all`. */
bool starter_matches(const struct starter_site *site, const char *word);

/* Appends what there is, for people: each country with its code and number of sites, each language
 * with its own. */
void starter_tell(struct bytes *out);

#endif
