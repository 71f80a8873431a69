/* known.h - what a batch's articles need not be looked for in the database.
 *
 * Most articles are new, and each is looked for by its canonical URL, the number in its address,
 * its title and the keys of its text. Where a backend gathers rows (struct driver), all of a batch
 * are asked for at once. What was asked for and is not there is absent, until this batch writes it:
 * who writes an article or a story key notes what it is known by from then on. Of what nobody asked
 * for nothing is known, and it has to be looked for. What other runs commit after the question
 * counts as if it had come after this batch.
 *
 * Lives in the store's pool, from known_ask() to known_end(), within one transaction. Thread: the
 * store's. */
#ifndef STORAGE_TABLES_KNOWN_H
#define STORAGE_TABLES_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct database;
struct draft;

/* Asks for what these articles, whose URLs have brought none so far, may be known by; counts them.
 * Returns 0 or a store_error. */
int known_ask(struct database *store, struct draft *const *drafts, size_t count);
void known_end(struct database *store);

/* Whether surely no article of the draft's site has its canonical URL, its lasting hash, its title;
 * whether no article is noted under a story's key. */
bool known_no_canonical(const struct database *store, const struct draft *draft);
bool known_no_lasting(const struct database *store, const struct draft *draft);
bool known_no_title(const struct database *store, const struct draft *draft);
bool known_no_story_key(const struct database *store, int64_t key);

/* To be told of what was written: an article has become like the draft; one is noted under a key;
 * one has got an address that is not told here. */
void known_note(struct database *store, const struct draft *draft);
void known_note_story_key(struct database *store, int64_t key);
void known_note_any(struct database *store);

/* The number of the next new article, in the order in which they are stored; 0: the database has
 * to give one. */
int64_t known_next_id(struct database *store);

#endif
