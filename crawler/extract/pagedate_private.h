/* pagedate_private.h - shared by pagedate.c and pagedate_shown.c. */
#ifndef CRAWLER_EXTRACT_PAGEDATE_PRIVATE_H
#define CRAWLER_EXTRACT_PAGEDATE_PRIVATE_H

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

void pagedate_add(struct page_date_search *search, const struct moment *moment, const char *from,
                  int weight, bool modified);

/* Whether the classes of an element and of the one around it speak of a change. */
bool pagedate_class_modified(const struct facts *facts, uint32_t node);

/* Whether an element stands in a quotation, as the posts of social networks do. */
bool pagedate_is_quoted(const struct facts *facts, uint32_t node);

/* Adds the dates of the visible text: of all of it where `sure`, the best of the others or NULL,
 * does not settle the day; of the lines around the title where it does in UTC, for the day that the
 * page shows to its readers. */
void pagedate_shown(struct page_date_search *search, const struct page_date *sure);

#endif
