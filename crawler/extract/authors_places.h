/* authors_places.h - names from several places of a page, and which of them are its authors.
 * Internal to authors.c. Thread: any. */
#ifndef CRAWLER_EXTRACT_AUTHORS_PLACES_H
#define CRAWLER_EXTRACT_AUTHORS_PLACES_H

#include <stdbool.h>

#include "extract/names.h"

/* Kinds of places; what one kind says is one voice. */
enum place { PLACE_JSON_LD, PLACE_META, PLACE_SHOWN, PLACES };

/* The names that a place has; none where names.count is 0. */
struct place_names {
    struct names names;
    const char *from; /* as in struct authors */
    int weight;       /* how far the place is to be trusted */
};

/* The place with most weight, or NULL. */
const struct place_names *places_heaviest(const struct place_names places[PLACES]);

/* Whether looking at what the page shows can still change the choice among the places of its
 * head. */
bool places_unsettled(const struct place_names places[PLACES]);

/* The authors: those of the heaviest place, unless
 * - another place of the head names them and more,
 * - two others agree on somebody else,
 * - another place has the whole of a name of which this one has the first word.
 * NULL where no place has names. May write to `places`. */
const struct place_names *places_choose(struct place_names places[PLACES]);

#endif
