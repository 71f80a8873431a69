/* signs.h - texts in scripts without spaces between words, made searchable by tools that know
 * spaces.
 *
 * SQLite's unicode61 takes a whole Chinese sentence for one word, and a tokenizer of our own would
 * be missing in every other client. So Chinese, Japanese, Thai, Lao, Khmer and Burmese texts go
 * into an index of their own with a blank between their signs: each Chinese character or Japanese
 * kana, each Thai consonant with what stands before, over and behind it. A word is then a phrase of
 * its signs. Where a sign ends is told by the characters around it alone, so that a word is cut in
 * a query as in any text. Thread: any. */
#ifndef STORAGE_SIGNS_H
#define STORAGE_SIGNS_H

#include <stdbool.h>
#include <stddef.h>

/* Whether at least an eighth of the bytes of all texts together are such signs; NULL is empty. */
bool signs_prevail(const char *const *texts, size_t count);

/* The text with a blank after each sign that another letter or a blank follows, and before each
 * that follows a letter of another script. Returns it owned (free()). */
char *signs_cut(const char *text);

/* A query in FTS5's language in which each word with such signs is a phrase of cut signs, also
 * within quotes; an ideographic space counts as a blank. Returns it owned. */
char *signs_cut_query(const char *query);

/* What signs_cut() was made of, for reading: takes the blanks out again, also around the marks of
 * a snippet ('[' and ']'). A blank between another script's letter and a sign stays. Owned. */
char *signs_join(const char *text);

#endif
