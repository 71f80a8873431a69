/* storebox.h - a store in a temporary directory, and short ways to fill and to ask it.
 *
 * Where the environment has CRAWLER_TEST_POSTGRES, a connection to a server, the store is a schema
 * of its own there instead: the same tests are for both. SQL that is SQLite's alone says so by
 * storebox_is_server().
 *
 * Moments in tests are small numbers of their own: T0 is when the first run begins. */
#ifndef TESTS_SUPPORT_STOREBOX_H
#define TESTS_SUPPORT_STOREBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storage/store.h"

#define T0     INT64_C(1750000000000)
#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

struct storebox {
    char directory[64];
    char path[176]; /* of the file, or a connection to the schema */
    struct store *store;
    struct run_record run; /* for storebox_begin; set by storebox_open to defaults */
    int64_t run_id;
    struct lease_answer answer; /* of the last storebox_lease */
};

/* Each fails the running test when the store returns an error. */
void storebox_open(struct storebox *box);  /* a new directory and an empty database */
void storebox_close(struct storebox *box); /* removes both */
void storebox_reopen(struct storebox *box);
/* A further process on the database of another box, which is a server's, and its end. */
void storebox_join(struct storebox *box, const struct storebox *other);
void storebox_leave(struct storebox *box);
bool storebox_is_server(void);
int64_t storebox_add(struct storebox *box, const char *kind, const char *url);
void storebox_begin(struct storebox *box, int64_t started_ms);
void storebox_end(struct storebox *box, int64_t now_ms);
void storebox_next_run(struct storebox *box, int64_t now_ms); /* ends one, begins another */

/* Leases up to `urls_max` URLs, four a host, giving back every host it held before. Returns how
 * many URLs there are in box->answer. */
size_t storebox_lease(struct storebox *box, int64_t now_ms, unsigned urls_max);
/* The leased URL that ends with `suffix`; fails where there is none. */
const struct url_lease *storebox_leased(const struct storebox *box, const char *suffix);

/* A result for a lease: answered 200 at now_ms, nothing else. */
struct result_record storebox_result(const struct url_lease *lease, int64_t now_ms);
struct article_record storebox_article(const char *title, const char *body);
struct found_record storebox_found(const char *url);
struct commit_outcome storebox_commit(struct storebox *box, const struct result_record *result);
/* Commits such a result of the leased URL that ends with `suffix`. */
void storebox_answer(struct storebox *box, const char *suffix, int64_t now_ms);

/* The one value of the first row of `sql`, asked by another connection, as text; "" for none.
 * Valid until the next call. */
const char *storebox_ask(const struct storebox *box, const char *sql);
void storebox_expect(const struct storebox *box, const char *sql, const char *expected);
/* How many articles the search index finds by a word, as text. */
void storebox_expect_found(const struct storebox *box, const char *word, const char *expected);
/* How many articles the index of texts without spaces has, as text. */
void storebox_expect_of_signs(const struct storebox *box, const char *expected);
/* The file and its keys are whole. A server sees to that at each write. */
void storebox_expect_whole(const struct storebox *box);
/* On a server: rows of all tables that have a word, whichever the column. */
size_t storebox_rows_with(const struct storebox *box, const char *word);
/* Runs SQL by another connection. */
void storebox_do(const struct storebox *box, const char *sql);

#endif
