/* budget.h - what a site's patterns of addresses and its sources have cost and brought, and so how
 * many more of their URLs are worth a request.
 *
 * A pattern (storage/shape.h) or a source is closed after so many pages in a row without a new
 * article; each article that it brought adds one to its patience. What feeds, sitemaps and APIs
 * announce is given four times the patience of links in pages. URLs of a closed budget stay in the
 * queue and are tried sparingly, BUDGET_PROBES a run: the first that brings an article opens it
 * again, so nothing is lost for good. While it is closed only some more of its URLs are queued; the
 * others are counted, and a few of them kept with the reason, so that no trap fills the database.
 *
 * A source alone closes nothing that follows a pattern which has brought articles.
 *
 * Budgets live with the run's sites (frontier.h) and are read when a site is first asked for; where
 * several runs share the hosts, again after two seconds. What changes is written with a later
 * batch, at the latest when the run ends, and added to what others have written: a crash costs a
 * few counts. Thread: the store's. */
#ifndef STORAGE_TABLES_BUDGET_H
#define STORAGE_TABLES_BUDGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct budget;
struct budgets; /* of one site */
struct frontier;
struct run_site;
struct database;

enum { BUDGET_PROBES = 2 };

/* A new article's address and who announced it. */
struct budget_url {
    const char *origin; /* need not end there */
    size_t origin_size;
    const char *path; /* with its query */
    int64_t feed_id;  /* 0: given by hand, trusted like a feed */
};

/* What a new URL came to. */
enum verdict {
    VERDICT_NONE,    /* nothing is proved: failed for now, or leads to a new URL */
    VERDICT_BARREN,  /* no article, or one that was known */
    VERDICT_ARTICLE, /* a new article */
};

/* What is charged with it; found before the commit, charged after it. */
struct charge {
    struct run_site *site;
    struct budget *pattern, *source; /* source NULL: none */
    enum verdict verdict;
    int64_t simhash, words; /* of the new article's text: the same again is none */
};

void budgets_free(struct budgets *budgets); /* takes; NULL does nothing */

/* Whether it may be asked now. Returns 0 or a store_error. */
int budget_allows(struct database *store, struct run_site *site, const struct budget_url *url,
                  bool *out);
/* It is being asked. */
int budget_take(struct database *store, struct run_site *site, const struct budget_url *url);

/* Whether it may be queued, unless it is known: then *closed is NULL, else the budget that is
 * closed. (host_id, hash) is its place in `seen`. */
int budget_admits(struct database *store, struct run_site *site, const struct budget_url *url,
                  int64_t host_id, int64_t hash, struct budget **closed);

/* The budget of what is left out for `reason`. */
int budget_of_reason(struct database *store, struct run_site *site, const char *reason,
                     struct budget **out);
/* Whether one more of its URLs, after `before` others of the same answer, may be kept with the
 * reason, which is budget_why(). */
bool budget_keeps(const struct budget *budget, unsigned before);
const char *budget_why(const struct budget *budget); /* lives as long as the run */
/* Notes that this run put something off for this reason, which waits on. */
void budget_note_run(struct frontier *frontier, struct budget *budget);
void budget_count_skipped(struct frontier *frontier, struct budget *budget, bool kept);

/* Fills *out but for verdict and text. */
int budget_find(struct database *store, struct run_site *site, const struct budget_url *url,
                struct charge *out);
void budget_charge(struct frontier *frontier, const struct charge *charge);

/* Writes what changed and can't wait, or all; inside a transaction. */
int budgets_write(struct database *store, bool all);
/* Where hosts are shared: another run may get one of the site's, and is to go on from these. */
int budgets_hand_over(struct database *store, const struct run_site *site);
/* That transaction is committed. */
void budgets_written(struct frontier *frontier);

#endif
