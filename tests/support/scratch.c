#include "support/scratch.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

enum { DIRECTORIES_MAX = 256, WALK_FILES_MAX = 16 };

static struct {
    struct arena texts;
    const char *directories[DIRECTORIES_MAX];
    size_t count;
    pid_t owner;
} scratch;

static int remove_one(const char *path, const struct stat *facts, int type, struct FTW *place)
{
    (void)facts;
    (void)type;
    (void)place;
    remove(path);
    return 0;
}

void scratch_remove_last(void)
{
    if (scratch.count)
        nftw(scratch.directories[--scratch.count], remove_one, WALK_FILES_MAX,
             FTW_DEPTH | FTW_PHYS);
}

/* A fork of the test that exits leaves the directories to the test. */
static void remove_all(void)
{
    if (getpid() != scratch.owner)
        return;
    for (size_t i = 0; i < scratch.count; i++)
        nftw(scratch.directories[i], remove_one, WALK_FILES_MAX, FTW_DEPTH | FTW_PHYS);
    arena_clear(&scratch.texts);
}

static _Noreturn void give_up(const char *path)
{
    perror(path);
    abort();
}

const char *scratch_directory(void)
{
    if (!scratch.owner) {
        scratch.owner = getpid();
        atexit(remove_all);
    }
    const char *above = getenv("TMPDIR");
    char *path = arena_format(&scratch.texts, "%s/crawler-test-XXXXXX", above ? above : "/tmp");
    if (scratch.count == DIRECTORIES_MAX || !mkdtemp(path))
        give_up(path);
    return scratch.directories[scratch.count++] = path;
}

const char *scratch_path(const char *directory, const char *name)
{
    return arena_format(&scratch.texts, "%s/%s", directory, name);
}

const char *scratch_file(const char *directory, const char *name, const char *text)
{
    const char *path = scratch_path(directory, name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text, 1, strlen(text), file) != strlen(text) || fclose(file))
        give_up(path);
    return path;
}

struct bytes scratch_read(const char *path)
{
    char part[4096];
    size_t size;
    struct bytes text;
    FILE *file = fopen(path, "rb");
    if (!file)
        give_up(path);
    bytes_init(&text, 0);
    bytes_append_string(&text, "");
    while ((size = fread(part, 1, sizeof part, file)) > 0)
        bytes_append(&text, part, size);
    fclose(file);
    return text;
}
