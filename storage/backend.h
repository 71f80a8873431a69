/* backend.h - what a kind of database has to offer; store.c calls through this table.
 *
 * The functions' contracts are those of store.h. Each backend embeds struct store as the first
 * member of its own. Thread: as store.h. */
#ifndef STORAGE_BACKEND_H
#define STORAGE_BACKEND_H

#include "storage/store.h"

enum { STORE_MESSAGE_BYTES = 512 };

struct store {
    const struct store_backend *backend;
    char message[STORE_MESSAGE_BYTES]; /* on the last failure */
    int64_t log_bytes;                 /* what store_log_bytes() tells */
};

struct store_backend {
    void (*close)(struct store *store);
    int (*add_site)(struct store *store, const struct site_record *site, int64_t now_ms,
                    bool *added);
    int (*begin)(struct store *store);
    int (*end)(struct store *store, bool commit);
    int (*change)(struct store *store, enum sql statement, const struct store_value *params,
                  size_t params_count);
    int (*protect)(struct store *store, bool *changed);
    int (*run_begin)(struct store *store, const struct run_record *run, int64_t *out_run_id);
    int (*lease)(struct store *store, const struct lease_request *request,
                 struct lease_answer *out);
    int (*adopt)(struct store *store, const char *key, int64_t answered_ms, struct url_lease *lease,
                 bool *wanted);
    int (*renew)(struct store *store, int64_t now_ms);
    int (*commit)(struct store *store, const struct result_record *const *results, size_t count,
                  struct commit_outcome *outcomes);
    int (*checkpoint)(struct store *store);
    int (*judge_sites)(struct store *store, int64_t now_ms, bool whole);
    int (*run_end)(struct store *store, int64_t now_ms, const char *outcome, const char *report);
    int (*takedown_begin)(struct store *store, const struct takedown_record *takedowns,
                          size_t count, int64_t now_ms);
    int (*takedown_step)(struct store *store, int64_t now_ms, struct takedown_progress *progress);
    int (*reread_begin)(struct store *store, int64_t now_ms);
    int (*reread_commit)(struct store *store, const struct reread_record *records, size_t count,
                         struct reread_outcome *outcomes);
    int (*pack_begin)(struct store *store, int64_t now_ms);
    int (*pack_commit)(struct store *store, const struct packed_record *records, size_t count);
    int (*each_row)(struct store *store, enum sql query, const struct store_value *params,
                    size_t params_count, store_row_fn *on_row, void *context);
    int (*each_chosen)(struct store *store, enum sql query, const struct article_choice *choice,
                       store_row_fn *on_row, void *context);
};

int postgres_store_open(struct store **out, const char *dsn, enum store_access access,
                        char *message, size_t message_size);

bool sqlite_store_is_older(const char *path);
bool sqlite_store_is_held(const char *path, char *message, size_t message_size);
int sqlite_store_open(struct store **out, const char *path, enum store_access access, char *message,
                      size_t message_size);

#endif
