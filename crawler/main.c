/* main.c - options, then the command they name, then its exit status. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/error.h"
#include "commands/commands.h"
#include "options.h"
#include "storage/store.h"

/* Results that could not be written, to a full disk say, are told; a reader who had enough is not.
 */
static int close_output(int status)
{
    errno = 0;
    if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EPIPE)
        return status;
    fprintf(stderr, "crawler: error: cannot write to standard output: %s\n",
            errno ? strerror(errno) : "some of it is lost");
    return status ? status : errno == ENOSPC ? EXIT_FULL : EXIT_DATABASE;
}

/* Out of memory is the same wherever it happens, one line and exit 6. Libraries would give up on
 * what they are at, and a server or a page be blamed for it; curl and c-ares are told where they
 * are set up, and SQLite fails as a store does. */
static void share_memory(void)
{
    uv_replace_allocator(alloc_bytes, alloc_resized, alloc_zeroed, free);
    json_set_alloc_funcs(alloc_bytes, free);
}

/* A descriptor below 3 that is closed would be given to the next file that is opened, and messages
 * be written into a database. */
static void hold_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    hold_standard_descriptors();
    signal(SIGXFSZ, SIG_IGN); /* a limit on the size of files is a full disk to us */
    share_memory();
    struct options options;
    bool done;
    int err = options_parse(&options, argc, argv, &done);
    if (err || done) {
        options_clear(&options);
        return close_output((int)error_exit_status(err));
    }
    /* an argument's own bytes: from here on the process list shows no password */
    if (options.sites)
        store_hide_password((char *)(uintptr_t)options.sites);
    int status = EXIT_USAGE;
    for (size_t i = 0; i < command_rows_count; i++)
        if (command_rows[i].command == options.command)
            status = command_rows[i].run(&options);
    options_clear(&options);
    return close_output(status);
}
