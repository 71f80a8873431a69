/* error.h - why a function failed, as a negative number, and what the program then exits with.
 *
 * Functions that can fail return 0 or one of these. A page's trouble is not an error but an
 * outcome (job.h): it is stored, never returned. Thread: any. */
#ifndef CRAWLER_BASE_ERROR_H
#define CRAWLER_BASE_ERROR_H

enum error {
    ERR_NONE = 0,
    ERR_USAGE = -1,     /* the command line or a config file is wrong */
    ERR_INPUT = -2,     /* bytes that are not what they should be */
    ERR_TOO_LARGE = -3, /* a ceiling was met */
    ERR_NOT_FOUND = -4, /* what was asked for is not there */
    ERR_IO = -5,        /* a file or a pipe */
    ERR_DATABASE = -6,  /* the database can't be opened, is foreign or newer, or a write failed */
    ERR_BUSY = -7,      /* another run holds the database; or a lock that will go away */
    ERR_FULL = -8,      /* no room on the disk, or the memory limit */
    ERR_CURL = -9,      /* libcurl could not be set up */
    ERR_STOPPED = -10,  /* a signal or a deadline, with work left */
};

/* What the process ends with; product.md names them for users. */
enum exit_status {
    EXIT_COMPLETED = 0,
    EXIT_NEEDS_A_PERSON = 1,
    EXIT_USAGE = 2,
    EXIT_DATABASE = 3,
    EXIT_STOPPED = 4,
    EXIT_BUSY = 5,
    EXIT_FULL = 6,
};

/* The exit status that `error` (0 or negative) asks for. */
enum exit_status error_exit_status(int error);

#endif
