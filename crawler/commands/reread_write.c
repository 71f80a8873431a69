#include "commands/reread_write.h"

#include <string.h>

#include "base/log.h"
#include "commands/database.h"
#include "storage/store.h"

struct writing {
    struct store *store;
    struct log *log;
    size_t taken, refused;
};

/* All in one transaction. */
static int write_whole(struct writing *writing, const struct reread_record *records, size_t count,
                       struct reread_outcome *outcomes)
{
    unsigned waited_ms = 0;
    int err;
    do
        err = store_reread_commit(writing->store, records, count, outcomes);
    while (database_wait(err, &waited_ms));
    if (!err)
        writing->taken += count;
    return err;
}

static int write_fitting(struct writing *writing, const struct reread_record *records, size_t count,
                         struct reread_outcome *outcomes, bool *refused)
{
    int err = write_whole(writing, records, count, outcomes);
    if (err != STORE_UNFIT)
        return err;
    if (count == 1) {
        if (++writing->refused >= REREAD_REFUSED_MAX && !writing->taken)
            return err;
        *refused = true;
        log_say(writing->log, LOG_WARNING, "not-stored", "%s: %s", records->url,
                store_message(writing->store));
        return 0;
    }
    size_t half = count / 2;
    err = write_fitting(writing, records, half, outcomes, refused);
    if (!err)
        err = write_fitting(writing, records + half, count - half, outcomes + half, refused + half);
    return err;
}

int reread_write(struct store *store, struct log *log, const struct reread_record *records,
                 size_t count, struct reread_outcome *outcomes, bool *refused)
{
    struct writing writing = {.store = store, .log = log};
    memset(refused, 0, count * sizeof *refused);
    return write_fitting(&writing, records, count, outcomes, refused);
}
