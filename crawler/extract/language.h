/* language.h - the language of a page: as declared, unless its text says otherwise.
 *
 * Text is judged by its script and, where several languages share one, by its most frequent small
 * words. Thread: any; the index of words is built at the first call and kept. */
#ifndef CRAWLER_EXTRACT_LANGUAGE_H
#define CRAWLER_EXTRACT_LANGUAGE_H

#include "base/arena.h"
#include "base/bytes.h"

struct facts;

/* The language of running text as ISO 639-1 (or 639-3 where that has none), NULL when it can't be
 * told. `declared`, a language tag or NULL, is believed where the text is too short to contradict.
 * The arena is for work space. */
const char *language_of_text(struct arena *arena, struct span text, const char *declared);

/* The page's language: BCP 47 as the page declares it, with the usual capitals, or what its text
 * shows; NULL when neither says. */
const char *language_choose(const struct facts *facts);

/* A tag in its usual form ("de_at" becomes "de-AT", "iw" becomes "he"), in the arena; NULL for what
 * is no language tag. */
const char *language_tag(struct arena *arena, const char *tag);

#endif
