/* kind_phrases.h - what walls and errors say, in many languages. Internal to kind.c.
 *
 * Folded as tidy_folded() does it; lists end with NULL. Thread: any. */
#ifndef CRAWLER_EXTRACT_KIND_PHRASES_H
#define CRAWLER_EXTRACT_KIND_PHRASES_H

extern const char *const kind_bot_titles[];
extern const char *const kind_bot_texts[];    /* in the text of a page that holds little else */
extern const char *const kind_region_texts[]; /* likewise, of one that is not for everywhere */
extern const char *const kind_paid_texts[];   /* behind the teaser of an article that costs */
extern const char *const kind_consent_titles[];
extern const char *const kind_missing_titles[];
extern const char *const kind_login_titles[];

#endif
