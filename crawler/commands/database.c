#include "commands/database.h"

#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"

enum { STEP_MS = 50, PATIENCE_MS = 60000, MESSAGE_BYTES = 1024 };

enum exit_status database_exit_status(int error)
{
    switch (error) {
    case STORE_OK:
        return EXIT_COMPLETED;
    case STORE_HELD:
        return EXIT_BUSY;
    case STORE_FULL:
        return EXIT_FULL;
    case STORE_REFUSED:
        return EXIT_USAGE;
    default:
        return EXIT_DATABASE;
    }
}

/* By the clock: a server that is gone lets each try take seconds. */
bool database_wait(int error, unsigned *since_ms)
{
    unsigned now_ms = (unsigned)clock_monotonic_ms();
    if (!*since_ms)
        *since_ms = now_ms ? now_ms : 1;
    if (error != STORE_BUSY || now_ms - *since_ms >= PATIENCE_MS)
        return false;
    poll(NULL, 0, STEP_MS);
    return true;
}

int database_each_row(struct store *store, enum sql query, const struct store_value *params,
                      size_t params_count, store_row_fn *on_row, void *context)
{
    unsigned waited_ms = 0;
    int err;
    do
        err = store_each_row(store, query, params, params_count, on_row, context);
    while (database_wait(err, &waited_ms));
    return err;
}

const char database_updating[] =
    "bringing its schema up to date, which takes minutes where it is large; it may be interrupted, "
    "and goes on with the next call";

int database_try(struct store **out, const char *dsn, enum store_access access, char *message,
                 size_t message_size)
{
    unsigned waited_ms = 0;
    int err;
    do
        err = store_open(out, dsn, access, message, message_size);
    while (database_wait(err, &waited_ms));
    return (int)database_exit_status(err);
}

int database_open(struct store **out, const char *dsn, enum store_access access)
{
    char message[MESSAGE_BYTES] = "";
    if (access != STORE_READ && store_is_older(dsn))
        fprintf(stderr, "crawler: %s: %s\n", dsn, database_updating);
    int status = database_try(out, dsn, access, message, sizeof message);
    if (status)
        fprintf(stderr, "crawler: %s\n", message);
    else
        database_protect(*out, dsn, NULL);
    return status;
}

void database_protect(struct store *store, const char *dsn, struct log *log)
{
    char message[MESSAGE_BYTES];
    bool changed = false;
    int err = store_protect(store, &changed);
    if (changed)
        snprintf(message, sizeof message,
                 "%s holds credentials and could be read by others: now by its owner alone", dsn);
    else if (err == STORE_READONLY)
        snprintf(message, sizeof message, "%s", store_message(store));
    else
        return;
    if (log)
        log_say(log, LOG_WARNING, "credentials", "%s", message);
    else
        fprintf(stderr, "crawler: %s\n", message);
}

int database_failed(const struct store *store, int error)
{
    fprintf(stderr, "crawler: %s\n", store_message(store));
    return (int)database_exit_status(error);
}
