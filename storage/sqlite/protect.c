#include "storage/sqlite/protect.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "storage/sqlite/connection.h"

enum { OTHERS = S_IRWXG | S_IRWXO };

/* Takes group's and others' rights off a file; one that is not there needs none taken off. */
static int protect_file(struct database *database, const char *path, bool *changed)
{
    struct stat facts;
    if (stat(path, &facts) || !(facts.st_mode & OTHERS))
        return 0;
    if (chmod(path, facts.st_mode & S_IRWXU)) {
        snprintf(database->store.message, sizeof(database->store.message),
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
int protect_files(struct database *store, bool *changed)
{
    static const char *const tails[] = {"-wal", "-shm", ""};
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
        err = protect_file(store, path, changed);
    }
    return err;
}
