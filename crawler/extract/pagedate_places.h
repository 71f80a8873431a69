/* pagedate_places.h - the dates that a page has somewhere, and what their places say of them.
 *
 * Internal to pagedate. Thread: any. */
#ifndef CRAWLER_EXTRACT_PAGEDATE_PLACES_H
#define CRAWLER_EXTRACT_PAGEDATE_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "extract/datescan.h"

struct facts;

enum {
    CANDIDATES_MAX = 160,
    FOUND_MAX = 80 /* dates of the visible text that are looked at */
};

/* A date that the page has somewhere. */
struct page_date {
    struct moment moment;
    struct moment swapped; /* "11/01/2023" the other way round; doubtful */
    bool doubtful;
    const char *from;
    int weight; /* how far its place is to be trusted */
    bool modified;
};

struct page_date_search {
    const struct facts *facts;
    struct page_date candidates[CANDIDATES_MAX];
    size_t count;
    struct found_date found[FOUND_MAX]; /* in the visible text, in order */
    int found_weight[FOUND_MAX];
    bool found_quoted[FOUND_MAX];
    size_t found_count;
};

/* Whether a moment is later than the first page of the web, and not after today. */
bool pagedate_believable(const struct facts *facts, const struct moment *moment);

/* Adds a candidate, if it can be believed. `from` is borrowed. */
void pagedate_add(struct page_date_search *search, const struct moment *moment, const char *from,
                  int weight, bool modified);

/* Whether the classes of an element or of the one around it speak of a change, of publication. */
bool pagedate_class_modified(const struct facts *facts, uint32_t node);
bool pagedate_class_published(const struct facts *facts, uint32_t node);

/* Whether an element stands in a quotation, as the posts of social networks do. */
bool pagedate_is_quoted(const struct facts *facts, uint32_t node);

#endif
