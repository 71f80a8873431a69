/* names_words.h - the words of bylines, as tables. Internal to names.c.
 *
 * All small. Lists without a count end with NULL; those with one are in the order of their first
 * bytes. Thread: any. */
#ifndef CRAWLER_EXTRACT_NAMES_WORDS_H
#define CRAWLER_EXTRACT_NAMES_WORDS_H

#include <stddef.h>

extern const char *const names_bywords[]; /* announce a name wherever they stand */
extern const char *const names_openers[]; /* announce one, or begin a sentence */
extern const size_t names_bywords_count, names_openers_count;
extern const char *const names_joiners[];   /* stand between two names */
extern const char *const names_marks[];     /* end a name everywhere */
extern const char *const names_enders[];    /* end it in a byline: dates, places, sections follow */
extern const char *const names_roles[];     /* words of a role or a desk */
extern const char *const names_particles[]; /* small words inside a name */
extern const char *const names_not_first[]; /* begin other texts of links and boxes */
extern const char *const names_nobody[];    /* what stands where a name should, and is none */

#endif
