/* archive.h - two years of news from several hundred sites, as nightly runs would have stored them.
 *
 * Every row goes through the store: runs, polls of front pages and feeds, articles with authors,
 * tags and links, wire copy, second looks that find edits, new headlines and pages that are gone,
 * refusals and failures. Equal counts give equal databases but for the day they end on, today's:
 * questions ask for last week. Anything that fails ends the program. */
#ifndef TESTS_SUPPORT_ARCHIVE_H
#define TESTS_SUPPORT_ARCHIVE_H

#include <stddef.h>

#include "support/storebench.h"

/* Fills the empty database of `bench` with about that many articles. */
void archive_fill(struct storebench *bench, size_t articles);

#endif
