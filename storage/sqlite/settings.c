#include "storage/sqlite/settings.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "storage/sqlite/connection.h"
#include "storage/tables/reading.h"

enum { OTHERS = S_IRWXG | S_IRWXO };

int settings_change(struct store *base, enum sql sql, const struct store_value *params,
                    size_t params_count)
{
    struct sqlite_store *store = sqlite_of(database_of(base));
    int err = connection_run(store, "PRAGMA secure_delete = ON"); /* it may be a password */
    return err ? err : reading_change(base, sql, params, params_count);
}

/* Takes group's and others' rights off a file; one that is not there needs none taken off. */
static int protect_file(struct store *store, const char *path, bool *changed)
{
    struct stat facts;
    if (stat(path, &facts) || !(facts.st_mode & OTHERS))
        return 0;
    if (chmod(path, facts.st_mode & S_IRWXU)) {
        snprintf(store->message, sizeof(store->message),
                 "%.300s holds credentials and can be read by others, which can't be changed (%s): "
                 "`chmod 600` it",
                 path, strerror(errno));
        return STORE_READONLY;
    }
    *changed = true;
    return 0;
}

/* The log and its index first: what is written next is written there. Those that SQLite makes anew
 * get the rights of the database. */
int settings_protect(struct store *base, bool *changed)
{
    static const char *const tails[] = {"-wal", "-shm", ""};
    struct database *store = database_of(base);
    int64_t holds = 0;
    char real[PATH_MAX], path[PATH_MAX + 8];
    *changed = false;
    int row = statement_integer(statement(store, SQL_HOLDS_SECRETS), &holds);
    if (row < 0 || !holds)
        return row < 0 ? row : 0;
    if (!realpath(store->name, real)) /* SQLite puts the log beside what a link leads to */
        return 0;
    int err = 0;
    for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]) && !err; i++) {
        snprintf(path, sizeof(path), "%s%s", real, tails[i]);
        err = protect_file(base, path, changed);
    }
    return err;
}
